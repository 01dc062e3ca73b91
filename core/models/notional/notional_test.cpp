#include <ballast/notional/notional.hpp>

#include <ballast/notional/options.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballast::notional {
namespace {

using pricing::Right;

constexpr i64 one = amount_one;

Price price(i64 whole) {
    return Price::units(whole * one);
}
Cash dollars(i64 whole) {
    return Cash::units(i128{whole} * one);
}
Ratio ratio(i64 millionths) {
    return Ratio::units(millionths * 1000);
}

// The parameters of Derive's test of its standard manager
// (derivexyz/v2-core@7736900, test/risk-managers/unit-tests/StandardManager).
Terms derive() {
    Terms terms;
    TierTerms tier;
    tier.name = "all";
    tier.linear.initial = ratio(65'000);
    tier.linear.maintenance = ratio(50'000);
    ShortTerms isolated;
    isolated.initial_most = ratio(150'000);
    isolated.initial_least = ratio(100'000);
    isolated.maintenance_call = ratio(75'000);
    isolated.maintenance_put = ratio(75'000);
    isolated.maintenance_put_mark = ratio(75'000);
    isolated.put_initial_scale = ratio(1'050'000);
    tier.option = {isolated, ratio(1'200'000), ratio(1'100'000)};
    tier.confidence = {ratio(400'000), ratio(400'000), ratio(400'000)};
    terms.tiers = {tier};
    CollateralTerms ether;
    ether.initial = ratio(800'000);
    ether.maintenance = ratio(800'000);
    ether.confidence_threshold = ratio(400'000);
    ether.confidence_factor = ratio(400'000);
    terms.collateral = {ether};
    terms.depeg = {Price::units(98'000'000), ratio(1'200'000)};
    return terms;
}

struct Book {
    std::vector<Underlying> underlyings{{price(1500)}};
    std::vector<Instrument> instruments;
    std::vector<risk::Exposure> positions;
    std::vector<Holding> collateral;
    Cash cash;
    Price settlement = price(1);

    Instrument& add(risk::Shape shape, i64 size, Price mark) {
        Instrument instrument;
        instrument.shape = shape;
        instrument.upfront = shape == risk::Shape::option;
        instrument.mark = mark;
        instrument.forward = underlyings[0].spot;
        const InstrumentId id(static_cast<u32>(instruments.size()));
        positions.push_back({id, size});
        return instruments.emplace_back(instrument);
    }
    Instrument& option(Right right, i64 strike, i64 size, Price mark) {
        Instrument& added = add(risk::Shape::option, size, mark);
        added.series.right = right;
        added.series.strike = price(strike);
        added.series.expiry = 500'400;
        added.forward = Price::units(150'083'327'931);
        return added;
    }
    [[nodiscard]] Margin margin(const Terms& terms) const {
        return notional::margin(terms, {underlyings, instruments, settlement},
                                {positions, collateral, cash});
    }
};

// A cent: the peer's marks have 18 digits, ours are typed with 8.
void near(Cash got, double dollars_expected) {
    EXPECT_NEAR(static_cast<double>(got.units()) / one, dollars_expected, 1e-7);
}

// Case Test1: a call at the money requires 15 % and 7.5 % of spot beyond its mark.
TEST(Derive, ShortCall) {
    Book book;
    book.option(Right::call, 1500, -one, Price::units(7'937'158'519));
    const Margin margin = book.margin(derive());
    near(margin.mark_to_market, -79.37158519);
    near(margin.maintenance, -191.87158519);
    near(margin.initial, -304.37158519);
}

// Case Test3: far out of the money the least is required, 10 % of spot.
TEST(Derive, ShortCallOutOfTheMoney) {
    Book book;
    book.option(Right::call, 1900, -one, Price::units(600'826'183));
    const Margin margin = book.margin(derive());
    near(margin.maintenance, -118.50826183);
    near(margin.initial, -156.00826183);
}

// Case Test4.
TEST(Derive, ShortPut) {
    Book book;
    book.option(Right::put, 1300, -one, Price::units(1'432'279'429));
    const Margin margin = book.margin(derive());
    near(margin.maintenance, -126.82279429);
    near(margin.initial, -164.32279429);
}

// Case Test7: -1 call at 1000, +1 at 1200, -0.1 at 2500.  At most 200 is lost where all strikes
// are passed; 0.1 calls are unpaired, at 1.1 and 1.2 of the forward 1500.83327931.
TEST(Derive, WorstPayoffOfAnExpiry) {
    Book book;
    book.option(Right::call, 1200, one, price(300));
    book.option(Right::call, 1000, -one, price(500));
    book.option(Right::call, 2500, -one / 10, price(10));
    const Margin margin = book.margin(derive());
    near(margin.maintenance, -365.09166072);
    near(margin.initial, -380.09999352);
}

TEST(Derive, LongOptionsCountNothing) {
    Book book;
    book.option(Right::call, 1500, one, price(79));
    EXPECT_EQ(book.margin(derive()), (Margin{dollars(79), Cash(), Cash()}));
}

// A box pays 1000 whatever happens; it is worth no credit either.
TEST(Derive, BoxCountsNothing) {
    Book book;
    book.option(Right::call, 1000, one, price(520));
    book.option(Right::put, 1000, -one, price(10));
    book.option(Right::call, 2000, -one, price(15));
    book.option(Right::put, 2000, one, price(500));
    const Margin margin = book.margin(derive());
    EXPECT_EQ(margin.initial, Cash());
    EXPECT_EQ(margin.maintenance, Cash());
}

TEST(Derive, ExpiriesDoNotOffset) {
    Book book;
    book.option(Right::call, 1500, -one, price(80));
    book.option(Right::call, 1600, one, price(40)).series.expiry = 600'000;
    EXPECT_EQ(book.margin(derive()).maintenance, -Cash::units(19'250'000'000));  // 80 + 112.5
}

// Named portfolio test_long_ATM_perp: 5 % and 6.5 % of the perp's price, 2001; entered at 2005.
TEST(Derive, Perp) {
    Book book;
    book.underlyings[0].spot = price(2000);
    book.add(risk::Shape::linear, one, price(2001));
    book.cash = dollars(-4);
    const Margin margin = book.margin(derive());
    EXPECT_EQ(margin.mark_to_market, dollars(-4));
    near(margin.maintenance, -104.05);
    near(margin.initial, -134.065);
}

// test_long_perp_and_USDC_depeg: (0.98 - 0.1) * 1.2 * 2000 more.
TEST(Derive, DepegIsChargedToInitialMargin) {
    Book book;
    book.underlyings[0].spot = price(2000);
    book.add(risk::Shape::linear, -one, price(2001));
    book.settlement = Price::units(one / 10);
    const Margin margin = book.margin(derive());
    near(margin.maintenance, -100.05);
    near(margin.initial, -130.065 - 2112);
}

// test_base_asset_low_spot_confidence: 0.8 * 2000 less (1 - 0.1) * 0.4 * 2000.
TEST(Derive, UnsureFeedsAreChargedToInitialMargin) {
    Book book;
    book.collateral = {{AssetId(0), Amount::units(one), price(2000), ratio(100'000)}};
    const Margin margin = book.margin(derive());
    EXPECT_EQ(margin, (Margin{dollars(2000), dollars(880), dollars(1600)}));
    book.collateral[0].confidence = ratio(400'000);
    EXPECT_EQ(book.margin(derive()).initial, dollars(1600));
}

// At half a dollar of cash, ether of 2000 dollars would fetch 4000 of it; 0.8 * 2000 count.
TEST(Collateral, CountsInDollars) {
    Book book;
    book.collateral = {{AssetId(0), Amount::units(one), price(4000)}};
    book.settlement = Price::units(one / 2);
    EXPECT_EQ(book.margin(derive()), (Margin{dollars(4000), dollars(1600), dollars(1600)}));
}

TEST(Collateral, AnAssetWithoutTermsCountsNothing) {
    Book book;
    book.collateral = {{AssetId(1), Amount::units(one), price(2000)}};
    EXPECT_EQ(book.margin(derive()), (Margin{dollars(2000), Cash(), Cash()}));
}

// A cash binary loses its payout and nothing more; worst of a pair of strikes is between them.
TEST(Binary, LosesAtMostItsPayout) {
    Book book;
    book.option(Right::call, 1500, -one, price(50)).series.payout = price(100);
    EXPECT_EQ(book.margin(derive()).maintenance, dollars(-100));
    book.option(Right::call, 1600, one, price(40)).series.payout = price(100);
    EXPECT_EQ(book.margin(derive()).maintenance, dollars(-100));
    book.option(Right::call, 1400, one, price(60)).series.payout = price(100);
    EXPECT_EQ(book.margin(derive()).maintenance, dollars(0));
}

TEST(Binary, PutPaysJustBelowItsStrike) {
    Book book;
    book.option(Right::put, 1500, -one, price(50)).series.payout = price(100);
    book.option(Right::call, 1500, -one, price(50)).series.payout = price(100);
    // One of the two pays, never both.
    EXPECT_EQ(book.margin(derive()).maintenance, dollars(-100));
}

// What cash holds already does not count twice.
TEST(NotUpfront, CountsWithoutItsMark) {
    Book book;
    book.option(Right::call, 1500, -one, price(80)).upfront = false;
    const Margin margin = book.margin(derive());
    EXPECT_EQ(margin.mark_to_market, Cash());
    EXPECT_EQ(margin.maintenance, -Cash::units(11'250'000'000));  // 7.5 % of 1500.
    Book bought;
    bought.option(Right::call, 1500, one, price(80)).upfront = false;
    EXPECT_EQ(bought.margin(derive()).maintenance, dollars(-80));
}

TEST(Everlasting, PeriodsDoNotOffset) {
    Book book;
    book.option(Right::call, 1500, -one, price(80)).series.expiry = 0;
    book.option(Right::call, 1500, one, price(80)).series.expiry = 0;
    book.instruments[0].series.period = 86'400;
    book.instruments[1].series.period = 86'400;
    EXPECT_EQ(book.margin(derive()).maintenance, Cash());
    book.instruments[1].series.period = 604'800;
    EXPECT_LT(book.margin(derive()).maintenance, dollars(-80));
}

// Without rules for single shorts the worst payoff is required, and the whole forward of a call.
TEST(Options, AreCoveredInFullWithoutIsolatedRules) {
    Terms terms = derive();
    terms.tiers[0].option = {std::nullopt, ratio(1'000'000), ratio(1'000'000)};
    Book book;
    book.option(Right::put, 1300, -one, price(14));
    EXPECT_EQ(book.margin(terms).maintenance, dollars(-1300));
    book.option(Right::call, 2000, -one, price(3));
    near(book.margin(terms).maintenance, -1300 - 1500.83327931);
}

Book random_book(std::mt19937_64& random) {
    Book book;
    const auto below = [&](i64 end) { return static_cast<i64>(random() % static_cast<u64>(end)); };
    for (i64 i = below(12); i >= 0; --i) {
        const i64 size = (below(20) - 10) * one / 10;
        if (size == 0) continue;
        if (below(4) == 0) {
            book.add(risk::Shape::linear, size, Price::units(150'000'000'000 + below(one)));
            continue;
        }
        const Right right = below(2) == 0 ? Right::call : Right::put;
        Instrument& added = book.option(right, 500 + below(30) * 100, size, price(below(800)));
        added.series.expiry = static_cast<u64>(500'400 + below(3));
        added.upfront = below(5) != 0;
        added.confidence = ratio(below(1'000'001));
        if (below(6) == 0) added.series.payout = price(100);
    }
    if (below(2) == 0)
        book.collateral = {{AssetId(0), Amount::units(below(one * 10)), price(1500)}};
    book.cash = Cash::units(below(one * 1000));
    if (below(4) == 0) book.settlement = Price::units(90'000'000);
    return book;
}

TEST(Property, InitialIsNeverAboveMaintenanceAndOrderDoesNotMatter) {
    std::mt19937_64 random(11);
    const Terms terms = derive();
    for (int round = 0; round < 4000; ++round) {
        Book book = random_book(random);
        const Margin margin = book.margin(terms);
        ASSERT_LE(margin.initial, margin.maintenance) << round;
        std::shuffle(book.positions.begin(), book.positions.end(), random);
        ASSERT_EQ(book.margin(terms), margin) << round;
        book.cash += Cash::units(12'345);
        ASSERT_EQ(book.margin(terms).initial, margin.initial + Cash::units(12'345)) << round;
    }
}

double payoff(std::span<const Leg> legs, double settlement) {
    double sum = 0;
    for (const Leg& leg : legs) {
        const double strike = static_cast<double>(leg.instrument->series.strike.units()) / one;
        const bool call = leg.instrument->series.right == Right::call;
        double pays = std::max(0.0, call ? settlement - strike : strike - settlement);
        if (!leg.instrument->series.payout.zero()) pays = (settlement >= strike) == call ? 100 : 0;
        sum += pays * static_cast<double>(leg.size) / one;
    }
    return sum;
}

// Where the rules for single shorts are off, what an expiry requires covers every settlement up to
// the highest strike; dollars, a slow second way.
TEST(Property, TheWorstPayoffIsTheWorst) {
    std::mt19937_64 random(13);
    const OptionTerms terms{std::nullopt, ratio(1'000'000), ratio(1'000'000)};
    for (int round = 0; round < 1500; ++round) {
        const Book book = random_book(random);
        std::vector<Leg> legs;
        for (const risk::Exposure& position : book.positions) {
            const Instrument& instrument = book.instruments[position.instrument.value()];
            if (instrument.shape == risk::Shape::option)
                legs.push_back({&instrument, position.size});
        }
        if (legs.empty()) continue;
        i64 highest = 0;
        for (const Leg& leg : legs)
            highest = std::max(highest, leg.instrument->series.strike.units() / one);
        const Pair covered = worst(terms, legs, Price());
        double least = 0;
        // Every eighth of a hundred dollars, and just below it: binaries jump there.
        for (double settlement = 0; settlement <= static_cast<double>(highest); settlement += 12.5)
            least = std::min({least, payoff(legs, settlement), payoff(legs, settlement - 1e-9)});
        ASSERT_NEAR(static_cast<double>(covered.maintenance.units()) / one, least, 1e-6) << round;
    }
}

TEST(Terms, ValidateNamesTheFault) {
    EXPECT_EQ(validate(derive()), std::nullopt);
    const auto fault = [](auto change) {
        Terms terms = derive();
        change(terms);
        return validate(terms).value_or(TermsFault{}).key;
    };
    EXPECT_EQ(fault([](Terms& t) { t.tiers[0].name.clear(); }), "tiers[0].name");
    EXPECT_EQ(fault([](Terms& t) { t.tiers.clear(); }), "tiers");
    EXPECT_EQ(fault([](Terms& t) { t.tier_of = {0, 1}; }), "tier_of[1]");
    EXPECT_EQ(fault([](Terms& t) { t.tiers[0].linear.maintenance = ratio(70'000); }),
              "tiers[0].linear.maintenance");
    EXPECT_EQ(fault([](Terms& t) { t.tiers[0].linear.open_interest_low = dollars(1); }),
              "tiers[0].linear.open_interest_high");
    EXPECT_EQ(fault([](Terms& t) { t.tiers[0].option.unpaired_initial = ratio(1'050'000); }),
              "tiers[0].option.unpaired_maintenance");
    EXPECT_EQ(
        fault([](Terms& t) { t.tiers[0].option.isolated->maintenance_call = ratio(200'000); }),
        "tiers[0].option.isolated.maintenance_call");
    EXPECT_EQ(fault([](Terms& t) { t.collateral[0].initial = ratio(900'000); }),
              "collateral[0].initial");
    EXPECT_EQ(fault([](Terms& t) { t.depeg.threshold = price(2); }), "depeg.threshold");
}

TEST(Terms, SurviveTheCodec) {
    Terms terms = derive();
    terms.tier_of = {0, 0};
    Bytes bytes;
    Writer writer(bytes);
    writer(terms);
    Terms back;
    Reader reader(bytes);
    reader(back);
    ASSERT_TRUE(reader.finish());
    Bytes again;
    Writer second(again);
    second(back);
    EXPECT_EQ(bytes, again);
    EXPECT_EQ(back.tiers[0].option.isolated->put_initial_scale, ratio(1'050'000));
}

}  // namespace
}  // namespace ballast::notional
