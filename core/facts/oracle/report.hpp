/// What one publisher says about one feed at one time.
#pragma once

#include <ballast/base/codec.hpp>
#include <ballast/crypto/digest.hpp>
#include <ballast/crypto/signature.hpp>

namespace ballast::oracle {

struct Report {
    PublisherId publisher;
    FeedId feed;
    Price price;       ///< 10^-8 of the feed's quote asset per whole asset.
    Price confidence;  ///< The publisher's own uncertainty: the price is within plus or minus this.
    u64 time = 0;      ///< Seconds since 1970; when the price was observed.
    crypto::Signature signature{};

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.publisher), visit(row.feed), visit(row.price), visit(row.confidence),
            visit(row.time);
        visit(row.signature);
    }
    friend bool operator==(const Report&, const Report&) = default;
};

/// The bytes that the publisher signs: a tag that no other message carries, the chain (the hash of
/// its genesis), and every field but the signature.
[[nodiscard]] Bytes signed_bytes(const Report& report, const crypto::Digest& chain);

}  // namespace ballast::oracle
