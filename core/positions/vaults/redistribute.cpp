#include <ballast/math/money.hpp>
#include <ballast/vaults/resolve.hpp>

#include <algorithm>

namespace ballast::vaults {
namespace {

struct Recipient {
    u32 vault;
    u128 share;  ///< Of `Recipients::whole`.
};

struct Recipients {
    std::vector<Recipient> vaults;
    std::size_t largest = 0;  ///< Of the vaults, the first of the largest shares.
    u128 whole = 0;
};

/// The other open vaults with debt and collateral of the type, with their values as shares.  Values
/// lose their lowest bits where the sum would exceed 120.
Recipients recipients_of(const Books& books, const TypePrices& prices, VaultId from) {
    const VaultTypeId type = books.state.vaults[from.value()].type;
    const VaultTypeTerms& terms = books.types[type.value()];
    Recipients recipients;
    math::U256 sum;
    for (u32 id = 0; id < books.state.vaults.size(); ++id) {
        const VaultRow& vault = books.state.vaults[id];
        const bool counts = vault.type == type && vault.status == VaultStatus::open;
        if (!counts || vault.debt.zero() || id == from.value()) continue;
        const Value value = collateral_value(vault, terms, prices.weight);
        if (value.zero()) continue;
        recipients.vaults.push_back({id, static_cast<u128>(value.units())});
        sum += math::U256(static_cast<u128>(value.units()));
    }
    const u32 width = sum.bit_width();
    const u32 shift = width > 120 ? width - 120 : 0;
    for (std::size_t i = 0; i < recipients.vaults.size(); ++i) {
        recipients.vaults[i].share >>= shift;
        recipients.whole += recipients.vaults[i].share;
        if (recipients.vaults[i].share > recipients.vaults[recipients.largest].share)
            recipients.largest = i;
    }
    return recipients;
}

/// Gives every recipient its share of `total`, rounded down, and the rest to the largest.  `give`
/// takes what it can and returns it.  Returns what nobody took.
template <class Give>
i128 spread(const Recipients& recipients, i128 total, Give give) {
    i128 left = total;
    if (total == 0) return 0;
    for (const Recipient& recipient : recipients.vaults) {
        const auto share =
            math::mul_div(static_cast<u128>(total), recipient.share, recipients.whole, Round::down);
        left -= give(VaultId{recipient.vault}, static_cast<i128>(*share));
    }
    if (left > 0) left -= give(VaultId{recipients.vaults[recipients.largest].vault}, left);
    return left;
}

i128 room(i128 held) {
    return limits::amount_max.units() - held;
}

}  // namespace

Bundle redistribute(Books& books, const TypePrices& prices, VaultId from,
                    const Bundle& bundle) noexcept {
    const VaultTypeId type = books.state.vaults[from.value()].type;
    const VaultTypeTerms& terms = books.types[type.value()];
    const Recipients recipients = recipients_of(books, prices, from);
    if (recipients.whole == 0) return bundle;

    Bundle left;
    Value moved;
    for (u32 k = 0; k < terms.basket.size(); ++k) {
        const auto give = [&](VaultId vault, i128 share) {
            const i128 held = books.state.vaults[vault.value()].amounts[k].units();
            const i128 given = std::min(share, room(held));
            if (given > 0) change_collateral(books.state, vault, k, Amount::units(given));
            return std::max(given, i128{0});
        };
        left.amounts[k] = Amount::units(spread(recipients, bundle.amounts[k].units(), give));
        const i128 placed = (bundle.amounts[k] - left.amounts[k]).units();
        moved += Value::units(placed * prices.weight[k].units());
    }

    Amount rise;
    const auto give_debt = [&](VaultId vault, i128 share) {
        const i128 held = books.state.vaults[vault.value()].debt.units();
        const i128 given = std::clamp(room(held), i128{0}, share);
        if (given > 0)
            rise += change_debt(books.state, vault, Normal::units(static_cast<i64>(given)));
        return given;
    };
    const auto normal = math::shrink(bundle.debt, books.state.types[type.value()].index, Round::up);
    BALLAST_ASSERT(normal);
    spread(recipients, normal->units(), give_debt);
    const Amount placed = std::min(rise, bundle.debt);
    left.debt = bundle.debt - placed;
    books.ledger.post(
        {system_account::issuer, system_account::surplus, terms.debt_asset, rise - placed});
    books.events.push_back({EventKind::redistributed, from.value(), AccountId{}, terms.debt_asset,
                            placed.units(), cash(moved, Round::down).units()});
    return left;
}

}  // namespace ballast::vaults
