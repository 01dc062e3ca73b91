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

// Of a portfolio a hair more than the part that was decided on, which is rounded down: more than
// the largest means the largest, and nothing is left behind.
engine::Action action_of(const Entry& entry, MarginAccountId keeper) {
    const Bid& bid = entry.bid;
    switch (bid.of) {
        case Of::auction: return auctions::Take{bid.auction, bid.pay_max, bid.price_max};
        case Of::portfolio:
            return clearing::TakePortfolio{
                bid.auction.value(),
                keeper,
                {portfolio::fraction_of(Ratio::units(static_cast<i64>(bid.units) + 1)),
                 Cash::units(bid.pay_max.units())}};
        case Of::collateral:
            return clearing::TakeCollateral{MarginAccountId(bid.auction.value()),
                                            entry.parts.front().asset, bid.pay_max};
    }
    std::unreachable();
}

Attempt<i128> units_of(const Json& event, const char* field) {
    const Json& value = event.at(field);
    if (!value.is_string()) return fault("{}: {} is no decimal", field, value.dump());
    const auto units = files::parse_decimal(value.get<std::string>(), files::money_decimals,
                                            Round::down, math::i128_max);
    if (!units) return fault("{}: {} {}", field, value.dump(), phrase(units.error()));
    return *units;
}

// Numbers of auctions of either kind are the same numbers: only events of the bid's kind count.
Attempt<void> add_event(Outcome& outcome, const Bid& bid, const Json& event) {
    const std::string name = event.at("name");
    if (bid.of == Of::portfolio && name == "account_auction_taken") {
        BALLAST_TRY(const i128 paid, units_of(event, "paid"));
        BALLAST_TRY(const i128 drawn, units_of(event, "drawn"));
        outcome.paid = Amount::units(paid - drawn);
        outcome.units = bid.units;
    } else if (bid.of == Of::collateral && name == "account_collateral_sold") {
        BALLAST_TRY(const i128 paid, units_of(event, "paid"));
        BALLAST_TRY(const i128 sold, units_of(event, "amount"));
        outcome.paid = Amount::units(paid);
        outcome.units = math::magnitude(sold);
    } else if (bid.of == Of::auction && name == "auction_taken") {
        BALLAST_TRY(const i128 paid, units_of(event, "paid"));
        BALLAST_TRY(const i128 units, units_of(event, "units"));
        outcome.paid = Amount::units(paid);
        outcome.units = math::magnitude(units);
    } else if (bid.of == Of::auction && name == "keeper_rewarded") {
        BALLAST_TRY(const i128 reward, units_of(event, "amount"));
        outcome.reward = Amount::units(reward);
    }
    return {};
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

Attempt<Signed> Desk::sign(const Entry& entry, std::optional<MarginAccountId> keeper) const {
    engine::Transaction transaction;
    transaction.sender = account_;
    transaction.nonce = entry.nonce;
    transaction.body = action_of(entry, keeper.value_or(MarginAccountId{}));
    transaction.expires = entry.expires;
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

Outcome Desk::submit(const Signed& bytes, const Bid& bid) {
    const client::Answer answer =
        client_->call("transaction.submit", {{"transaction", bytes.bytes}});
    Outcome outcome;
    if (answer) {
        try {
            return of_receipt(answer->at("data"), answer->at("time"), bid);
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

Outcome Desk::find(const std::string& id, const Bid& bid, bool over) {
    Outcome outcome;
    const client::Answer answer = client_->call("transaction.get", {{"id", id}});
    if (!answer) {
        if (over && answer.error().code == rpc::error_code::absent) outcome.end = End::expired;
        return outcome;
    }
    try {
        const Json& data = answer->at("data");
        return of_receipt(data, data.at("time"), bid);
    } catch (const Json::exception&) {
        return outcome;
    }
}

// Of {"height", "receipt"}.  What was bought stands in the events; while they cannot be had, the
// end is not known.
Outcome Desk::of_receipt(const Json& data, u64 time, const Bid& bid) {
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
    if (!add_events(outcome, bid)) return Outcome{};
    outcome.end = End::won;
    return outcome;
}

Attempt<void> Desk::add_events(Outcome& outcome, const Bid& bid) {
    const bool sale = bid.of == Of::collateral;
    const client::Answer answer =
        client_->call("event.list", {{"from", outcome.height},
                                     {"to", outcome.height},
                                     {"account", account_.value()},
                                     {"subject", sale ? "margin_account" : "auction"},
                                     {"number", bid.auction.value()}});
    if (!answer) return fault("{}", sentence("event.list", answer.error()));
    try {
        for (const Json& item : answer->at("data").at("items"))
            BALLAST_CHECK(add_event(outcome, bid, item.at("event")));
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

Attempt<Json> Desk::margin_account(u32 number) {
    const client::Answer answer = client_->call("margin.get", {{"margin_account", number}});
    if (!answer) return fault("{}", sentence("margin.get", answer.error()));
    if (!answer->contains("data")) return fault("margin.get: there is no data");
    return answer->at("data");
}

}  // namespace ballast::keeper
