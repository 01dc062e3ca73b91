/// Random years of three compartments over two synthetics, with the books kept a second time beside
/// the room.
#include <ballast/treasury/treasury.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace ballast::treasury {
namespace {

constexpr u32 compartments = 3;
constexpr std::array<AssetId, 2> synthetics{AssetId(0), AssetId(1)};

class Random {
public:
    explicit Random(u64 seed) : state_(seed) {}
    u64 below(u64 bound) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return (state_ >> 20) % bound;
    }

private:
    u64 state_;
};

class Year {
public:
    explicit Year(u64 seed) : random(seed) {
        terms.compartments = {
            {synthetics[0], Ratio::units(300'000'000), Amount::units(5'000), Amount::units(20'000)},
            {synthetics[1], Ratio::units(0), Amount::units(0), Amount::units(3'000)},
            {synthetics[0], Ratio::units(ratio_one), Amount::units(50'000), Amount::units(0)}};
        for (const AssetId asset : synthetics)
            terms.synthetics.push_back({asset, AssetId(2), Amount::units(10'000),
                                        Amount::units(1'000), Amount::units(2'000)});
        open_compartments(terms, state);
        user = ledger.open();
    }

    void step() {
        const auto key = static_cast<u32>(random.below(compartments));
        const Amount amount = Amount::units(static_cast<i128>(random.below(10'000)));
        switch (random.below(6)) {
            case 0: return borrow(key, amount);
            case 1:
            case 2: return earn(key, Amount::units(amount.units() / 3));
            case 3: return lose(key, amount);
            case 4: return heal(terms, state, ledger, events);
            default: return recapitalise(synthetics[random.below(2)]);
        }
    }

    void check() {
        std::array<Amount, 2> owed{};
        std::array<Amount, 2> reserves{};
        for (u32 key = 0; key < compartments; ++key) {
            const CompartmentRow& row = state.compartments[key];
            const std::size_t synthetic = terms.compartments[key].synthetic.value();
            owed[synthetic] += debts[key] + row.bad_debt;
            reserves[synthetic] += row.reserve;
            check_losses(key, row);
        }
        for (std::size_t i = 0; i < 2; ++i) {
            // L2 every unit is owed.
            ASSERT_EQ(ledger.supply(synthetics[i]), owed[i]);
            ASSERT_EQ(ledger.balance(system_account::reserve, synthetics[i]), reserves[i]);
        }
        check_events();
    }

private:
    void check_losses(u32 key, const CompartmentRow& row) {
        // L8 every unit lost is in one layer, and every booked unit is still there or was paid by
        // one.
        ASSERT_EQ(row.lost, lost[key]);
        ASSERT_EQ(row.lost, row.lost_to_reserve + row.lost_to_surplus + row.lost_to_bad_debt);
        ASSERT_EQ(row.lost_to_bad_debt - row.bad_debt,
                  row.healed_by_reserve + row.healed_by_surplus + row.healed_by_recapitalisation);
        // L10 no more leaves the compartment than its limit and what it has paid in.
        ASSERT_GE(row.loss_let_out, Amount());
        ASSERT_LE(row.loss_let_out, terms.compartments[key].loss_out_max);
        ASSERT_LE(row.lost_to_surplus + row.healed_by_surplus,
                  terms.compartments[key].loss_out_max + earned[key]);
        ASSERT_LE(row.lost_to_reserve + row.healed_by_reserve, earned[key]);
    }

    // The same totals, from the events alone.
    void check_events() {
        std::array<CompartmentRow, compartments> totals{};
        for (const Event& event : events) {
            CompartmentRow& row = totals[event.subject];
            const Amount amount = Amount::units(event.amount);
            if (event.kind == EventKind::loss_arose) row.lost += amount;
            if (event.kind == EventKind::loss_from_reserve) row.lost_to_reserve += amount;
            if (event.kind == EventKind::loss_from_surplus) row.lost_to_surplus += amount;
            if (event.kind == EventKind::loss_booked) row.bad_debt += amount;
            if (event.kind == EventKind::bad_debt_paid) row.bad_debt -= amount;
        }
        for (u32 key = 0; key < compartments; ++key) {
            const CompartmentRow& row = state.compartments[key];
            ASSERT_EQ(totals[key].lost, row.lost);
            ASSERT_EQ(totals[key].lost_to_reserve, row.lost_to_reserve);
            ASSERT_EQ(totals[key].lost_to_surplus, row.lost_to_surplus);
            ASSERT_EQ(totals[key].bad_debt, row.bad_debt);
        }
    }

    void borrow(u32 key, Amount amount) {
        debts[key] += amount;
        ledger.post({system_account::issuer, user, terms.compartments[key].synthetic, amount});
    }
    void earn(u32 key, Amount amount) {
        debts[key] += amount;
        earned[key] += amount;
        ledger.post({system_account::issuer, system_account::surplus,
                     terms.compartments[key].synthetic, amount});
        collect(terms, state, ledger, {VaultTypeId(static_cast<u16>(key)), amount}, events);
    }
    void lose(u32 key, Amount amount) {
        const Amount gone = std::min(amount, debts[key]);
        debts[key] -= gone;
        lost[key] += gone;
        const Waterfall paid =
            cover_loss(terms, state, ledger, {VaultTypeId(static_cast<u16>(key)), gone}, events);
        ASSERT_EQ(paid.from_reserve + paid.from_surplus + paid.booked, gone);
    }
    void recapitalise(AssetId synthetic) {
        const auto order = recapitalisation_due(terms, state, synthetic, Amount());
        if (!order || ledger.balance(user, synthetic) < order->raise) return;
        book_recapitalisation(terms, state, ledger, {synthetic, order->raise, user}, events);
    }

    Random random;
    Terms terms;
    State state;
    ledger::Ledger ledger{3};
    Events events;
    AccountId user;
    std::array<Amount, compartments> debts{};
    std::array<Amount, compartments> lost{};
    std::array<Amount, compartments> earned{};
};

TEST(TreasuryProperty, L2_L8_L10_HoldInRandomYears) {
    for (u64 seed = 1; seed <= 20; ++seed) {
        Year year(seed);
        for (u32 i = 0; i < 400; ++i) {
            year.step();
            year.check();
            if (::testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << i;
        }
    }
}

}  // namespace
}  // namespace ballast::treasury
