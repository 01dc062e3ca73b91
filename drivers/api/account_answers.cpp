#include <ballast/api/account_answers.hpp>

#include <ballast/files/key_text.hpp>

namespace ballast::api {
namespace {

Json nonce_json(const View& view, AccountId account) {
    const ledger::Ledger& ledger = view.state().ledger;
    const u64 next = ledger.nonce(account);
    Json used = Json::array();
    for (u64 nonce = next + 1; nonce < next + access::nonce_window; ++nonce)
        if (!ledger.nonce_free(account, nonce)) used.push_back(nonce);
    return {{"next", next}, {"used", used}, {"window", access::nonce_window}};
}

Json rights_json(u8 rights) {
    Json words = Json::array();
    if ((rights & access::right::trade) != 0) words.push_back("trade");
    if ((rights & access::right::withdraw) != 0) words.push_back("withdraw");
    if ((rights & access::right::manage) != 0) words.push_back("manage");
    return words;
}

const access::Holder* holder_of(const View& view, AccountId account) {
    const auto& holders = view.state().access.holders;
    if (account.value() < system_accounts) return nullptr;
    const u32 row = account.value() - system_accounts;
    return row < holders.size() ? &holders[row] : nullptr;
}

Json keys_json(const View& view, AccountId account) {
    Json keys = Json::array();
    const access::Holder* holder = holder_of(view, account);
    if (holder == nullptr) return keys;
    for (const access::Grant& grant : holder->grants)
        keys.push_back({{"key", files::key_text(grant.key)},
                        {"rights", rights_json(grant.rights)},
                        {"expires", grant.expires},
                        {"valid", grant.expires == 0 || view.machine.time() <= grant.expires}});
    return keys;
}

Json parent_json(const View& view, AccountId account) {
    const access::Holder* holder = holder_of(view, account);
    if (holder == nullptr || holder->parent == account) return nullptr;
    return holder->parent.value();
}

Json pools_json(const View& view, AccountId account) {
    Json rows = Json::array();
    const backstop::Terms& terms = view.genesis().backstop;
    for (const backstop::PoolTerms& pool : terms.pools) {
        const Amount deposit =
            backstop::deposit_of(terms, view.state().backstop, account, pool.asset);
        Json gains = Json::object();
        for (const backstop::Portion& gain :
             backstop::gains_of(terms, view.state().backstop, account, pool.asset))
            gains[name(view.genesis(), gain.asset)] = decimal(gain.amount);
        if (deposit.zero() && gains.empty()) continue;
        rows.push_back({{"asset", name(view.genesis(), pool.asset)},
                        {"deposit", decimal(deposit)},
                        {"gains", gains}});
    }
    return rows;
}

Json shares_json(const View& view, AccountId account) {
    const auto& table = view.state().exchange.shares;
    Json rows = Json::array();
    for (const u32 row :
         view.index.owned(Index::Of::swap_shares, account, 0, owned_max, table.size()).rows)
        if (!table[row].shares.zero())
            rows.push_back({{"pool", table[row].pool}, {"shares", decimal(table[row].shares)}});
    return rows;
}

Json liquidity_json(const View& view, AccountId account) {
    const auto& table = view.state().clearing.pool_holders;
    const auto slice = view.index.owned(Index::Of::liquidity, account, 0, 1, table.size());
    if (slice.rows.empty()) return nullptr;
    const pool::HolderRow& row = table[slice.rows.front()].row;
    return {{"shares", decimal(row.shares)},
            {"deposit", decimal(row.deposit)},
            {"withdrawal", decimal(row.withdrawal)}};
}

Json owned_json(const View& view, Index::Of of, AccountId account, u32 size) {
    const auto slice = view.index.owned(of, account, 0, owned_max, size);
    return {{"items", slice.rows}, {"more", slice.more}};
}

Json owned_schema() {
    return schema::record({{"items", schema::list_of(schema::whole()), ""},
                           {"more", schema::boolean(), "There are others: see the list method."}});
}

Reply account_get(const View& view, const Json& params) {
    const AccountId account(params["account"].get<u32>());
    if (!view.state().ledger.exists(account))
        return std::unexpected(absent("account", params["account"]));
    return account_json(view, account);
}

Reply account_list(const View& view, const Json& params) {
    const Page page = page_of(params);
    const ledger::Ledger& ledger = view.state().ledger;
    Json items = Json::array();
    const auto add = [&](AccountId account) {
        items.push_back({{"account", account.value()},
                         {"parent", parent_json(view, account)},
                         {"nonce", ledger.nonce(account)},
                         {"balances", balances_json(view, account)}});
    };
    if (params.contains("parent")) {
        const auto slice =
            view.index.owned(Index::Of::children, AccountId(params["parent"].get<u32>()),
                             static_cast<u32>(page.after), page.limit, ledger.accounts());
        for (const u32 row : slice.rows) add(AccountId(row));
        return Json{{"items", items}, {"next", slice.more ? Json(slice.rows.back() + 1) : Json()}};
    }
    u64 id = std::max<u64>(page.after, system_accounts);
    for (; id < ledger.accounts() && items.size() < page.limit; ++id)
        add(AccountId(static_cast<u32>(id)));
    return Json{{"items", items}, {"next", id < ledger.accounts() ? Json(id) : Json()}};
}

Json list_item_schema() {
    return schema::record({{"account", schema::whole(), ""},
                           {"parent", schema::nullable(schema::whole()), "Of a sub-account."},
                           {"nonce", schema::whole(), "The lowest that is not used."},
                           {"balances", schema::map_of(schema::decimal()), "By asset."}});
}

}  // namespace

Json balances_json(const View& view, AccountId account) {
    Json balances = Json::object();
    for (u16 i = 0; i < view.genesis().assets.size(); ++i) {
        const Amount balance = view.state().ledger.balance(account, AssetId(i));
        if (!balance.zero()) balances[view.genesis().assets[i].name] = decimal(balance);
    }
    return balances;
}

Json account_json(const View& view, AccountId account) {
    const engine::State& state = view.state();
    return {
        {"account", account.value()},
        {"system", account.value() < system_accounts},
        {"parent", parent_json(view, account)},
        {"balances", balances_json(view, account)},
        {"nonce", nonce_json(view, account)},
        {"keys", keys_json(view, account)},
        {"vaults", owned_json(view, Index::Of::vaults, account, state.vaults.vaults.size())},
        {"margin_accounts",
         owned_json(view, Index::Of::margin_accounts, account, state.clearing.accounts.size())},
        {"sub_accounts", owned_json(view, Index::Of::children, account, state.ledger.accounts())},
        {"pools", pools_json(view, account)},
        {"swap_shares", shares_json(view, account)},
        {"liquidity", liquidity_json(view, account)}};
}

Json account_schema() {
    const Json nonce = schema::record(
        {{"next", schema::whole(), "The lowest that is not used."},
         {"used", schema::list_of(schema::whole()), "Above it, used already."},
         {"window", schema::whole(), "Any of so many from the lowest on may be used, once."}});
    const Json key = schema::record(
        {{"key", schema::text(), "Its kind, and its bytes in hexadecimal."},
         {"rights", schema::list_of(schema::word({"trade", "withdraw", "manage"})), ""},
         {"expires", schema::whole(), "Last block time at which it counts; 0: for ever."},
         {"valid", schema::boolean(), "At the time of the last block."}});
    const Json pool = schema::record({{"asset", schema::text(), ""},
                                      {"deposit", schema::decimal(), "What is left of it."},
                                      {"gains", schema::map_of(schema::decimal()), "To claim."}});
    const Json shares =
        schema::record({{"pool", schema::whole(), ""}, {"shares", schema::decimal(), ""}});
    const Json liquidity = schema::record(
        {{"shares", schema::decimal(), ""},
         {"deposit", schema::decimal(), "Asked to be put in and not collected."},
         {"withdrawal", schema::decimal(), "Shares asked to be taken out and not collected."}});
    return schema::record({{"account", schema::whole(), ""},
                           {"system", schema::boolean(), "The machine's own."},
                           {"parent", schema::nullable(schema::whole()), "Of a sub-account."},
                           {"balances", schema::map_of(schema::decimal()), "By asset."},
                           {"nonce", nonce, ""},
                           {"keys", schema::list_of(key), "A sub-account's parent's act too."},
                           {"vaults", owned_schema(), ""},
                           {"margin_accounts", owned_schema(), ""},
                           {"sub_accounts", owned_schema(), ""},
                           {"pools", schema::list_of(pool), "Deposits in backstop pools."},
                           {"swap_shares", schema::list_of(shares), ""},
                           {"liquidity", schema::nullable(liquidity), "In the liquidity pool."}});
}

Questions account_questions() {
    return {{"account.get",
             "One account: balances, nonces, keys and what they may do, and what it owns.",
             {{"account", schema::whole(0, limits::accounts_max), ""}},
             account_schema(),
             account_get},
            {"account.list", "Accounts by number, or the sub-accounts of one.",
             paged({schema::optional("parent", schema::whole(0, limits::accounts_max), "")}),
             page_schema(list_item_schema()), account_list}};
}

}  // namespace ballast::api
