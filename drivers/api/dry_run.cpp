// transaction.dry_run: what would become of transactions, and of everything they touch.
#include <ballast/api/account_answers.hpp>
#include <ballast/api/carrier.hpp>
#include <ballast/api/event_words.hpp>
#include <ballast/api/margin_answers.hpp>
#include <ballast/api/service.hpp>
#include <ballast/api/vault_answers.hpp>

namespace ballast::api {
namespace {

using Transactions = std::vector<engine::Transaction>;

constexpr u64 transactions_max = 64;  ///< Of one dry run.
constexpr u64 touched_max = 64;       ///< Accounts, vaults and margin accounts that are told of.
constexpr u64 searched_max = 8;       ///< Margin accounts whose liquidation prices are told.
constexpr u32 tries_max = 4;          ///< Attempts to see the same block before and after.
/// Accounts of a market whose past is copied to be tried on.
constexpr u32 copied_accounts_max = 2'000'000;

// What the transactions change, by number.
struct Touched {
    std::set<u32> accounts;
    std::set<u32> vaults;
    std::set<u32> margins;
};

void touch(std::set<u32>& set, u32 number) {
    if (set.size() < touched_max) set.insert(number);
}

// What an action names.
struct Toucher {
    Touched& touched;

    template <class Tag, class Rep>
    void operator()(const Id<Tag, Rep>& id) const {
        if constexpr (std::same_as<Id<Tag, Rep>, AccountId>)
            touch(touched.accounts, id.value());
        else if constexpr (std::same_as<Id<Tag, Rep>, VaultId>)
            touch(touched.vaults, id.value());
        else if constexpr (std::same_as<Id<Tag, Rep>, MarginAccountId>)
            touch(touched.margins, id.value());
    }
    template <class T>
    void operator()(const T& field) const {
        if constexpr (requires(const Toucher& visit) { T::fields(visit, field); })
            T::fields(*this, field);
    }
};

void touch_actions(const engine::Transaction& transaction, Touched& touched) {
    touch(touched.accounts, transaction.sender.value());
    const auto one = [&](const engine::Action& action) {
        std::visit([&](const auto& request) { Toucher{touched}(request); }, action);
    };
    if (const auto* action = std::get_if<engine::Action>(&transaction.body)) return one(*action);
    for (const engine::Action& action : std::get<engine::Batch>(transaction.body).actions)
        one(action);
}

void touch_event(const Event& event, Touched& touched) {
    if (names_account(event.kind) && event.account.value() >= system_accounts)
        touch(touched.accounts, event.account.value());
    const std::string_view subject = subject_of(event.kind);
    if (subject == "vault") touch(touched.vaults, event.subject);
    if (subject == "margin_account") touch(touched.margins, event.subject);
}

Touched touched_by(const Transactions& transactions, const Events& events) {
    Touched touched;
    for (const engine::Transaction& transaction : transactions) touch_actions(transaction, touched);
    for (const Event& event : events) touch_event(event, touched);
    return touched;
}

// Everything that is touched, as it stands; what does not exist is null.
struct Seen {
    u64 height = 0;
    std::map<u32, Json> accounts;
    std::map<u32, Json> vaults;
    std::map<u32, Json> margins;
    std::map<u32, std::function<Json()>> searches;  ///< For their liquidation prices.
};

Seen see(const View& view, const Touched& touched) {
    Seen seen;
    seen.height = view.machine.height();
    for (const u32 id : touched.accounts)
        if (view.state().ledger.exists(AccountId(id)))
            seen.accounts[id] = {{"balances", balances_json(view, AccountId(id))}};
    for (const u32 id : touched.vaults)
        if (id < view.state().vaults.vaults.size()) seen.vaults[id] = vault_json(view, VaultId(id));
    for (const u32 id : touched.margins)
        if (id < view.state().clearing.accounts.size())
            seen.margins[id] = margin_json(view, MarginAccountId(id), false);
    for (const auto& [id, row] : seen.margins)
        if (seen.searches.size() < searched_max)
            seen.searches[id] = liquidation_search(view, MarginAccountId(id));
    return seen;
}

// Takes long, and needs the state no longer.
void search(Seen& seen) {
    for (const auto& [id, find] : seen.searches) seen.margins[id]["liquidation"] = find();
}

Json compared(std::string_view field, const std::set<u32>& ids, const std::map<u32, Json>& before,
              const std::map<u32, Json>& after) {
    const auto at = [](const std::map<u32, Json>& rows, u32 id) {
        const auto found = rows.find(id);
        return found == rows.end() ? Json() : found->second;
    };
    Json rows = Json::array();
    for (const u32 id : ids)
        if (before.contains(id) || after.contains(id))
            rows.push_back(
                {{std::string(field), id}, {"before", at(before, id)}, {"after", at(after, id)}});
    return rows;
}

struct Trial {
    engine::Machine::Preview preview;
    Touched touched;
    Seen before;
    Seen after;
};

Json trial_json(const engine::Genesis& genesis, Trial& trial) {
    search(trial.before);
    search(trial.after);
    Json receipts = Json::array();
    for (const engine::Receipt& receipt : trial.preview.receipts)
        receipts.push_back(receipt_json(receipt));
    Json events = Json::array();
    for (const Event& event : trial.preview.events) events.push_back(event_json(genesis, event));
    return {{"receipts", receipts},
            {"events", events},
            {"accounts", compared("account", trial.touched.accounts, trial.before.accounts,
                                  trial.after.accounts)},
            {"vaults",
             compared("vault", trial.touched.vaults, trial.before.vaults, trial.after.vaults)},
            {"margin_accounts", compared("margin_account", trial.touched.margins,
                                         trial.before.margins, trial.after.margins)}};
}

Json trial_schema() {
    const auto pairs = [](const char* field, const Json& state) {
        return schema::list_of(schema::record({{field, schema::whole(), ""},
                                               {"before", schema::nullable(state), ""},
                                               {"after", schema::nullable(state), ""}}));
    };
    const Json balances = schema::record({{"balances", schema::map_of(schema::decimal()), ""}});
    return schema::record(
        {{"receipts", schema::list_of(receipt_schema()), "One per transaction."},
         {"events", schema::list_of(event_schema()), ""},
         {"accounts", pairs("account", balances), "Those that are touched."},
         {"vaults", pairs("vault", vault_schema()), "As vault.get."},
         {"margin_accounts", pairs("margin_account", margin_schema()),
          fmt::format("As margin.get; `liquidation` of the first {}, of others null.",
                      searched_max)}});
}

Parsed<Transactions> wished(const Json& params, const engine::Machine& machine) {
    Transactions out;
    if (!params.contains("transactions")) {
        auto one = request_of(params, 0, machine);
        if (!one) return std::unexpected(one.error());
        if (!params.contains("nonce") && machine.state().ledger.exists(one->sender))
            one->nonce = machine.state().ledger.nonce(one->sender);
        out.push_back(std::move(*one));
        return out;
    }
    const Json& given = params["transactions"];
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto one = transaction_of(given[i], fmt::format("transactions[{}]", i), machine);
        if (!one) return std::unexpected(one.error());
        out.push_back(std::move(*one));
    }
    return out;
}

// On the last block: nothing is copied, and what was tried is taken back.
Reply try_now(Service& service, const Json& params, bool authorised) {
    chain::Chain& chain = service.backend.chain();
    for (u32 attempt = 0; attempt < tries_max; ++attempt) {
        Parsed<Transactions> transactions = std::unexpected(Error{});
        chain.read([&](const engine::Machine& machine) { transactions = wished(params, machine); });
        if (!transactions) return std::unexpected(transactions.error());
        Trial trial;
        trial.preview = chain.preview(*transactions, authorised);
        trial.touched = touched_by(*transactions, trial.preview.events);
        trial.preview =
            chain.preview(*transactions, authorised, [&](const engine::Machine& machine) {
                trial.after = see(View{machine, service.index}, trial.touched);
            });
        const engine::Genesis* genesis = nullptr;
        Reply reply = service.look({}, [&](const View& view) -> Reply {
            trial.before = see(view, trial.touched);
            genesis = &view.genesis();
            return Json();
        });
        if (!reply) return reply;
        if (trial.before.height != trial.after.height) continue;
        (*reply)["data"] = trial_json(*genesis, trial);
        return reply;
    }
    return std::unexpected(
        Error{rpc::error_code::busy, "blocks come too fast to look at one twice; try again", {}});
}

// On an earlier one: a copy of the machine as it was.
Reply try_then(Service& service, const Json& params, bool authorised) {
    std::optional<engine::Machine> copy;
    Trial trial;
    Reply reply = service.look(params["height"].get<u64>(), [&](const View& view) -> Reply {
        const auto transactions = wished(params, view.machine);
        if (!transactions) return std::unexpected(transactions.error());
        if (view.state().ledger.accounts() > copied_accounts_max)
            return std::unexpected(
                Error{rpc::error_code::limit,
                      fmt::format("height: a market of more than {} accounts "
                                  "is tried at its last block alone",
                                  copied_accounts_max),
                      Json{{"field", "height"}, {"limit", copied_accounts_max}}});
        copy.emplace(view.machine);
        const View own{*copy, view.index};
        trial.preview = copy->preview(*transactions, authorised);
        trial.touched = touched_by(*transactions, trial.preview.events);
        trial.before = see(own, trial.touched);
        trial.preview = copy->preview(*transactions, authorised, [&](const engine::Machine&) {
            trial.after = see(own, trial.touched);
        });
        return Json();
    });
    if (reply) (*reply)["data"] = trial_json(copy->genesis(), trial);
    return reply;
}

Reply dry_run(Service& service, const Json& params) {
    const bool listed = params.contains("transactions");
    if (listed == params.contains("actions") || listed == params.contains("sender"))
        return std::unexpected(wrong("transactions", listed ? params["transactions"] : Json(),
                                     "either transactions, or a sender and actions"));
    const bool authorised = params.value("authorised", false);
    return params.contains("height") ? try_then(service, params, authorised)
                                     : try_now(service, params, authorised);
}

}  // namespace

void add_dry_run(rpc::Methods& methods, Service& service) {
    std::vector<schema::Field> fields;
    for (schema::Field field : request_fields()) {
        field.required = false;
        fields.push_back(std::move(field));
    }
    Json list = schema::list_of(transaction_schema());
    list["maxItems"] = transactions_max;
    fields.push_back(schema::optional("transactions", list,
                                      "Instead of sender and actions: whole ones, in order."));
    fields.push_back(schema::optional(
        "authorised", schema::boolean(),
        "Whether signatures, nonces, expiry and fees count; without it they do not."));
    fields.push_back(schema::optional("height", schema::whole(), "On the state as it was then."));
    methods.add(direct("transaction.dry_run",
                       "What would become of transactions now: receipts, events, and all that they "
                       "touch before and after.",
                       fields, envelope_schema(trial_schema()),
                       [&service](const Json& params) { return dry_run(service, params); }));
}

}  // namespace ballast::api
