#include <ballast/conform_notional/dydx.hpp>

#include <ballast/notional/notional.hpp>

#include <array>

namespace ballast::conformance::dydx {

Ratio ratio_of(const Whole& millionths) {
    return Ratio::units(static_cast<i64>((millionths * 1000).small()));
}

Cash cash_of(const Whole& quantums) {
    return Cash::units(quantums.small());
}

namespace {

constexpr int quote_resolution = -6;

// Initial margin and the part of it that is maintenance, in parts per million, by the number of the
// liquidity tier; dydxprotocol/v4-chain, protocol/testutil/constants/perpetuals.go.
struct Tier {
    i64 initial;
    i64 fraction;
    i64 open_interest_low = 0;  // Quote quantums.
    i64 open_interest_high = 0;
};
constexpr std::array<Tier, 10> tiers{{
    {1'000'000, 1'000'000},
    {1'000'000, 750'000},
    {1'000'000, 0},
    {200'000, 500'000},
    {500'000, 800'000},
    {500'000, 600'000},
    {200'000, 900'000},
    {0, 0},
    {9'910, 1'000'000},
    {200'000, 500'000, 25'000'000'000'000, 50'000'000'000'000},
}};

// By the number of the market: BTC, ETH, SOL, ISO, ISO2; the same folder, prices.go.
struct MarketPrice {
    i64 price;
    int exponent;
};
constexpr std::array<MarketPrice, 5> prices{{{5'000'000'000, -5},
                                             {3'000'000'000, -6},
                                             {5'000'000'000, -8},
                                             {5'000'000'000, -8},
                                             {3'000'000'000, -7}}};

const Json& part(const Json& object, std::string_view key) {
    if (!object.is_object() || !object.contains(key)) throw Malformed("no key " + std::string(key));
    return object[std::string(key)];
}

Perpetual perpetual_of(const Json& value) {
    const Json& params = part(value, "Params");
    const auto tier_id = whole_or(params, "LiquidityTier", 0).small();
    const auto market = whole_or(params, "MarketId", 0).small();
    if (tier_id >= i128{tiers.size()} || market >= i128{prices.size()})
        throw Malformed("a tier or a market that is not known");
    const Tier& tier = tiers[static_cast<std::size_t>(tier_id)];
    Perpetual perpetual;
    perpetual.terms.initial = ratio_of(tier.initial);
    perpetual.terms.maintenance = ratio_of(Whole(tier.initial) * tier.fraction / 1'000'000);
    perpetual.terms.open_interest_low = Cash::units(tier.open_interest_low);
    perpetual.terms.open_interest_high = Cash::units(tier.open_interest_high);
    perpetual.resolution = static_cast<int>(whole_or(params, "AtomicResolution", 0).small());
    perpetual.price = prices[static_cast<std::size_t>(market)].price;
    perpetual.exponent = prices[static_cast<std::size_t>(market)].exponent;
    perpetual.funding_index = whole_or(value, "FundingIndex", 0);
    perpetual.open_interest = whole_or(value, "OpenInterest", 0);
    return perpetual;
}

// Either a list of them, or one call that builds such a list.
std::vector<Json> entries(const Json& row, std::string_view key) {
    if (!row.is_object() || !row.contains(key) || row[std::string(key)].is_null()) return {};
    const Json& value = row[std::string(key)];
    if (value.is_array()) return value.get<std::vector<Json>>();
    return {value};
}

// What an amount of an asset that is not the quote does to an account.
void refuse_asset(const Whole& asset, const Whole& amount) {
    if (asset.zero() || amount.zero()) return;
    throw PeerError{amount > 0 ? "asstypes.ErrNotImplementedMulticollateral"
                               : "asstypes.ErrNotImplementedMargin"};
}

// CreateUsdcAssetPositions(amount), CreateSingleAssetPosition(asset, amount), and updates.
void add_asset(Account& account, const Json& entry) {
    if (entry.contains("BigQuantumsDelta")) {
        refuse_asset(whole_of(entry, "AssetId"), whole_of(entry, "BigQuantumsDelta"));
        account.quote = account.quote + whole_of(entry, "BigQuantumsDelta");
        return;
    }
    const Json& args = array_of(entry, "args");
    if (args.size() == 2) refuse_asset(whole_of(args[0]), whole_of(args[1]));
    account.quote = account.quote + whole_of(args.back());
}

}  // namespace

Whole Perpetual::notional(const Whole& quantums) const {
    return times_power_of_ten(quantums * price, exponent + resolution - quote_resolution);
}

Risk risk_of(const Perpetual& perpetual, const Whole& quantums) {
    const Cash notional = cash_of(perpetual.notional(quantums));
    const Cash interest = cash_of(absolute(perpetual.notional(perpetual.open_interest)));
    const Ratio initial = notional::initial_at(perpetual.terms, interest, ppm);
    return {notional, notional::required(notional, initial),
            notional::required(notional, perpetual.terms.maintenance)};
}

const Perpetual& Account::perpetual(u64 id) const {
    const auto found = perpetuals.find(id);
    if (found == perpetuals.end()) throw PeerError{"perptypes.ErrPerpetualDoesNotExist"};
    return found->second;
}

namespace {

// Funding since the position was last settled: paid by who is long while the index rises.
Whole funding_of(const Perpetual& perpetual, const Position& position) {
    const Whole owed = position.quantums * (perpetual.funding_index - position.funding_index);
    return floored(-owed, 1'000'000);
}

}  // namespace

Risk Account::risk() const {
    Risk total{cash_of(quote), {}, {}};
    for (const auto& [id, position] : positions) {
        const Perpetual& market = perpetual(id);
        const Risk one = risk_of(market, position.quantums);
        total.net += one.net + cash_of(funding_of(market, position) + position.quote_balance);
        total.initial += one.initial;
        total.maintenance += one.maintenance;
    }
    return total;
}

std::optional<Risk> Account::model_risk() const {
    notional::Terms terms;
    terms.ratio_step = ppm;
    std::vector<notional::Underlying> underlyings;
    std::vector<notional::Instrument> instruments;
    std::vector<risk::Exposure> exposures;
    Whole cash = quote;
    for (const auto& [id, position] : positions) {
        const Perpetual& market = perpetual(id);
        const Whole price = market.notional(amount_one);
        if (market.notional(i128{amount_one} * amount_one) != price * amount_one ||
            price > limits::price_max.units() || absolute(position.quantums) > limits::size_max)
            return {};
        cash = cash + funding_of(market, position) + position.quote_balance +
               market.notional(position.quantums);
        if (position.quantums.zero()) continue;
        terms.tier_of.push_back(static_cast<u8>(terms.tiers.size()));
        terms.tiers.push_back({"tier", market.terms, {}, {}});
        notional::Instrument instrument;
        instrument.series.underlying = UnderlyingId(static_cast<u16>(underlyings.size()));
        instrument.mark = Price::units(static_cast<i64>(price.small()));
        instrument.open_interest = cash_of(market.notional(market.open_interest));
        underlyings.push_back({instrument.mark});
        exposures.push_back({InstrumentId(static_cast<u32>(instruments.size())),
                             static_cast<i64>(position.quantums.small())});
        instruments.push_back(instrument);
    }
    const notional::Margin margin =
        notional::margin(terms, {underlyings, instruments}, {exposures, {}, cash_of(cash)});
    const Cash net = margin.mark_to_market;
    return Risk{net, net - margin.initial, net - margin.maintenance};
}

Position position_of(const Json& call) {
    if (!call.contains("args"))
        return {whole_of(call, "Quantums"), whole_or(call, "FundingIndex", 0),
                whole_or(call, "QuoteBalance", 0)};
    const Json& args = array_of(call, "args");
    if (args.size() != 4) throw Malformed("a position without four figures");
    return {whole_of(args[1]), whole_of(args[2]), whole_of(args[3])};
}

u64 position_id(const Json& call) {
    if (!call.contains("args")) return small_or(call, "PerpetualId", 0);
    return static_cast<u64>(whole_of(array_of(call, "args").at(0)).small());
}

Account account_of(const Json& row) {
    Account account;
    for (const Json& entry : entries(row, "perpetuals"))
        account.perpetuals[small_or(part(entry, "Params"), "Id", 0)] = perpetual_of(entry);
    const bool empty = row.is_object() && row.value("useEmptySubaccount", false);
    if (!empty) {
        for (const Json& entry : entries(row, "assetPositions")) add_asset(account, entry);
        for (const Json& entry : entries(row, "perpetualPositions"))
            account.positions[position_id(entry)] = position_of(entry);
    }
    for (const Json& entry : entries(row, "assetUpdates")) add_asset(account, entry);
    for (const Json& entry : entries(row, "perpetualUpdates")) {
        const u64 id = small_or(entry, "PerpetualId", 0);
        if (!account.positions.contains(id))
            account.positions[id] = {0, account.perpetual(id).funding_index, 0};
        Position& position = account.positions[id];
        position.quantums = position.quantums + whole_of(entry, "BigQuantumsDelta");
    }
    return account;
}

Perpetual bitcoin() {
    return perpetual_of(Json::parse(R"({"Params": {"AtomicResolution": -8, "LiquidityTier": 3}})"));
}

namespace {

// An error's name without its package.
std::string error_name(const std::string& name) {
    return name.substr(name.rfind('.') + 1);
}

// The first error that is named somewhere in `value`; empty if none is.
std::string error_in(const Json& value) {
    const Json leaves = value.flatten();
    for (const auto& [path, leaf] : leaves.items()) {
        if (!path.ends_with("/$ref") || !leaf.is_string()) continue;
        const std::string name = error_name(leaf.get<std::string>());
        if (name.starts_with("Err")) return name;
    }
    return "";
}

// The error that a case expects; the peer's tests have it under several names.
std::string expected_error(const Json& row) {
    if (!row.is_object()) return "";
    for (const char* key : {"expectedErr", "expectedError", "panicErr"}) {
        if (!row.contains(key) || row[key].is_null() || row[key] == "") continue;
        const std::string name = error_in(row[key]);
        return name.empty() ? "an error" : name;
    }
    return "";
}

}  // namespace

void each(const std::filesystem::path& file, Tally& tally,
          void (*answer)(const Json& row, Case& test)) {
    tally.note = "exact";
    const Json document = read_exact(file);
    if (!document.contains("cases") || !document["cases"].is_object())
        throw Malformed("no object of cases");
    for (const auto& [name, row] : document["cases"].items()) {
        Case test(tally, name);
        const std::string expected = expected_error(row);
        std::string error;
        try {
            answer(row, test);
        } catch (const PeerError& refusal) {
            error = expected == "an error" ? expected : error_name(refusal.name);
        } catch (const std::exception& fault) {
            test.fail("the case", "one that is understood", fault.what());
        }
        test.same("error", expected, error);
    }
}

void same(Case& test, const Json& row, std::string_view key, const Whole& got) {
    if (!row.is_object() || !row.contains(key)) return;
    test.same(key, whole_of(row, key).text(), got.text());
}

}  // namespace ballast::conformance::dydx
