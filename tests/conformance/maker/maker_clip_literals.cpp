/// The cases of dss's clip.t.sol, as objects whose keys say what is done and what must come of it.
#include <ballast/conform_maker/maker_clip.hpp>
#include <ballast/conformance/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace ballast::conformance::maker {

namespace {

using math::U256;

// The keys that a case or step may hold.  A case with any other key is not understood, and fails.
constexpr std::array<std::string_view, 36> known{
    "name",
    "steps",
    "t",
    "amt",
    "amt_eq",
    "max_price",
    "reverts",
    "paid",
    "got",
    "tab",
    "lot",
    "top",
    "ends",
    "ok",
    "hole",
    "hole_wad",
    "chop",
    "rate",
    "dust",
    "dust_rad",
    "ink",
    "art",
    "calc",
    "tail",
    "cusp",
    "price_ray",
    "take",
    "tip",
    "chip",
    "chost",
    "needs_redo",
    "new_price",
    "new_top",
    "t_since_redo",
    "then_redo_paid",
    "returned_to_owner",
};
struct Market {
    Bark bark;
    U256 feed;  ///< ray
    Clip clip;
};

// "1.1" or a raw string, in `unit`, or what stands in `otherwise`.
U256 value(const Json& object, const char* key, const U256& unit, const U256& otherwise) {
    return object.contains(key) ? scaled_of(object[key], unit) : otherwise;
}

auctions::Curve curve_of(const Json& calc) {
    if (calc.is_string()) {
        const std::string text = calc.get<std::string>();
        const std::string prefix = "linear tau=";
        if (!text.starts_with(prefix)) throw Malformed("a curve '" + text + "'");
        return linear(small_of(Json(text.substr(prefix.size()))));
    }
    const std::string kind = text_of(calc, "kind");
    if (kind == "linear") return linear(small_or(calc, "tau", 0));
    if (kind == "exponential") return continuous(scaled_of(calc.at("cut"), ray));
    if (kind != "stairstep") throw Malformed("a curve of kind '" + kind + "'");
    return stepped(small_or(calc, "step", 0), scaled_of(calc.at("cut"), ray));
}

// Overrides of the set-up that a case may make; chost follows dust and chop, as upchost does.
void configure(Market& market, const Json& from) {
    market.bark.rate = value(from, "rate", ray, market.bark.rate);
    market.bark.chop = value(from, "chop", wad, market.bark.chop);
    market.bark.dust = value(from, "dust", rad, market.bark.dust);
    market.bark.dust = value(from, "dust_rad", rad, market.bark.dust);
    market.bark.room = value(from, "hole", rad, market.bark.room);
    if (from.contains("hole_wad")) market.bark.room = scaled_of(from["hole_wad"], wad) * ray;
    if (from.contains("calc")) market.clip.curve = curve_of(from["calc"]);
    if (from.contains("tail")) market.clip.tail = small_or(from, "tail", 0);
    if (from.contains("cusp")) market.clip.cusp = factor(scaled_of(from["cusp"], ray));
    market.clip.chost = wmul(market.bark.dust, market.bark.chop);
}

Market read_setup(const Json& setup) {
    Market market;
    market.bark.ink = number_of(setup, "ink");
    market.bark.art = number_of(setup, "art");
    market.feed = value(setup, "price_at_bark", ray, U256());
    market.clip.buf = value(setup, "buf", ray, ray);
    configure(market, setup);
    return market;
}

// Everything that `object` says must hold after its bark, take or redo.
void expect_state(Case& test, const Json& object, const Clip& clip) {
    const auto expect = [&](const char* key, const U256& unit, const U256& got) {
        if (object.contains(key)) test.same(key, scaled_of(object[key], unit), got);
    };
    expect("tab", rad, clip.tab);
    expect("lot", wad, clip.lot);
    expect("top", ray, clip.top);
    expect("ink", wad, clip.ink);
    expect("art", wad, clip.art);
    if (object.contains("ends")) test.same("ends", object["ends"].get<bool>(), !clip.running);
}

U256 wanted(const Json& step, const Clip& clip, const U256& price) {
    if (step.contains("amt")) return scaled_of(step["amt"], wad);
    if (step.contains("take")) return scaled_of(step["take"], wad);
    if (text_of(step, "amt_eq") == "tab/price" && !price.zero()) return clip.tab / price;
    throw Malformed("an amount '" + text_of(step, "amt_eq") + "'");
}

void take(Case& test, const Json& step, Clip& clip, u64 elapsed) {
    const U256 lot = clip.lot;
    const U256 price = clip.price(elapsed).value_or(U256());
    if (step.contains("price_ray")) test.same("price_ray", number_of(step, "price_ray"), price);
    const U256 max = value(step, "max_price", ray, U256::max());
    const auto bought = clip.take(wanted(step, clip, price), max, elapsed);
    const std::string said = bought ? "nothing" : revert_name(bought.error());
    test.same("reverts", step.contains("reverts") ? text_of(step, "reverts") : "nothing", said);
    if (!bought) return;
    if (step.contains("paid")) test.same("paid", scaled_of(step["paid"], rad), bought->owe);
    if (step.contains("got")) test.same("got", scaled_of(step["got"], wad), bought->slice);
    if (step.contains("returned_to_owner")) {
        test.same("returned_to_owner", scaled_of(step["returned_to_owner"], wad),
                  lot - bought->slice);
    }
}

// What a redo would pay its keeper.
void incentive(Case& test, const Json& step, const Market& market, const char* key) {
    U256 chost = market.clip.chost;
    if (step.contains("chost")) {
        chost = step["chost"] == ">tab" ? market.clip.tab + U256(1) : scaled_of(step["chost"], rad);
    }
    const auto paid =
        auctions::reward({value(step, "tip", rad, U256()), value(step, "chip", wad, U256()), wad,
                          market.clip.tab, market.clip.lot * market.feed, chost});
    test.same(key, scaled_of(step[key], rad), paid.value_or(U256::max()));
}

void redo(Case& test, const Json& step, Market& market, u64 elapsed) {
    const U256 price = market.clip.price(elapsed).value_or(U256());
    const bool due = market.clip.needs_redo(price, elapsed);
    test.same("needs_redo", step["needs_redo"].get<bool>(), due);
    if (!step.contains("new_price")) return;
    market.feed = scaled_of(step["new_price"], ray);
    test.same("redo is due", true, market.clip.redo(market.feed, due).has_value());
    if (step.contains("new_top"))
        test.same("new_top", scaled_of(step["new_top"], ray), market.clip.top);
}

// The keys that do something, in one step.
void step(Case& test, const Json& object, Market& market) {
    const u64 elapsed = small_or(object, "t_since_redo", small_or(object, "t", 0));
    const bool takes =
        object.contains("amt") || object.contains("amt_eq") || object.contains("take");
    if (takes) take(test, object, market.clip, elapsed);
    if (object.contains("needs_redo")) redo(test, object, market, elapsed);
    if (!takes && object.contains("paid")) incentive(test, object, market, "paid");
    expect_state(test, object, market.clip);
    if (object.contains("then_redo_paid")) incentive(test, object, market, "then_redo_paid");
}

bool understood(Case& test, const Json& object) {
    for (const auto& [key, unused] : object.items()) {
        if (std::ranges::find(known, key) != known.end()) continue;
        test.fail("the case", "a key that is known", key + ": not understood");
        return false;
    }
    return true;
}

void run(Case& test, const Json& object, Market market) {
    configure(market, object);
    const auto size = market.clip.bark(market.bark, market.feed);
    if (!size) {
        const std::string expected =
            object.contains("reverts") ? text_of(object, "reverts") : "nothing";
        return test.same("reverts", expected, revert_name(size.error()));
    }
    if (!object.contains("steps")) return step(test, object, market);
    for (const Json& each : array_of(object, "steps")) {
        if (!understood(test, each)) return;
        step(test, each, market);
    }
}

}  // namespace

void clip_literals(const std::filesystem::path& file, Tally& tally) {
    tally.note = "exact, in the decimals that the peer's test states";
    const Json document = read_json(file);
    if (!document.contains("take_setup")) throw Malformed("no key take_setup");
    const Json& setup = document["take_setup"];
    const Market market = read_setup(setup);
    if (setup.contains("after_bark")) {
        Case test(tally, "after_bark");
        run(test, setup["after_bark"], market);
    }
    for (const Json& object : array_of(document, "cases")) {
        Case test(tally, text_of(object, "name"));
        if (understood(test, object)) run(test, object, market);
    }
}

}  // namespace ballast::conformance::maker
