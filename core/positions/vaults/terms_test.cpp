#include <ballast/vaults/test_market.hpp>

#include <functional>

namespace ballast::vaults::test {
namespace {

void charge(basket::CollateralTerms& collateral, Ratio concentration) {
    collateral.concentration_charge = concentration;
    collateral.concentration_depth = whole(1'000);
}

TEST(vault_type_terms, the_first_fault_is_named_by_its_key) {
    for (const VaultTypeTerms& terms : make_types()) EXPECT_FALSE(validate(terms));
    const struct {
        const char* key;
        std::function<void(VaultTypeTerms&)> spoil;
    } cases[] = {
        {"name", [](VaultTypeTerms& t) { t.name.clear(); }},
        {"name", [](VaultTypeTerms& t) { t.name = std::string(33, 'x'); }},
        {"basket", [](VaultTypeTerms& t) { t.basket.clear(); }},
        {"basket", [](VaultTypeTerms& t) { t.basket.resize(9); }},
        {"basket[1].haircut", [](VaultTypeTerms& t) { t.basket[1].haircut = percent(100); }},
        {"basket[1].asset", [](VaultTypeTerms& t) { t.basket[1].asset = t.debt_asset; }},
        {"basket[1].asset", [](VaultTypeTerms& t) { t.basket[1].asset = t.basket[0].asset; }},
        {"liquidation_ratio", [](VaultTypeTerms& t) { t.liquidation_ratio = percent(99); }},
        {"minimum_ratio", [](VaultTypeTerms& t) { t.minimum_ratio = percent(129); }},
        {"minimum_ratio", [](VaultTypeTerms& t) { t.minimum_ratio = percent(100'001); }},
        {"basket[1].concentration_charge",
         [](VaultTypeTerms& t) { charge(t.basket[1], percent(50)); }},
        {"debt_ceiling", [](VaultTypeTerms& t) { t.debt_ceiling = whole(-1); }},
        {"debt_ceiling", [](VaultTypeTerms& t) { t.debt_ceiling = limits::supply_max; }},
        {"minimum_debt", [](VaultTypeTerms& t) { t.minimum_debt = whole(-1); }},
        {"fee_per_second", [](VaultTypeTerms& t) { t.fee_per_second = Ray::units(ray_one - 1); }},
        {"opening_fee", [](VaultTypeTerms& t) { t.opening_fee = percent(101); }},
        {"redemption.fee_floor", [](VaultTypeTerms& t) { t.redemption.fee_floor = percent(-1); }},
        {"redemption.fee_max", [](VaultTypeTerms& t) { t.redemption.fee_max = percent(0); }},
        {"redemption.fee_max", [](VaultTypeTerms& t) { t.redemption.fee_max = percent(101); }},
        {"redemption.decay_per_minute",
         [](VaultTypeTerms& t) { t.redemption.decay_per_minute = wad_one + 1; }},
        {"redemption.divisor", [](VaultTypeTerms& t) { t.redemption.divisor = 0; }},
        {"redemption.smallest", [](VaultTypeTerms& t) { t.redemption.smallest = whole(0); }},
    };
    for (const auto& bad : cases) {
        VaultTypeTerms terms = make_types()[0];
        bad.spoil(terms);
        const auto fault = validate(terms);
        ASSERT_TRUE(fault) << bad.key;
        EXPECT_EQ(fault->key, bad.key);
        EXPECT_FALSE(fault->what.empty());
    }
}

// 150 % at 94 % and 130 % at 94 - 12.533... %: the charge may take 94 % * 20 / 150 and no more.
TEST(vault_type_terms, concentration_alone_makes_no_vault_unhealthy) {
    VaultTypeTerms terms = make_types()[0];
    terms.minimum_ratio = percent(150);
    terms.liquidation_ratio = percent(130);
    terms.basket[1].haircut = percent(5);
    terms.basket[1].correlation_charge = percent(1);
    charge(terms.basket[1], Ratio::units(125'333'333));
    EXPECT_FALSE(validate(terms));
    charge(terms.basket[1], Ratio::units(125'333'334));
    const auto fault = validate(terms);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->key, "basket[1].concentration_charge");
    EXPECT_EQ(fault->what, "is 0.125333334, must be at most 0.125333333");
    charge(terms.basket[1], percent(0));
    terms.minimum_ratio = terms.liquidation_ratio;
    EXPECT_FALSE(validate(terms));
    charge(terms.basket[1], Ratio::units(1));
    EXPECT_TRUE(validate(terms));
}

TEST(vault_type_terms, redemption_terms_do_not_matter_where_it_is_off) {
    VaultTypeTerms terms = make_types()[0];
    terms.redemption = RedemptionTerms{};
    EXPECT_FALSE(validate(terms));
}

TEST(vault_type_terms, survive_the_codec) {
    for (const VaultTypeTerms& terms : make_types()) {
        const auto back = decode<VaultTypeTerms>(encode(terms));
        ASSERT_TRUE(back);
        EXPECT_EQ(*back, terms);
    }
}

TEST(vault_row, survives_the_codec_and_refuses_a_status_it_does_not_know) {
    VaultRow row;
    row.owner = alice;
    row.type = metal;
    row.status = VaultStatus::closed;
    row.debt = Normal::units(5);
    row.amounts[7] = Held::units(9);
    Bytes bytes = encode(row);
    EXPECT_EQ(bytes.size(), 4u + 2 + 1 + 8 + 64);
    EXPECT_EQ(*decode<VaultRow>(bytes), row);
    bytes[6] = 2;
    EXPECT_EQ(decode<VaultRow>(bytes).error(), Reject::bad_encoding);
}

}  // namespace
}  // namespace ballast::vaults::test
