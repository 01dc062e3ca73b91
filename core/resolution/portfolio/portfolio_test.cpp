#include <ballast/portfolio/portfolio.hpp>

#include <gtest/gtest.h>

#include <array>

namespace ballast::portfolio {
namespace {

constexpr i128 dollar = amount_one;

Cash dollars(i64 whole) {
    return Cash::units(whole * dollar);
}
Ratio percent(i64 points) {
    return Ratio::units(points * 10'000'000);
}

Auction running(Leg leg = Leg::solvent) {
    Auction auction;
    auction.open = true;
    auction.leg = leg;
    auction.started = 1000;
    return auction;
}

// Asks for everything at any price, with any amount of cash.
Offer all_of_it() {
    return {{{1, 1}, cash_max}, cash_max};
}
Offer asks(i128 numerator, i128 denominator) {
    Offer offer = all_of_it();
    offer.take.wanted = {numerator, denominator};
    return offer;
}

TEST(Discount, FallsFastThenSlowlyThenIsNothing) {
    const Terms derive;  // 0.95 to 0.70 in 15 minutes, to 0 in 12 hours.
    struct Row {
        u64 elapsed;
        u64 millionths;
    };
    constexpr std::array rows{Row{0, 950'000},      Row{450, 825'000},   Row{900, 700'000},
                              Row{22'500, 350'000}, Row{44'100, 0},      Row{44'101, 0},
                              Row{~u64{0} / 2, 0},  Row{11'700, 525'000}};
    for (const Row& row : rows)
        EXPECT_EQ(discount(derive, row.elapsed).units(), ray_one / 1'000'000 * row.millionths)
            << row.elapsed;
    EXPECT_GT(discount(derive, 44'099), Ray());
    for (u64 second = 1; second < 44'200; ++second)
        ASSERT_LE(discount(derive, second), discount(derive, second - 1)) << second;
}

TEST(Discount, HasNoFastLegWhereThereIsNone) {
    Terms terms;
    terms.fast_seconds = 0;
    EXPECT_EQ(discount(terms, 0).units(), ray_one / 10 * 7);
}

TEST(BufferMargin, IsTheRequirementsPartBelowMaintenance) {
    Terms terms;
    EXPECT_EQ(buffer_margin(terms, {dollars(100), dollars(-20), {}}), dollars(-38));
    EXPECT_EQ(buffer_margin(terms, {dollars(100), dollars(100), {}}), dollars(100));
    // A requirement of one unit costs a whole unit of buffer.
    EXPECT_EQ(buffer_margin(terms, {Cash::units(1), Cash(), {}}), Cash::units(-1));
}

// Two takes of Derive's test "Test5" (v2-core 7736900d, liquidationTests.json), in units of 10^-18
// dollars; its auction: 0.98 to 0.8 in 100 s, to 0 in 14400 s, buffer 20 %.
TEST(Derive, AnswersItsPublishedCase) {
    Terms terms;
    terms.top = percent(98);
    terms.knee = percent(80);
    terms.fast_seconds = 100;
    terms.slow_seconds = 14'400;
    terms.buffer = percent(20);
    const auto wei = [](i128 high, i128 low) {
        return Cash::units(high * 1'000'000'000'000'000'000 + low);
    };
    const auto near = [](Cash a, Cash b) {
        EXPECT_LE((a - b).units(), 1'000'000);
        EXPECT_GE((a - b).units(), -1'000'000);
    };
    Auction auction = running();
    auction.started = 0;

    Standing standing{wei(103, 116'914'250'414'571'520), wei(-129, -478'717'730'831'056'896), {}};
    near(buffer_margin(terms, standing), wei(-175, -997'844'127'080'185'856));
    Fraction most = fraction_max(terms, auction, standing, 30);
    near(Cash::units(part(wei(1, 0).units(), most, Round::down)),
         Cash::units(648'280'469'348'716'416));
    const auto first = check_take(terms, auction, standing, 30, asks(1, 10)).value();
    EXPECT_FALSE(first.ends);
    near(first.paid, wei(9, 548'626'259'588'390'912));
    apply_take(auction, first);

    standing = {wei(137, 373'409'208'035'049'472), wei(-46, -111'362'020'362'379'264), {}};
    most = fraction_max(terms, auction, standing, 600);
    near(Cash::units(part(wei(1, 0).units(), most, Round::down)),
         Cash::units(433'401'449'711'588'160));
    const auto second = check_take(terms, auction, standing, 600, asks(5, 9)).value();
    EXPECT_TRUE(second.ends);
    near(second.paid, wei(42, 780'683'484'503'875'584));
    apply_take(auction, second);
    EXPECT_FALSE(auction.open);
    near(auction.paid, wei(52, 329'309'744'092'266'496));
}

TEST(FractionMax, IsNothingForWhoHasHisBuffer) {
    const Terms terms;
    EXPECT_TRUE(fraction_max(terms, running(), {dollars(100), dollars(90), {}}, 1000).zero());
}

TEST(FractionMax, GrowsAsThePriceFallsAndIsWholeAtTheEnd) {
    const Terms terms;
    const Standing standing{dollars(100), dollars(-10), dollars(1000)};
    Fraction last;
    for (u64 elapsed = 0; elapsed <= 44'100; elapsed += 60) {
        const Fraction most = fraction_max(terms, running(), standing, 1000 + elapsed);
        ASSERT_FALSE(less(most, last)) << elapsed;
        last = most;
    }
    EXPECT_TRUE(last.whole());
}

TEST(FractionMax, SellsARemainderWhole) {
    Terms terms;
    terms.remainder_min = dollars(500);
    const auto most = [&](i64 gross) {
        return fraction_max(terms, running(), {dollars(100), dollars(-1), dollars(gross)}, 1000);
    };
    EXPECT_TRUE(most(499).whole());
    EXPECT_FALSE(most(500).whole());
}

TEST(Bid, InsolventGrowsFromTheMarkToMaintenance) {
    Terms terms;
    terms.insolvent_seconds = 100;
    const Standing standing{dollars(-50), dollars(-90), {}};
    const auto at = [&](u64 elapsed, const Standing& of) {
        return bid(terms, running(Leg::insolvent), of, 1000 + elapsed);
    };
    EXPECT_EQ(at(0, standing), dollars(-50));
    EXPECT_EQ(at(25, standing), dollars(-60));
    EXPECT_EQ(at(100, standing), dollars(-90));
    EXPECT_EQ(at(1'000'000, standing), dollars(-90));
    // An account that is worth something again costs nothing at first.
    EXPECT_EQ(at(0, {dollars(50), dollars(-90), {}}), Cash());
    EXPECT_EQ(at(50, {dollars(50), dollars(-90), {}}), dollars(-45));
    // A third of a unit is not paid.
    terms.insolvent_seconds = 3;
    EXPECT_EQ(at(1, {Cash(), Cash::units(-1), {}}), Cash());
}

TEST(Bid, SolventIsRoundedAgainstTheTaker) {
    const Terms terms;
    const auto at = [&](i64 units) {
        return bid(terms, running(), {Cash::units(units), Cash::units(-1), {}}, 1000).units();
    };
    EXPECT_EQ(at(1), 1);    // 0.95
    EXPECT_EQ(at(21), 20);  // 19.95
    EXPECT_EQ(at(100), 95);
    EXPECT_EQ(at(0), 0);
    EXPECT_EQ(at(-5), 0);
    // 0.3 of 95 is 28.5, of which he pays 29.
    Terms whole;
    whole.remainder_min = dollars(1);
    const auto plan =
        check_take(whole, running(), {Cash::units(100), Cash::units(-1), {}}, 1000, asks(3, 10));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->paid.units(), 29);
}

TEST(NextStep, Table) {
    const Terms terms;
    const Standing ill{dollars(100), dollars(-10), {}};
    Auction auction = running();
    EXPECT_EQ(next_step(terms, auction, ill, 1000), Step::run);
    EXPECT_EQ(next_step(terms, auction, ill, 1000 + 44'099), Step::run);
    EXPECT_EQ(next_step(terms, auction, ill, 1000 + 44'100), Step::turn);
    EXPECT_EQ(next_step(terms, auction, {dollars(0), dollars(-10), {}}, 1000), Step::turn);
    // Above maintenance, but not yet at the buffer.
    EXPECT_EQ(next_step(terms, auction, {dollars(100), dollars(5), {}}, 1000), Step::run);
    EXPECT_EQ(next_step(terms, auction, {dollars(100), dollars(50), {}}, 1000), Step::end);
    auction.reserved = dollars(100);
    EXPECT_EQ(next_step(terms, auction, ill, 1000), Step::restart);
    auction = running(Leg::insolvent);
    EXPECT_EQ(next_step(terms, auction, {dollars(-5), dollars(-1), {}}, 9'000'000), Step::run);
    EXPECT_EQ(next_step(terms, auction, {dollars(5), dollars(0), {}}, 1000), Step::end);
}

TEST(Open, RejectsTheHealthyAndChoosesTheLeg) {
    Terms terms;
    terms.fee = percent(2);
    const MarginAccountId who{7};
    EXPECT_EQ(open(terms, who, {dollars(10), Cash(), {}}, 5).error(), Reject::account_healthy);
    EXPECT_EQ(open(terms, who, {cash_max + Cash::units(1), dollars(-1), {}}, 5).error(),
              Reject::overflow);
    const auto insolvent = open(terms, who, {Cash(), dollars(-1), {}}, 5).value();
    EXPECT_EQ(insolvent.auction.leg, Leg::insolvent);
    EXPECT_EQ(insolvent.fee, Cash());
    const auto solvent = open(terms, who, {dollars(100), dollars(-10), {}}, 5).value();
    EXPECT_EQ(solvent.auction.leg, Leg::solvent);
    EXPECT_EQ(solvent.auction.account, who);
    EXPECT_EQ(solvent.auction.started, 5);
    // Buffer margin -26.5, so 26.5 / 126.5 of 100 must be sold at the mark; 2 % of that.
    EXPECT_EQ(solvent.fee.units(), 41'897'234);
}

TEST(Turn, PutsReservedCashUpForSaleAgain) {
    Auction auction = running();
    auction.reserved = dollars(30);
    auction.paid = dollars(30);
    turn(auction, 2000);
    EXPECT_EQ(auction.leg, Leg::insolvent);
    EXPECT_EQ(auction.started, 2000);
    EXPECT_EQ(auction.reserved, Cash());
    EXPECT_EQ(auction.paid, dollars(30));
}

TEST(CheckTake, Rejects) {
    Terms terms;
    terms.fraction_min = percent(1);
    const Standing ill{dollars(100), dollars(-10), dollars(1000)};
    const auto answer = [&](const Auction& auction, const Standing& standing, const Offer& offer) {
        const auto plan = check_take(terms, auction, standing, 1000, offer);
        return plan ? std::optional<Reject>() : plan.error();
    };
    EXPECT_EQ(answer(running(), ill, all_of_it()), std::nullopt);
    EXPECT_EQ(answer(running(), {cash_max + dollars(1), dollars(-10), {}}, all_of_it()),
              Reject::overflow);
    for (const auto& [numerator, denominator] :
         {std::pair{1, 0}, std::pair{-1, 2}, std::pair{3, 2}, std::pair{-1, -1}})
        EXPECT_EQ(answer(running(), ill, asks(numerator, denominator)), Reject::bad_encoding);
    EXPECT_EQ(answer({}, ill, all_of_it()), Reject::account_auction_over);
    EXPECT_EQ(answer(running(), {dollars(100), dollars(90), {}}, all_of_it()),
              Reject::account_auction_waits);
    EXPECT_EQ(answer(running(), {dollars(-1), dollars(-90), {}}, all_of_it()),
              Reject::account_auction_waits);
    EXPECT_EQ(answer(running(), ill, asks(0, 1)), Reject::account_take_too_small);
    EXPECT_EQ(answer(running(), ill, asks(1, 101)), Reject::account_take_too_small);
    EXPECT_EQ(answer(running(), ill, asks(1, 100)), std::nullopt);

    Offer dear = asks(1, 10);  // Costs 9.5.
    dear.take.pay_max = Cash::units(950'000'000 - 1);
    EXPECT_EQ(answer(running(), ill, dear), Reject::account_price_over_limit);
    dear.take.pay_max = Cash::units(950'000'000);
    EXPECT_EQ(answer(running(), ill, dear), std::nullopt);
    dear.cash = Cash::units(950'000'000 + 265'000'000 - 1);  // A tenth of the buffer margin
                                                             // of 26.5.
    EXPECT_EQ(answer(running(), ill, dear), Reject::account_keeper_margin);
    dear.cash = Cash::units(950'000'000 + 265'000'000);
    EXPECT_EQ(answer(running(), ill, dear), std::nullopt);
}

TEST(CheckTake, TheLargestFractionIsNeverTooSmall) {
    Terms terms;
    terms.fraction_min = percent(50);
    terms.buffer = {};
    const Standing barely{dollars(100), dollars(-1), dollars(1000)};
    const auto plan = check_take(terms, running(), barely, 1000, all_of_it());
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->ends);
    EXPECT_TRUE(less(plan->fraction, {1, 50}));
}

TEST(CheckTake, InsolventIsPaidByTheSecurityLayer) {
    Terms terms;
    terms.insolvent_seconds = 100;
    const Standing under{dollars(-50), dollars(-90), dollars(1000)};
    Offer offer = asks(1, 4);
    offer.take.pay_max = dollars(-15);
    offer.cash = Cash::units(750'000'000);  // 90 / 4 - 15
    const auto plan = check_take(terms, running(Leg::insolvent), under, 1025, offer).value();
    EXPECT_EQ(plan.paid, Cash());
    EXPECT_EQ(plan.drawn, dollars(15));
    EXPECT_EQ(plan.cash_required, offer.cash);
    EXPECT_FALSE(plan.ends);
    offer.take.pay_max = dollars(-15) - Cash::units(1);
    EXPECT_EQ(check_take(terms, running(Leg::insolvent), under, 1025, offer).error(),
              Reject::account_price_over_limit);
}

// However finely an auction is sliced, its tip is paid once.
TEST(Tip, IsPaidOnce) {
    Terms terms;
    terms.tip = dollars(10);
    Auction auction = running(Leg::insolvent);
    const Standing under{dollars(-50), dollars(-90), dollars(1000)};
    for (int i = 0; i < 200; ++i)
        apply_take(auction, check_take(terms, auction, under, 1000, asks(1, 2)).value());
    EXPECT_LE(auction.tipped, terms.tip);
    EXPECT_GT(auction.tipped, dollars(9));
    apply_take(auction, check_take(terms, auction, under, 1000, all_of_it()).value());
    EXPECT_EQ(auction.tipped, terms.tip);
    EXPECT_FALSE(auction.open);
}

TEST(Cut, KeepsEveryUnitAndRoundsAgainstTheTaker) {
    EXPECT_EQ(cut(i64{7}, {1, 2}), (Cut<i64>{3, 4}));
    EXPECT_EQ(cut(i64{-7}, {1, 2}), (Cut<i64>{-4, -3}));
    EXPECT_EQ(cut(i64{-1}, {1, 1'000'000}), (Cut<i64>{-1, 0}));
    EXPECT_EQ(cut(Amount::units(9), {2, 3}), (Cut<Amount>{Amount::units(6), Amount::units(3)}));
    EXPECT_EQ(cut(dollars(10), dollars(4), {1, 2}), (Cut<Cash>{dollars(3), dollars(7)}));
    EXPECT_EQ(cut(dollars(-10), dollars(4), {1, 2}), (Cut<Cash>{dollars(-7), dollars(-3)}));
    for (const i64 size : {limits::size_max, -limits::size_max, i64{0}, i64{1}})
        EXPECT_EQ(cut(size, {1, 1}), (Cut<i64>{size, 0}));
}

TEST(Fraction, OfARatio) {
    EXPECT_EQ(fraction_of(percent(25)), (Fraction{250'000'000, ratio_one}));
    EXPECT_TRUE(fraction_of(percent(130)).whole());
    EXPECT_TRUE(fraction_of(percent(-1)).zero());
    EXPECT_TRUE(less({1, 3}, {334, 1000}));
    EXPECT_FALSE(less({1, 3}, {1, 3}));
}

TEST(Codec, KeepsARowAndRefusesAnUnknownLeg) {
    Auction auction = running(Leg::insolvent);
    auction.account = MarginAccountId{5};
    auction.reserved = dollars(1);
    auction.paid = dollars(2);
    auction.drawn = dollars(3);
    auction.tipped = dollars(4);
    auction.takes = 6;
    Bytes bytes = encode(auction);
    EXPECT_EQ(decode<Auction>(bytes).value(), auction);
    bytes[4] = 2;  // After the account's four bytes.
    EXPECT_EQ(decode<Auction>(bytes).error(), Reject::bad_encoding);
}

TEST(Terms, Validate) {
    EXPECT_EQ(validate(Terms{}), std::nullopt);
    const auto key_of = [](auto change) {
        Terms terms;
        change(terms);
        return validate(terms).value_or(TermsFault{}).key;
    };
    EXPECT_EQ(key_of([](Terms& t) { t.top = percent(101); }), "top");
    EXPECT_EQ(key_of([](Terms& t) { t.knee = percent(96); }), "knee");
    EXPECT_EQ(key_of([](Terms& t) { t.fast_seconds = leg_seconds_max + 1; }), "fast_seconds");
    EXPECT_EQ(key_of([](Terms& t) { t.slow_seconds = 0; }), "slow_seconds");
    EXPECT_EQ(key_of([](Terms& t) { t.insolvent_seconds = 0; }), "insolvent_seconds");
    EXPECT_EQ(key_of([](Terms& t) { t.buffer = percent(101); }), "buffer");
    EXPECT_EQ(key_of([](Terms& t) { t.keeper_margin = percent(-1); }), "keeper_margin");
    EXPECT_EQ(key_of([](Terms& t) { t.fee = percent(101); }), "fee");
    EXPECT_EQ(key_of([](Terms& t) { t.fraction_min = percent(101); }), "fraction_min");
    EXPECT_EQ(key_of([](Terms& t) { t.remainder_min = Cash::units(-1); }), "remainder_min");
    EXPECT_EQ(key_of([](Terms& t) { t.tip = Cash::units(-1); }), "tip");
}

}  // namespace
}  // namespace ballast::portfolio
