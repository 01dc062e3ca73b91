#include "golden.hpp"

#include <simulation.hpp>

#include <ballast/auctions/curve.hpp>
#include <ballast/backstop/product_sum.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/math/money.hpp>
#include <ballast/math/power.hpp>
#include <ballast/vaults/sweep.hpp>

namespace ballast::golden {
namespace {

using math::U256;
using simulation::Random;

constexpr u32 rounds = 5'000;

std::string hexadecimal(const crypto::Digest& digest) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const u8 byte : digest) {
        text.push_back(digits[byte / 16]);
        text.push_back(digits[byte % 16]);
    }
    return text;
}

/// A number of up to 128 bits, short ones as likely as long ones.
u128 number(Random& random) {
    const u128 high = random.next();
    const u128 low = random.next();
    return (high << 64 | low) >> random.below(128);
}

/// Takes results in and gives their digest.
class Sink {
public:
    template <class T>
    void add(const T& value) {
        Writer writer(bytes_);
        writer(value);
    }
    template <class T>
    void add(const Result<T>& result) {
        add(static_cast<u16>(result ? 0 : std::to_underlying(result.error())));
        if (result) add(*result);
    }
    [[nodiscard]] std::string digest() const { return hexadecimal(crypto::sha256(bytes_)); }

private:
    Bytes bytes_;
};

std::string mul_div() {
    Random random(1);
    Sink sink;
    for (u32 i = 0; i < rounds; ++i) {
        const u128 a = number(random);
        const u128 b = number(random);
        const u128 c = number(random) + 1;
        const U256 wide = U256(a) * U256(b);
        if (c != 0) sink.add(math::mul_div(a, b, c, i % 2 == 0 ? Round::down : Round::up));
        if (c != 0) sink.add(math::mul_div(wide, U256(b), U256(c), Round::up));
        sink.add(wide / U256(c == 0 ? 1 : c));
    }
    return sink.digest();
}

std::string powers() {
    Random random(2);
    Sink sink;
    for (u32 i = 0; i < rounds; ++i) {
        const Ray ray = Ray::units(ray_one - random.below(1'000'000'000'000));
        const u64 n = random.below(100'000);
        sink.add(math::power(ray, n));
        sink.add(math::power_half_up(U256(number(random)), n % 8, U256(ray_one)));
        sink.add(math::square_root(number(random)));
        const U256 wide = U256(number(random)) << 100;
        sink.add(math::square_root(wide));
        sink.add(math::decayed_power(U256(random.below(1'000'000'000'000'000'000)), n));
        if (i % 50 == 0) sink.add(math::root(Ray::units(ray_one + random.below(1'000'000)), 1 + n));
    }
    return sink.digest();
}

std::string curves() {
    Random random(3);
    Sink sink;
    for (u32 i = 0; i < rounds; ++i) {
        auctions::Curve curve;
        curve.kind = static_cast<auctions::CurveKind>(random.below(3));
        curve.duration_seconds = 1 + random.below(10'000);
        curve.step_seconds = 1 + random.below(100);
        curve.cut = Ray::units(ray_one / 10'000 * (9'000 + random.below(1'000)));
        const u128 top = number(random);
        sink.add(auctions::price_after(curve, U256(top), random.below(10'000)));
    }
    return sink.digest();
}

std::string sweeps() {
    Random random(4);
    Sink sink;
    for (u32 width = 1; width <= limits::basket_max; ++width) {
        vaults::Columns columns;
        basket::Prices weights{};
        for (u32 k = 0; k < width; ++k)
            weights[k] = Price::units(random.between(1, 1'000'000'000'000));
        for (u32 row = 0; row < rounds; ++row) {
            basket::Holdings amounts{};
            for (u32 k = 0; k < width; ++k)
                amounts[k] = basket::Held::units(random.between(0, 1'000'000'000'000));
            columns.push();
            columns.write(row, amounts, random.below(1'000'000'000'000));
        }
        std::vector<u32> found(rounds);
        found.resize(vaults::sweep(columns, weights, 500'000'000'000 * u64{width}, found));
        sink.add(found);
    }
    return sink.digest();
}

std::string product_sums() {
    Random random(5);
    Sink sink;
    U256 product = backstop::ballast_rules.precision;
    for (u32 i = 0; i < rounds; ++i) {
        const u128 total = 1'000'000 + random.below(1'000'000'000'000'000);
        const u128 debt = 1 + random.below(static_cast<u64>(total) - 1);
        const auto shrunk = backstop::shrink(backstop::ballast_rules, product, debt, total, U256());
        const auto added = backstop::share(backstop::ballast_rules, product, random.below(1u << 30),
                                           total, U256());
        product = shrunk.product;
        sink.add(product);
        sink.add(shrunk.scale_changes);
        sink.add(added.sum);
    }
    return sink.digest();
}

/// The root of a simulated market after every fifty blocks.
void add_roots(u64 seed, bool derivatives, std::vector<std::string>& lines) {
    const std::string name = (derivatives ? "derivatives-" : "market-") + std::to_string(seed);
    simulation::Play play(seed, derivatives);
    auto machine = engine::Machine::create(play.genesis());
    while (machine->height() < 300) {
        (void)machine->execute(play.next(*machine, 50));
        if (machine->height() % 50 == 0)
            lines.push_back(name + "-block-" + std::to_string(machine->height()) + " " +
                            hexadecimal(machine->root()));
    }
}

}  // namespace

std::vector<std::string> lines() {
    std::vector<std::string> lines{"mul_div " + mul_div(), "powers " + powers(),
                                   "curves " + curves(), "sweeps " + sweeps(),
                                   "product_sums " + product_sums()};
    for (u64 seed = 1; seed <= 6; ++seed) add_roots(seed, false, lines);
    for (std::string& line : lines_of_pricing()) lines.push_back(std::move(line));
    return lines;
}

std::vector<std::string> lines_of_pricing() {
    std::vector<std::string> lines;
    for (u64 seed = 1; seed <= 3; ++seed) add_roots(seed, true, lines);
    return lines;
}

}  // namespace ballast::golden
