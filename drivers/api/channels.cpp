#include <ballast/api/channels.hpp>

#include <ballast/api/account_answers.hpp>
#include <ballast/api/auction_answers.hpp>
#include <ballast/api/event_words.hpp>
#include <ballast/api/feed_answers.hpp>

#include <algorithm>

namespace ballast::api {
namespace {

constexpr std::string_view health_prefix = "health:";
constexpr std::string_view price_prefix = "prices:";
constexpr std::string_view account_prefix = "account:";
constexpr const char* not_durable = "what was seen cannot be kept";

Json gap_json(const std::optional<Inbox::Gap>& gap) {
    return gap ? Json{{"from", gap->from}, {"to", gap->to}} : Json();
}

Json gap_schema() {
    return schema::nullable(
        schema::record({{"from", schema::whole(), ""}, {"to", schema::whole(), ""}}));
}

Json rows_schema(const Json& row, const std::vector<schema::Field>& name) {
    return schema::record(
        {{"whole", schema::boolean(), "These are all rows; forget others."},
         {"changed", schema::list_of(row), "New rows, and rows that are not what they were."},
         {"removed", schema::list_of(schema::record(name)), "Rows that are gone, by name."},
         {"cut", schema::boolean(), "There are more rows than a channel tells."}});
}

Json events_schema() {
    const Json row = schema::record({{"height", schema::whole(), ""},
                                     {"time", schema::whole(), ""},
                                     {"event", event_schema(), ""}});
    return schema::list_of(row);
}

Json whole_rows(const TopicRows& now) {
    Json changed = Json::array();
    for (const auto& [key, row] : now.rows) changed.push_back(row.row);
    return {{"whole", true},
            {"changed", std::move(changed)},
            {"removed", Json::array()},
            {"cut", now.cut}};
}

Json difference(const TopicRows& before, const TopicRows& now) {
    Json changed = Json::array();
    Json removed = Json::array();
    for (const auto& [key, row] : now.rows) {
        const auto old = before.rows.find(key);
        if (old == before.rows.end() || old->second.row != row.row) changed.push_back(row.row);
    }
    for (const auto& [key, row] : before.rows)
        if (!now.rows.contains(key)) removed.push_back(row.name);
    return {{"whole", false},
            {"changed", std::move(changed)},
            {"removed", std::move(removed)},
            {"cut", now.cut}};
}

bool is_liquidation(EventKind kind) {
    using enum EventKind;
    switch (kind) {
        case vault_unhealthy:
        case vault_seized:
        case redistributed:
        case auction_started:
        case auction_taken:
        case auction_restarted:
        case auction_ended:
        case auction_cancelled:
        case keeper_rewarded:
        case pool_absorbed:
        case loss_arose:
        case loss_from_reserve:
        case loss_from_surplus:
        case loss_booked:
        case margin_unhealthy:
        case account_auction_started:
        case account_auction_taken:
        case account_auction_turned:
        case account_auction_ended:
        case account_collateral_sold:
        case account_backstopped:
        case position_deleveraged:
        case loss_socialised: return true;
        default: return false;
    }
}

Json event_row(const engine::Genesis& genesis, const chain::Committed& block, const Event& event) {
    return {{"height", block.block.height},
            {"time", block.block.time},
            {"event", event_json(genesis, event)}};
}

// Whether the event is about the account: it stands there, or what it owns does.
bool concerns(const View& view, const Event& event, AccountId account) {
    if (names_account(event.kind) && event.account == account) return true;
    const std::string_view subject = subject_of(event.kind);
    const engine::State& state = view.state();
    if (subject == "vault" && event.subject < state.vaults.vaults.size())
        return state.vaults.vaults[event.subject].owner == account;
    if (subject == "margin_account" && event.subject < state.clearing.accounts.size())
        return state.clearing.accounts[event.subject].owner == account;
    return false;
}

Ratio within_of(const std::string& topic) {
    return ratio_of(topic.substr(health_prefix.size())).value_or(Ratio());
}

AccountId account_of(const std::string& topic) {
    return AccountId(static_cast<u32>(std::stoul(topic.substr(account_prefix.size()))));
}

using Topic = std::expected<std::string, Error>;

std::function<Topic(const Json&)> checked_topic(const Json& params,
                                                std::function<Topic(const Json&)> topic) {
    return [params, topic = std::move(topic)](const Json& given) -> Topic {
        const Json asked = given.is_null() ? Json::object() : given;
        if (const auto misfits = misfit(params, asked)) return std::unexpected(error_of(*misfits));
        return topic(asked);
    };
}

}  // namespace

void Inbox::put(const chain::CommittedPtr& block) {
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        if (blocks_.size() == blocks_max) {
            const u64 from = gap_ ? gap_->from : blocks_.front()->block.height;
            gap_ = Gap{from, blocks_.back()->block.height};
            blocks_.clear();
        }
        blocks_.push_back(block);
    }
    changed_.notify_one();
}

Inbox::Round Inbox::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !blocks_.empty(); });
    Round round{{blocks_.begin(), blocks_.end()}, gap_, ended_};
    blocks_.clear();
    gap_.reset();
    return round;
}

void Inbox::end() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    changed_.notify_all();
}

Channels::Channels(Service& service) : service_(service) {}

void Channels::declare(rpc::Hub& hub) {
    hub_ = &hub;
    service_.backend.chain().read(
        [&](const engine::Machine& machine) { hub.stamp(stamped(stamp_of(machine), nullptr)); });
    declare_rows();
    declare_events();
}

void Channels::declare(std::string name, std::string summary,
                       const std::vector<schema::Field>& fields, const Json& data,
                       std::function<Topic(const Json&)> topic) {
    const Json params = schema::record(fields);
    hub_->declare({std::move(name), std::move(summary), params, data,
                   checked_topic(params, std::move(topic)),
                   [this](const std::string& which) { return snapshot(which); }});
}

void Channels::declare_rows() {
    declare("prices", "The prices of all feeds, or of one.",
            {schema::optional("feed", schema::text(limits::name_max), "Its name.")},
            rows_schema(schema::record(quote_fields()), {{"feed", schema::text(), ""}}),
            [this](const Json& given) -> Topic {
                if (!given.contains("feed")) return "prices";
                const std::string feed = given["feed"].get<std::string>();
                Parsed<FeedId> found = FeedId();
                service_.backend.chain().read([&](const engine::Machine& machine) {
                    found = feed_named(machine.genesis(), feed);
                });
                if (!found) return std::unexpected(found.error());
                return std::string(price_prefix) + feed;
            });
    declare("health", "Vaults and margin accounts near their threshold.",
            {{"within", schema::decimal(),
              "Those whose health is under 1 and this: 0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5 or 1."}},
            rows_schema(health_row_schema(),
                        {{"of", schema::text(), ""}, {"number", schema::whole(), ""}}),
            [](const Json& given) -> Topic {
                const auto within = health_within(given["within"]);
                if (!within) return std::unexpected(within.error());
                return std::string(health_prefix) + decimal(*within);
            });
    declare("auctions", "Every auction that runs, with its price.", {},
            rows_schema(auction_schema(),
                        {{"of", schema::text(), ""}, {"auction", schema::whole(), ""}}),
            [](const Json&) -> Topic { return "auctions"; });
}

void Channels::declare_events() {
    Json block = block_line_schema();
    block["properties"]["gap"] = gap_schema();
    block["required"].push_back("gap");
    declare("blocks", "Every block.", {}, block, [](const Json&) -> Topic { return "blocks"; });
    const schema::Field gap{"gap", gap_schema(), "Blocks not told of: see event.list."};
    declare("liquidations", "Events of liquidations and losses.", {},
            schema::record({{"events", events_schema(), ""}, gap}),
            [](const Json&) -> Topic { return "liquidations"; });
    declare("account", "An account: its events, and how it stands after them.",
            {{"account", schema::whole(0, limits::accounts_max), ""}},
            schema::record({{"events", events_schema(), ""},
                            {"account", account_schema(), "As account.get."},
                            gap}),
            [this](const Json& given) -> Topic {
                const AccountId account(given["account"].get<u32>());
                bool exists = false;
                service_.backend.chain().read([&](const engine::Machine& machine) {
                    exists = machine.state().ledger.exists(account);
                });
                if (!exists) return std::unexpected(absent("account", given["account"]));
                return fmt::format("{}{}", account_prefix, account.value());
            });
}

std::optional<TopicRows> Channels::rows_of(const std::string& topic) {
    if (topic == "auctions") return auction_rows(service_);
    if (topic == "prices") return price_rows(service_, {});
    if (topic.starts_with(price_prefix))
        return price_rows(service_, topic.substr(price_prefix.size()));
    if (!topic.starts_with(health_prefix)) return std::nullopt;
    const Ratio within = within_of(topic);
    return health_rows(service_, {within})[within];
}

Json Channels::snapshot(const std::string& topic) {
    const std::lock_guard lock(mutex_);
    const auto told = told_.find(topic);
    if (told != told_.end()) return stamped(told->second.stamp, whole_rows(told->second));
    if (auto rows = rows_of(topic)) {
        if (!service_.durable(rows->stamp.height)) throw std::runtime_error(not_durable);
        Json message = stamped(rows->stamp, whole_rows(*rows));
        told_.insert_or_assign(topic, std::move(*rows));
        return message;
    }
    return event_snapshot(topic);
}

// Of events there is nothing to show but where they have come to.
Json Channels::event_snapshot(const std::string& topic) {
    chain::Chain& chain = service_.backend.chain();
    // Nothing was told since the start: the last block that is kept.
    const chain::CommittedPtr kept = done_ ? nullptr : chain.block(chain.height());
    const std::optional<Stamp> done = kept ? stamp_of(*kept) : done_;
    Json line = kept ? block_line(*kept) : line_;
    Json out;
    u64 seen = 0;
    chain.read([&](const engine::Machine& machine) {
        seen = machine.height();
        service_.index.follow(machine.state());
        if (topic.starts_with(account_prefix)) {
            const View view{machine, service_.index};
            out =
                stamped(stamp_of(machine), Json{{"events", Json::array()},
                                                {"account", account_json(view, account_of(topic))},
                                                {"gap", nullptr}});
            return;
        }
        const Stamp stamp = done.value_or(stamp_of(machine));
        if (topic == "liquidations") {
            out = stamped(stamp, Json{{"events", Json::array()}, {"gap", nullptr}});
            return;
        }
        chain::Committed none;  // Before the first block, and behind a state that was put in.
        none.block.height = stamp.height;
        none.block.time = stamp.time;
        none.root = stamp.root;
        if (line.is_null()) line = block_line(none);
        line["gap"] = nullptr;
        out = stamped(stamp, std::move(line));
    });
    if (!service_.durable(seen)) throw std::runtime_error(not_durable);
    return out;
}

void Channels::tell(const Inbox::Round& round) {
    if (round.blocks.empty()) return;
    {
        // Before anything is published: a snapshot that is begun from here on holds it.
        const std::lock_guard lock(mutex_);
        done_ = stamp_of(*round.blocks.back());
        line_ = block_line(*round.blocks.back());
    }
    if (hub_ == nullptr) return;
    std::vector<std::string> topics;
    for (const char* channel : {"prices", "health", "auctions"})
        for (std::string& topic : hub_->topics(channel)) topics.push_back(std::move(topic));
    drop_rows(topics);
    if (!hub_->topics("blocks").empty()) tell_blocks(round);
    if (!hub_->topics("liquidations").empty()) tell_liquidations(round);
    const auto accounts = hub_->topics("account");
    if (!accounts.empty()) tell_accounts(accounts, round);
    tell_health();
    for (const std::string& topic : topics)
        if (!topic.starts_with(health_prefix)) tell_rows(topic, rows_of(topic));
    hub_->stamp(stamped(stamp_of(*round.blocks.back()), nullptr));
}

// All its topics are seen in one look at the market.
void Channels::tell_health() {
    const std::vector<std::string> topics = hub_->topics("health");
    if (topics.empty()) return;
    std::vector<Ratio> withins;
    for (const std::string& topic : topics) withins.push_back(within_of(topic));
    auto rows = health_rows(service_, withins);
    for (const std::string& topic : topics) tell_rows(topic, std::move(rows[within_of(topic)]));
}

// Who comes back to a topic that nobody listened to gets all of it anew.
void Channels::drop_rows(const std::vector<std::string>& topics) {
    const std::lock_guard lock(mutex_);
    std::erase_if(told_, [&](const auto& entry) {
        return std::ranges::find(topics, entry.first) == topics.end();
    });
}

void Channels::tell_rows(const std::string& topic, std::optional<TopicRows> now) {
    if (!now || !service_.durable(now->stamp.height)) return;
    const Stamp stamp = now->stamp;
    Json data;
    {
        const std::lock_guard lock(mutex_);
        const auto told = told_.find(topic);
        if (told != told_.end() && told->second.stamp.height >= stamp.height) return;
        data = told == told_.end() ? whole_rows(*now) : difference(told->second, *now);
        told_.insert_or_assign(topic, std::move(*now));
    }
    if (data["whole"] == Json(false) && data["changed"].empty() && data["removed"].empty()) return;
    hub_->publish(topic, stamped(stamp, std::move(data)));
}

void Channels::tell_blocks(const Inbox::Round& round) {
    std::optional<Inbox::Gap> gap = round.gap;
    for (const chain::CommittedPtr& block : round.blocks) {
        Json line = block_line(*block);
        line["gap"] = gap_json(gap);
        gap.reset();
        hub_->publish("blocks", stamped(stamp_of(*block), std::move(line)));
    }
}

void Channels::tell_liquidations(const Inbox::Round& round) {
    std::optional<Inbox::Gap> gap = round.gap;
    for (const chain::CommittedPtr& block : round.blocks) {
        Json events = Json::array();
        service_.backend.chain().read([&](const engine::Machine& machine) {
            for (const Event& event : block->events)
                if (is_liquidation(event.kind))
                    events.push_back(event_row(machine.genesis(), *block, event));
        });
        if (events.empty() && !gap) continue;
        hub_->publish("liquidations", stamped(stamp_of(*block), Json{{"events", std::move(events)},
                                                                     {"gap", gap_json(gap)}}));
        gap.reset();
    }
}

void Channels::tell_accounts(const std::vector<std::string>& topics, const Inbox::Round& round) {
    for (const std::string& topic : topics) {
        const AccountId account = account_of(topic);
        std::optional<Json> message;
        u64 seen = 0;
        service_.backend.chain().read([&](const engine::Machine& machine) {
            seen = machine.height();
            service_.index.follow(machine.state());
            const View view{machine, service_.index};
            Json events = Json::array();
            for (const chain::CommittedPtr& block : round.blocks)
                for (const Event& event : block->events)
                    if (concerns(view, event, account))
                        events.push_back(event_row(machine.genesis(), *block, event));
            if (events.empty() && !round.gap) return;
            message = stamped(stamp_of(machine), Json{{"events", std::move(events)},
                                                      {"account", account_json(view, account)},
                                                      {"gap", gap_json(round.gap)}});
        });
        if (message && service_.durable(seen)) hub_->publish(topic, *message);
    }
}

}  // namespace ballast::api
