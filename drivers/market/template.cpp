#include <ballast/market/template.hpp>
#include <ballast/files/csv.hpp>
#include <ballast/files/time.hpp>
#include <ballast/market/plain.hpp>
#include <ballast/market/suggest.hpp>

#include <algorithm>
#include <array>

namespace ballast::market {

using files::Attempt;
using files::fault;

namespace {

constexpr std::string_view each = "each";
constexpr std::string_view study = "the study";

bool same(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

const Priced* find_priced(const std::vector<Priced>& list, std::string_view asset) {
    const auto found =
        std::ranges::find_if(list, [&](const Priced& priced) { return same(priced.asset, asset); });
    return found == list.end() ? nullptr : &*found;
}

std::string_view text_of(const Node& table, std::string_view key) {
    const Node* node = table.find(key);
    return node != nullptr && node->scalar() ? std::string_view(node->text) : std::string_view();
}

void drop(Node& table, std::string_view key) {
    std::erase_if(table.members, [&](const Member& member) { return member.key == key; });
}

bool takes_each(const Node& type) {
    const Node* collateral = type.find("collateral");
    if (collateral == nullptr) return false;
    return std::ranges::any_of(collateral->items,
                               [](const Node& item) { return text_of(item, "asset") == each; });
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// Fills one template for one study.
class Filling {
public:
    Filling(const Template& design, const Instance& instance, std::vector<std::string>& notes)
        : from_(design.root), instance_(instance), notes_(notes), design_(design) {
        spell_out(from_);
    }

    Attempt<Node> fill() {
        root_ = table(design_.place + ":1");
        BALLAST_CHECK(order_prices());
        fill_top();
        fill_assets();
        fill_publishers();
        fill_feeds();
        BALLAST_CHECK(fill_types());
        return std::move(root_);
    }

private:
    const Priced* price_of(std::string_view asset) const { return find_priced(prices_, asset); }

    // Feeds stand after those that they are quoted in.
    Attempt<void> order_prices() {
        std::vector<Priced> waiting = instance_.quotes;
        waiting.insert(waiting.end(), instance_.collateral.begin(), instance_.collateral.end());
        if (instance_.governance) waiting.push_back(*instance_.governance);
        std::erase_if(waiting, [](const Priced& priced) { return priced.venues.empty(); });
        while (!waiting.empty()) {
            const auto ready = std::ranges::find_if(waiting, [&](const Priced& priced) {
                return priced.quote.empty() || same(priced.quote, "USD") || price_of(priced.quote);
            });
            if (ready == waiting.end())
                return fault("{} is priced in {}, which has no price in the study",
                             waiting.front().asset, waiting.front().quote);
            prices_.push_back(*ready);
            waiting.erase(ready);
        }
        return {};
    }

    void fill_top() {
        for (const Member& member : from_.members) {
            constexpr std::array<std::string_view, 8> made{
                "asset", "publisher",         "feed",       "feed_default",
                "vault", "rate_feed_default", "vault_type", "account"};
            if (std::ranges::find(made, member.key) == made.end())
                root_.put(member.key, member.value);
        }
        if (!instance_.name.empty()) root_.put("name", word(instance_.name, study));
        root_.put("time", word(files::time_text(instance_.time), study));
    }

    // The study's names for the one synthetic and for the governance token.
    std::string renamed(std::string_view kind, std::string_view name) const {
        if (kind == "synthetic" && instance_.synthetic) return *instance_.synthetic;
        if (kind == "governance" && instance_.governance) return instance_.governance->asset;
        return std::string(name);
    }

    void fill_assets() {
        Node assets = list(study);
        for (const Priced& priced : instance_.collateral) {
            Node asset = table(study);
            asset.put("name", word(priced.asset, study));
            asset.put("kind", word("collateral", study));
            assets.items.push_back(std::move(asset));
        }
        const Node* own = from_.find("asset");
        if (own != nullptr)
            for (const Node& asset : own->items) add_asset(assets, asset);
        root_.put("asset", std::move(assets));
    }

    void add_asset(Node& assets, Node asset) {
        const std::string_view kind = text_of(asset, "kind");
        if (kind == "collateral" || (kind == "governance" && !instance_.governance)) return;
        const std::string name(text_of(asset, "name"));
        if (Node* node = asset.find("name")) node->text = renamed(kind, name);
        if (kind == "synthetic") synthetics_.emplace_back(name, text_of(asset, "name"));
        if (kind == "governance")
            asset.put("feed", word(price_feed_name(*instance_.governance), study));
        if (Node* treasury = asset.find("treasury")) fill_treasury(*treasury);
        assets.items.push_back(std::move(asset));
    }

    void fill_treasury(Node& treasury) const {
        Node* governance = treasury.find("governance");
        if (governance == nullptr) return;
        if (instance_.governance) {
            governance->text = instance_.governance->asset;
            return;
        }
        for (const char* key :
             std::array{"governance", "surplus_target", "surplus_lot", "recapitalisation_lot"})
            drop(treasury, key);
    }

    void fill_publishers() {
        Node publishers = list(study);
        std::vector<std::string> seen;
        const auto add = [&](const Priced& priced) {
            for (const std::string& venue : priced.venues) {
                if (std::ranges::find(seen, venue) != seen.end()) continue;
                seen.push_back(venue);
                Node publisher = table(study);
                publisher.put("name", word(venue, study));
                publishers.items.push_back(std::move(publisher));
            }
        };
        std::ranges::for_each(prices_, add);
        std::ranges::for_each(instance_.rates, add);
        root_.put("publisher", std::move(publishers));
    }

    void fill_feeds() {
        Node feeds = list(study);
        for (const Priced& priced : prices_) {
            Node feed = policy_of(priced, false);
            drop(feed, "quote");
            if (const Priced* quote = price_of(priced.quote))
                feed.put("quote", word(price_feed_name(*quote), study));
            add_sources(feed, price_feed_name(priced), priced.venues);
            feeds.items.push_back(std::move(feed));
        }
        for (const Priced& rate : instance_.rates) {
            Node feed = policy_of(rate, true);
            drop(feed, "quote");
            feed.put("kind", word("rate", study));
            add_sources(feed, rate_feed_name(rate), rate.venues);
            feeds.items.push_back(std::move(feed));
        }
        root_.put("feed", std::move(feeds));
    }

    // The template's own feed of the asset, or the default.
    Node policy_of(const Priced& priced, bool rate) const {
        if (const Node* own = from_.find("feed"))
            for (const Node& feed : own->items) {
                const std::string_view name = text_of(feed, "name");
                const bool is_rate = text_of(feed, "kind") == "rate";
                if (is_rate == rate && same(name.substr(0, name.find('/')), priced.asset))
                    return feed;
            }
        const Node* base = from_.find(rate ? "rate_feed_default" : "feed_default");
        return base == nullptr ? table(study) : *base;
    }

    void add_sources(Node& feed, const std::string& name, const std::vector<std::string>& venues) {
        feed.put("name", word(name, study));
        Node sources = list(study);
        for (const std::string& venue : venues) {
            Node source = table(study);
            source.put("publisher", word(venue, study));
            sources.items.push_back(std::move(source));
        }
        feed.put("sources", std::move(sources));
        for (const char* key :
             std::array{"quorum_count", "quorum_weight", "live_count", "settlement_count"})
            if (Node* count = feed.find(key)) resolve_count(*count, name, key, venues.size());
    }

    // A rule for any number of venues, or a number that a smaller study cannot reach.
    void resolve_count(Node& count, const std::string& feed, const char* key, std::size_t venues) {
        std::size_t value = 0;
        if (count.text == "one") value = 1;
        if (count.text == "half") value = (venues + 1) / 2;
        if (count.text == "majority") value = venues / 2 + 1;
        if (count.text == "all") value = venues;
        if (count.kind == NodeKind::number && count.text.size() < 10 &&
            std::ranges::all_of(count.text, [](char c) { return c >= '0' && c <= '9'; }) &&
            std::stoul(count.text) > venues) {
            notes_.push_back(fmt::format("feed {}: {} = {} is more than its venues; took {}", feed,
                                         key, count.text, venues));
            value = venues;
        }
        if (value != 0) count = word(fmt::format("{}", value), count.place);
    }

    Attempt<void> fill_types() {
        Node types = list(study);
        const Node* own = from_.find("vault_type");
        std::vector<std::string> left_out;
        for (const Node& type : own == nullptr ? std::vector<Node>{} : own->items) {
            if (!takes_each(type)) {
                add_type(types, type, left_out);
                continue;
            }
            for (const Priced& priced : instance_.collateral)
                add_type(types, type_for(type, priced.asset), left_out);
        }
        if (types.items.empty())
            return fault("{}: no vault type takes what the study has{}", design_.place,
                         left_out.empty() ? "" : fmt::format(" ({})", left_out.front()));
        notes_.insert(notes_.end(), left_out.begin(), left_out.end());
        root_.put("vault_type", std::move(types));
        return {};
    }

    static Node type_for(Node type, const std::string& asset) {
        if (Node* name = type.find("name")) replace_all(name->text, "{asset}", asset);
        for (Node& item : type.find("collateral")->items)
            if (text_of(item, "asset") == each) item.find("asset")->text = asset;
        return type;
    }

    void add_type(Node& types, Node type, std::vector<std::string>& left_out) const {
        for (const auto& [before, after] : synthetics_)
            if (Node* debt = type.find("debt_asset"); debt != nullptr && debt->text == before) {
                debt->text = after;
                break;
            }
        const std::string lacking = fill_prices(type);
        if (lacking.empty())
            types.items.push_back(std::move(type));
        else
            left_out.push_back(fmt::format("vault type {} is left out: the study has no {}",
                                           text_of(type, "name"), lacking));
    }

    // Names the study's feeds in a vault type; returns what has none.
    std::string fill_prices(Node& type) const {
        if (Node* debt = type.find("debt_feed"); debt != nullptr && debt->scalar()) {
            const std::string asset = debt->text.substr(0, debt->text.find('/'));
            const Priced* priced = price_of(asset);
            if (priced == nullptr) return fmt::format("price of {}", asset);
            debt->text = price_feed_name(*priced);
        }
        Node* collateral = type.find("collateral");
        if (collateral == nullptr) return {};
        for (Node& item : collateral->items) {
            const std::string asset(text_of(item, "asset"));
            const bool synthetic = std::ranges::any_of(
                synthetics_, [&](const auto& names) { return names.first == asset; });
            const Priced* own = find_priced(instance_.collateral, asset);
            if (own == nullptr && !synthetic) return asset;
            if (own != nullptr) item.find("asset")->text = own->asset;
            const std::string lacking = fill_price(item, asset);
            if (!lacking.empty()) return lacking;
        }
        return {};
    }

    std::string fill_price(Node& item, const std::string& asset) const {
        drop(item, "rate_feed");
        const Priced* rate = find_priced(instance_.rates, asset);
        const Priced* priced = price_of(rate == nullptr ? asset : rate->quote);
        if (priced == nullptr) return fmt::format("price of {}", asset);
        item.put("feed", word(price_feed_name(*priced), study));
        if (rate != nullptr) item.put("rate_feed", word(rate_feed_name(*rate), study));
        return {};
    }

    Node from_;
    const Instance& instance_;
    std::vector<std::string>& notes_;
    const Template& design_;
    Node root_;
    std::vector<Priced> prices_;                                   // In the order of their feeds.
    std::vector<std::pair<std::string, std::string>> synthetics_;  // Name before and after.
};

}  // namespace

std::string price_feed_name(const Priced& priced) {
    return fmt::format("{}/{}", priced.asset, priced.quote.empty() ? "USD" : priced.quote);
}

std::string rate_feed_name(const Priced& priced) {
    return price_feed_name(priced) + " rate";
}

bool is_template(const Node& root) {
    if (root.find("feed_default") != nullptr) return true;
    Node plain = root;
    spell_out(plain);
    const Node* types = plain.find("vault_type");
    return types != nullptr && std::ranges::any_of(types->items, takes_each);
}

Attempt<Template> load_template(const std::filesystem::path& path, const Overrides& overrides) {
    BALLAST_TRY(const std::string text, files::read_file(path));
    Template design;
    design.place = path.string();
    BALLAST_TRY(design.root, parse_tree(text, design.place));
    design.name = text_of(design.root, "name");
    if (design.name.empty()) return fault("{}:1: lacks the key name", design.place);
    design.overrides = overrides;
    return design;
}

Attempt<engine::Genesis> instantiate(const Template& design, const Instance& instance,
                                     std::vector<std::string>& notes) {
    BALLAST_TRY(Node root, Filling(design, instance, notes).fill());
    return market_of(std::move(root), design.overrides,
                     std::filesystem::path(design.place).parent_path());
}

Instance sample_instance() {
    Instance instance;
    instance.collateral = {{"ETH", {"first", "second"}, ""}, {"BTC", {"first", "second"}, ""}};
    instance.governance = Priced{"GOV", {"first"}, ""};
    return instance;
}

std::vector<std::string> list_presets(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

Attempt<std::filesystem::path> find_market(const std::string& argument,
                                           const std::filesystem::path& directory) {
    std::error_code error;
    if (std::filesystem::is_regular_file(argument, error)) return argument;
    const auto preset = directory / (argument + ".toml");
    const bool name = argument.find('/') == std::string::npos;
    if (name && std::filesystem::is_regular_file(preset, error)) return preset;
    return fault("'{}' is neither a file nor a preset{}", argument,
                 suggestion(argument, list_presets(directory)));
}

}  // namespace ballast::market
