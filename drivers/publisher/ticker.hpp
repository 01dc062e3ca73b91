/// What exchanges answer when they are asked for a price, and the price that it means.  Decimals
/// keep the digits of their source; no binary fraction stands between.  docs/methods/publisher.md.
#pragma once

#include <ballast/base/quantity.hpp>
#include <ballast/files/fault.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ballast::publisher {

enum class Exchange : u8 { coinbase, bitstamp, kraken, binance, deribit };
[[nodiscard]] std::string_view name(Exchange exchange);

/// One answer.
struct Ticker {
    Exchange exchange = Exchange::coinbase;
    std::string symbol;  ///< As the exchange says it; empty where it does not.
    std::string bid;     ///< Digits as they stood there; empty: not in the answer.
    std::string ask;
    std::string last;  ///< The last trade; for an index of Deribit, its price.
    /// Seconds since 1970, fractions cut; absent where the exchange gives none (Kraken, Binance's
    /// book ticker, Deribit's index).
    std::optional<u64> time;
};

inline constexpr std::size_t ticker_bytes_max = 64 * 1024;
inline constexpr std::size_t ticker_depth_max = 16;

/// Reads the answer of any of the exchanges; which one it is, its members tell.  Faults name the
/// field and what it holds: no JSON, a member twice, an answer that reports an error or a market
/// that is not open, members missing or of another type.
[[nodiscard]] files::Attempt<Ticker> read_ticker(std::string_view text);

/// What is taken for a price.
struct Rules {
    bool last = false;       ///< The last trade instead of the middle of the book.
    Ratio confidence;        ///< Of the price; 0: half the spread.
    u64 stale_seconds = 60;  ///< Older answers are refused.
    u64 ahead_seconds = 5;   ///< An exchange's clock may be so far ahead; it counts as now.
};

/// A price as it will be reported.
struct Observation {
    Price price;
    Price confidence;
    u64 time = 0;
};

/// The price of an answer that came in at `received`: the middle of bid and ask, rounded down, with
/// half of their distance, rounded up, as its confidence.  Where only a last price is there, or is
/// asked for, that one.  The time is the exchange's, and the time of receipt only where it gives
/// none.  Faults name the field and the value: not a number, not more than zero, too large, digits
/// beyond 10^-8, bid above ask, stale, from the future.
[[nodiscard]] files::Attempt<Observation> observe(const Ticker& ticker, const Rules& rules,
                                                  u64 received);

/// The price that `text` says, exactly; `field` is for the fault.
[[nodiscard]] files::Attempt<Price> read_price(std::string_view field, std::string_view text);

}  // namespace ballast::publisher
