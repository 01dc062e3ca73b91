#include <ballast/math/mul_div.hpp>
#include <ballast/math/power.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ballast::math {
namespace {

U256 u256(std::string_view digits) {
    return *from_decimal(digits);
}
const U256 ray{ray_one};

TEST(power_half_up, maker_rpow) {
    // makerdao/dss@fa4f6630, src/test/jug.t.sol, test_rpow: the quotient by 10^17 is pinned.
    const U256 result = *power_half_up(u256("1000234891009084238901289093"), 3724, ray);
    EXPECT_EQ(to_decimal(result / U256(100'000'000'000'000'000)), "23979912322");
}

TEST(power_half_up, maker_auction_prices) {
    struct Case {
        std::string_view top, cut;
        u64 n;
        std::string_view price;
    };
    // makerdao/dss@fa4f6630, src/abaci.sol executed under solc 0.6.12: price = top * rpow(cut, n) /
    // 10^27, n the seconds of the exponential curve or the whole steps of the stepped one.
    const Case cases[]{
        {"125271169567277035634564537", "999989333119556850620381182", 1,
         "125269833314688287997420804"},
        {"6409072881720412128852100293137", "999982269030394944971839813", 80,
         "6399988119851114118862873043714"},
        {"32359917253327966862391016059329542", "999982771973500334971256900", 494,
         "32085679744466893389546410392257820"},
        {"15113747936445112193304", "999950973177062677035569636", 6808, "10824607301060985751451"},
        {"18052717032992186443828205231817", "999746520675490153338993414", 8245,
         "2232437969865758150600920348113"},
        {"318540769760389174646675", "999999745199755744172331887", 0, "318540769760389174646675"},
        {"8270140362054447069530072", "998367065098614155325175257", 205,
         "5915796906999721480279444"},
        {"345169244904770939133249025949104", "991489887785235375379434672", 5768 / 168,
         "258127291813785684739519000062532"},
        {"7313350682564552738030344", "962965332908228405008833221", 20000 / 271,
         "465258206627637639467652"},
        {"25523993315883357070826278566815722", "996281436852630989184825979", 12823 / 29,
         "4918238764452482894056251318618632"},
        {"3720435307298762365947199", "957144889156711872199285935", 20000 / 15, "0"},
    };
    for (const Case& one : cases) {
        const U256 factor = *power_half_up(u256(one.cut), one.n, ray);
        EXPECT_EQ(to_decimal(*mul_div(u256(one.top), factor, ray, Round::down)), one.price);
    }
}

TEST(power_half_up, maker_accumulated_rates) {
    struct Case {
        std::string_view duty;
        u64 seconds;
        std::string_view before, after;
    };
    // makerdao/dss@fa4f6630, src/jug.sol drip executed: after = rpow(duty, seconds) * before /
    // 10^27.
    const Case cases[]{
        {"1000000000000000000000048073", 3900, "1220056958118154990473096048",
         "1220056958118154990701838060"},
        {"1000000000000000102348492616", 23602109, "2615639034754635424394388450",
         "2615639041073078438941496020"},
        {"1000000000000738914427340510", 57031666, "2026667960760054770296596565",
         "2026753369429736713176293231"},
        {"999999990000000000000000060", 26188680, "2452192505636486034989456766",
         "1887202782133348987565441134"},
        {"1000000000150359578093275962", 201, "2524751771603913525193898983",
         "2524751847907657517385478322"},
    };
    for (const Case& one : cases) {
        const U256 factor = *power_half_up(u256(one.duty), one.seconds, ray);
        EXPECT_EQ(to_decimal(*mul_div(factor, u256(one.before), ray, Round::down)), one.after);
    }
}

TEST(power_half_up, edges) {
    EXPECT_EQ(*power_half_up(U256(), 0, ray), ray);
    EXPECT_EQ(*power_half_up(U256(), 1, ray), U256());
    EXPECT_EQ(*power_half_up(U256(), 6, ray), U256());
    EXPECT_EQ(*power_half_up(U256(7), 0, ray), ray);
    EXPECT_EQ(*power_half_up(U256::max(), 1, ray), U256::max());
    EXPECT_EQ(*power_half_up(U256(3), 5, U256(1)), U256(243));
    EXPECT_EQ(*power_half_up(ray, ~u64{0}, ray), ray);
    EXPECT_EQ(power_half_up(ray + ray, 2, ray), ray + ray + ray + ray);
    // A half rounds up: 0.5 * 0.5 = 0.25 at a scale of 2 is a half unit.
    EXPECT_EQ(*power_half_up(U256(1), 2, U256(2)), U256(1));
    EXPECT_DEATH(static_cast<void>(power_half_up(U256(1), 1, U256())), "");
}

TEST(power_half_up, rejects_where_the_evm_reverts) {
    const U256 large = U256(1) << 128;
    EXPECT_EQ(power_half_up(large, 2, U256(1)).error(), Reject::overflow);  // x * x.
    EXPECT_EQ(power_half_up(large - U256(1), 2, U256(1) << 131).error(),
              Reject::overflow);  // x * x + half.
    EXPECT_EQ(power_half_up(large - U256(1), 3, U256(1)).error(), Reject::overflow);  // z * x.
    EXPECT_EQ(*power_half_up(large - U256(1), 2, U256(1)), (large - U256(1)) * (large - U256(1)));
    EXPECT_EQ(power_half_up(ray + ray, 1'000, ray).error(), Reject::overflow);
}

TEST(power, is_the_same_within_a_ray) {
    const Ray x = Ray::units(u256("1000000564701133626865910626").to_u128());  // 5 % a day,
                                                                               // jug.t.sol.
    EXPECT_EQ(U256(power(x, 86'400)->units()), *power_half_up(U256(x.units()), 86'400, ray));
    EXPECT_EQ(power(Ray::units(2 * ray_one), 39).error(),
              Reject::overflow);  // 2^39 * 10^27 exceeds 2^128.
    EXPECT_TRUE(power(Ray::units(2 * ray_one), 38)->units() == (u128{1} << 38) * ray_one);
}

TEST(decayed_power, liquity_dec_pow) {
    struct Case {
        std::string_view base;
        u64 minutes;
        std::string_view result;
    };
    // liquity/dev@39f1f7f8, LiquityMath._decPow executed under solc 0.6.11.  The first two bases
    // halve in 12 and 6 hours.
    const Case cases[]{
        {"999037758833783000", 0, "1000000000000000000"},
        {"999037758833783000", 2, "998076443575627963"},
        {"999037758833783000", 4, "996156587220573669"},
        {"998076443575628800", 5, "990419147466826561"},
        {"999037758833783000", 6, "994240423817545011"},
        {"956527812543972646", 7, "732627500008781667"},
        {"998076443575628800", 9, "982820598545251604"},
        {"930593610405621763", 11, "453273917128762976"},
        {"999037758833783000", 12, "988514020352891525"},
        {"957608751946492988", 15, "522181641289655813"},
        {"924766568960720920", 23, "165477438363551314"},
        {"968461073199907568", 31, "370294485047824187"},
        {"998076443575628800", 33, "938437996671145032"},
        {"977474261593755019", 39, "411251876306047209"},
        {"901745731774558278", 20897, "0"},
        {"999037758833783000", 1316039, "0"},
    };
    for (const Case& one : cases)
        EXPECT_EQ(to_decimal(decayed_power(u256(one.base), one.minutes)), one.result)
            << one.minutes;
}

TEST(decayed_power, edges) {
    const U256 wad(1'000'000'000'000'000'000);
    EXPECT_EQ(decayed_power(wad, ~u64{0}), wad);
    EXPECT_EQ(decayed_power(U256(), 0), wad);
    EXPECT_EQ(decayed_power(U256(), 1), U256());
    const U256 slow = wad - U256(1'000'000'000);
    EXPECT_EQ(decayed_power(slow, decay_minutes_max + 1), decayed_power(slow, decay_minutes_max));
    EXPECT_NE(decayed_power(slow, decay_minutes_max - 1), decayed_power(slow, decay_minutes_max));
    EXPECT_DEATH(static_cast<void>(decayed_power(wad + U256(1), 1)), "");
}

TEST(square_root, is_the_floor) {
    std::mt19937_64 engine(5);
    for (int i = 0; i < 20'000; ++i) {
        const u128 root = join(0, engine()) >> (engine() % 64);
        EXPECT_TRUE(square_root(root * root) == root);
        if (root > 0) {
            EXPECT_TRUE(square_root(root * root - 1) == root - 1);
        }
        const U256 wide(join(engine(), engine()) >> (engine() % 128));
        EXPECT_EQ(square_root(wide * wide), wide);
        if (!wide.zero()) {
            EXPECT_EQ(square_root(wide * wide - U256(1)), wide - U256(1));
        }
    }
    EXPECT_TRUE(square_root(~u128{0}) == ~u64{0});
    EXPECT_EQ(square_root(U256::max()), U256(~u128{0}));
}

TEST(root, is_the_largest_that_does_not_exceed) {
    const Ray cases[]{
        Ray::units(ray_one),     Ray::units(ray_one + 1), Ray::units(ray_one / 2 * 3),
        Ray::units(ray_one - 1), Ray::units(ray_one / 2), Ray::units(1),
        Ray::units(0),           Ray::units(~u128{0}),
    };
    for (const Ray x : cases) {
        for (const u64 n : {u64{1}, u64{2}, u64{3}, u64{365}, u64{31'536'000}}) {
            const Ray found = root(x, n);
            EXPECT_LE(*power(found, n), x);
            if (found.units() == ~u128{0} || found.units() >= std::max(x.units(), ray_one))
                continue;
            const auto above = power(found + Ray::units(1), n);
            EXPECT_TRUE(!above || *above > x);
        }
    }
    EXPECT_EQ(root(Ray::units(4 * ray_one), 2), Ray::units(2 * ray_one));
    EXPECT_EQ(root(Ray::units(ray_one), 31'536'000), Ray::units(ray_one));
    EXPECT_DEATH(static_cast<void>(root(Ray::units(1), 0)), "");
}

// The factors per second that Maker's governance has used for annual fees (constants of its
// executive spells, for example FIVE_PCT_RATE), over a year of 31536000 seconds.  Those are the
// nearest to the true root; ours is the largest whose rounded power does not exceed the fee, and
// half-up rounding on the way moves that by a few units of 10^-27.
TEST(root, annual_fees_per_second) {
    struct Case {
        u32 per_mille;
        std::string_view factor;
    };
    const Case cases[]{
        {10, "1000000000315522921573372069"}, {20, "1000000000627937192491029810"},
        {30, "1000000000937303470807876289"}, {50, "1000000001547125957863212448"},
        {80, "1000000002440418608258400030"},
    };
    for (const Case& one : cases) {
        const Ray year = Ray::units(ray_one / 1000 * (1000 + one.per_mille));
        const U256 found(root(year, 31'536'000).units());
        const U256 expected = u256(one.factor);
        EXPECT_LE(found > expected ? found - expected : expected - found, U256(3))
            << to_decimal(found);
    }
}

}  // namespace
}  // namespace ballast::math
