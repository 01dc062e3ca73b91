#include <ballast/wire/envelope.hpp>

namespace ballast::wire {
namespace {

/// Writes one message, field by field.
class MessageWriter {
public:
    explicit MessageWriter(Bytes& out) : out_(&out) {}

    template <class T>
    void operator()(const T& value) {
        ++number_;
        field(value);
    }
    [[nodiscard]] bool fits() const { return fits_; }

private:
    void varint(u64 value) {
        for (; value >= 0x80; value >>= 7) out_->push_back(static_cast<u8>(value | 0x80));
        out_->push_back(static_cast<u8>(value));
    }
    void tag(WireType type) { varint(u64{number_} << 3 | static_cast<u64>(type)); }
    void bytes(ByteView content) {
        tag(WireType::bytes);
        varint(content.size());
        out_->insert(out_->end(), content.begin(), content.end());
    }

    template <Unsigned T>
    void field(const T& value) {
        if (value == 0) return;
        tag(WireType::varint);
        varint(value);
    }
    void field(const bool& value) { field(static_cast<u8>(value ? 1 : 0)); }
    template <class E>
        requires std::is_enum_v<E>
    void field(const E& value) {
        field(std::to_underlying(value));
    }
    template <class T, class Rep>
    void field(const Id<T, Rep>& value) {
        field(value.value());
    }
    void field(const i64& value) {
        field(static_cast<u64>(value) << 1 ^ static_cast<u64>(value >> 63));
    }
    void field(const u128& value) {
        std::array<u8, wide_bytes> all{};
        std::size_t count = 0;
        for (u128 left = value; left != 0; left >>= 8) all[count++] = static_cast<u8>(left);
        if (count != 0) bytes(ByteView(all).first(count));
    }
    void field(const i128& value) {
        std::array<u8, wide_bytes> all{};
        std::size_t count = 0;
        // What is left is all sign, and the last byte says so too.
        for (i128 left = value; count == 0 || left != (all[count - 1] < 0x80 ? 0 : -1); left >>= 8)
            all[count++] = static_cast<u8>(left);
        if (value != 0) bytes(ByteView(all).first(count));
    }
    template <class K, class Rep>
    void field(const Quantity<K, Rep>& value) {
        field(value.units());
    }
    void field(const Amount& value) {
        const auto narrow = static_cast<i64>(value.units());
        if (narrow != value.units()) fits_ = false;
        field(narrow);
    }
    template <std::size_t N>
    void field(const std::array<u8, N>& value) {
        bytes(value);
    }
    void field(const Version& value) { field(value.value); }
    void field(const ChainText& value) {
        tag(WireType::bytes);
        varint(value.value.size());
        out_->insert(out_->end(), value.value.begin(), value.value.end());
    }
    void field(const engine::Action& action) {
        message([&](MessageWriter& inner) {
            inner.number_ = static_cast<u32>(action.index()) + 1;
            std::visit([&](const auto& request) { inner.field(request); }, action);
        });
    }
    template <class T>
    void field(const std::vector<T>& values) {
        if (values.size() > list_max<T>) fits_ = false;
        for (const T& value : values) field(value);
    }
    template <class T>
    void field(const std::optional<T>& value) {
        if (value) field(*value);
    }
    template <class S>
        requires requires(MessageWriter& w, const S& s) { S::fields(w, s); }
    void field(const S& row) {
        message([&](MessageWriter& inner) { S::fields(inner, row); });
    }

    // The length stands before the content, which is short: it is moved up when it is known.
    template <class F>
    void message(F&& write) {
        tag(WireType::bytes);
        const std::size_t start = out_->size();
        MessageWriter inner(*out_);
        write(inner);
        fits_ = fits_ && inner.fits_;
        Bytes length;
        MessageWriter(length).varint(out_->size() - start);
        out_->insert(out_->begin() + static_cast<std::ptrdiff_t>(start), length.begin(),
                     length.end());
    }

    Bytes* out_;
    u32 number_ = 0;
    bool fits_ = true;
};

}  // namespace

files::Attempt<Bytes> encode(const engine::Transaction& transaction, const ChainId& chain) {
    Envelope envelope;
    envelope.chain.value = chain.text;
    envelope.document = document_of(transaction);
    Bytes bytes;
    MessageWriter writer(bytes);
    Envelope::fields(writer, envelope);
    if (!writer.fits())
        return files::fault(
            "the transaction has more than {} actions or {} legs, or an amount of "
            "more than 64 bits",
            limits::batch_max, clearing::legs_max);
    if (bytes.size() > transaction_bytes_max)
        return files::fault("the transaction has {} bytes; at most {}", bytes.size(),
                            transaction_bytes_max);
    return bytes;
}

}  // namespace ballast::wire
