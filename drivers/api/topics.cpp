#include <ballast/api/topics.hpp>

#include <ballast/api/auction_answers.hpp>
#include <ballast/api/feed_answers.hpp>
#include <ballast/api/margin_answers.hpp>
#include <ballast/api/vault_answers.hpp>

namespace ballast::api {
namespace {

constexpr u32 vaults_at_once = 20'000;  ///< Looked at while blocks wait.
constexpr u32 accounts_at_once = 200;   ///< Likewise.
/// What the channel health may be asked for, in thousandths: each is a topic that is computed.
constexpr i64 withins_thousandths[] = {0, 10, 20, 50, 100, 200, 500, 1'000};

void add(TopicRows& rows, Json name, Json row) {
    if (rows.rows.size() >= rows_max) {
        rows.cut = true;
        return;
    }
    std::string key = name.dump();
    rows.rows.insert_or_assign(std::move(key), TopicRow{std::move(name), std::move(row)});
}

void read(Service& service, const std::function<void(const View&)>& look) {
    service.backend.chain().read([&](const engine::Machine& machine) {
        service.index.follow(machine.state());
        look(View{machine, service.index});
    });
}

// Calls `each` for 0, 1, 2, ... as far as `size` says, `step` of them per read.
template <class Size, class Each>
Stamp in_parts(Service& service, u32 step, Size size, Each each) {
    Stamp stamp;
    bool more = true;
    for (u32 next = 0; more; next += step)
        read(service, [&](const View& view) {
            stamp = stamp_of(view.machine);
            const u32 all = size(view);
            const u32 end = all - std::min(all, next) > step ? next + step : all;
            for (u32 id = next; id < end; ++id) each(view, id);
            more = end < all;
        });
    return stamp;
}

void add_near(TopicRows& rows, const char* of, u32 number, AccountId owner, Ratio health) {
    Json name{{"of", of}, {"number", number}};
    Json row = name;
    row["owner"] = owner.value();
    row["health"] = decimal(health);
    row["healthy"] = health >= Ratio::units(ratio_one);
    add(rows, std::move(name), std::move(row));
}

}  // namespace

Stamp stamp_of(const engine::Machine& machine) {
    return {machine.height(), machine.root(), machine.time()};
}

Stamp stamp_of(const chain::Committed& block) {
    return {block.block.height, block.root, block.block.time};
}

Json stamped(const Stamp& stamp, Json data) {
    return {{"height", stamp.height},
            {"root", hex(stamp.root)},
            {"time", stamp.time},
            {"data", std::move(data)}};
}

TopicRows price_rows(Service& service, const std::optional<std::string>& feed) {
    TopicRows rows;
    read(service, [&](const View& view) {
        rows.stamp = stamp_of(view.machine);
        for (u16 i = 0; i < view.genesis().oracle.feeds.size(); ++i) {
            const std::string& label = view.genesis().oracle.feeds[i].name;
            if (feed && label != *feed) continue;
            add(rows, Json{{"feed", label}}, quote_json(view, FeedId(i)));
        }
    });
    return rows;
}

TopicRows auction_rows(Service& service) {
    TopicRows rows;
    read(service, [&](const View& view) {
        rows.stamp = stamp_of(view.machine);
        OpenAuctions all = open_auctions(view, rows_max / 2);
        rows.cut = all.cut;
        for (Json& row : all.items)
            add(rows, Json{{"of", row["of"]}, {"auction", row["auction"]}}, row);
    });
    return rows;
}

std::map<Ratio, TopicRows> health_rows(Service& service, const std::vector<Ratio>& withins) {
    std::map<Ratio, TopicRows> all;
    for (const Ratio within : withins) all[within];
    const auto near = [&](const char* of, u32 number, AccountId owner, Ratio health) {
        for (auto& [within, rows] : all)
            if (health < Ratio::units(ratio_one) + within)
                add_near(rows, of, number, owner, health);
    };
    in_parts(
        service, vaults_at_once, [](const View& view) { return view.state().vaults.vaults.size(); },
        [&](const View& view, u32 id) {
            const auto health = vault_health(view, VaultId(id));
            if (health) near("vault", id, view.state().vaults.vaults[id].owner, *health);
        });
    const Stamp stamp = in_parts(
        service, accounts_at_once,
        [](const View& view) { return view.state().clearing.accounts.size(); },
        [&](const View& view, u32 id) {
            const auto health = margin_health(view, MarginAccountId(id));
            if (health) near("margin", id, view.state().clearing.accounts[id].owner, *health);
        });
    for (auto& [within, rows] : all) rows.stamp = stamp;
    return all;
}

Parsed<Ratio> health_within(const Json& given) {
    const auto within = ratio_of(given.get<std::string>());
    std::string known;
    for (const i64 thousandths : withins_thousandths) {
        const Ratio one = Ratio::units(ratio_one / 1'000 * thousandths);
        if (within == one) return one;
        known += (known.empty() ? "one of " : ", ") + decimal(one);
    }
    return std::unexpected(wrong("within", given, known));
}

Json health_row_schema() {
    return schema::record({{"of", schema::word({"vault", "margin"}), ""},
                           {"number", schema::whole(), "Of the vault or the margin account."},
                           {"owner", schema::whole(), ""},
                           {"health", schema::decimal(), "Under 1: unhealthy."},
                           {"healthy", schema::boolean(), ""}});
}

u64 unhealthy_vaults(Service& service) {
    u64 count = 0;
    (void)in_parts(
        service, vaults_at_once, [](const View& view) { return view.state().vaults.vaults.size(); },
        [&](const View& view, u32 id) {
            const auto health = vault_health(view, VaultId(id));
            if (health && *health < Ratio::units(ratio_one)) ++count;
        });
    return count;
}

}  // namespace ballast::api
