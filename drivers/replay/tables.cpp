#include <ballast/files/csv.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/replay/report.hpp>

#include <nlohmann/json.hpp>

namespace ballast::replay {

using files::Attempt;
using Json = nlohmann::ordered_json;

namespace {

template <class Money>
std::string exact(Money money) {
    return files::decimal_text(money.units(), files::money_decimals, files::money_decimals);
}

std::string exact(Ratio ratio) {
    return files::decimal_text(ratio.units(), files::ratio_decimals, files::ratio_decimals);
}

Json spread_json(const Spread& spread) {
    return {{"count", spread.count},
            {"median", spread.median},
            {"p95", spread.p95},
            {"most", spread.most}};
}

Json loss_json(const Study& study) {
    const Totals& t = study.totals;
    return {{"arose", exact(t.lost)},
            {"from_reserve", exact(t.from_reserve)},
            {"from_surplus", exact(t.from_surplus)},
            {"booked", exact(t.booked)},
            {"paid_later", exact(t.healed)},
            {"left", exact(study.bad_debt_end)}};
}

Json keeper_json(const KeeperBooks& keepers) {
    Json reasons = Json::object();
    for (const auto& [reason, times] : keepers.reasons) reasons[reason] = times;
    return {{"profit", exact(keepers.profit)},
            {"costs", exact(keepers.costs)},
            {"slippage", exact(keepers.slippage)},
            {"unsold", exact(keepers.unsold)},
            {"orders", keepers.orders},
            {"failed", keepers.failed},
            {"failed_because", reasons}};
}

Json liquidation_json(const Study& study) {
    const Totals& t = study.totals;
    return {{"vaults", t.liquidated.size()},
            {"debt", exact(t.debt_liquidated)},
            {"auctions", study.auctions.size()},
            {"takes", t.takes},
            {"restarts", study.restarts},
            {"open_at_end", study.auctions_open},
            {"duration_seconds", spread_json(study.durations)},
            {"blocks_until_cleared", spread_json(study.clear)},
            {"not_cleared", study.waiting},
            {"rewards", exact(t.rewards)},
            {"pool_debt", exact(t.pool_debt)},
            {"pool_collateral", exact(t.pool_worth)},
            {"redistributed_debt", exact(t.redistributed_debt)},
            {"redistributed_collateral", exact(t.redistributed_worth)}};
}

Json study_json(const Study& study) {
    return {
        {"title", study.title},
        {"market", study.market_name},
        {"from", files::time_text(study.grid.start)},
        {"blocks", study.grid.blocks},
        {"block_seconds", study.grid.step},
        {"vaults", study.vaults},
        {"debt_start", exact(study.debt_start)},
        {"every_unit_backed", study.backed()},
        {"shortfall_most", exact(study.shortfall_most)},
        {"shortfall_time", study.backed() ? Json() : Json(files::time_text(study.shortfall_time))},
        {"shortfall_blocks", study.blocks_short},
        {"shortfall_end", exact(study.shortfall_end)},
        {"worst_ratio", exact(study.worst_ratio)},
        {"worst_ratio_time", files::time_text(study.worst_time)},
        {"bad_debt", loss_json(study)},
        {"liquidations", liquidation_json(study)},
        {"borrowers_loss", exact(study.totals.borrowers_loss)},
        {"keepers", keeper_json(study.keepers)},
        {"top_ups", study.owners.top_ups},
        {"top_ups_worth", exact(study.owners.added)},
        {"root", files::hex_text(study.root)}};
}

std::string_view kind_name(auctions::AuctionKind kind) {
    return kind == auctions::AuctionKind::in_place ? "in_place" : "auction";
}

std::string_view end_name(AuctionEnd end) {
    switch (end) {
        case AuctionEnd::open: return "open";
        case AuctionEnd::taken: return "taken";
        case AuctionEnd::withdrawn: return "withdrawn";
    }
    return "unknown";
}

std::string_view status_name(oracle::Status status) {
    switch (status) {
        case oracle::Status::live: return "live";
        case oracle::Status::degraded: return "degraded";
        case oracle::Status::halted: return "halted";
    }
    return "unknown";
}

void add_block(files::CsvWriter& csv, const BlockRow& row) {
    csv.add(row.height);
    csv.add(row.time);
    for (const Price price : {row.outside, row.mark}) csv.add(price.units(), files::money_decimals);
    csv.add(status_name(row.status));
    csv.add(row.ratio.units(), files::ratio_decimals);
    for (const Amount amount : {row.supply, row.vault_debt, row.auction_debt, row.bad_debt})
        csv.add(amount.units(), files::money_decimals);
    for (const Cash cash : {row.latent, row.shortfall})
        csv.add(cash.units(), files::money_decimals);
    for (const Amount amount : {row.surplus, row.reserve, row.pool})
        csv.add(amount.units(), files::money_decimals);
    csv.add(u64{row.open_auctions});
    csv.add(u64{row.waiting});
    csv.add(row.cost.units(), files::money_decimals);
    csv.end_row();
}

}  // namespace

std::string summary_json(const Study& study) {
    return study_json(study).dump(2) + "\n";
}

std::string comparison_json(const std::vector<Study>& studies) {
    Json list = Json::array();
    for (const Study& study : studies) list.push_back(study_json(study));
    return list.dump(2) + "\n";
}

std::string manifest_json(const Study& study, std::string_view version) {
    Json inputs = Json::array();
    for (const InputFile& input : study.inputs)
        inputs.push_back({{"path", input.path}, {"sha256", input.sha256}, {"rows", input.rows}});
    Json parameters = Json::object();
    for (const auto& [key, value] : study.parameters) parameters[key] = value;
    const Json manifest{{"program", "ballast"},
                        {"version", version},
                        {"title", study.title},
                        {"source", study.source},
                        {"market", study.market_name},
                        {"chain", files::hex_text(study.chain)},
                        {"inputs", inputs},
                        {"parameters", parameters},
                        {"first_block_time", study.grid.start},
                        {"block_seconds", study.grid.step},
                        {"blocks", study.grid.blocks},
                        {"final_height", study.height},
                        {"final_root", files::hex_text(study.root)},
                        {"notes", study.notes}};
    return manifest.dump(2) + "\n";
}

std::string blocks_csv(const Study& study, u64 every) {
    files::CsvWriter csv({"height", "time", "outside_price", "mark", "feed", "ratio", "supply",
                          "vault_debt", "auction_debt", "bad_debt", "latent", "shortfall",
                          "surplus", "reserve", "pool", "open_auctions", "unhealthy_vaults",
                          "action_cost"});
    Cash before;
    for (std::size_t i = 0; i < study.rows.size(); ++i) {
        const BlockRow& row = study.rows[i];
        if (i % every == 0 || i + 1 == study.rows.size() || row.shortfall != before)
            add_block(csv, row);
        before = row.shortfall;
    }
    return csv.text();
}

std::string auctions_csv(const Study& study) {
    files::CsvWriter csv({"auction", "kind", "vault_type", "vault", "started", "first_take",
                          "ended", "end", "duration_seconds", "tab", "paid", "debt_covered",
                          "debt_uncovered", "collateral_sold", "reward", "takes", "restarts"});
    for (const AuctionRecord& record : study.auctions) {
        csv.add(u64{record.id.value()});
        csv.add(kind_name(record.kind));
        csv.add(u64{record.type.value()});
        csv.add(study.vault_names[record.vault.value()]);
        csv.add(record.started);
        const std::string first_take = record.first_take ? std::to_string(*record.first_take) : "";
        csv.add(std::string_view(first_take));
        csv.add(record.ended);
        csv.add(end_name(record.end));
        csv.add(record.ended - record.started);
        for (const Amount amount : {record.tab, record.paid, record.covered, record.uncovered})
            csv.add(amount.units(), files::money_decimals);
        csv.add(record.sold.units(), files::money_decimals);
        csv.add(record.reward.units(), files::money_decimals);
        csv.add(u64{record.takes});
        csv.add(u64{record.restarts});
        csv.end_row();
    }
    return csv.text();
}

Attempt<void> write(const Study& study, files::RunDirectory& directory, std::string_view version,
                    u64 every) {
    BALLAST_CHECK(directory.write("manifest.json", manifest_json(study, version)));
    BALLAST_CHECK(directory.write("result.json", summary_json(study)));
    BALLAST_CHECK(directory.write("summary.txt", summary(study)));
    BALLAST_CHECK(directory.write("blocks.csv", blocks_csv(study, every)));
    return directory.write("auctions.csv", auctions_csv(study));
}

}  // namespace ballast::replay
