// block.get and event.list: what has happened.
#include <ballast/api/event_words.hpp>
#include <ballast/api/service.hpp>
#include <ballast/wire/json.hpp>

namespace ballast::api {
namespace {

constexpr u64 blocks_max = 10'000;  ///< Blocks that one call of event.list looks at.
constexpr u64 shown_max = 1'000;    ///< Transactions and reports of one block that are shown.

Error no_block(const chain::Chain& chain, u64 height) {
    return {
        rpc::error_code::absent,
        fmt::format("block {} is not kept: there are {} to {}", height, chain.oldest(),
                    chain.height()),
        Json{{"field", "height"},
             {"value", height},
             {"expected", fmt::format("a height from {} to {}", chain.oldest(), chain.height())}}};
}

Json transactions_json(const chain::Committed& block, const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < block.ids.size() && i < shown_max; ++i)
        rows.push_back({{"id", hex(block.ids[i])},
                        {"transaction", wire::to_json(block.block.transactions[i], genesis)},
                        {"receipt", receipt_json(block.receipts[i])}});
    return rows;
}

Json reports_json(const chain::Committed& block, const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (const oracle::Report& report : block.block.reports) {
        if (rows.size() >= shown_max) break;
        rows.push_back(wire::to_json(report, genesis));
    }
    return rows;
}

Json events_json(const chain::Committed& block, const engine::Genesis& genesis) {
    Json rows = Json::array();
    for (const Event& event : block.events) {
        if (rows.size() >= shown_max) break;
        rows.push_back(event_json(genesis, event));
    }
    return rows;
}

Reply block_get(Service& service, const Json& params) {
    chain::Chain& chain = service.backend.chain();
    const u64 height = params.value("height", chain.height());
    const chain::CommittedPtr block = chain.block(height);
    if (!block) return std::unexpected(no_block(chain, height));
    return service.look({}, [&](const View& view) -> Reply {
        Json out = block_line(*block);
        out["transactions"] = transactions_json(*block, view.genesis());
        out["reports"] = reports_json(*block, view.genesis());
        out["events"] = events_json(*block, view.genesis());
        out["whole"] = block->ids.size() <= shown_max && block->events.size() <= shown_max &&
                       block->block.reports.size() <= shown_max;
        return out;
    });
}

Json block_schema() {
    Json out = block_line_schema();
    const Json row = schema::record({{"id", schema::digest(), ""},
                                     {"transaction", schema::any_record(), ""},
                                     {"receipt", receipt_schema(), ""}});
    const auto add = [&](const char* name, const Json& type) {
        out["properties"][name] = type;
        out["required"].push_back(name);
    };
    add("transactions", schema::list_of(row));
    add("reports", schema::list_of(schema::any_record()));
    add("events", schema::list_of(event_schema()));
    add("whole", schema::boolean());
    out["properties"]["whole"]["description"] = "Nothing was left out; event.list has the rest.";
    return out;
}

struct Wanted {
    std::optional<EventKind> kind;
    std::optional<AccountId> account;
    std::optional<std::string> subject;
    std::optional<u32> number;

    [[nodiscard]] bool holds(const Event& event) const {
        if (kind && event.kind != *kind) return false;
        if (account && (!names_account(event.kind) || event.account != *account)) return false;
        if (subject && subject_of(event.kind) != *subject) return false;
        return !number || (event.subject == *number && !subject_of(event.kind).empty());
    }
};

Parsed<Wanted> wanted_of(const Json& params) {
    Wanted wanted;
    if (params.contains("name")) {
        wanted.kind = event_named(params["name"].get<std::string>());
        if (!wanted.kind) return std::unexpected(wrong("name", params["name"], "an event's name"));
    }
    if (params.contains("account")) wanted.account = AccountId(params["account"].get<u32>());
    if (params.contains("subject")) wanted.subject = params["subject"].get<std::string>();
    if (params.contains("number")) wanted.number = params["number"].get<u32>();
    return wanted;
}

// Where a list of events has come to: block by block, and event by event in it.
struct Cursor {
    u64 height = 0;
    u64 position = 0;
};

// An event with its place, before it is put into words.
struct Found {
    u64 height = 0;
    u64 time = 0;
    u64 position = 0;
    Event event;
};

void gather(const chain::Committed& block, const Wanted& wanted, u64 limit, Cursor& cursor,
            std::vector<Found>& found) {
    for (; cursor.position < block.events.size() && found.size() < limit; ++cursor.position) {
        const Event& event = block.events[cursor.position];
        if (wanted.holds(event))
            found.push_back({block.block.height, block.block.time, cursor.position, event});
    }
}

Json found_json(const engine::Genesis& genesis, const Found& found) {
    return {{"height", found.height},
            {"time", found.time},
            {"position", found.position},
            {"event", event_json(genesis, found.event)}};
}

Reply event_list(Service& service, const Json& params) {
    chain::Chain& chain = service.backend.chain();
    const auto wanted = wanted_of(params);
    if (!wanted) return std::unexpected(wanted.error());
    const u64 last = std::min(params.value("to", chain.height()), chain.height());
    Cursor cursor{std::max<u64>(1, params.value("from", chain.height())),
                  params.value("position", u64{0})};
    const u64 limit = params.value("limit", page_default);
    std::shared_ptr<void> place;
    if (cursor.height + blocks_at_hand < chain.height() && !(place = service.behind.take()))
        return std::unexpected(busy_behind());
    std::vector<Found> found;
    for (u64 seen = 0; cursor.height <= last && seen < blocks_max; ++seen) {
        const chain::CommittedPtr block = chain.block(cursor.height);
        if (!block) return std::unexpected(no_block(chain, cursor.height));
        gather(*block, *wanted, limit, cursor, found);
        if (cursor.position < block->events.size()) break;
        cursor = {cursor.height + 1, 0};
    }
    const Json next = cursor.height > last
                          ? Json()
                          : Json{{"from", cursor.height}, {"position", cursor.position}};
    return service.look({}, [&](const View& view) -> Reply {
        Json items = Json::array();
        for (const Found& row : found) items.push_back(found_json(view.genesis(), row));
        return Json{{"items", items}, {"next", next}};
    });
}

Json event_list_schema() {
    const Json row = schema::record({{"height", schema::whole(), ""},
                                     {"time", schema::whole(), ""},
                                     {"position", schema::whole(), "In its block."},
                                     {"event", event_schema(), ""}});
    const Json next =
        schema::record({{"from", schema::whole(), ""}, {"position", schema::whole(), ""}});
    return schema::record(
        {{"items", schema::list_of(row), "Oldest first."},
         {"next", schema::nullable(next), "What to ask for the rest; null: that was all."}});
}

std::vector<schema::Field> event_params() {
    std::vector<std::string> subjects;
    for (const std::string& name : event_names()) {
        const std::string subject(subject_of(*event_named(name)));
        if (!subject.empty() && std::ranges::find(subjects, subject) == subjects.end())
            subjects.push_back(subject);
    }
    Json limit = schema::whole(1, page_max);
    limit["default"] = page_default;
    return {
        schema::optional("from", schema::whole(), "First height; without it the last block."),
        schema::optional("to", schema::whole(), "Last height; without it the last block."),
        schema::optional("position", schema::whole(), "First event in the first block."),
        schema::optional("name", schema::word(event_names()), "Only of this name."),
        schema::optional("account", schema::whole(0, limits::accounts_max),
                         "Only where this account stands."),
        schema::optional("subject", schema::word(subjects), "Only about these."),
        schema::optional("number", schema::whole(0, (u64{1} << 32) - 1), "Only about this one."),
        schema::optional("limit", limit, "Most events.")};
}

}  // namespace

Json block_line(const chain::Committed& block) {
    std::size_t accepted = 0;
    for (const engine::Receipt& receipt : block.receipts)
        if (receipt.accepted()) ++accepted;
    return {{"block", block.block.height},       {"block_time", block.block.time},
            {"block_root", hex(block.root)},     {"transaction_count", block.receipts.size()},
            {"accepted_count", accepted},        {"report_count", block.block.reports.size()},
            {"event_count", block.events.size()}};
}

Json block_line_schema() {
    return schema::record({{"block", schema::whole(), "Its height."},
                           {"block_time", schema::whole(), ""},
                           {"block_root", schema::digest(), "Of the state after it."},
                           {"transaction_count", schema::whole(), ""},
                           {"accepted_count", schema::whole(), "Of them, done."},
                           {"report_count", schema::whole(), ""},
                           {"event_count", schema::whole(), ""}});
}

void add_blocks(rpc::Methods& methods, Service& service) {
    methods.add(direct("block.get",
                       "One block: its transactions with receipts, its price reports, its events.",
                       {schema::optional("height", schema::whole(), "Without it the last one.")},
                       envelope_schema(block_schema()),
                       [&service](const Json& params) { return block_get(service, params); }));
    methods.add(direct("event.list",
                       "Events of a range of blocks, by name, account or what they are about.",
                       event_params(), envelope_schema(event_list_schema()),
                       [&service](const Json& params) { return event_list(service, params); }));
}

}  // namespace ballast::api
