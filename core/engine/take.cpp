#include <ballast/engine/desk.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

using auctions::Auction;
using auctions::AuctionKind;

struct InPlace {
    AuctionId id;
    AccountId keeper;
    Amount repay;
    vaults::Amounts release{};
    bool takes_all = false;
};

/// The price paid per unit: per unit of the one asset, or per cash unit of a basket, as in an
/// auction with a lot.
Result<void> within_price(const Desk& desk, const Auction& auction, const InPlace& plan,
                          const auctions::Take& request) {
    const std::size_t width = desk.types[auction.type.value()].basket.size();
    const i128 units = width == 1 ? plan.release[0].units()
                                  : worth_at_mark(desk, auction.type, plan.release).units();
    const auto paid = math::U256(static_cast<u128>(plan.repay.units()));
    const auto most =
        math::mul_div(math::U256(static_cast<u128>(units)), math::U256(request.price_max.units()),
                      math::U256(ray_one), Round::down);
    if (!most || paid > *most) return no(Reject::auction_price_over_limit);
    return {};
}

Result<InPlace> check_in_place(const Desk& desk, AccountId keeper, const auctions::Take& request) {
    const Auction& auction = desk.state.auctions.rows[request.auction.value()];
    const vaults::VaultRow& vault = desk.state.vaults.vaults[auction.vault.value()];
    const auto& terms = desk.types[auction.type.value()];
    const vaults::Amounts held = held_by(vault);
    if (vault.debt.zero()) return no(Reject::auction_healthy);
    const auctions::InPlaceInput input =
        in_place_input(desk, auction.type, auction.vault, request.pay_max);
    const Cash whole = input.collateral_worth;
    BALLAST_TRY(const auctions::InPlacePlan decided,
                auctions::decide_in_place(desk.type(auction.type).auction.curve, input));
    InPlace plan{request.auction, keeper, decided.repay, {}, decided.takes_all};
    for (std::size_t slot = 0; slot < terms.basket.size(); ++slot)
        plan.release[slot] = decided.takes_all
                                 ? held[slot]
                                 : auctions::handed_over(held[slot], decided.handed, whole);
    BALLAST_CHECK(within_price(desk, auction, plan, request));
    if (desk.state.ledger.balance(keeper, auction.pay_asset) < decided.repay)
        return no(Reject::insufficient_balance);
    return plan;
}

/// What is left of the debt when nothing is left of the collateral is a loss of the compartment.
void book_rest(Desk& desk, const Auction& auction) noexcept {
    vaults::Books books = desk.books();
    const vaults::Normal rest = desk.state.vaults.vaults[auction.vault.value()].debt;
    if (rest.zero()) return;
    const vaults::Seized seized =
        vaults::seize(books, auction.vault, rest, system_account::auctions);
    treasury::cover_loss(desk.genesis.treasury, desk.state.treasury, desk.state.ledger,
                         {auction.type, seized.debt}, desk.events);
}

void apply_in_place(Desk& desk, const InPlace& plan) noexcept {
    const Auction auction = desk.state.auctions.rows[plan.id.value()];
    vaults::Books books = desk.books();
    const Amount paid =
        vaults::repay_and_release(books, auction.vault, plan.repay, plan.release, plan.keeper);
    desk.events.push_back({EventKind::auction_taken, plan.id.value(), plan.keeper,
                           auction.pay_asset, paid.units(),
                           worth_at_mark(desk, auction.type, plan.release).units()});
    if (plan.takes_all) book_rest(desk, auction);
    const vaults::VaultRow& vault = desk.state.vaults.vaults[auction.vault.value()];
    if (vaults::healthy(vault, desk.type_row(auction.type), desk.types[auction.type.value()],
                        desk.price(auction.type)))
        (void)auctions::end(desk.state.auctions, plan.id, desk.events);
}

const auctions::AuctionTerms& terms_of(const Desk& desk, const Auction& auction) {
    switch (auction.kind) {
        case AuctionKind::collateral:
        case AuctionKind::in_place: return desk.type(auction.type).auction;
        case AuctionKind::surplus: return desk.genesis.surplus;
        case AuctionKind::recapitalisation: return desk.genesis.recapitalisation;
    }
    std::unreachable();
}

/// Books of the outcome: income for the compartment, a loss where the lot did not cover the debt,
/// bad debt paid.
void settle(Desk& desk, const Auction& auction, const auctions::TakeOutcome& outcome) noexcept {
    const Amount income = outcome.penalty - outcome.reward;
    treasury::State& treasury = desk.state.treasury;
    switch (outcome.kind) {
        case AuctionKind::collateral:
            if (income >= Amount())
                treasury::collect(desk.genesis.treasury, treasury, desk.state.ledger,
                                  {outcome.type, income}, desk.events);
            else
                treasury::charge(desk.genesis.treasury, treasury, desk.state.ledger,
                                 {outcome.type, -income}, desk.events);
            treasury::cover_loss(desk.genesis.treasury, treasury, desk.state.ledger,
                                 {outcome.type, outcome.uncovered}, desk.events);
            return;
        case AuctionKind::recapitalisation:
            if (income > Amount())
                treasury::book_recapitalisation(
                    desk.genesis.treasury, treasury, desk.state.ledger,
                    {auction.pay_asset, income, system_account::surplus}, desk.events);
            return;
        case AuctionKind::surplus:
        case AuctionKind::in_place: return;
    }
}

}  // namespace

auctions::InPlaceInput in_place_input(const Desk& desk, VaultTypeId type, VaultId id,
                                      Amount pay_max) {
    const vaults::VaultRow& vault = desk.state.vaults.vaults[id.value()];
    const Amount owed = vaults::owed(vault, desk.type_row(type));
    return {
        .owed = owed,
        .owed_worth = math::worth(owed, debt_mark(desk, type), Round::up),
        .collateral_worth = worth_at_mark(desk, type, held_by(vault)),
        .health =
            vaults::health(vault, desk.type_row(type), desk.types[type.value()], desk.price(type)),
        .pay_max = pay_max,
        .debt_min = desk.types[type.value()].minimum_debt,
    };
}

Amount reward_max(const Desk& desk, VaultTypeId type, Amount penalty) {
    const Amount surplus =
        desk.state.ledger.balance(system_account::surplus, desk.types[type.value()].debt_asset);
    return penalty + std::min(surplus, treasury::chargeable(desk.genesis.treasury,
                                                            desk.state.treasury, type));
}

Result<void> take(Desk& desk, AccountId keeper, const auctions::Take& request) {
    const auto& rows = desk.state.auctions.rows;
    if (request.auction.value() >= rows.size()) return no(Reject::unknown_auction);
    const Auction auction = rows[request.auction.value()];
    if (!auction.open) return no(Reject::auction_over);
    const bool of_vault =
        auction.kind == AuctionKind::collateral || auction.kind == AuctionKind::in_place;
    if (of_vault && desk.price(auction.type).status == oracle::Status::halted)
        return no(Reject::auction_paused);
    if (auction.kind == AuctionKind::in_place) {
        BALLAST_TRY(const InPlace plan, check_in_place(desk, keeper, request));
        apply_in_place(desk, plan);
        return {};
    }
    BALLAST_TRY(auctions::TakePlan plan,
                auctions::check_take(terms_of(desk, auction), desk.state.auctions,
                                     desk.state.ledger, {keeper, request}, desk.now));
    if (auction.kind == AuctionKind::collateral) {
        const Amount penalty = std::max(Amount(), plan.owe - auction.debt);
        plan.reward = std::min(plan.reward, reward_max(desk, auction.type, penalty));
    }
    const auctions::TakeOutcome outcome =
        auctions::apply_take(desk.state.auctions, desk.state.ledger, plan, desk.events);
    settle(desk, auction, outcome);
    return {};
}

}  // namespace ballast::engine
