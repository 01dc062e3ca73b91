#include <ballast/engine/desk.hpp>
#include <ballast/math/money.hpp>
#include <ballast/math/mul_div.hpp>

#include <algorithm>

namespace ballast::engine {
namespace {

using auctions::Auction;
using auctions::AuctionKind;
using vaults::Amounts;

/// A position that has lost its owner: collateral in system_account::auctions, and debt that nobody
/// owes.
struct Orphan {
    VaultTypeId type;
    VaultId vault;
    AccountId owner;
    u32 subject = 0;  ///< For the backstop's event: the vault, or the auction that gave it up.
    Amount debt;
    Amounts amounts{};
};

AssetId debt_asset(const Desk& desk, VaultTypeId type) {
    return desk.types[type.value()].debt_asset;
}

bool empty(const Amounts& amounts) {
    return std::all_of(amounts.begin(), amounts.end(), [](Amount amount) { return amount.zero(); });
}

/// Worth of the collateral over worth of the debt, at the marks.
Ratio coverage(const Desk& desk, const Orphan& orphan) {
    const Cash owed = math::worth(orphan.debt, debt_mark(desk, orphan.type), Round::up);
    return math::ratio_of(worth_at_mark(desk, orphan.type, orphan.amounts).units(), owed.units(),
                          Round::down);
}

void move_collateral(Desk& desk, const Orphan& orphan, AccountId to) noexcept {
    const auto& basket = desk.types[orphan.type.value()].basket;
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        desk.state.ledger.post(
            {system_account::auctions, to, basket[slot].asset, orphan.amounts[slot]});
}

/// Takes `amount` * `part` / `whole` (rounded down) of everything in `from`.
Orphan cut(Orphan& from, Amount part) {
    Orphan piece = from;
    piece.debt = part;
    for (std::size_t slot = 0; slot < piece.amounts.size(); ++slot) {
        if (part == from.debt) break;
        const auto share =
            math::mul_div(from.amounts[slot].units(), part.units(), from.debt.units(), Round::down);
        piece.amounts[slot] = Amount::units(*share);  // A part of what fits, fits.
    }
    from.debt -= part;
    for (std::size_t slot = 0; slot < piece.amounts.size(); ++slot)
        from.amounts[slot] -= piece.amounts[slot];
    return piece;
}

/// Of what goes to the pool, the owner keeps what exceeds the debt and the penalty.
void return_excess(Desk& desk, Orphan& piece) noexcept {
    const Amount tab = auctions::tab_of(desk.type(piece.type).auction, piece.debt);
    const Cash due = math::worth(tab, debt_mark(desk, piece.type), Round::up);
    const Cash worth = worth_at_mark(desk, piece.type, piece.amounts);
    if (worth <= due) return;
    Orphan excess = piece;
    for (std::size_t slot = 0; slot < piece.amounts.size(); ++slot) {
        const auto kept =
            math::mul_div(piece.amounts[slot].units(), due.units(), worth.units(), Round::up);
        excess.amounts[slot] = piece.amounts[slot] - Amount::units(*kept);  // due < worth: less
                                                                            // than before.
        piece.amounts[slot] = Amount::units(*kept);
    }
    move_collateral(desk, excess, piece.owner);
}

/// The pool takes `part` of the debt, or all that there is of it, with its share of the collateral.
void give_to_pool(Desk& desk, Orphan& orphan, Amount part) noexcept {
    if (part.zero() || orphan.debt.zero()) return;
    Orphan piece = cut(orphan, std::min(part, orphan.debt));
    return_excess(desk, piece);
    const auto& basket = desk.types[orphan.type.value()].basket;
    std::array<backstop::Portion, limits::basket_max> portions{};
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        portions[slot] = {basket[slot].asset, piece.amounts[slot]};
    const backstop::Absorption absorption{
        .asset = debt_asset(desk, orphan.type),
        .debt = piece.debt,
        .collateral = std::span(portions).first(basket.size()),
        .from = system_account::auctions,
        .subject = orphan.subject,
        .worth = worth_at_mark(desk, orphan.type, piece.amounts),
    };
    backstop::absorb(desk.genesis.backstop, desk.state.backstop, desk.state.ledger, absorption,
                     desk.events);
}

/// The other vaults of the type take it; the orphan keeps what has no taker.
void redistribute(Desk& desk, Orphan& orphan) noexcept {
    if (!desk.type(orphan.type).redistribute || orphan.debt.zero()) return;
    move_collateral(desk, orphan, system_account::vaults);
    vaults::Books books = desk.books();
    const vaults::Bundle left = vaults::redistribute(books, desk.price(orphan.type), orphan.vault,
                                                     {orphan.debt, orphan.amounts});
    orphan.debt = left.debt;
    orphan.amounts = left.amounts;
    const auto& basket = desk.types[orphan.type.value()].basket;
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        desk.state.ledger.post({system_account::vaults, system_account::auctions,
                                basket[slot].asset, orphan.amounts[slot]});
}

/// Puts an orphan up for sale.  Debt behind which there is nothing to sell, or which the type has
/// no way to sell, is a loss at once.
void auction_off(Desk& desk, const Orphan& orphan) noexcept {
    if (orphan.debt.zero()) return move_collateral(desk, orphan, orphan.owner);
    const Cash worth = worth_at_mark(desk, orphan.type, orphan.amounts);
    const auto& basket = desk.types[orphan.type.value()].basket;
    auctions::Start start{.kind = AuctionKind::collateral,
                          .type = orphan.type,
                          .vault = orphan.vault,
                          .owner = orphan.owner,
                          .pay_asset = debt_asset(desk, orphan.type),
                          .lot = {},
                          .debt = orphan.debt,
                          .tab = auctions::tab_of(desk.type(orphan.type).auction, orphan.debt),
                          .top = {}};
    for (std::size_t slot = 0; slot < basket.size(); ++slot)
        start.lot.add(basket[slot].asset, orphan.amounts[slot]);
    const i128 units = basket.size() == 1 ? orphan.amounts[0].units() : worth.units();
    start.lot_units = static_cast<u128>(units);
    const auto& terms = desk.type(orphan.type).auction;
    const auto top =
        units == 0 || auctions::in_place(terms.curve.kind)
            ? Result<Ray>(no(Reject::price_not_positive))
            : auctions::top_price(terms, worth, start.lot_units, debt_mark(desk, orphan.type));
    if (top) {
        start.top = *top;
        (void)auctions::start(desk.state.auctions, start, desk.now, desk.events);
        return;
    }
    move_collateral(desk, orphan, system_account::surplus);
    treasury::cover_loss(desk.genesis.treasury, desk.state.treasury, desk.state.ledger,
                         {orphan.type, orphan.debt}, desk.events);
}

Orphan seize(Desk& desk, VaultTypeId type, VaultId vault, vaults::Normal debt) noexcept {
    vaults::Books books = desk.books();
    const AccountId owner = desk.state.vaults.vaults[vault.value()].owner;
    const vaults::Seized seized = vaults::seize(books, vault, debt, system_account::auctions);
    return {type, vault, owner, vault.value(), seized.debt, seized.amounts};
}

/// Whether a keeper can make a profit in place, if he waits for the largest discount and repays as
/// much as he may.
bool keeper_profits_in_place(const Desk& desk, const Orphan& position) {
    const TypeTerms& type = desk.type(position.type);
    auctions::InPlaceInput input =
        in_place_input(desk, position.type, position.vault, position.debt);
    input.health = Ratio();
    const auto plan = auctions::decide_in_place(type.auction.curve, input);
    if (!plan) return false;
    const Amount handed =
        math::amount_worth(plan->handed, debt_mark(desk, position.type), Round::down);
    return handed - plan->repay >= type.take_cost;
}

/// Whether a keeper who waits for the lowest price can still make a profit: the best that he buys,
/// less what he pays for it, plus his reward, against the declared cost of a take.  All in the debt
/// asset.
bool keeper_profits(const Desk& desk, const Orphan& orphan) {
    const TypeTerms& type = desk.type(orphan.type);
    const auto& terms = type.auction;
    if (auctions::in_place(terms.curve.kind)) return keeper_profits_in_place(desk, orphan);
    const Amount tab = auctions::tab_of(terms, orphan.debt);
    const Amount worth = math::amount_worth(worth_at_mark(desk, orphan.type, orphan.amounts),
                                            debt_mark(desk, orphan.type), Round::down);
    const Amount lowest =
        math::portion(math::portion(worth, terms.buffer, Round::up), terms.cusp, Round::up);
    const Amount pays = std::min(lowest, tab);
    Amount bought = worth;
    if (pays < lowest) {
        const auto part = math::mul_div(worth.units(), pays.units(), lowest.units(), Round::down);
        bought = Amount::units(*part);  // A part of what fits, fits.
    }
    const Amount earned = terms.tip + math::portion(pays, terms.chip, Round::down);
    const Amount reward =
        std::min(earned, reward_max(desk, orphan.type, std::max(Amount(), pays - orphan.debt)));
    return bought - pays + reward >= type.take_cost;
}

/// How much of the vault's debt may go to auction under the limits; zero: it waits.
vaults::Normal auction_part(const Desk& desk, VaultTypeId id, const vaults::VaultRow& vault) {
    const TypeTerms& type = desk.type(id);
    const Amount type_room =
        type.auction.debt_at_auction_max - auctions::at_auction(desk.state.auctions, id).tab;
    const Amount all_room = desk.genesis.debt_at_auction_max -
                            auctions::at_auction(desk.state.auctions, type.vault.debt_asset).tab;
    const Amount room = std::max(Amount(), std::min(type_room, all_room));
    i128 held = 0;
    for (const vaults::Held amount : vault.amounts) held += amount.units();
    const auctions::SeizeInput input{
        .collateral = math::U256(static_cast<u128>(held)),
        .shares = math::U256(static_cast<u64>(vault.debt.units())),
        .rate = math::U256(desk.type_row(id).index.units()),
        .rate_scale = math::U256(ray_one),
        .room = math::U256(static_cast<u128>(room.units())),
        .debt_min = math::U256(static_cast<u128>(type.vault.minimum_debt.units())),
        .chop = math::U256(static_cast<u64>(ratio_one + type.auction.penalty.units())),
        .chop_scale = math::U256(static_cast<u64>(ratio_one)),
    };
    const auto size = auctions::seize_size(input);
    if (!size) return size.error() == Reject::auction_lot_empty ? vault.debt : vaults::Normal();
    return vaults::Normal::units(static_cast<i64>(size->shares.to_u128()));
}

/// Whether the backstop comes before keepers for this position.
bool backstop_first(const Desk& desk, const Orphan& position) {
    const TypeTerms& type = desk.type(position.type);
    return type.resolution == Resolution::pool || coverage(desk, position) < type.backstop_ratio ||
           !keeper_profits(desk, position);
}

/// Whether debt and collateral can go to other vaults of the type.
bool has_neighbours(const Desk& desk, const Orphan& position) {
    const vaults::Normal own = desk.state.vaults.vaults[position.vault.value()].debt;
    return desk.type(position.type).redistribute &&
           desk.type_row(position.type).debt.units() > own.units();
}

/// What the pool would take of the position now.  Where nobody takes the rest, the rest is nothing
/// or as much as a vault must owe, and so is the part: what is smaller would be worth no keeper's
/// while, and no interruption of an auction.
Amount pool_part(const Desk& desk, const Orphan& position) {
    const AssetId asset = debt_asset(desk, position.type);
    const auto& terms = desk.genesis.backstop;
    if (!backstop::accepts(terms, asset, coverage(desk, position))) return {};
    const Amount most =
        std::min(position.debt, backstop::available(terms, desk.state.backstop, asset));
    if (most == position.debt || has_neighbours(desk, position)) return most;
    const Amount least = desk.types[position.type.value()].minimum_debt;
    const Amount part = std::min(most, position.debt - least);
    return part >= least ? part : Amount();
}

/// Whether the backstop can do something about the position.
bool backstop_can(const Desk& desk, const Orphan& position) {
    return has_neighbours(desk, position) || !pool_part(desk, position).zero();
}

/// The pool and the other vaults take an orphan; what has no taker is put up for sale.
void place(Desk& desk, Orphan& orphan, Amount pool) noexcept {
    give_to_pool(desk, orphan, pool);
    redistribute(desk, orphan);
    if (!orphan.debt.zero() || !empty(orphan.amounts)) auction_off(desk, orphan);
}

/// The backstop takes what it can of an unhealthy vault, which keeps the rest.
void send_to_backstop(Desk& desk, const Orphan& position) noexcept {
    const vaults::VaultRow& vault = desk.state.vaults.vaults[position.vault.value()];
    const Amount part = pool_part(desk, position);
    vaults::Normal debt = vault.debt;
    if (part < position.debt && !has_neighbours(desk, position))  // A part of what a vault owes
                                                                  // fits a vault.
        debt = *vaults::normalised(part, desk.type_row(position.type), Round::down);
    if (debt.zero()) return;  // Less than the index can tell.
    Orphan orphan = seize(desk, position.type, position.vault, debt);
    place(desk, orphan, part);
}

/// An auction takes what the limits allow; the vault keeps the rest and waits.
void send_to_auction(Desk& desk, VaultTypeId type, VaultId id) noexcept {
    const vaults::VaultRow& vault = desk.state.vaults.vaults[id.value()];
    const vaults::Normal owed = vault.debt;
    const vaults::Normal part = auction_part(desk, type, vault);
    if (!part.zero()) auction_off(desk, seize(desk, type, id, part));
    if (part < owed) desk.waiting[debt_asset(desk, type).value()] = true;
}

/// A vault as it would be if it were seized.
Orphan position_of(const Desk& desk, VaultTypeId type, VaultId vault) {
    const vaults::VaultRow& row = desk.state.vaults.vaults[vault.value()];
    return {type,        vault, row.owner, vault.value(), vaults::owed(row, desk.type_row(type)),
            held_by(row)};
}

void announce(Desk& desk, const Orphan& position) {
    desk.events.push_back({EventKind::vault_unhealthy, position.vault.value(), position.owner,
                           debt_asset(desk, position.type), position.debt.units(),
                           worth_at_mark(desk, position.type, position.amounts).units()});
}

/// Deals with one unhealthy vault: the backstop, an auction, or both for a part each.
void liquidate(Desk& desk, VaultTypeId type, VaultId vault) noexcept {
    const vaults::VaultRow& row = desk.state.vaults.vaults[vault.value()];
    const Orphan position = position_of(desk, type, vault);
    announce(desk, position);
    if (backstop_first(desk, position) && backstop_can(desk, position))
        send_to_backstop(desk, position);
    if (!row.debt.zero()) send_to_auction(desk, type, vault);
}

/// The same for a vault that keepers repay in place: the backstop, or keepers.  Debt behind which
/// there is nothing is a loss at once.  `open`: keepers may repay it already.
void liquidate_in_place(Desk& desk, VaultTypeId type, VaultId vault, bool open) noexcept {
    const vaults::VaultRow& row = desk.state.vaults.vaults[vault.value()];
    const Orphan position = position_of(desk, type, vault);
    if (!open) announce(desk, position);
    if (worth_at_mark(desk, type, position.amounts).zero())
        return auction_off(desk, seize(desk, type, vault, row.debt));
    const bool needed = backstop_first(desk, position);
    if (needed && backstop_can(desk, position)) send_to_backstop(desk, position);
    if (row.debt.zero()) return;
    if (needed) desk.waiting[debt_asset(desk, type).value()] = true;
    if (open) return;
    const Amount owed = vaults::owed(row, desk.type_row(type));
    (void)auctions::start_in_place(desk.state.auctions,
                                   {type, vault, row.owner, debt_asset(desk, type), owed}, desk.now,
                                   desk.events);
}

/// The vaults of the type that keepers may repay already, in order.
std::vector<VaultId> open_in_place(const Desk& desk, VaultTypeId type) {
    std::vector<VaultId> open;
    for (const AuctionId id : desk.state.auctions.open.get()) {
        const Auction& auction = desk.state.auctions.rows[id.value()];
        if (auction.kind == AuctionKind::in_place && auction.type == type)
            open.push_back(auction.vault);
    }
    std::sort(open.begin(), open.end());
    return open;
}

/// An auction that was withdrawn, as an orphan.
Orphan withdraw(Desk& desk, AuctionId id) noexcept {
    const auctions::Ended ended = auctions::end(desk.state.auctions, id, desk.events);
    Orphan orphan{ended.type, ended.vault, ended.owner, id.value(), ended.debt, {}};
    for (std::size_t slot = 0; slot < ended.lot.assets().size(); ++slot)
        orphan.amounts[slot] = ended.lot.assets()[slot].amount;
    return orphan;
}

Amounts lot_amounts(const Auction& auction) {
    Amounts amounts{};
    for (std::size_t slot = 0; slot < auction.lot.assets().size(); ++slot)
        amounts[slot] = auction.lot.assets()[slot].amount;
    return amounts;
}

/// One running auction of seized collateral: to the backstop, restarted, or left to run.
void advance(Desk& desk, AuctionId id) noexcept {
    const Auction auction = desk.state.auctions.rows[id.value()];
    if (desk.price(auction.type).status == oracle::Status::halted)
        return auctions::pause(desk.state.auctions, id);  // A price that nobody may take must not
                                                          // fall.
    const auto& terms = desk.type(auction.type).auction;
    const Orphan position{auction.type, auction.vault, auction.owner,
                          id.value(),   auction.debt,  lot_amounts(auction)};
    const bool due = auctions::restart_due(terms, auction, desk.now);
    const bool hopeless = due && !auction.paused && auctions::restarts_spent(terms, auction);
    if ((hopeless || (!auction.debt.zero() &&
                      coverage(desk, position) < desk.type(auction.type).backstop_ratio)) &&
        backstop_can(desk, position)) {
        const Amount pool = pool_part(desk, position);
        Orphan orphan = withdraw(desk, id);
        return place(desk, orphan, pool);
    }
    if (!due) return;
    const auto top = auctions::top_price(terms, worth_at_mark(desk, auction.type, position.amounts),
                                         auction.lot_units, debt_mark(desk, auction.type));
    // A lot that is worth nothing cannot be put up again: it goes to the treasury, and its debt is
    // a loss.
    if (!top) return auction_off(desk, withdraw(desk, id));
    auctions::restart(desk.state.auctions, id, *top, desk.now, desk.events);
}

/// A vault that has recovered, or was closed, is no longer open to keepers.
void review_in_place(Desk& desk, AuctionId id) noexcept {
    const Auction& auction = desk.state.auctions.rows[id.value()];
    if (desk.price(auction.type).status == oracle::Status::halted) return;
    const vaults::VaultRow& vault = desk.state.vaults.vaults[auction.vault.value()];
    if (vaults::healthy(vault, desk.type_row(auction.type), desk.types[auction.type.value()],
                        desk.price(auction.type)))
        (void)auctions::end(desk.state.auctions, id, desk.events);
}

void review_auctions(Desk& desk) noexcept {
    const std::vector<AuctionId> open = desk.state.auctions.open.get();  // What happens to them
                                                                         // changes the list.
    for (const AuctionId id : open) {
        switch (desk.state.auctions.rows[id.value()].kind) {
            case AuctionKind::collateral: advance(desk, id); break;
            case AuctionKind::in_place: review_in_place(desk, id); break;
            case AuctionKind::surplus:
            case AuctionKind::recapitalisation: restart_trade(desk, id); break;
        }
    }
}

}  // namespace

void resolve(Desk& desk) {
    treasury::heal(desk.genesis.treasury, desk.state.treasury, desk.state.ledger, desk.events);
    review_auctions(desk);
    std::vector<VaultId> unhealthy;
    for (u32 i = 0; i < desk.types.size(); ++i) {
        const VaultTypeId type{static_cast<u16>(i)};
        if (desk.price(type).status == oracle::Status::halted) continue;
        unhealthy.clear();
        desk.state.vaults.watch.unhealthy(desk.state.vaults,
                                          {type, desk.types[i], desk.price(type)}, unhealthy);
        if (!auctions::in_place(desk.type(type).auction.curve.kind)) {
            for (const VaultId vault : unhealthy) liquidate(desk, type, vault);
            continue;
        }
        const std::vector<VaultId> open = open_in_place(desk, type);
        for (const VaultId vault : unhealthy)
            liquidate_in_place(desk, type, vault,
                               std::binary_search(open.begin(), open.end(), vault));
    }
    trade(desk);
}

}  // namespace ballast::engine
