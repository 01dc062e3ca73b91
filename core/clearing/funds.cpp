#include <ballast/clearing/transactions.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

Result<void> check_amount(const House& house, AssetId asset, Amount amount) {
    if (!house.ledger.exists(asset)) return no(Reject::unknown_asset);
    if (amount <= Amount()) return no(Reject::amount_not_positive);
    if (amount > limits::amount_max) return no(Reject::amount_over_limit);
    return {};
}

std::optional<u32> slot_of(const CompartmentTerms& terms, AssetId asset) {
    for (u32 slot = 0; slot < terms.collateral.size(); ++slot)
        if (terms.collateral[slot].asset == asset) return slot;
    return {};
}

/// Cash leaves by what there is first; what lacks is minted by `store`.
Result<AccountRow> without_cash(const Facts& facts, AccountRow row, Amount amount) {
    const House& house = facts.house;
    settle_funding(house.state, row);
    BALLAST_CHECK(facts.risk.priced(house, row));
    realise(house.state, house.kinds, row);
    row.cash -= amount;
    const CompartmentRow& compartment = house.state.compartments[row.compartment.value()];
    const Amount minted = std::max(Amount(), -row.cash);
    if (compartment.held + minted < amount) return no(Reject::clearing_short);
    const AssetId asset = house.compartment(row.compartment).synthetic;
    if (house.ledger.supply(asset) + minted > limits::amount_max) return no(Reject::overflow);
    return row;
}

}  // namespace

Result<AccountRow> check(const Facts& facts, AccountId sender, const OpenMargin& request) {
    if (request.compartment.value() >= facts.house.terms.compartments.size())
        return no(Reject::unknown_compartment);
    if (facts.house.state.accounts.size() >= limits::accounts_max) return no(Reject::table_full);
    AccountRow row;
    row.owner = sender;
    row.compartment = request.compartment;
    row.key = request.key;
    return row;
}

MarginAccountId apply(House& house, AccountRow row) noexcept {
    house.events.push_back({EventKind::margin_opened, house.state.accounts.size(), row.owner,
                            AssetId{}, 0, row.compartment.value()});
    return MarginAccountId{house.books.accounts.push(std::move(row))};
}

Result<DepositPlan> check(const Facts& facts, AccountId sender, const MarginDeposit& request) {
    const House& house = facts.house;
    if (request.account.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    BALLAST_CHECK(check_amount(house, request.asset, request.amount));
    const AccountRow& row = house.state.accounts[request.account.value()];
    const CompartmentTerms& terms = house.compartment(row.compartment);
    const auto slot = slot_of(terms, request.asset);
    if (!slot && request.asset != terms.synthetic) return no(Reject::asset_not_in_basket);
    if (slot) {
        const CompartmentRow& compartment = house.state.compartments[row.compartment.value()];
        if (compartment.collateral[*slot] + request.amount > terms.collateral[*slot].cap)
            return no(Reject::collateral_cap);
    }
    if (house.ledger.balance(sender, request.asset) < request.amount)
        return no(Reject::insufficient_balance);
    return DepositPlan{sender, request, slot};
}

void apply(House& house, const DepositPlan& plan) noexcept {
    const MarginDeposit& request = plan.request;
    AccountRow row = house.state.accounts[request.account.value()];
    house.money.post({plan.payer, system_account::clearing, request.asset, request.amount});
    house.events.push_back({EventKind::margin_deposited, request.account.value(), row.owner,
                            request.asset, request.amount.units(), 0});
    if (plan.slot) {
        row.collateral[*plan.slot] += request.amount;
    } else {
        row.cash += request.amount;
        house.books.compartments.edit(row.compartment.value()).held += request.amount;
    }
    store(house, request.account, std::move(row));
}

Result<WithdrawPlan> check(const Facts& facts, AccountId sender, const MarginWithdraw& request) {
    const House& house = facts.house;
    if (request.account.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    AccountRow row = house.state.accounts[request.account.value()];
    if (row.owner != sender) return no(Reject::not_owner);
    BALLAST_CHECK(check_amount(house, request.asset, request.amount));
    if (row.in_auction) return no(Reject::margin_in_auction);
    const CompartmentTerms& terms = house.compartment(row.compartment);
    if (const auto slot = slot_of(terms, request.asset)) {
        if (row.collateral[*slot] < request.amount) return no(Reject::collateral_insufficient);
        row.collateral[*slot] -= request.amount;
    } else if (request.asset == terms.synthetic) {
        BALLAST_TRY(row, without_cash(facts, std::move(row), request.amount));
    } else {
        return no(Reject::asset_not_in_basket);
    }
    // What owes nothing and holds no position needs no price.
    if (!row.positions.empty() || !row.debt.zero() || row.cash < Amount()) {
        BALLAST_CHECK(allows_new_risk(house, row));
        BALLAST_TRY(const Standing after, facts.risk.standing(house, row));
        if (after.initial < Cash()) return no(Reject::margin_under_initial);
    }
    return WithdrawPlan{request, std::move(row)};
}

void apply(House& house, WithdrawPlan plan) noexcept {
    const MarginWithdraw& request = plan.request;
    const AccountId owner = plan.after.owner;
    const CompartmentId compartment = plan.after.compartment;
    const bool is_cash = request.asset == house.compartment(compartment).synthetic &&
                         !slot_of(house.compartment(compartment), request.asset);
    const bool mints = plan.after.cash < Amount();
    house.events.push_back({EventKind::margin_withdrawn, request.account.value(), owner,
                            request.asset, request.amount.units(), 0});
    // What is minted arrives before it leaves; what is there leaves before it can pay debt.
    if (mints) store(house, request.account, plan.after);
    house.money.post({system_account::clearing, owner, request.asset, request.amount});
    if (is_cash) house.books.compartments.edit(compartment.value()).held -= request.amount;
    if (!mints) store(house, request.account, std::move(plan.after));
}

Result<SettlePlan> check(const Facts& facts, AccountId, const SettleMargin& request) {
    const House& house = facts.house;
    if (request.account.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    AccountRow row = house.state.accounts[request.account.value()];
    BALLAST_CHECK(facts.risk.priced(house, row));
    settle_funding(house.state, row);
    realise(house.state, house.kinds, row);
    return SettlePlan{request.account, std::move(row)};
}

void apply(House& house, SettlePlan plan) noexcept {
    store(house, plan.account, std::move(plan.after));
}

}  // namespace ballast::clearing
