/// The message Transaction of transaction.proto as structs whose fields all directions visit, and
/// how values are carried.
///
/// A struct is a message whose fields are numbered from 1 in the order of `fields`.  Of a field:
///
///     u8 … u64, ids, bool, enum     varint
///     i64, Price, Ratio, Amount     zigzag varint (sint64)
///     u128, Ray                     bytes, little-endian, as few as hold it
///     i128, Cash                    bytes, the same in two's complement
///     array of u8                   bytes, all of them
///     struct                        message, always there
///     optional struct               message
///     vector of structs             repeated message
///     Action                        message with one of its fields, numbered from 1
///
/// What is 0, false or empty is left out.
#pragma once

#include <ballast/engine/describe.hpp>
#include <ballast/oracle/report.hpp>
#include <ballast/wire/transaction.hpp>

#include <array>
#include <concepts>

namespace ballast::wire {

struct Version {
    u32 value = version;
};
struct ChainText {
    std::string_view value;
};

/// A transaction as both the message and its JSON have it.
struct Document {
    AccountId sender;
    u64 nonce = 0;
    u64 expires = 0;
    std::vector<engine::Action> actions;
    bool batch = false;  ///< A batch of one differs from one action.
    std::optional<access::Authorisation> authorisation;

    static constexpr std::array<std::string_view, 6> names{"sender",  "nonce", "expires",
                                                           "actions", "batch", "authorisation"};
    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.sender), visit(row.nonce), visit(row.expires);
        visit(row.actions), visit(row.batch), visit(row.authorisation);
    }
};
[[nodiscard]] Document document_of(const engine::Transaction& transaction);
/// A fault where there is not exactly one action and it is no batch.
[[nodiscard]] files::Attempt<engine::Transaction> transaction_of(Document document);

/// The message Transaction.
struct Envelope {
    Version version;
    ChainText chain;
    Document document;

    static constexpr std::array<std::string_view, 8> names{
        "version", "chain", "sender", "nonce", "expires", "actions", "batch", "authorisation"};
    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.version), visit(row.chain);
        Document::fields(visit, row.document);
    }
};

/// The names of the fields of a price report, which is no part of a transaction.
inline constexpr std::array<std::string_view, 6> report_names{"publisher",  "feed", "price",
                                                              "confidence", "time", "signature"};

/// The names of the fields of a message or object.
template <class S>
[[nodiscard]] constexpr std::span<const std::string_view> names_of() {
    if constexpr (requires { S::names; })
        return S::names;
    else if constexpr (std::same_as<S, oracle::Report>)
        return report_names;
    else
        return engine::field_names<S>();
}

/// Most elements of a list of these.
template <class T>
inline constexpr u32 list_max = 0;
template <>
inline constexpr u32 list_max<engine::Action> = limits::batch_max;
template <>
inline constexpr u32 list_max<clearing::Leg> = clearing::legs_max;

enum class WireType : u8 { varint = 0, bytes = 2 };

template <class T>
concept Unsigned = std::unsigned_integral<T> && sizeof(T) <= 8 && !std::same_as<T, bool>;

inline constexpr std::size_t wide_bytes = 16;  ///< Of a figure of 128 bits.

}  // namespace ballast::wire
