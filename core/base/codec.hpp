/// The one way in which values become bytes and back: little-endian, explicit widths, no padding,
/// no size_t.
///
/// A struct is encoded by one function that names its fields once for both directions:
///
///     template <class V, class R> static void fields(V& visit, R& row) { visit(row.a),
///     visit(row.b); }
///
/// Writer and Reader are both such visitors.  Lists carry a u32 count.  An enum is carried by its
/// underlying type and, when read, must satisfy `valid(value)`, which each encoded enum declares
/// beside itself.
#pragma once

#include <ballast/base/assert.hpp>
#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>
#include <ballast/base/result.hpp>

#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace ballast {

using Bytes = std::vector<u8>;
using ByteView = std::span<const u8>;

template <class T>
concept CodedInteger =
    std::is_same_v<T, u8> || std::is_same_v<T, u16> || std::is_same_v<T, u32> ||
    std::is_same_v<T, u64> || std::is_same_v<T, u128> || std::is_same_v<T, i16> ||
    std::is_same_v<T, i32> || std::is_same_v<T, i64> || std::is_same_v<T, i128>;

/// Turns values into bytes and hands them to a sink.  There are three: what appends, what counts,
/// and what fills a place that is large enough.
template <class Sink>
class Encoder {
public:
    explicit Encoder(Sink sink) : sink_(sink) {}
    explicit Encoder(Bytes& out)
        requires std::is_constructible_v<Sink, Bytes&>
        : sink_(out) {}

    template <CodedInteger T>
    void operator()(const T& value) {
        sink_.put(&value, sizeof(T));  // Little-endian hosts only; see the assertion below.
    }
    void operator()(const bool& value) { (*this)(static_cast<u8>(value ? 1 : 0)); }
    template <class E>
        requires std::is_enum_v<E>
    void operator()(const E& value) {
        (*this)(std::to_underlying(value));
    }
    template <class K, class Rep>
    void operator()(const Quantity<K, Rep>& value) {
        (*this)(value.units());
    }
    template <class T, class Rep>
    void operator()(const Id<T, Rep>& value) {
        (*this)(value.value());
    }
    template <class T, std::size_t N>
    void operator()(const std::array<T, N>& values) {
        if constexpr (CodedInteger<T>) {
            sink_.put(values.data(), sizeof values);
        } else {
            for (const T& value : values) (*this)(value);
        }
    }
    template <class T>
    void operator()(const std::vector<T>& values) {
        (*this)(static_cast<u32>(values.size()));
        for (const T& value : values) (*this)(value);
    }
    template <class T>
    void operator()(const std::optional<T>& value) {
        (*this)(value.has_value());
        if (value) (*this)(*value);
    }
    void operator()(const std::string& text) {
        (*this)(static_cast<u32>(text.size()));
        sink_.put(text.data(), text.size());
    }
    template <class... Ts>
    void operator()(const std::variant<Ts...>& value) {
        (*this)(static_cast<u8>(value.index()));
        std::visit([this](const auto& alternative) { (*this)(alternative); }, value);
    }
    template <class S>
        requires requires(Encoder& w, const S& s) { S::fields(w, s); }
    void operator()(const S& row) {
        S::fields(*this, row);
    }
    void raw(ByteView bytes) { sink_.put(bytes.data(), bytes.size()); }

    [[nodiscard]] const Sink& sink() const { return sink_; }

private:
    static_assert(std::endian::native == std::endian::little);
    Sink sink_;
};

class AppendSink {
public:
    explicit AppendSink(Bytes& out) : out_(&out) {}
    void put(const void* from, std::size_t count) {
        if (count == 0) return;
        const std::size_t end = out_->size();
        out_->resize(end + count);
        std::memcpy(out_->data() + end, from, count);
    }

private:
    Bytes* out_;
};

class CountSink {
public:
    void put(const void*, std::size_t count) { count_ += count; }
    [[nodiscard]] std::size_t count() const { return count_; }

private:
    std::size_t count_ = 0;
};

class FillSink {
public:
    explicit FillSink(u8* out) : out_(out) {}
    void put(const void* from, std::size_t count) {
        if (count == 0) return;
        std::memcpy(out_, from, count);
        out_ += count;
    }
    [[nodiscard]] const u8* end() const { return out_; }

private:
    u8* out_;
};

/// Appends values to a byte string.
using Writer = Encoder<AppendSink>;

/// Reads values from bytes that nobody vouches for.  The first fault is kept; after it every value
/// reads as zero and lists as empty, so a decoder is written as if nothing could go wrong and asks
/// `finish()` at the end.
class Reader {
public:
    explicit Reader(ByteView bytes) : left_(bytes) {}

    template <CodedInteger T>
    void operator()(T& value) {
        value = 0;
        if (!take(sizeof(T))) return;
        std::memcpy(&value, taken_, sizeof(T));
    }
    void operator()(bool& value) {
        u8 raw = 0;
        (*this)(raw);
        if (raw > 1) fail(Reject::bad_encoding);
        value = raw == 1;
    }
    template <class E>
        requires std::is_enum_v<E>
    void operator()(E& value) {
        std::underlying_type_t<E> raw{};
        (*this)(raw);
        value = static_cast<E>(raw);
        if (!fault_ && !valid(value)) fail(Reject::bad_encoding);
    }
    template <class K, class Rep>
    void operator()(Quantity<K, Rep>& value) {
        Rep raw{};
        (*this)(raw);
        value = Quantity<K, Rep>::units(raw);
    }
    template <class T, class Rep>
    void operator()(Id<T, Rep>& value) {
        Rep raw{};
        (*this)(raw);
        value = Id<T, Rep>(raw);
    }
    template <class T, std::size_t N>
    void operator()(std::array<T, N>& values) {
        if constexpr (CodedInteger<T>) {
            values.fill(0);
            if (take(sizeof values)) std::memcpy(values.data(), taken_, sizeof values);
        } else {
            for (T& value : values) (*this)(value);
        }
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        values.clear();
        const u32 count = length();
        for (u32 i = 0; i < count && !fault_; ++i) (*this)(values.emplace_back());
    }
    template <class T>
    void operator()(std::optional<T>& value) {
        bool present = false;
        (*this)(present);
        value.reset();
        if (present && !fault_) (*this)(value.emplace());
    }
    void operator()(std::string& text) {
        text.clear();
        const u32 count = length();
        if (!fault_ && take(count)) text.assign(taken_, taken_ + count);
    }
    template <class... Ts>
    void operator()(std::variant<Ts...>& value) {
        u8 index = 0;
        (*this)(index);
        if (index >= sizeof...(Ts)) return fail(Reject::bad_encoding);
        choose<0, Ts...>(value, index);
    }
    template <class S>
        requires requires(Reader& r, S& s) { S::fields(r, s); }
    void operator()(S& row) {
        S::fields(*this, row);
    }

    /// A view of the next `count` bytes, empty after a fault.
    [[nodiscard]] ByteView raw(std::size_t count) {
        if (!take(count)) return {};
        return {taken_, count};
    }
    /// Marks the bytes as faulty; the first fault wins.
    void fail(Reject reason) {
        if (!fault_) fault_ = reason;
    }
    [[nodiscard]] bool ok() const { return !fault_; }
    [[nodiscard]] std::size_t left() const { return left_.size(); }
    /// Nothing, if every byte was read and made sense.
    [[nodiscard]] Result<void> finish() const {
        if (fault_) return no(*fault_);
        if (!left_.empty()) return no(Reject::trailing_bytes);
        return {};
    }

private:
    // A list holds at least one byte per element, so a count beyond the bytes left is a lie that
    // must not allocate.
    u32 length() {
        u32 count = 0;
        (*this)(count);
        if (count > left_.size()) fail(Reject::truncated);
        return fault_ ? 0 : count;
    }
    bool take(std::size_t count) {
        if (fault_) return false;
        if (left_.size() < count) return fail(Reject::truncated), false;
        taken_ = left_.data();
        left_ = left_.subspan(count);
        return true;
    }
    template <std::size_t I, class T, class... Rest, class Variant>
    void choose(Variant& value, u8 index) {
        if (index == I) return (*this)(value.template emplace<I>());
        if constexpr (sizeof...(Rest) > 0) choose<I + 1, Rest...>(value, index);
    }

    ByteView left_;
    const u8* taken_ = nullptr;
    std::optional<Reject> fault_;
};

/// How many bytes `value` has.
template <class T>
[[nodiscard]] std::size_t encoded_size(const T& value) {
    Encoder<CountSink> counter{CountSink()};
    counter(value);
    return counter.sink().count();
}

/// Appends the bytes of `value`.
template <class T>
void append(Bytes& out, const T& value) {
    const std::size_t before = out.size();
    out.resize(before + encoded_size(value));
    Encoder<FillSink> fill(FillSink(out.data() + before));
    fill(value);
    BALLAST_ASSERT(fill.sink().end() == out.data() + out.size());
}

/// The bytes of `value`.
template <class T>
[[nodiscard]] Bytes encode(const T& value) {
    Bytes bytes;
    append(bytes, value);
    return bytes;
}

/// The value that exactly these bytes hold, or why there is none.
template <class T>
[[nodiscard]] Result<T> decode(ByteView bytes) {
    Reader reader(bytes);
    T value{};
    reader(value);
    BALLAST_CHECK(reader.finish());
    return value;
}

}  // namespace ballast
