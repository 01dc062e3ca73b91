#include <ballast/publisher/ticker.hpp>

#include <ballast/base/limits.hpp>
#include <ballast/files/decimal.hpp>
#include <ballast/files/time.hpp>
#include <ballast/math/money.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ballast::publisher {

using files::Attempt;
using files::fault;

namespace {

using Json = nlohmann::ordered_json;

// Builds a document in which every number is the text that stood there.
class Builder {
public:
    Json root;
    std::string wrong;

    bool null() { return add(Json()) != nullptr; }
    bool boolean(bool value) { return add(value) != nullptr; }
    bool number_integer(Json::number_integer_t value) {
        return add(fmt::to_string(value)) != nullptr;
    }
    bool number_unsigned(Json::number_unsigned_t value) {
        return add(fmt::to_string(value)) != nullptr;
    }
    bool number_float(Json::number_float_t, const std::string& text) {
        return add(text) != nullptr;
    }
    bool string(std::string& text) { return add(text) != nullptr; }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Json::object()); }
    bool start_array(std::size_t) { return open(Json::array()); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (stack_.back()->contains(name))
            return fail(fmt::format("'{}' stands there twice", name));
        key_ = name;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const std::exception&) {
        return fail(fmt::format("is no JSON from byte {} on", position));
    }

private:
    bool fail(std::string what) {
        if (wrong.empty()) wrong = std::move(what);
        return false;
    }
    Json* add(Json value) {
        if (stack_.empty()) return &(root = std::move(value));
        Json& parent = *stack_.back();
        if (parent.is_array()) return &parent.emplace_back(std::move(value));
        return &(parent[key_] = std::move(value));
    }
    bool open(Json value) {
        if (stack_.size() == ticker_depth_max)
            return fail(fmt::format("is nested deeper than {}", ticker_depth_max));
        stack_.push_back(add(std::move(value)));
        return true;
    }
    bool close() {
        stack_.pop_back();
        return true;
    }

    std::vector<Json*> stack_;
    std::string key_;
};

Attempt<Json> parse(std::string_view text) {
    if (text.size() > ticker_bytes_max)
        return fault("answer: {} bytes; the most is {}", text.size(), ticker_bytes_max);
    Builder builder;
    if (!Json::sax_parse(text, &builder)) return fault("answer: {}", builder.wrong);
    if (!builder.root.is_object()) return fault("answer: is no JSON object");
    return std::move(builder.root);
}

// Digits as they stand in a member; a fault where it is missing or no number.
Attempt<std::string> digits(const Json& object, const char* field) {
    const auto member = object.find(field);
    if (member == object.end()) return fault("{}: is missing", field);
    if (!member->is_string()) return fault("{}: {} is not a number", field, member->dump());
    return member->get<std::string>();
}

Attempt<std::string> digits_if_there(const Json& object, const char* field) {
    if (!object.contains(field)) return std::string();
    return digits(object, field);
}

Attempt<u64> moment(const Json& object, const char* field, u64 per_second) {
    BALLAST_TRY(const std::string text, digits(object, field));
    const auto units =
        files::parse_decimal(text, 0, Round::down, i128{limits::time_max} * i128{per_second});
    if (!units || *units < 0) return fault("{}: '{}' is not a time", field, text);
    return static_cast<u64>(*units) / per_second;
}

Attempt<void> read_book(const Json& object, Ticker& ticker, const char* bid, const char* ask) {
    BALLAST_TRY(ticker.bid, digits(object, bid));
    BALLAST_TRY(ticker.ask, digits(object, ask));
    return {};
}

// GET /products/ETH-USD/ticker
Attempt<void> read_coinbase(const Json& answer, Ticker& ticker) {
    BALLAST_CHECK(read_book(answer, ticker, "bid", "ask"));
    BALLAST_TRY(ticker.last, digits(answer, "price"));
    BALLAST_TRY(const std::string text, digits(answer, "time"));
    const std::size_t point = text.find('.');
    ticker.time = files::parse_time(point == std::string::npos ? text : text.substr(0, point));
    if (!ticker.time || text.find('T') == std::string::npos)
        return fault("time: '{}' is not a time", text);
    return {};
}

// GET /api/v2/ticker/ethusd/
Attempt<void> read_bitstamp(const Json& answer, Ticker& ticker) {
    BALLAST_CHECK(read_book(answer, ticker, "bid", "ask"));
    BALLAST_TRY(ticker.last, digits(answer, "last"));
    BALLAST_TRY(ticker.time, moment(answer, "timestamp", 1));
    return {};
}

// Kraken's figures are lists that begin with the price.
Attempt<std::string> first_of(const Json& pair, const char* field) {
    const auto list = pair.find(field);
    if (list == pair.end()) return fault("{}: is missing", field);
    if (!list->is_array() || list->empty() || !list->front().is_string())
        return fault("{}: {} is no list that begins with a number", field, list->dump());
    return list->front().get<std::string>();
}

// GET /0/public/Ticker?pair=ETHUSD
Attempt<void> read_kraken(const Json& answer, Ticker& ticker) {
    if (!answer["error"].is_array() || !answer["error"].empty())
        return fault("error: {}", answer["error"].dump());
    const auto result = answer.find("result");
    if (result == answer.end() || !result->is_object() || result->size() != 1)
        return fault("result: must hold one pair");
    const Json& pair = result->begin().value();
    if (!pair.is_object()) return fault("result: {} is no pair", pair.dump());
    ticker.symbol = result->begin().key();
    BALLAST_TRY(ticker.ask, first_of(pair, "a"));
    BALLAST_TRY(ticker.bid, first_of(pair, "b"));
    BALLAST_TRY(ticker.last, first_of(pair, "c"));
    return {};
}

// GET /api/v3/ticker/24hr?symbol=ETHUSDT or /api/v3/ticker/bookTicker?symbol=ETHUSDT
Attempt<void> read_binance(const Json& answer, Ticker& ticker) {
    BALLAST_CHECK(read_book(answer, ticker, "bidPrice", "askPrice"));
    BALLAST_TRY(ticker.last, digits_if_there(answer, "lastPrice"));
    BALLAST_TRY(ticker.symbol, digits_if_there(answer, "symbol"));
    if (answer.contains("closeTime")) {
        BALLAST_TRY(ticker.time, moment(answer, "closeTime", 1000));
    }
    return {};
}

// GET /api/v2/public/ticker?instrument_name=ETH-PERPETUAL or /api/v2/public/get_index_price
Attempt<void> read_deribit(const Json& answer, Ticker& ticker) {
    if (answer.contains("error")) return fault("error: {}", answer["error"].dump());
    const auto result = answer.find("result");
    if (result == answer.end() || !result->is_object()) return fault("result: is missing");
    if (result->contains("state") && (*result)["state"] != "open")
        return fault("state: {} is not \"open\"", (*result)["state"].dump());
    if (!result->contains("best_bid_price")) {
        BALLAST_TRY(ticker.last, digits(*result, "index_price"));
        return {};
    }
    BALLAST_CHECK(read_book(*result, ticker, "best_bid_price", "best_ask_price"));
    if (result->contains("last_price") && !(*result)["last_price"].is_null()) {
        BALLAST_TRY(ticker.last, digits(*result, "last_price"));
    }
    BALLAST_TRY(ticker.symbol, digits_if_there(*result, "instrument_name"));
    BALLAST_TRY(ticker.time, moment(*result, "timestamp", 1000));
    return {};
}

std::optional<Exchange> exchange_of(const Json& answer) {
    if (answer.contains("jsonrpc")) return Exchange::deribit;
    if (answer.contains("error")) return Exchange::kraken;
    if (answer.contains("bidPrice") || answer.contains("askPrice")) return Exchange::binance;
    if (answer.contains("timestamp")) return Exchange::bitstamp;
    if (answer.contains("time")) return Exchange::coinbase;
    return {};
}

Attempt<void> read_as(Exchange exchange, const Json& answer, Ticker& ticker) {
    switch (exchange) {
        case Exchange::coinbase: return read_coinbase(answer, ticker);
        case Exchange::bitstamp: return read_bitstamp(answer, ticker);
        case Exchange::kraken: return read_kraken(answer, ticker);
        case Exchange::binance: return read_binance(answer, ticker);
        case Exchange::deribit: return read_deribit(answer, ticker);
    }
    std::unreachable();
}

Attempt<u64> time_of(const Ticker& ticker, const Rules& rules, u64 received) {
    if (!ticker.time) return received;
    if (*ticker.time > received + rules.ahead_seconds)
        return fault("time: {} is {} later than its receipt", files::time_text(*ticker.time),
                     files::duration_text(*ticker.time - received));
    if (*ticker.time + rules.stale_seconds < received)
        return fault("time: {} is stale: {} old, the most is {}", files::time_text(*ticker.time),
                     files::duration_text(received - *ticker.time),
                     files::duration_text(rules.stale_seconds));
    return std::min(*ticker.time, received);
}

}  // namespace

std::string_view name(Exchange exchange) {
    switch (exchange) {
        case Exchange::coinbase: return "coinbase";
        case Exchange::bitstamp: return "bitstamp";
        case Exchange::kraken: return "kraken";
        case Exchange::binance: return "binance";
        case Exchange::deribit: return "deribit";
    }
    std::unreachable();
}

Attempt<Ticker> read_ticker(std::string_view text) {
    BALLAST_TRY(const Json answer, parse(text));
    const auto exchange = exchange_of(answer);
    if (!exchange) return fault("answer: of no exchange that is known here");
    Ticker ticker;
    ticker.exchange = *exchange;
    if (auto read = read_as(*exchange, answer, ticker); !read)
        return fault("{}: {}", name(*exchange), read.error().sentence);
    return ticker;
}

Attempt<Price> read_price(std::string_view field, std::string_view text) {
    const auto units =
        files::parse_decimal(text, files::money_decimals, Round::down, limits::price_max.units());
    if (!units)
        return fault("{}: '{}' {}", field, text.substr(0, 64), files::phrase(units.error()));
    const auto above =
        files::parse_decimal(text, files::money_decimals, Round::up, limits::price_max.units());
    if (!above || *above != *units)
        return fault("{}: '{}' has more than {} digits after the point", field, text.substr(0, 64),
                     files::money_decimals);
    if (*units <= 0) return fault("{}: '{}' is not more than zero", field, text.substr(0, 64));
    return Price::units(static_cast<i64>(*units));
}

Attempt<Observation> observe(const Ticker& ticker, const Rules& rules, u64 received) {
    const auto place = [&](const char* field) {
        return fmt::format("{}: {}", name(ticker.exchange), field);
    };
    Observation seen;
    if (!ticker.bid.empty()) {
        BALLAST_TRY(const Price bid, read_price(place("bid"), ticker.bid));
        BALLAST_TRY(const Price ask, read_price(place("ask"), ticker.ask));
        if (bid > ask)
            return fault("{}: '{}' is above the ask, '{}'", place("bid"), ticker.bid, ticker.ask);
        const i64 spread = (ask - bid).units();
        seen.price = Price::units(bid.units() + spread / 2);
        seen.confidence = Price::units(spread / 2 + spread % 2);
    }
    if (rules.last || ticker.bid.empty()) {
        if (ticker.last.empty()) return fault("{}: is missing", place("last"));
        BALLAST_TRY(seen.price, read_price(place("last"), ticker.last));
    }
    if (rules.confidence > Ratio())
        seen.confidence = math::portion(seen.price, rules.confidence, Round::up);
    seen.confidence = std::min(seen.confidence, seen.price);
    auto time = time_of(ticker, rules, received);
    if (!time) return fault("{}: {}", name(ticker.exchange), time.error().sentence);
    seen.time = *time;
    return seen;
}

}  // namespace ballast::publisher
