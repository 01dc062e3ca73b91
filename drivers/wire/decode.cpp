#include <ballast/wire/envelope.hpp>
#include <ballast/wire/trouble.hpp>

#include <limits>

namespace ballast::wire {
namespace {

/// Bytes that nobody vouches for, and the first thing that is wrong with them.
class Input {
public:
    explicit Input(ByteView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    [[nodiscard]] bool done() const { return at_ == end_; }
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
    [[nodiscard]] const Trouble& trouble() const { return trouble_; }
    [[nodiscard]] bool failed() const { return trouble_.met(); }
    void fail(std::string what) { trouble_.fail(std::move(what)); }
    template <class Part>
    void within(Part part) {
        trouble_.within(part);
    }

    u64 varint() {
        u64 value = 0;
        for (u32 shift = 0; shift < 64; shift += 7) {
            if (done()) return fail("the bytes end within a number"), 0;
            const u8 byte = *at_++;
            if (shift == 63 && byte > 1) return fail("a number has more than 64 bits"), 0;
            value |= u64{byte & 0x7fu} << shift;
            if (byte >= 0x80) continue;
            if (byte == 0 && shift != 0) fail("a number is written with more bytes than it needs");
            return value;
        }
        return fail("a number has more than 10 bytes"), 0;
    }
    ByteView bytes() {
        const u64 length = varint();
        if (failed()) return {};
        if (length > left())
            return fail(fmt::format("has {} bytes, but only {} are left", length, left())),
                   ByteView{};
        const u8* const from = at_;
        at_ += length;
        return {from, static_cast<std::size_t>(length)};
    }
    /// Calls `read` on the message that follows, which ends where its length says.
    template <class F>
    void message(F&& read) {
        const ByteView content = bytes();
        if (failed()) return;
        const u8* const outer = end_;
        at_ = content.data();
        end_ = content.data() + content.size();
        read();
        end_ = outer;
    }

private:
    const u8* at_;
    const u8* end_;
    Trouble trouble_;
};

// The number of a field and how it is carried.
struct Tag {
    u32 number = 0;  ///< 0: the message is over.
    u32 type = 0;
};
Tag next_tag(Input& input) {
    constexpr u64 number_max = (u64{1} << 29) - 1;
    if (input.failed() || input.done()) return {};
    const u64 tag = input.varint();
    if (!input.failed() && (tag >> 3 == 0 || tag >> 3 > number_max))
        input.fail(fmt::format("a field has the number {}, which none may have", tag >> 3));
    if (input.failed()) return {};
    return {static_cast<u32>(tag >> 3), static_cast<u32>(tag & 7)};
}

template <class S>
void read_message(Input& input, S& row);
void read_action(Input& input, engine::Action& action);

/// Reads one message, field by field, in the order of their numbers.
class MessageReader {
public:
    MessageReader(Input& input, std::span<const std::string_view> names)
        : input_(&input), names_(names), next_(next_tag(input)) {}

    template <class T>
    void operator()(T& value) {
        if (input_->failed()) return;
        ++number_;
        field(value);
        if (input_->failed()) input_->within(names_[number_ - 1]);
    }
    /// What is left over has no place in the message.
    void finish() {
        if (input_->failed() || next_.number == 0) return;
        if (next_.number > number_)
            return input_->fail(
                fmt::format("field {} is unknown; the last is {}", next_.number, number_));
        input_->fail("stands twice, or after a field of a higher number");
        input_->within(names_[next_.number - 1]);
    }

private:
    bool present(WireType type) {
        if (next_.number != number_) return false;
        const auto expected = static_cast<u32>(type);
        if (next_.type != expected)
            input_->fail(fmt::format("has the wire type {}, not {}", next_.type, expected));
        return !input_->failed();
    }
    // What comes after a value is known only when the value has been read.
    void advance() { next_ = next_tag(*input_); }

    u64 number_up_to(u64 most) {
        if (!present(WireType::varint)) return 0;
        const u64 value = input_->varint();
        if (input_->failed()) return 0;
        if (value == 0) return input_->fail("is written though it is 0; it must be left out"), 0;
        if (value > most) return input_->fail(fmt::format("is {}; at most {}", value, most)), 0;
        advance();
        return value;
    }
    // Little-endian, as few bytes as hold the number.
    u128 wide(bool is_signed) {
        if (!present(WireType::bytes)) return 0;
        const ByteView all = input_->bytes();
        if (input_->failed()) return 0;
        if (all.empty() || all.size() > wide_bytes)
            return input_->fail(fmt::format("has {} bytes; from 1 to {}", all.size(), wide_bytes)),
                   0;
        const bool negative = is_signed && all.back() >= 0x80;
        u128 value = negative ? ~u128{0} : 0;
        for (std::size_t i = all.size(); i-- > 0;) value = value << 8 | all[i];
        const u8 filler = negative ? 0xff : 0;
        const bool sign_needed =
            is_signed && all.size() > 1 && (all[all.size() - 2] >= 0x80) != negative;
        if (all.back() == filler && !sign_needed && (all.size() > 1 || filler == 0))
            return input_->fail("is written with more bytes than it needs"), 0;
        advance();
        return value;
    }

    template <Unsigned T>
    void field(T& value) {
        value = static_cast<T>(number_up_to(std::numeric_limits<T>::max()));
    }
    void field(bool& value) { value = number_up_to(1) != 0; }
    template <class E>
        requires std::is_enum_v<E>
    void field(E& value) {
        std::underlying_type_t<E> raw{};
        field(raw);
        value = static_cast<E>(raw);
        if (!input_->failed() && !valid(value))
            input_->fail(fmt::format("is {}, which means nothing", raw));
    }
    template <class T, class Rep>
    void field(Id<T, Rep>& value) {
        Rep raw{};
        field(raw);
        value = Id<T, Rep>(raw);
    }
    void field(i64& value) {
        const u64 raw = number_up_to(std::numeric_limits<u64>::max());
        value = static_cast<i64>(raw >> 1 ^ (~(raw & 1) + 1));
    }
    void field(u128& value) { value = wide(false); }
    void field(i128& value) { value = static_cast<i128>(wide(true)); }
    template <class K, class Rep>
    void field(Quantity<K, Rep>& value) {
        Rep raw{};
        field(raw);
        value = Quantity<K, Rep>::units(raw);
    }
    void field(Amount& value) {
        i64 raw = 0;
        field(raw);
        value = Amount::units(raw);
    }
    template <std::size_t N>
    void field(std::array<u8, N>& value) {
        ByteView all;
        if (present(WireType::bytes)) all = input_->bytes();
        if (input_->failed()) return;
        if (all.size() != N)
            return input_->fail(fmt::format("has {} bytes, not {}", all.size(), N));
        std::ranges::copy(all, value.begin());
        advance();
    }
    void field(Version& value) {
        field(value.value);
        if (!input_->failed() && value.value != version)
            input_->fail(fmt::format("is {}; this node reads {}", value.value, version));
    }
    void field(ChainText& value) {
        ByteView all;
        if (present(WireType::bytes)) all = input_->bytes();
        if (input_->failed()) return;
        if (!std::ranges::equal(all, value.value, {}, {},
                                [](char c) { return static_cast<u8>(c); }))
            return input_->fail(
                fmt::format("is '{}'; this chain is '{}'", printable(all), value.value));
        advance();
    }
    void field(engine::Action& action) { read_action(*input_, action); }
    template <class T>
    void field(std::vector<T>& values) {
        static_assert(list_max<T> != 0, "a list without a bound");
        values.clear();
        while (present(WireType::bytes)) {
            if (values.size() == list_max<T>)
                return input_->fail(fmt::format("has more than {} elements", list_max<T>));
            element(values.emplace_back());
            if (input_->failed()) return input_->within(values.size() - 1);
            advance();
        }
    }
    void element(engine::Action& action) { read_action(*input_, action); }
    template <class S>
    void element(S& row) {
        read_message(*input_, row);
    }
    template <class T>
    void field(std::optional<T>& value) {
        value.reset();
        if (!present(WireType::bytes)) return;
        read_message(*input_, value.emplace());
        advance();
    }
    template <class S>
        requires requires(MessageReader& r, S& s) { S::fields(r, s); }
    void field(S& row) {
        if (!present(WireType::bytes)) {
            if (!input_->failed()) input_->fail("is missing");
            return;
        }
        read_message(*input_, row);
        advance();
    }

    // What somebody sent for a name: short, and without bytes that a terminal obeys.
    static std::string printable(ByteView bytes) {
        constexpr std::size_t shown = 64;
        std::string text;
        for (const u8 byte : bytes.first(std::min(bytes.size(), shown)))
            text += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '?';
        return bytes.size() > shown ? text + "…" : text;
    }

    Input* input_;
    std::span<const std::string_view> names_;
    Tag next_;
    u32 number_ = 0;
};

template <class S>
void read_fields(Input& input, S& row) {
    MessageReader reader(input, names_of<S>());
    S::fields(reader, row);
    reader.finish();
}
template <class S>
void read_message(Input& input, S& row) {
    input.message([&] { read_fields(input, row); });
}

constexpr std::size_t kinds = std::variant_size_v<engine::Action>;
using ReadOne = void (*)(Input&, engine::Action&);

template <std::size_t I>
void read_one(Input& input, engine::Action& action) {
    read_message(input, action.emplace<I>());
}
template <std::size_t... I>
constexpr std::array<ReadOne, kinds> readers(std::index_sequence<I...>) {
    return {read_one<I>...};
}

void read_action(Input& input, engine::Action& action) {
    static constexpr auto all = readers(std::make_index_sequence<kinds>{});
    input.message([&] {
        const Tag tag = next_tag(input);
        if (input.failed()) return;
        if (tag.number == 0) return input.fail("says nothing");
        if (tag.number > kinds)
            return input.fail(
                fmt::format("is action {}, which is unknown; the last is {}", tag.number, kinds));
        if (tag.type != static_cast<u32>(WireType::bytes))
            return input.fail(fmt::format("has the wire type {}, not 2", tag.type));
        all[tag.number - 1](input, action);
        if (input.failed()) return input.within(engine::action_names()[tag.number - 1]);
        if (!input.done()) input.fail("says more than one thing");
    });
}

}  // namespace

files::Attempt<engine::Transaction> decode(ByteView bytes, const ChainId& chain) {
    if (bytes.size() > transaction_bytes_max)
        return files::fault("the transaction has {} bytes; at most {}", bytes.size(),
                            transaction_bytes_max);
    Input input(bytes);
    Envelope envelope;
    envelope.chain.value = chain.text;
    read_fields(input, envelope);
    if (input.failed()) return files::fault("{}", input.trouble().sentence());
    return transaction_of(std::move(envelope.document));
}

}  // namespace ballast::wire
