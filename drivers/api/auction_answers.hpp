/// Auctions in the words of the API: of collateral and of the treasury (of = "vault"), and of whole
/// margin accounts (of = "margin"); each kind has numbers of its own.
#pragma once

#include <ballast/api/question.hpp>

namespace ballast::api {

[[nodiscard]] Json auction_json(const View& view, AuctionId auction);
[[nodiscard]] Json margin_auction_json(const View& view, u32 auction);
[[nodiscard]] Json auction_schema();

/// All open auctions of both kinds, at most `limit` of each.
struct OpenAuctions {
    Json items = Json::array();
    bool cut = false;  ///< There are more.
};
[[nodiscard]] OpenAuctions open_auctions(const View& view, u64 limit);

}  // namespace ballast::api
