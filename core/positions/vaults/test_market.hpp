/// A market to test the room in: two dollar types over ether and gold, and a synthetic gold against
/// dollars.  Prices are set by hand; `expect_laws` recomputes what must be true from the rows.
#pragma once

#include <ballast/math/money.hpp>
#include <ballast/vaults/vaults.hpp>

#include <gtest/gtest.h>

#include <map>

namespace ballast::vaults::test {

inline constexpr AssetId dollar{0};  ///< Synthetic, worth one dollar by definition.
inline constexpr AssetId ether{1};
inline constexpr AssetId gold{2};
inline constexpr AssetId synthetic{3};  ///< Synthetic gold.
inline constexpr AssetId coin{4};       ///< Dollars from outside, as collateral.
inline constexpr u32 assets = 5;

inline constexpr VaultTypeId mixed{0};  ///< Ether and gold, 150 % / 130 %, 5 % a year.
inline constexpr VaultTypeId plain{1};  ///< Ether alone, 120 % / 110 %, no fee.
inline constexpr VaultTypeId metal{2};  ///< Synthetic gold against coin and ether.

inline constexpr AccountId alice{16};
inline constexpr AccountId bob{17};
inline constexpr AccountId carol{18};

constexpr Ratio percent(i64 count) {
    return Ratio::units(count * 10'000'000);
}
constexpr Amount whole(i64 count) {
    return Amount::units(i128{count} * amount_one);
}
constexpr Price dollars(i64 count) {
    return Price::units(count * amount_one);
}

/// Five per cent a year.
inline constexpr Ray five_percent = Ray::units(ray_one + u128{1'547'125'957'863'212'448});

inline basket::CollateralTerms collateral(AssetId asset, Ratio haircut) {
    basket::CollateralTerms terms;
    terms.asset = asset;
    terms.feed = FeedId{asset.value()};
    terms.haircut = haircut;
    terms.cap = whole(1'000'000'000);
    return terms;
}

inline RedemptionTerms liquity_redemption() {
    RedemptionTerms terms;
    terms.enabled = true;
    terms.fee_floor = Ratio::units(5'000'000);
    terms.fee_max = percent(100);
    terms.decay_per_minute = 999'037'758'833'783'000;
    terms.divisor = 2;
    terms.smallest = whole(1);
    return terms;
}

inline Types make_types() {
    VaultTypeTerms first;
    first.name = "mixed";
    first.debt_asset = dollar;
    first.basket = {collateral(ether, percent(10)), collateral(gold, percent(5))};
    first.minimum_ratio = percent(150);
    first.liquidation_ratio = percent(130);
    first.debt_ceiling = whole(1'000'000'000);
    first.minimum_debt = whole(100);
    first.fee_per_second = five_percent;
    first.opening_fee = percent(1);
    first.redemption = liquity_redemption();

    VaultTypeTerms second = first;
    second.name = "plain";
    second.basket = {collateral(ether, percent(0))};
    second.minimum_ratio = percent(120);
    second.liquidation_ratio = percent(110);
    second.fee_per_second = Ray::units(ray_one);
    second.opening_fee = percent(0);

    VaultTypeTerms third = first;
    third.name = "metal";
    third.debt_asset = synthetic;
    third.debt_feed = FeedId{gold.value()};
    third.basket = {collateral(coin, percent(2)), collateral(ether, percent(20))};
    third.minimum_debt = Amount::units(amount_one / 10);
    third.redemption.smallest = Amount::units(amount_one / 100);
    return {first, second, third};
}

class Market {
public:
    Types types = make_types();
    State state = make_state(types, 1'000'000);
    ledger::Ledger ledger{assets};
    Events events;
    Prices prices{std::vector<TypePrices>(3)};
    u64 now = 1'000'000;
    std::map<AssetId, Price> marks{
        {ether, dollars(2'000)}, {gold, dollars(3'000)}, {coin, dollars(1)}};
    oracle::Status status = oracle::Status::live;
    std::map<u32, Amount> carried;  ///< Debt that has left its vault, by asset.

    Market() {
        while (ledger.accounts() < 32) (void)ledger.open();
        for (const AccountId account : {alice, bob, carol})
            for (const AssetId asset : {ether, gold, coin}) fund(account, asset, whole(1'000'000));
        reprice();
    }

    [[nodiscard]] Facts facts() const { return {types, prices, state, ledger, now}; }
    [[nodiscard]] Books books() { return {types, state, ledger, events}; }

    void fund(AccountId account, AssetId asset, Amount amount) {
        ledger.post({system_account::issuer, account, asset, amount});
    }
    void set_price(AssetId asset, Price price) {
        marks[asset] = price;
        reprice();
    }
    /// A new block, some time later.
    void pass(u64 seconds) {
        now += seconds;
        accrue(types, state, ledger, now, events);
        reprice();
    }
    /// Prices 0.1 % around the marks for liquidation, 0.2 % for new risk.
    void reprice() {
        const auto around = [](Price mark, i64 thousandths) {
            return math::portion(mark, Ratio::units(ratio_one + thousandths * 1'000'000),
                                 thousandths < 0 ? Round::down : Round::up);
        };
        for (u32 id = 0; id < types.size(); ++id) {
            const VaultTypeTerms& terms = types[id];
            TypePrices& out = prices[id];
            out.status = status;
            const bool pegged = !terms.debt_feed;
            const Price debt = pegged ? dollars(1) : marks[AssetId{terms.debt_feed->value()}];
            out.debt_low = pegged ? debt : around(debt, -2);
            out.debt_firm = pegged ? debt : around(debt, 1);
            out.debt_high = pegged ? debt : around(debt, 2);
            for (u32 k = 0; k < terms.basket.size(); ++k) {
                const Price mark = marks[terms.basket[k].asset];
                out.low[k] = around(mark, -2);
                out.high[k] = around(mark, 2);
                out.weight[k] =
                    basket::weight(terms.basket[k], around(mark, -1), state.types[id].locked[k]);
            }
        }
    }

    template <class Request>
    Result<void> act(AccountId caller, const Request& request) {
        const auto plan = check(facts(), caller, request);
        if (!plan) return no(plan.error());
        Books out = books();
        (void)apply(out, *plan);
        return {};
    }
    Result<void> act(AccountId caller, const Redeem& request) {
        const auto plan = check(facts(), state.watch, caller, request);
        if (!plan) return no(plan.error());
        Books out = books();
        apply(out, *plan);
        return {};
    }
    VaultId open(AccountId owner, VaultTypeId type) {
        EXPECT_TRUE(act(owner, OpenVault{type}));
        return VaultId{state.vaults.size() - 1};
    }
    /// A vault with `amount` of its first collateral and `debt` minted.
    VaultId open(AccountId owner, VaultTypeId type, Amount amount, Amount debt) {
        const VaultId vault = open(owner, type);
        EXPECT_TRUE(act(owner, Deposit{vault, types[type.value()].basket[0].asset, amount}));
        const auto minted = act(owner, Mint{vault, debt});
        EXPECT_TRUE(minted) << (minted ? "" : name(minted.error()));
        return vault;
    }

    [[nodiscard]] const VaultRow& row(VaultId vault) const { return state.vaults[vault.value()]; }
    [[nodiscard]] Amount debt(VaultId vault) const {
        return owed(row(vault), state.types[row(vault).type.value()]);
    }
    [[nodiscard]] Watched watched(VaultTypeId type) const {
        return {type, types[type.value()], prices[type.value()]};
    }
    [[nodiscard]] bool is_healthy(VaultId vault) const {
        const u32 type = row(vault).type.value();
        return healthy(row(vault), state.types[type], types[type], prices[type]);
    }
    [[nodiscard]] Amount balance(AccountId account, AssetId asset) const {
        return ledger.balance(account, asset);
    }

    /// Totals are sums over rows, custody holds what is locked, and (L2) every synthetic is owed.
    void expect_laws() const {
        std::map<AssetId, Amount> locked;
        std::map<AssetId, Amount> book;
        for (u32 id = 0; id < types.size(); ++id) {
            TypeRow sum = state.types[id];
            sum.debt = NormalTotal{};
            sum.locked = Amounts{};
            for (const VaultRow& vault : state.vaults.rows()) {
                if (vault.type != VaultTypeId{static_cast<u16>(id)}) continue;
                sum.debt += NormalTotal::units(vault.debt.units());
                for (u32 k = 0; k < limits::basket_max; ++k)
                    sum.locked[k] += Amount::units(vault.amounts[k].units());
            }
            ASSERT_EQ(sum, state.types[id]);
            book[types[id].debt_asset] += book_value(sum);
            for (u32 k = 0; k < types[id].basket.size(); ++k)
                locked[types[id].basket[k].asset] += sum.locked[k];
        }
        for (const auto& [asset, amount] : locked)
            ASSERT_EQ(balance(system_account::vaults, asset), amount) << asset.value();
        for (const auto& [asset, amount] : book) {
            const auto also = carried.find(asset.value());
            const Amount outside = also == carried.end() ? Amount{} : also->second;
            ASSERT_EQ(ledger.supply(asset), amount + outside) << "L2 of asset " << asset.value();
        }
    }
};

}  // namespace ballast::vaults::test
