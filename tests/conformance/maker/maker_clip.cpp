#include <ballast/conform_maker/maker_clip.hpp>

#include <ballast/conformance/csv.hpp>

#include <map>

namespace ballast::conformance::maker {

using auctions::SeizeSize;
using auctions::TakeDecision;
using math::U256;

Result<SeizeSize> Clip::bark(const Bark& about, const U256& feed) {
    auctions::SeizeInput input;
    input.collateral = about.ink;
    input.shares = about.art;
    input.rate = about.rate;
    input.room = about.room;
    input.debt_min = about.dust;
    input.chop = about.chop;
    input.chop_scale = wad;
    BALLAST_TRY(const SeizeSize size, auctions::seize_size(input));
    ink = about.ink - size.collateral;
    art = about.art - size.shares;
    tab = size.tab;
    lot = size.collateral;
    top = rmul(feed, buf);
    running = true;
    return size;
}

Result<U256> Clip::price(u64 elapsed) const {
    if (!running) return U256();
    return auctions::price_after(curve, top, elapsed);
}

bool Clip::needs_redo(const U256& price, u64 elapsed) const {
    return running && auctions::needs_restart({elapsed, tail, price, top, cusp});
}

Result<TakeDecision> Clip::take(const U256& amt, const U256& max, u64 elapsed) {
    if (!running) return no(Reject::auction_over);
    BALLAST_TRY(const U256 now, price(elapsed));
    if (needs_redo(now, elapsed)) return no(Reject::auction_needs_restart);
    if (now > max) return no(Reject::auction_price_over_limit);
    auctions::TakeInput input;
    input.lot = lot;
    input.tab = tab;
    input.price = now;
    input.wanted = amt;
    input.chost = chost;
    BALLAST_TRY(const TakeDecision decision, auctions::decide_take(input));
    lot -= decision.slice;
    tab -= decision.owe;
    if (lot.zero() || tab.zero()) lot = tab = top = U256(), running = false;
    return decision;
}

Result<void> Clip::redo(const U256& feed, bool due) {
    if (!running) return no(Reject::auction_over);
    if (!due) return no(Reject::auction_restart_early);
    top = rmul(feed, buf);
    return {};
}

namespace {

auctions::Curve curve_of(const CsvRow& row) {
    const std::string& calc = row.text("calc");
    if (calc == "linear") return linear(row.small("calc_p1"));
    if (calc == "stairstep") return stepped(row.small("calc_p1"), row.number("calc_p2"));
    if (calc == "exponential") return continuous(row.number("calc_p1"));
    throw Malformed(row.where() + ": a curve '" + calc + "'");
}

// One episode: a vault, its auction, and what the one buyer has gained and paid so far.
struct Episode {
    Clip clip;
    U256 gem;
    U256 paid;
};

Episode open(const CsvRow& row) {
    Episode episode;
    episode.clip.curve = curve_of(row);
    episode.clip.tail = row.small("tail_s");
    episode.clip.cusp = factor(row.number("cusp_ray"));
    episode.clip.buf = row.number("buf_ray");
    episode.clip.chost = wmul(row.number("dust_rad"), row.number("chop_wad"));
    episode.clip.ink = row.number("ink");
    episode.clip.art = row.number("art");
    return episode;
}

// The spotter's safe price is rounded down, and the dog compares without rounding.
bool unsafe(const CsvRow& row) {
    const U256 spot = row.number("price_wad") * billion * ray / row.number("mat_ray");
    return row.number("ink") * spot < row.number("art") * row.number("rate_ray");
}

// Seconds since the start.  A take that ended the auction deleted its clock, which the row then
// shows as zero: the first second at which the curve has come down to the row's price stands in for
// it.
u64 elapsed_of(const CsvRow& row, const Clip& clip) {
    const u64 shown = row.small("elapsed_since_tic_s");
    const U256 price = row.number("auction_price_ray");
    if (shown != 0 || !clip.running || price >= clip.top) return shown;
    u64 low = 0;
    u64 high = clip.tail;
    while (low < high) {
        const u64 middle = (low + high) / 2;
        const bool down = clip.price(middle).value_or(U256::max()) <= price;
        (down ? high : low) = down ? middle : middle + 1;
    }
    return low;
}

// Does what the row says; answers whether that reverts.
bool step(const CsvRow& row, Episode& episode, Case& test) {
    const std::string& op = row.text("op");
    const U256 feed = row.number("price_wad") * billion;
    if (op == "bark") {
        if (!unsafe(row)) return true;
        const Bark about{row.number("ink"),      row.number("art"),      row.number("rate_ray"),
                         row.number("dust_rad"), row.number("chop_wad"), row.number("hole_rad")};
        return !episode.clip.bark(about, feed);
    }
    // The clock of a redo's row stands at zero already: whether it was due is given, not asked.
    if (op == "redo") return !episode.clip.redo(feed, row.flag("needs_redo"));
    if (op != "take") throw Malformed(row.where() + ": an operation '" + op + "'");

    const u64 elapsed = elapsed_of(row, episode.clip);
    const auto price = episode.clip.price(elapsed);
    test.same("auction_price_ray", row.number("auction_price_ray"), price.value_or(U256::max()));
    if (price) {
        test.same("needs_redo", row.flag("needs_redo"), episode.clip.needs_redo(*price, elapsed));
    }
    const U256 lot = episode.clip.lot;
    const auto take = episode.clip.take(row.number("arg_amt"), U256::max(), elapsed);
    if (!take) return true;
    // In these cases the vault belongs to the buyer, so the end gives him what was not sold too.
    episode.gem += episode.clip.running ? take->slice : lot;
    episode.paid += take->owe;
    return false;
}

}  // namespace

void clip_exec(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in all decimals of wad, ray and rad, reverts included";
    const Csv csv(file);
    std::map<std::string, Episode> episodes;
    for (const CsvRow& row : csv.rows()) {
        Case test(tally, row.where() + ", " + row.text("op"));
        const std::string& number = row.text("episode");
        if (row.text("op") == "bark") episodes.insert_or_assign(number, open(row));
        const auto found = episodes.find(number);
        if (found == episodes.end()) throw Malformed(row.where() + ": the episode has no bark");
        Episode& episode = found->second;
        const Clip& clip = episode.clip;
        test.same("reverted", row.flag("reverted"), step(row, episode, test));
        test.same("tab_rad", row.number("tab_rad"), clip.tab);
        test.same("lot_wad", row.number("lot_wad"), clip.lot);
        test.same("top_ray", row.number("top_ray"), clip.top);
        test.same("ink_after", row.number("ink_after"), clip.ink);
        test.same("art_after", row.number("art_after"), clip.art);
        test.same("buyer_gem", row.number("buyer_gem"), episode.gem);
        test.same("buyer_paid_rad", row.number("buyer_paid_rad"), episode.paid);
        test.same("chost_rad", row.number("chost_rad"), clip.chost);
        test.same("dirt_rad", row.number("dirt_rad"), clip.tab);
    }
}

}  // namespace ballast::conformance::maker
