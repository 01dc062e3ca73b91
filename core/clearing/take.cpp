#include <ballast/clearing/layers.hpp>

#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::clearing {
namespace {

Amount as_amount(Cash cash) {
    return Amount::units(cash.units());
}

/// Cuts the plan's fraction off everything `sold` holds and gives it to `bought`.
void move_fraction(const Facts& facts, const portfolio::TakePlan& take, AccountRow& sold,
                   AccountRow& bought) {
    const House& house = facts.house;
    const CompartmentRow& compartment = house.state.compartments[sold.compartment.value()];
    settle_funding(house.state, sold), settle_funding(house.state, bought);
    // Gains and losses so far are the whole account's, and are shared like its cash.
    realise(house.state, house.kinds, sold);
    const Cash net = Cash::units((sold.cash - owed(sold, compartment)).units());
    const auto cash = portfolio::cut(net, take.reserved, take.fraction);
    for (const Position& position : AccountRow(sold).positions) {
        const auto size = portfolio::cut(position.size, take.fraction);
        if (size.taken == 0) continue;
        const Cash value = value_of(size.taken < 0 ? -size.taken : size.taken,
                                    house.instrument(position.instrument).mark);
        const Cash entry = house.kind(position.instrument).upfront ? Cash()
                           : size.taken < 0                        ? -value
                                                                   : value;
        // At the mark on both sides, and not paid: what upfront positions are worth is in the bid.
        add_trade(house.state, sold, {position.instrument, -size.taken, -entry, false});
        add_trade(house.state, bought, {position.instrument, size.taken, entry, false});
    }
    for (std::size_t slot = 0; slot < sold.collateral.size(); ++slot) {
        const auto amount = portfolio::cut(sold.collateral[slot], take.fraction);
        sold.collateral[slot] = amount.left;
        bought.collateral[slot] += amount.taken;
    }
    sold.cash -= as_amount(cash.taken);
    bought.cash += as_amount(cash.taken);
}

Result<void> check_rows(const Facts& facts, const TakePortfolio& request, AccountId sender) {
    const House& house = facts.house;
    if (request.auction >= house.state.auctions.size() ||
        !house.state.auctions[request.auction].open)
        return no(Reject::unknown_auction);
    if (request.keeper.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    const AccountRow& keeper = house.state.accounts[request.keeper.value()];
    if (keeper.owner != sender) return no(Reject::not_owner);
    const MarginAccountId sold = house.state.auctions[request.auction].account;
    if (house.state.accounts[sold.value()].compartment != keeper.compartment)
        return no(Reject::other_compartment);
    if (sold == request.keeper) return no(Reject::self_transfer);
    if (keeper.in_auction) return no(Reject::margin_in_auction);
    return {};
}

}  // namespace

Result<CollateralPlan> check(const Facts& facts, AccountId sender, const TakeCollateral& request) {
    const House& house = facts.house;
    if (request.account.value() >= house.state.accounts.size())
        return no(Reject::unknown_margin_account);
    if (request.pay <= Amount()) return no(Reject::amount_not_positive);
    if (request.pay > limits::amount_max) return no(Reject::amount_over_limit);
    const AccountRow& account = house.state.accounts[request.account.value()];
    if (account.in_auction) return no(Reject::margin_in_auction);
    const CompartmentTerms& terms = house.compartment(account.compartment);
    u32 slot = 0;
    while (slot < terms.collateral.size() && terms.collateral[slot].asset != request.asset) ++slot;
    if (slot == terms.collateral.size()) return no(Reject::asset_not_in_basket);
    BALLAST_TRY(const Standing standing, facts.risk.standing(house, account));
    if (standing.maintenance >= Cash()) return no(Reject::account_healthy);
    const auto choice = remedy_of(house, facts.risk, account, standing);
    const auto sale =
        std::find_if(choice.sales.begin(), choice.sales.end(),
                     [&](const portfolio::Sale& part) { return part.asset == request.asset; });
    const Ratio whole = Ratio::units(ratio_one) + terms.economics.incentive;
    const Cash worth = math::portion(Cash::units(request.pay.units()), whole, Round::down);
    if (choice.remedy != portfolio::Remedy::sell_collateral || sale == choice.sales.end() ||
        worth > sale->worth)
        return no(Reject::account_no_sale);
    if (house.ledger.balance(sender, terms.synthetic) < request.pay)
        return no(Reject::insufficient_balance);
    const Price price = facts.risk.collateral_price(house, account.compartment, slot);
    const Amount handed =
        std::min(account.collateral[slot], math::amount_worth(worth, price, Round::down));
    return CollateralPlan{sender, request, slot, handed};
}

void apply(House& house, const CollateralPlan& plan) noexcept {
    const TakeCollateral& request = plan.request;
    AccountRow account = house.state.accounts[request.account.value()];
    const AssetId synthetic = house.compartment(account.compartment).synthetic;
    house.money.post({plan.keeper, system_account::clearing, synthetic, request.pay});
    house.money.post({system_account::clearing, plan.keeper, request.asset, plan.handed});
    house.books.compartments.edit(account.compartment.value()).held += request.pay;
    account.cash += request.pay;
    account.collateral[plan.slot] -= plan.handed;
    house.events.push_back({EventKind::account_collateral_sold, request.account.value(),
                            plan.keeper, request.asset, plan.handed.units(), request.pay.units()});
    store(house, request.account, std::move(account));
}

Result<PortfolioPlan> check(const Facts& facts, AccountId sender, const TakePortfolio& request) {
    BALLAST_CHECK(check_rows(facts, request, sender));
    const House& house = facts.house;
    const portfolio::Auction& auction = house.state.auctions[request.auction];
    PortfolioPlan plan{request.auction,
                       request.keeper,
                       {},
                       house.state.accounts[auction.account.value()],
                       house.state.accounts[request.keeper.value()]};
    BALLAST_TRY(const Standing standing, facts.risk.standing(house, plan.sold));
    BALLAST_TRY(const Standing keeper, facts.risk.standing(house, plan.bought));
    BALLAST_TRY(plan.take,
                portfolio::check_take(house.compartment(plan.sold.compartment).auction, auction,
                                      seen(house, facts.risk, plan.sold, standing), house.now,
                                      {request.take, std::max(Cash(), keeper.initial)}));
    if (as_amount(plan.take.drawn + plan.take.tip) > available(house, plan.sold.compartment))
        return no(Reject::account_layers_empty);
    move_fraction(facts, plan.take, plan.sold, plan.bought);
    plan.bought.cash += as_amount(plan.take.drawn + plan.take.tip - plan.take.paid);
    plan.sold.cash += as_amount(plan.take.paid);
    if (plan.bought.positions.size() > limits::positions_max) return no(Reject::positions_full);
    BALLAST_TRY(const Standing after, facts.risk.standing(house, plan.bought));
    if (after.initial < Cash()) return no(Reject::margin_under_initial);
    return plan;
}

void apply(House& house, PortfolioPlan plan) noexcept {
    const CompartmentId compartment = plan.sold.compartment;
    const MarginAccountId sold = house.state.auctions[plan.auction].account;
    const Amount drawn = as_amount(plan.take.drawn + plan.take.tip);
    draw(house, compartment, drawn);
    portfolio::apply_take(house.books.auctions.edit(plan.auction), plan.take);
    plan.sold.in_auction = house.state.auctions[plan.auction].open;
    house.events.push_back({EventKind::account_auction_taken, plan.auction, plan.bought.owner,
                            house.compartment(compartment).synthetic, plan.take.paid.units(),
                            drawn.units()});
    // Who owes first mints, so that the compartment holds what the other repays.
    store(house, plan.keeper, std::move(plan.bought));
    store(house, sold, std::move(plan.sold));
}

}  // namespace ballast::clearing
