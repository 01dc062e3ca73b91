/// Drift: how much of a position covers a shortage, fees of a liquidation, limits on withdrawals,
/// shares of insurance.  Each name is the peer's (programs/drift/src/math).
#include <ballast/conform_notional/drift.hpp>

#include <algorithm>

namespace ballast::conformance::drift {

namespace {

constexpr int margin_to_fee = 100;  // Ratios are 10^-4, fees 10^-6.

Whole at_least_zero(const Whole& value) {
    return std::max(Whole(0), value);
}

// Ten to the difference of two counts of decimals: what multiplies, and what divides.
struct Scale {
    Whole multiply = 1;
    Whole divide = 1;
};
Scale scale_of(const Whole& from, const Whole& to) {
    const auto power = [](const Whole& exponent) {
        return power_of_ten(static_cast<u32>(exponent.small()));
    };
    if (to > from) return {power(to - from), 1};
    return {1, power(from - to)};
}

// shortage / (price * quote price * (margin ratio - fee) - price * insurance fee): what is sold
// frees the requirement and costs both fees.
Figures base_to_cover(Arguments in) {
    const Whole& price = in[4];
    const Whole ratio = in[1] * margin_to_fee;
    if (price.zero() || ratio <= in[2]) return {most_u64};
    const Whole freed = price * in[5] / million * (ratio - in[2]) / million;
    const Whole insured = price * in[3] / million;
    if (freed <= insured) return {most_u64};
    return {in[0] * base_one / (freed - insured)};
}

// shortage / (price * (liability weight - asset weight * asset multiplier / liability multiplier -
// liability weight * insurance fee)).
Figures liability_to_cover(Arguments in) {
    const Whole& price = in[6];
    const Whole liability = in[3] * 10;
    const Whole asset = in[1] * 10 * in[2] / in[4];
    if (in[1] >= in[3] || asset >= liability) return {most_u128};
    const Scale scale = scale_of(6, in[5]);
    const Whole freed = price * (liability - asset) - price * in[7] / million * liability;
    return {std::max(Whole(1), in[0] * scale.multiply * million * 100'000 / freed / scale.divide)};
}

// What an amount of the asset pays for, against the account.
Figures liability_for_asset(Arguments in) {
    const Scale scale = scale_of(in[2], in[5]);
    const Whole worth = in[0] * scale.multiply * in[3] * in[4];
    return {ceiled(ceiled(worth, in[6] * in[1]), scale.divide)};
}

// The reverse; within a dollar of all that there is, all of it.
Figures asset_for_liability(Arguments in) {
    const Scale scale = scale_of(in[6], in[2]);
    const Whole worth = in[4] * scale.multiply * in[7] * in[1];
    const Whole transfer = std::max(Whole(1), worth / (in[3] * in[5]) / scale.divide);
    const Scale value = scale_of(6, in[2]);
    const Whole apart =
        absolute(transfer - in[0]) * in[3] / million * value.multiply / value.divide;
    return {apart < million ? in[0] : transfer};
}

// What the margin ratio leaves after the liquidator's fee and the shortage, and of that 95 %.
Figures perpetual_insurance_fee(Arguments in) {
    const Whole ratio = in[2] * margin_to_fee;
    if (in[4].zero() || in[5].zero() || in[1].zero() || ratio <= in[3]) return {0};
    const Whole price = in[4] * in[5] / million;
    const Whole shortage = in[0] * base_one / in[1] * million / price;
    return {std::min(in[6], at_least_zero(ratio - in[3] - shortage) * 19 / 20)};
}

Figures spot_insurance_fee(Arguments in) {
    if (in[2] >= in[4] || in[7].zero() || in[1].zero() || in[5].zero()) return {0};
    const Whole liability = in[4] * margin_to_fee;
    const Whole asset = in[2] * margin_to_fee * in[3] / in[5];
    const Whole token = power_of_ten(static_cast<u32>(in[6].small()));
    const Whole shortage = in[0] * million * token / in[1] / in[7];
    return {std::min(in[8], at_least_zero(liability - asset - shortage) * million / liability)};
}

// Grows by a millionth per slot since the account was last active, once 1500 have passed.
Figures liquidation_fee(Arguments in) {
    const Whole slots = in[3] - in[2];
    if (slots < 1500) return {in[0]};
    return {std::min(in[1], in[0] + slots)};
}

Figures least_deposit(Arguments in) {
    return {in[0] - std::max(in[0] / 4, std::min(in[1], in[0]))};
}

// Up to about 80 % of the deposits, a fifth more than of late; of a pool apart 90 % and a third.
Figures most_borrow(Arguments in) {
    const Whole deposits = std::min(in[0], in[1]);
    const bool main = in[5].zero();
    const Whole start = deposits / (main ? 6 : 2);
    const Whole more = in[2] + deposits / (main ? 5 : 3);
    const Whole end = deposits - deposits / (main ? 5 : 10);
    return {std::min(in[4], std::max(in[3], std::min(end, std::max(start, more))))};
}

u32 decimal_log(Whole value) {
    u32 log = 0;
    for (; value >= 10; value = value / 10) ++log;
    return log;
}

Figures log_ten(Arguments in) {
    return {i128{decimal_log(in[0])}};
}

// By how many powers of ten shares outnumber what backs them.
Figures rebase(Arguments in) {
    const u32 exponent = decimal_log(in[0] / 10 / in[1]);
    return {i128{exponent}, power_of_ten(exponent)};
}

Figures proportion(Arguments in) {
    return {in[0] * in[1] / in[2]};
}

Figures standardised(Arguments in) {
    return {in[0] - in[0] % in[1], in[0] % in[1]};
}

// Of two figures by their weights, moved a unit towards the second where that has any weight.
Figures weighted_average(Arguments in) {
    if (in[2].zero()) return {in[1]};
    if (in[3].zero()) return {in[0]};
    const Whole first = in[0] * in[2];
    const Whole second = in[1] * in[3];
    Whole bias = in[4];
    if (bias == not_given) bias = in[3] > 1 ? (second > first) - (second < first) : 0;
    const Whole average = (first + second) / (in[2] + in[3]);
    return {average.zero() && bias < 0 ? average : average + bias};
}

Figures lot_price(Arguments in) {
    const Whole token = power_of_ten(static_cast<u32>(in[2].small()));
    return {in[0] * in[1] * token / in[3]};
}

// With four hundredths of a percent for the fee, twice.
Figures most_quote_lots(Arguments in) {
    return {(in[2] + in[2] / 2500) * in[0] * in[1] * 10'004 / 10'000};
}

}  // namespace

void add_account_functions(Functions& functions) {
    functions["calculate_base_asset_amount_to_cover_margin_shortage"] = {6, base_to_cover};
    functions["calculate_liability_transfer_to_cover_margin_shortage"] = {8, liability_to_cover};
    functions["calculate_liability_transfer_implied_by_asset_amount"] = {7, liability_for_asset};
    functions["calculate_asset_transfer_for_liability_transfer"] = {8, asset_for_liability};
    functions["calculate_perp_if_fee"] = {7, perpetual_insurance_fee};
    functions["calculate_spot_if_fee"] = {9, spot_insurance_fee};
    functions["get_liquidation_fee"] = {4, liquidation_fee};
    functions["calculate_min_deposit_token_amount"] = {2, least_deposit};
    functions["calculate_max_borrow_token_amount"] = {6, most_borrow};
    functions["log10"] = {1, log_ten};
    functions["log10_iter"] = {1, log_ten};
    functions["calculate_rebase_info"] = {2, rebase};
    functions["get_proportion_i128"] = {3, proportion};
    functions["get_proportion_u128"] = {3, proportion};
    functions["standardize_base_asset_amount"] = {2, standardised};
    functions["standardize_base_asset_amount_with_remainder_i128"] = {2, standardised};
    functions["calculate_weighted_average"] = {5, weighted_average};
    functions["calculate_price_from_serum_limit_price"] = {4, lot_price};
    functions["calculate_serum_max_native_pc_quantity"] = {3, most_quote_lots};
}

}  // namespace ballast::conformance::drift
