#include "beginning.hpp"

#include <ballast/files/csv.hpp>
#include <ballast/market/market.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>

namespace ballast::scenarios {
namespace {

using market::Node;

// What is gathered before there is a market.
struct Draft {
    Node root;
    std::vector<std::string> accounts;
    std::map<std::string, VaultId> vaults;
    std::vector<std::size_t> prices;  // Lines that wait until the feeds are known.
};

Attempt<void> read_market(Words& words, const Scenario& scenario, Draft& draft) {
    if (draft.root.members.empty()) {
        BALLAST_TRY(const std::string name, words.next("a market file"));
        BALLAST_TRY(const std::string text, files::read_file(scenario.path.parent_path() / name));
        BALLAST_TRY(draft.root, market::parse_tree(text, name));
        return words.end();
    }
    while (!words.empty()) {
        BALLAST_TRY(const std::string key, words.next("a key"));
        BALLAST_TRY(const std::string value, words.next("a value of " + key));
        draft.root.put(key, market::word(value, words.place()));
    }
    return {};
}

// The entry of a list that has this name.
Attempt<Node*> entry_of(const Words& words, Node& list, const std::string& name) {
    std::vector<std::string> known;
    for (Node& entry : list.items) {
        known.push_back(market::name_of(entry));
        if (known.back() == name) return &entry;
    }
    return words.fault("there is no '{}'{}", name, market::suggestion(name, known));
}

// Puts `value` at a path with dots, below a table of the market file.
Attempt<void> put(const Words& words, Node& under, std::string_view path, Node value) {
    Node* node = &under;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        const std::string key(path.substr(0, dot));
        path.remove_prefix(dot + 1);
        if (node->kind == market::NodeKind::list) {
            BALLAST_TRY(node, entry_of(words, *node, key));
            continue;
        }
        if (node->find(key) == nullptr) node->put(key, market::table(words.place()));
        node = node->find(key);
    }
    if (path.empty() || node->kind != market::NodeKind::table)
        return words.fault("expected a key of the market file, found one that ends in '{}'", path);
    node->put(path, std::move(value));
    return {};
}

// `given vault_type ETH-A auction.penalty 13% …`
Attempt<void> read_terms(Words& words, const std::string& list, Draft& draft) {
    BALLAST_TRY(const std::string name, words.next("a name"));
    Node* entries = draft.root.find(list);
    if (entries == nullptr) return words.fault("the market file has no {}", list);
    BALLAST_TRY(Node* const entry, entry_of(words, *entries, name));
    if (words.empty()) return words.fault("expected a key and a value after '{}'", name);
    while (!words.empty()) {
        BALLAST_TRY(const std::string key, words.next("a key"));
        BALLAST_TRY(const std::string value, words.next("a value of " + key));
        BALLAST_CHECK(put(words, *entry, key, market::word(value, words.place())));
    }
    return {};
}

Node& list_of(Node& root, std::string_view key, const std::string& place) {
    if (root.find(key) == nullptr) root.put(key, market::list(place));
    return *root.find(key);
}

Attempt<Node> read_holdings(Words& words) {
    Node holdings = market::table(words.place());
    while (!words.empty()) {
        BALLAST_TRY(const std::string asset, words.next("an asset"));
        BALLAST_TRY(const std::string amount, words.next("an amount of " + asset));
        if (holdings.find(asset) != nullptr) return words.fault("{} is there twice", asset);
        holdings.put(asset, market::word(amount, words.place()));
    }
    return holdings;
}

Attempt<void> read_account(Words& words, Draft& draft) {
    BALLAST_TRY(const std::string name, words.next("a name"));
    Node account = market::table(words.place());
    account.put("name", market::word(name, words.place()));
    BALLAST_TRY(Node holdings, read_holdings(words));
    account.put("balances", std::move(holdings));
    list_of(draft.root, "account", words.place()).items.push_back(std::move(account));
    draft.accounts.push_back(name);
    return {};
}

// `given vault v1 owner alice type ETH-A debt 1000 ETH 10`
Attempt<void> read_vault(Words& words, Draft& draft) {
    BALLAST_TRY(const std::string label, words.next("a name"));
    const VaultId id{static_cast<u32>(draft.vaults.size())};
    if (!draft.vaults.emplace(label, id).second)
        return words.fault("there is a vault '{}' already", label);
    Node vault = market::table(words.place());
    for (const char* key : {"owner", "type", "debt"}) {
        BALLAST_CHECK(words.expect(key));
        BALLAST_TRY(const std::string value, words.next(fmt::format("a value of {}", key)));
        vault.put(key, market::word(value, words.place()));
    }
    BALLAST_TRY(Node holdings, read_holdings(words));
    vault.put("collateral", std::move(holdings));
    list_of(draft.root, "vault", words.place()).items.push_back(std::move(vault));
    return {};
}

Attempt<void> read_given(const Scenario& scenario, std::size_t position, Draft& draft) {
    const Line& line = scenario.lines[position];
    Words words(scenario.place(line), line.words);
    BALLAST_CHECK(words.expect("given"));
    const std::vector<std::string> kinds{"market", "asset", "feed",       "vault_type", "account",
                                         "vault",  "price", "underlying", "compartment"};
    BALLAST_TRY(const std::size_t chosen, words.choose("what is given", kinds));
    const std::string& kind = kinds[chosen];
    if (draft.root.members.empty() && kind != "market")
        return words.fault("expected 'given market FILE' first");
    if (kind == "market") return read_market(words, scenario, draft);
    if (kind == "account") return read_account(words, draft);
    if (kind == "vault") return read_vault(words, draft);
    if (kind != "price") return read_terms(words, kind, draft);
    draft.prices.push_back(position);
    return {};
}

Names names_of(const engine::Genesis& genesis, std::vector<std::string> accounts) {
    Names names;
    for (const auto& asset : genesis.assets) names.assets.push_back(asset.name);
    for (const auto& feed : genesis.oracle.feeds) names.feeds.push_back(feed.name);
    for (const auto& venue : genesis.oracle.publishers) names.venues.push_back(venue.name);
    for (const auto& type : genesis.types) names.types.push_back(type.vault.name);
    for (const auto& terms : genesis.clearing.underlyings) names.underlyings.push_back(terms.name);
    for (const auto& terms : genesis.clearing.compartments)
        names.compartments.push_back(terms.name);
    names.accounts = std::move(accounts);
    return names;
}

// Which venues of a feed a line speaks of.
Attempt<std::vector<PublisherId>> venues_of(const Words& words, const engine::Genesis& genesis,
                                            FeedId feed, std::optional<PublisherId> venue) {
    const oracle::FeedTerms& terms = genesis.oracle.feeds[feed.value()];
    std::vector<PublisherId> venues;
    for (const oracle::Source& source : terms.sources)
        if (!venue || source.publisher == *venue) venues.push_back(source.publisher);
    if (venues.empty())
        return words.fault("{} is no source of {}", genesis.oracle.publishers[venue->value()].name,
                           terms.name);
    return venues;
}

Attempt<FeedId> read_feed(Words& words, const Names& names) {
    BALLAST_TRY(const std::size_t feed, words.choose("a feed", names.feeds));
    return FeedId{static_cast<u16>(feed)};
}

Attempt<std::optional<PublisherId>> read_venue(Words& words, const Names& names) {
    std::optional<PublisherId> venue;
    if (words.take("from")) {
        BALLAST_TRY(const std::size_t chosen, words.choose("a venue", names.venues));
        venue = PublisherId{static_cast<u16>(chosen)};
    }
    BALLAST_CHECK(words.end());
    return venue;
}

}  // namespace

Attempt<void> say(Words& words, const engine::Genesis& genesis, const Names& names,
                  Sayings& sayings) {
    std::vector<std::pair<FeedId, Price>> said;
    do {
        BALLAST_TRY(const FeedId feed, read_feed(words, names));
        BALLAST_TRY(const Price price, words.price());
        said.emplace_back(feed, price);
    } while (!words.empty() && std::ranges::find(names.feeds, words.peek()) != names.feeds.end());
    BALLAST_TRY(const std::optional<PublisherId> venue, read_venue(words, names));
    for (const auto& [feed, price] : said) {
        BALLAST_TRY(const auto venues, venues_of(words, genesis, feed, venue));
        for (const PublisherId each : venues) sayings[{feed, each}] = price;
    }
    return {};
}

Attempt<void> silence(Words& words, const engine::Genesis& genesis, const Names& names,
                      Sayings& sayings) {
    BALLAST_TRY(const FeedId feed, read_feed(words, names));
    BALLAST_TRY(const std::optional<PublisherId> venue, read_venue(words, names));
    BALLAST_TRY(const auto venues, venues_of(words, genesis, feed, venue));
    for (const PublisherId each : venues) sayings.erase({feed, each});
    return {};
}

Attempt<Beginning> begin(const Scenario& scenario) {
    Draft draft;
    for (const std::size_t position : scenario.given)
        BALLAST_CHECK(read_given(scenario, position, draft));
    if (draft.root.members.empty())
        return files::fault("{}: expected 'given market FILE'", scenario.path.filename().string());
    BALLAST_TRY(engine::Genesis genesis,
                market::market_of(std::move(draft.root), {}, scenario.path.parent_path()));
    Names names = names_of(genesis, std::move(draft.accounts));
    Sayings sayings;
    for (const std::size_t position : draft.prices) {
        const Line& line = scenario.lines[position];
        Words words(scenario.place(line), std::span(line.words).subspan(2));
        BALLAST_CHECK(say(words, genesis, names, sayings));
    }
    return Beginning{std::move(genesis), std::move(names), std::move(draft.vaults),
                     std::move(sayings)};
}

}  // namespace ballast::scenarios
