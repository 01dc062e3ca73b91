#include <ballast/keeper/desk.hpp>

#include <ballast/files/decimal.hpp>
#include <ballast/files/key_text.hpp>
#include <ballast/math/money.hpp>
#include <ballast/wire/transaction.hpp>

#include <algorithm>

namespace ballast::keeper {

using files::Attempt;
using files::fault;

namespace {

std::string sentence(const char* method, const client::Failure& failure) {
    return fmt::format("{}: {}", method, failure.message);
}

// The answer was lost on the way: what was asked for may have been done.
bool unsure(const client::Failure& failure) {
    return failure.code == client::failure_code::connection ||
           failure.code == client::failure_code::timeout ||
           failure.code == client::failure_code::protocol;
}

std::string reason_of(const client::Failure& failure) {
    if (failure.data.is_object() && failure.data.contains("name") &&
        failure.data["name"].is_string())
        return failure.data["name"];
    if (failure.code == rpc::error_code::busy) return "busy";
    if (failure.code == rpc::error_code::limit) return "limit";
    return failure.message;
}

Attempt<i128> units_of(const Json& event, const char* field) {
    const Json& value = event.at(field);
    if (!value.is_string()) return fault("{}: {} is no decimal", field, value.dump());
    const auto units = files::parse_decimal(value.get<std::string>(), files::money_decimals,
                                            Round::down, math::i128_max);
    if (!units) return fault("{}: {} {}", field, value.dump(), phrase(units.error()));
    return *units;
}

}  // namespace

Attempt<std::unique_ptr<Desk>> Desk::open(const std::string& url, AccountId account,
                                          const keys::Signer& signer) {
    BALLAST_TRY(auto client, client::Client::connect(url));
    std::unique_ptr<Desk> desk(new Desk(std::move(client), account, signer));
    BALLAST_CHECK(desk->learn());
    return desk;
}

Attempt<void> Desk::learn() {
    const client::Answer answer = client_->call("chain.info");
    if (!answer) return fault("{}", sentence("chain.info", answer.error()));
    try {
        const Json& info = answer->at("data");
        BALLAST_TRY(facts_, facts_of(info));
        BALLAST_TRY(const Bytes chain, files::bytes_of_hex(facts_.digest, chain_.size()));
        std::ranges::copy(chain, chain_.begin());
        names_.name = info.at("name");
        for (const std::string& name : facts_.assets)
            names_.assets.push_back({name, engine::AssetKind::collateral, {}});
        return {};
    } catch (const Json::exception& failure) {
        return fault("chain.info: {}", failure.what());
    }
}

Attempt<Signed> Desk::sign(const Bid& bid, u64 nonce, u64 expires) const {
    engine::Transaction transaction;
    transaction.sender = account_;
    transaction.nonce = nonce;
    transaction.body = engine::Action(auctions::Take{bid.auction, bid.pay_max, bid.price_max});
    transaction.expires = expires;
    transaction.authorisation = signer_.sign(transaction, names_, chain_);
    BALLAST_TRY(const Bytes bytes, wire::encode(transaction, wire::ChainId{facts_.chain}));
    return Signed{files::hex_of(bytes), files::hex_of(crypto::sha256(encode(transaction)))};
}

Attempt<std::vector<Trial>> Desk::try_all(std::span<const Signed> bids) {
    Json transactions = Json::array();
    for (const Signed& bid : bids) transactions.push_back(bid.bytes);
    const client::Answer answer =
        client_->call("transaction.dry_run", {{"transactions", std::move(transactions)}});
    if (!answer) return fault("{}", sentence("transaction.dry_run", answer.error()));
    try {
        std::vector<Trial> trials;
        for (const Json& receipt : answer->at("data").at("receipts"))
            trials.push_back({receipt.at("accepted"), receipt.at("name")});
        if (trials.size() != bids.size())
            return fault("transaction.dry_run: {} receipts for {} transactions", trials.size(),
                         bids.size());
        return trials;
    } catch (const Json::exception& failure) {
        return fault("transaction.dry_run: {}", failure.what());
    }
}

Outcome Desk::submit(const Signed& bid, AuctionId auction) {
    const client::Answer answer = client_->call("transaction.submit", {{"transaction", bid.bytes}});
    Outcome outcome;
    if (answer) {
        try {
            return of_receipt(answer->at("data"), answer->at("time"), auction);
        } catch (const Json::exception&) {
            return outcome;
        }
    }
    const client::Failure& failure = answer.error();
    if (unsure(failure)) return outcome;
    outcome.end = failure.code == rpc::error_code::expired ? End::expired : End::lost;
    if (outcome.end == End::lost) outcome.reason = reason_of(failure);
    return outcome;
}

Outcome Desk::find(const std::string& id, AuctionId auction, bool over) {
    Outcome outcome;
    const client::Answer answer = client_->call("transaction.get", {{"id", id}});
    if (!answer) {
        if (over && answer.error().code == rpc::error_code::absent) outcome.end = End::expired;
        return outcome;
    }
    try {
        const Json& data = answer->at("data");
        return of_receipt(data, data.at("time"), auction);
    } catch (const Json::exception&) {
        return outcome;
    }
}

// Of {"height", "receipt"}.  What was bought stands in the events; while they cannot be had, the
// end is not known.
Outcome Desk::of_receipt(const Json& data, u64 time, AuctionId auction) {
    Outcome outcome;
    outcome.height = data.at("height");
    outcome.time = time;
    outcome.fee = facts_.fee;
    const Json& receipt = data.at("receipt");
    if (!receipt.at("accepted").get<bool>()) {
        outcome.end = End::lost;
        outcome.reason = receipt.at("name");
        return outcome;
    }
    if (!add_events(outcome, auction)) return Outcome{};
    outcome.end = End::won;
    return outcome;
}

Attempt<void> Desk::add_events(Outcome& outcome, AuctionId auction) {
    const client::Answer answer = client_->call("event.list", {{"from", outcome.height},
                                                               {"to", outcome.height},
                                                               {"account", account_.value()},
                                                               {"subject", "auction"},
                                                               {"number", auction.value()}});
    if (!answer) return fault("{}", sentence("event.list", answer.error()));
    try {
        for (const Json& item : answer->at("data").at("items")) {
            const Json& event = item.at("event");
            if (event.at("name") == "auction_taken") {
                BALLAST_TRY(const i128 paid, units_of(event, "paid"));
                BALLAST_TRY(const i128 units, units_of(event, "units"));
                outcome.paid = Amount::units(paid);
                outcome.units = math::magnitude(units);
            } else if (event.at("name") == "keeper_rewarded") {
                BALLAST_TRY(const i128 reward, units_of(event, "amount"));
                outcome.reward = Amount::units(reward);
            }
        }
        return {};
    } catch (const Json::exception& failure) {
        return fault("event.list: {}", failure.what());
    }
}

Attempt<Json> Desk::account() {
    const client::Answer answer = client_->call("account.get", {{"account", account_.value()}});
    if (!answer) return fault("{}", sentence("account.get", answer.error()));
    if (!answer->contains("data")) return fault("account.get: there is no data");
    return answer->at("data");
}

}  // namespace ballast::keeper
