#include <ballast/pricing/kernel.hpp>
#include <ballast/pricing/sample_test.hpp>

#include <gtest/gtest.h>
#include <bit>
#include <cstdio>

namespace ballast::pricing {
namespace {

using kernel::Kernels;
using kernel::Variant;

constexpr std::size_t columns = 5;

// Every kernel's results, one after the other, as bits.
class Recorder {
public:
    Recorder(const Kernels& kernels, u64 seed, std::size_t rows)
        : kernels_(&kernels), rows_(rows), book_(seed, rows), random_(seed + 1) {}

    std::vector<u64> bits() {
        for (const Right right : {Right::call, Right::put}) {
            european(kernels_->of(right));
            everlasting(kernels_->of(right));
        }
        implied();
        return bits_;
    }

private:
    kernel::EuropeanOut out() {
        for (Column& column : out_) column.assign(rows_, 0);
        return {out_[0].data(), out_[1].data(), out_[2].data(), out_[3].data(), out_[4].data()};
    }
    void keep() {
        for (const Column& column : out_)
            for (const double value : column) bits_.push_back(std::bit_cast<u64>(value));
    }
    void european(const kernel::Columns& kernels) {
        for (const auto run : {kernels.european_greeks, kernels.cash, kernels.asset}) {
            run(book_.in(), out(), rows_);
            keep();
        }
        for (const auto run : {kernels.european, kernels.cash_value}) {
            run(book_.in(), out().value, rows_);
            keep();
        }
    }
    void everlasting(const kernel::Columns& kernels) {
        Column volatility;
        Column decay;
        Column rate;
        Column growth;
        for (std::size_t row = 0; row < rows_; ++row) {
            volatility.push_back(random_.spread(-8, 3));
            decay.push_back(random_.spread(-2, 9));
            rate.push_back(decay[row] * random_.between(-0.25, 0.25));
            growth.push_back(decay[row] * random_.between(-0.25, 0.25));
        }
        const kernel::EverlastingIn in{book_.spot.data(), book_.strike.data(), volatility.data(),
                                       decay.data(),      rate.data(),         growth.data()};
        for (const auto run : {kernels.everlasting, kernels.everlasting_binary}) {
            const kernel::EuropeanOut columns_out = out();
            run(in, {columns_out.value, columns_out.delta, columns_out.gamma, columns_out.vega},
                rows_);
            keep();
        }
    }
    void implied() {
        Column value;
        Column moneyness;
        for (std::size_t row = 0; row < rows_; ++row) {
            value.push_back(random_.spread(-60, -1e-6));
            moneyness.push_back(random_.below(10) == 0 ? 0.0 : random_.spread(-12, 2));
        }
        kernels_->implied({value.data(), moneyness.data()}, out().value, rows_);
        keep();
        kernels_->exponential(value.data(), out().value, rows_);
        keep();
    }

    const Kernels* kernels_;
    std::size_t rows_;
    Book book_;
    Random random_;
    Column out_[columns];
    std::vector<u64> bits_;
};

// FNV-1a over the bytes, the least significant first.
u64 digest(const std::vector<u64>& words) {
    u64 hash = 0xcbf2'9ce4'8422'2325;
    for (const u64 word : words)
        for (u32 shift = 0; shift < 64; shift += 8)
            hash = (hash ^ ((word >> shift) & 0xff)) * 0x100'0000'01b3;
    return hash;
}

std::vector<u64> recorded(Variant variant, u64 seed, std::size_t rows) {
    return Recorder(kernel::kernels(variant), seed, rows).bits();
}

void expect_same(Variant variant, const char* name) {
    if (!kernel::supported(variant)) {
        std::fprintf(stderr, "\n*** this processor has no %s: NOT COMPARED ***\n\n", name);
        GTEST_SKIP() << "no " << name;
    }
    for (std::size_t rows = 1; rows <= 40; ++rows)
        EXPECT_EQ(recorded(variant, rows, rows), recorded(Variant::baseline, rows, rows)) << rows;
    EXPECT_EQ(recorded(variant, 99, 20'000), recorded(Variant::baseline, 99, 20'000));
}

TEST(Variants, Avx2GivesTheBitsOfTheBaseline) {
    expect_same(Variant::avx2, "AVX2");
}

TEST(Variants, Avx512GivesTheBitsOfTheBaseline) {
    expect_same(Variant::avx512, "AVX-512");
}

// The same figure from every compiler, at every optimisation.
TEST(Variants, BitsAreThoseOfEveryCompiler) {
    EXPECT_EQ(digest(recorded(Variant::baseline, 7, 5'000)), 17282733590107239650u);
}

TEST(Variants, NothingIsNeitherNumberNorInfinity) {
    u64 bad = 0;
    for (const u64 word : recorded(Variant::baseline, 5, 20'000)) {
        const double value = std::bit_cast<double>(word);
        if (value != value) ++bad;
    }
    EXPECT_EQ(bad, 0u);
}

TEST(Variants, TheBestOneIsChosen) {
    Variant best = Variant::baseline;
    for (const Variant variant : {Variant::avx2, Variant::avx512})
        if (kernel::supported(variant)) best = variant;
    EXPECT_EQ(&kernel::kernels(), &kernel::kernels(best));
}

}  // namespace
}  // namespace ballast::pricing
