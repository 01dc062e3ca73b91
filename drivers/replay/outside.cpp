#include <ballast/replay/outside.hpp>
#include <ballast/math/money.hpp>

#include <algorithm>
#include <array>

namespace ballast::replay {

using files::Attempt;
using files::fault;

std::optional<std::size_t> World::find(std::string_view asset) const {
    const auto found = std::find(assets.begin(), assets.end(), asset);
    if (found == assets.end()) return std::nullopt;
    return static_cast<std::size_t>(found - assets.begin());
}

bool dollar_like(std::string_view quote) {
    constexpr std::array<std::string_view, 7> list{"USD",  "USDT",  "USDC", "DAI",
                                                   "BUSD", "FDUSD", "TUSD"};
    return std::find(list.begin(), list.end(), quote) != list.end();
}

namespace {

// The lower median of those that reported.
Price median(std::vector<Price>& prices) {
    if (prices.empty()) return Price();
    const auto middle = prices.begin() + static_cast<std::ptrdiff_t>((prices.size() - 1) / 2);
    std::nth_element(prices.begin(), middle, prices.end());
    return *middle;
}

// One line's price in dollars, given that of its quote; 0 where either is unknown.
Price in_dollars(Price price, const std::vector<Price>* quote, u64 block) {
    if (quote == nullptr || price.zero()) return price;
    const i128 product = i128{price.units()} * (*quote)[block].units() / amount_one;
    return Price::units(static_cast<i64>(std::min<i128>(product, limits::price_max.units())));
}

std::vector<Price> asset_dollars(const World& world, const std::string& asset) {
    std::vector<Price> result(world.grid.blocks);
    std::vector<Price> seen;
    Price last;
    for (u64 block = 0; block < world.grid.blocks; ++block) {
        seen.clear();
        for (const Line& line : world.lines) {
            if (line.asset != asset) continue;
            const auto quote = world.find(line.quote);
            const Price price =
                in_dollars(line.prices[block], quote ? &world.dollars[*quote] : nullptr, block);
            if (!price.zero()) seen.push_back(price);
        }
        if (!seen.empty()) last = median(seen);
        result[block] = last;
    }
    const auto known =
        std::find_if(result.begin(), result.end(), [](Price price) { return !price.zero(); });
    if (known != result.end()) std::fill(result.begin(), known, *known);
    return result;
}

// Whether everything that the asset is quoted in is done already, or counts as a dollar.
bool ready(const World& world, const std::string& asset, const std::vector<std::string>& all) {
    return std::all_of(world.lines.begin(), world.lines.end(), [&](const Line& line) {
        if (line.asset != asset || world.find(line.quote)) return true;
        const bool has_series = std::find(all.begin(), all.end(), line.quote) != all.end();
        return !has_series && dollar_like(line.quote);
    });
}

Attempt<void> convert(World& world, std::vector<std::string> waiting) {
    const std::vector<std::string> all = waiting;
    while (!waiting.empty()) {
        const auto next =
            std::find_if(waiting.begin(), waiting.end(),
                         [&](const std::string& asset) { return ready(world, asset, all); });
        if (next == waiting.end())
            return fault(
                "{} is quoted in something that has no price itself; give a price file for it",
                waiting.front());
        world.dollars.push_back(asset_dollars(world, *next));
        world.assets.push_back(*next);
        waiting.erase(next);
    }
    return {};
}

}  // namespace

Attempt<World> draw_world(std::span<const Series> series, const Grid& grid,
                          std::span<const std::string> rising, std::vector<std::string>& notes) {
    World world;
    world.grid = grid;
    std::vector<std::string> assets;
    for (const Series& one : series) {
        const bool rises = std::find(rising.begin(), rising.end(), one.asset) != rising.end();
        for (const Line& line : world.lines)
            if (line.asset == one.asset && line.venue == one.venue)
                return fault(
                    "there are two price files of {} at {}; name the venues apart with "
                    "ASSET@VENUE=FILE",
                    one.asset, one.venue);
        world.lines.push_back(
            {one.asset, one.quote, one.venue, trace(one, grid, rises ? Hurt::rise : Hurt::fall)});
        if (std::find(assets.begin(), assets.end(), one.asset) == assets.end())
            assets.push_back(one.asset);
    }
    BALLAST_CHECK(convert(world, assets));
    std::vector<std::string> par;
    for (const Line& line : world.lines)
        if (line.quote != "USD" && !world.find(line.quote) &&
            std::find(par.begin(), par.end(), line.quote) == par.end())
            par.push_back(line.quote);
    for (const std::string& quote : par)
        notes.push_back(
            fmt::format("{} taken at par with the dollar: it has no price file", quote));
    return world;
}

Ratio Book::slippage(Cash worth) const {
    const i128 lost = sold.units() + (worth.units() + 1) / 2;
    const Ratio share = math::ratio_of(lost, depth.units() * 100, Round::up);
    return std::min(share, Ratio::units(ratio_one));
}

Cash Book::proceeds(Amount amount) const {
    const Cash worth = math::worth(amount, price, Round::down);
    return worth - math::portion(worth, slippage(worth), Round::up);
}

Cash Book::room(Ratio discount) const {
    const Cash whole = math::portion(Cash::units(depth.units() * 100), discount, Round::down);
    return std::max(Cash(), whole - sold);
}

Outside::Outside(const OutsideTerms& terms, const World& world)
    : terms_(terms),
      world_(world),
      window_blocks_(terms.drawdown_seconds / world.grid.step),
      books_(world.assets.size()),
      drawdowns_(world.assets.size()),
      peaks_(world.assets.size()) {
    for (const std::string& asset : world.assets) {
        Cash depth = terms.depth;
        for (const AssetDepth& entry : terms.depths)
            if (entry.asset == asset) depth = entry.depth;
        calm_depths_.push_back(depth);
    }
}

void Outside::follow_peak(std::size_t asset, u64 block, Price price) {
    auto& peaks = peaks_[asset];
    while (!peaks.empty() && peaks.back().price <= price) peaks.pop_back();
    peaks.push_back({block, price});
    while (peaks.front().block + window_blocks_ < block) peaks.pop_front();
    const Price top = peaks.front().price;
    drawdowns_[asset] = math::ratio_of(top.units() - price.units(), top.units(), Round::up);
}

void Outside::advance(u64 block) {
    constexpr Ratio one = Ratio::units(ratio_one);
    for (std::size_t asset = 0; asset < books_.size(); ++asset) {
        Book& book = books_[asset];
        book.price = world_.dollars[asset][block];
        if (!book.price.zero()) follow_peak(asset, block, book.price);
        const i128 lost = i128{terms_.depth_shrink.units()} * drawdowns_[asset].units() / ratio_one;
        const Ratio left = Ratio::units(
            static_cast<i64>(std::max<i128>(one.units() - lost, terms_.depth_least.units())));
        book.depth =
            std::max(Cash::units(1), math::portion(calm_depths_[asset], left, Round::down));
        book.sold = math::portion(book.sold, one - terms_.replenish, Round::up);
    }
}

Cash Outside::sell(std::size_t asset, Amount amount) {
    Book& book = books_[asset];
    const Cash proceeds = book.proceeds(amount);
    book.sold += math::worth(amount, book.price, Round::up);
    return proceeds;
}

Ratio Outside::stress() const {
    Ratio deepest;
    for (const Ratio drawdown : drawdowns_) deepest = std::max(deepest, drawdown);
    return deepest;
}

Cash action_cost(const KeeperTerms& terms, Ratio stress) {
    const i128 rise = i128{terms.congestion.units()} * stress.units() / ratio_one;
    const i128 factor = std::min<i128>(ratio_one + rise, limits::ratio_max.units());
    const Cash cost = math::portion(terms.cost, Ratio::units(static_cast<i64>(factor)), Round::up);
    return std::min(cost, std::max(terms.cost, terms.cost_max));
}

}  // namespace ballast::replay
