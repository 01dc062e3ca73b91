/// For tests: any transaction at all, drawn from a seed.
#pragma once

#include <ballast/wire/envelope.hpp>

#include <algorithm>
#include <random>

namespace ballast::wire {

/// Gives every field that it visits a value that the wire can carry: often small, now and then as
/// large as it may be, now and then 0.
class Draw {
public:
    explicit Draw(u64 seed) : random_(seed) {}

    [[nodiscard]] u64 below(u64 count) { return random_() % count; }
    [[nodiscard]] engine::Transaction transaction() {
        engine::Transaction drawn;
        (*this)(drawn.sender), (*this)(drawn.nonce), (*this)(drawn.expires);
        (*this)(drawn.authorisation);
        if (below(2) == 0) {
            drawn.body = action(below(std::variant_size_v<engine::Action>));
            return drawn;
        }
        engine::Batch batch;
        for (u64 left = below(4); left-- > 0;)
            batch.actions.push_back(action(below(std::variant_size_v<engine::Action>)));
        drawn.body = batch;
        return drawn;
    }
    [[nodiscard]] engine::Action action(u64 index) {
        engine::Action drawn;
        choose<0>(drawn, index);
        return drawn;
    }

    template <CodedInteger T>
    void operator()(T& value) {
        const u128 wide = u128{random_()} << 64 | random_();
        const u64 width = below(5);
        value = static_cast<T>(width == 0 ? 0 : wide >> (128 - 32 * width));
    }
    void operator()(bool& value) { value = below(2) == 0; }
    template <class E>
        requires std::is_enum_v<E>
    void operator()(E& value) {
        value = static_cast<E>(below(2));
    }
    template <class T, class Rep>
    void operator()(Id<T, Rep>& value) {
        Rep raw{};
        (*this)(raw);
        value = Id<T, Rep>(raw);
    }
    template <class K, class Rep>
    void operator()(Quantity<K, Rep>& value) {
        Rep raw{};
        (*this)(raw);
        value = Quantity<K, Rep>::units(raw);
    }
    void operator()(Amount& value) {
        i64 raw = 0;
        (*this)(raw);
        value = Amount::units(raw);
    }
    template <std::size_t N>
    void operator()(std::array<u8, N>& value) {
        for (u8& byte : value) byte = static_cast<u8>(random_());
    }
    void operator()(crypto::Key& key) {
        crypto::Key::fields(*this, key);
        constexpr std::size_t address_bytes = 20;
        if (key.scheme == crypto::Scheme::ethereum)
            std::fill(key.bytes.begin() + address_bytes, key.bytes.end(), u8{0});
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        values.resize(below(4));
        for (T& value : values) (*this)(value);
    }
    template <class T>
    void operator()(std::optional<T>& value) {
        value.reset();
        if (below(2) == 0) (*this)(value.emplace());
    }
    template <class S>
        requires requires(Draw& d, S& s) { S::fields(d, s); }
    void operator()(S& row) {
        S::fields(*this, row);
    }

private:
    template <std::size_t I>
    void choose(engine::Action& drawn, u64 index) {
        if (I == index) return (*this)(drawn.emplace<I>());
        if constexpr (I + 1 < std::variant_size_v<engine::Action>) choose<I + 1>(drawn, index);
    }
    std::mt19937_64 random_;
};

}  // namespace ballast::wire
