/// Money moved.  The second of the four words that every room shares (Posting, Exposure, Reject,
/// Event).
#pragma once

#include <ballast/base/ids.hpp>
#include <ballast/base/quantity.hpp>

namespace ballast {

/// `amount` of `asset` leaves `from` and arrives at `to`, so postings sum to zero by construction
/// (L1).  Amounts are never negative.  Creating an asset is a posting from the issuer, destroying
/// one a posting to it.
struct Posting {
    AccountId from;
    AccountId to;
    AssetId asset;
    Amount amount;
};

}  // namespace ballast
