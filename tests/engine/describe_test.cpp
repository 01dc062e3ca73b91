#include <ballast/engine/describe.hpp>
#include <ballast/engine/machine.hpp>
#include <ballast/support/sample_clearing.hpp>

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace ballast {
namespace {

using namespace sample;
using engine::Action;
using engine::Batch;
using engine::Transaction;

/// Counts the fields of a row, and asks the same of the structs in it.
struct FieldCounter {
    std::size_t count = 0;

    template <class T>
    void operator()(const T& value) {
        ++count;
        look(value);
    }
    template <class T>
    static void look(const T& value) {
        if constexpr (requires(FieldCounter& counter) { T::fields(counter, value); }) {
            FieldCounter within;
            T::fields(within, value);
            EXPECT_EQ(engine::field_names<T>().size(), within.count);
            std::set<std::string_view> names(engine::field_names<T>().begin(),
                                             engine::field_names<T>().end());
            EXPECT_EQ(names.size(), within.count);
        }
    }
    template <class T>
    static void look(const std::vector<T>&) {
        look(T{});
    }
    template <class T>
    static void look(const std::optional<T>&) {
        look(T{});
    }
};

template <std::size_t... I>
void look_at_all(std::index_sequence<I...>) {
    (FieldCounter::look(std::variant_alternative_t<I, Action>{}), ...);
}

TEST(describe, every_field_of_every_action_has_a_name) {
    look_at_all(std::make_index_sequence<std::variant_size_v<Action>>());
    FieldCounter::look(access::Authorisation{});
    const auto names = engine::action_names();
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), std::variant_size_v<Action>);
    EXPECT_EQ(names[Action(vaults::OpenVault{}).index()], "open_vault");
    EXPECT_EQ(names[Action(clearing::TakePortfolio{}).index()], "take_portfolio");
    EXPECT_EQ(names[Action(access::RevokeKey{}).index()], "revoke_key");
}

std::string line(const Action& action) {
    static const engine::Genesis genesis = cleared_market();
    return engine::describe({user(1), 0, action}, genesis).at(0);
}

TEST(describe, says_amounts_names_times_and_keys_as_people_do) {
    EXPECT_EQ(line(engine::Transfer{user(2), ether, Amount::units(1'250'000'000)}),
              "transfer to=18 asset=ETH amount=12.5");
    EXPECT_EQ(line(vaults::OpenVault{ether_vaults}), "open_vault type=ETH-A");
    EXPECT_EQ(line(vaults::Redeem{dollar, whole(10), percent(1)}),
              "redeem asset=USDB amount=10 fee_max=0.01");
    EXPECT_EQ(line(engine::Transfer{user(2), AssetId{7}, Amount::units(-1)}),
              "transfer to=18 asset=#7 amount=-0.00000001");
    const risk::Series series{
        kind::option,  on_ether, pricing::Right::put, dollars(200), Price::units(0),
        1'584'230'400, 0};
    EXPECT_EQ(line(clearing::ListInstrument{cross, series}),
              "list_instrument compartment=cross series=(kind=option underlying=ETH right=put "
              "strike=200 payout=0 expiry=2020-03-15T00:00:00Z period=0)");
    EXPECT_EQ(line(clearing::LiquidityCollect{}), "liquidity_collect");
    EXPECT_EQ(line(access::OpenAccount{}), "open_account");
    crypto::Key address{crypto::Scheme::ethereum, {0xcd, 0x2a}};
    EXPECT_EQ(line(access::GrantKey{address, 3, 0}),
              "grant_key key=ethereum:0xcd2a000000000000000000000000000000000000 "
              "rights=trade+withdraw expires=never");
    EXPECT_EQ(line(engine::SwapExactIn{1, swap::Side::second, whole(1), whole(2)}),
              "swap_exact_in pool=1 given=second in=1 out_min=2");
    EXPECT_EQ(line(clearing::TakePortfolio{3, MarginAccountId{4}, {{1, 2}, Cash::units(-150)}}),
              "take_portfolio auction=3 keeper=4 take=(wanted=(numerator=1 denominator=2) "
              "pay_max=-0.0000015)");
}

TEST(describe, different_bodies_have_different_lines) {
    engine::Genesis genesis = cleared_market();
    genesis.assets[0].name = "A amount=5";
    genesis.assets[1].name = "\"A\"";
    genesis.assets[2].name = "#1";
    const Action move = engine::Transfer{user(2), ether, whole(1)};
    EXPECT_EQ(engine::describe({user(1), 0, move}, genesis).at(0),
              "transfer to=18 asset=\"A amount=5\" amount=1");
    std::set<std::vector<std::string>> seen;
    std::size_t asked = 0;
    const auto add = [&](std::variant<Action, Batch> body) {
        seen.insert(engine::describe({user(1), 0, std::move(body)}, genesis));
        ++asked;
    };
    for (u16 asset = 0; asset < 6; ++asset)
        add(Action(engine::Transfer{user(2), AssetId{asset}, whole(1)}));
    add(Batch{{move}});
    add(Batch{{move, move}});
    add(Batch{});
    add(Action(engine::PoolDeposit{ether, whole(1)}));
    add(Action(engine::PoolWithdraw{ether, whole(1)}));
    clearing::Fill fill;
    add(Action(fill));
    fill.ticket.legs = {{InstrumentId{1}, 1, Price::units(2)}};
    add(Action(fill));
    fill.ticket.legs.push_back({InstrumentId{1}, 1, Price::units(2)});
    add(Action(fill));
    fill.by_second[63] = 1;
    add(Action(fill));
    EXPECT_EQ(seen.size(), asked);
}

// Civil dates: leap days, ends of centuries, the ends of what is allowed; from Python's datetime.
TEST(describe, times_are_civil_dates) {
    EXPECT_EQ(engine::describe_time(0), "never");
    EXPECT_EQ(engine::describe_time(1), "1970-01-01T00:00:01Z");
    EXPECT_EQ(engine::describe_time(951'782'400), "2000-02-29T00:00:00Z");
    EXPECT_EQ(engine::describe_time(951'868'800), "2000-03-01T00:00:00Z");
    EXPECT_EQ(engine::describe_time(1'583'971'199), "2020-03-11T23:59:59Z");
    EXPECT_EQ(engine::describe_time(4'107'542'399), "2100-02-28T23:59:59Z");
    EXPECT_EQ(engine::describe_time(4'107'542'400), "2100-03-01T00:00:00Z");
    EXPECT_EQ(engine::describe_time(limits::time_max), "9999-12-31T23:59:59Z");
    EXPECT_EQ(engine::describe_time(limits::time_max + 1), "253402300800");
}

std::array<u8, 65> signature_of(std::string_view hexadecimal) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::array<u8, 65> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<u8>(digit(hexadecimal[2 * i]) * 16 + digit(hexadecimal[2 * i + 1]));
    return out;
}

struct WalletVector {
    Transaction transaction;
    std::string_view hash;
    std::string_view signature;
};

// Signed with eth-account 0.14.0 (encode_typed_data, sign_message) by the key keccak256("cow"); the
// chain is the bytes 0 to 31.
std::vector<WalletVector> wallet_vectors() {
    const Batch batch{{vaults::Deposit{VaultId{0}, ether, Amount::units(1'250'000'000)},
                       vaults::Mint{VaultId{0}, whole(1'000)}}};
    const engine::Transfer mite{AccountId{18}, ether, Amount::units(1)};
    return {{{AccountId{17}, 5, batch, genesis_time},
             "78d446711b29ecab58821823b2b527ffe5de64fa98696154eda23e40f070f7e2",
             "1cca02d48d8e556a09f204f8a858d3a54d747a9774d471e14809f673b993b0f5"
             "7a50bf1a530722713deae2639b44507a8c3462693058a08e499589e17040cc3d1c"},
            {{AccountId{17}, 5, Action(mite), 0},
             "fa0fb9c652229e4e8a36d9f2643f1692e2ec450197ab3993037a01fdb7823268",
             "2aa0222bea003af672df3524ec4243c1d630a491091b112a18017675d4cf142c"
             "092fb2286947dfabf3efabc07fc527b23929fc1c68c2d07c5d3b5a5e99e4af801b"}};
}

TEST(signing, a_wallet_signs_what_it_shows) {
    const engine::Genesis genesis = market();
    crypto::Digest chain;
    std::iota(chain.begin(), chain.end(), u8{0});
    const crypto::Key cow{crypto::Scheme::ethereum,
                          {0xcd, 0x2a, 0x3d, 0x9f, 0x93, 0x8e, 0x13, 0xcd, 0x94, 0x7e,
                           0xc0, 0x5a, 0xbc, 0x7f, 0xe7, 0x34, 0xdf, 0x8d, 0xd8, 0x26}};
    for (auto [transaction, hash, signature] : wallet_vectors()) {
        const auto digest = engine::typed_data_hash(transaction, genesis, chain);
        const auto wanted = signature_of(std::string(hash) + std::string(66, '0'));
        EXPECT_TRUE(std::equal(digest.begin(), digest.end(), wanted.begin()));
        EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
        transaction.authorisation = {cow, signature_of(signature)};
        EXPECT_TRUE(engine::authentic(transaction, genesis, chain));
        ++transaction.nonce;
        EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
        --transaction.nonce, ++transaction.expires;
        EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
        --transaction.expires, ++chain[0];
        EXPECT_FALSE(engine::authentic(transaction, genesis, chain));
        --chain[0];
    }
}

}  // namespace
}  // namespace ballast
