/// The machine: blocks in, events, receipts and a root out.  Pure: the same genesis and the same
/// blocks give the same roots on any compiler, processor and face (L5).
#pragma once

#include <ballast/engine/block.hpp>
#include <ballast/engine/genesis.hpp>
#include <ballast/engine/registry.hpp>
#include <ballast/engine/state.hpp>

#include <expected>

namespace ballast::engine {

/// What the root is made of: SHA-256(0x00 ‖ header), the header being the chain's name, height,
/// time and the digest of each table in the order of State::each.  Whoever has the header can show
/// that a page belongs to the root.
struct Header {
    crypto::Digest chain{};
    u64 height = 0;
    u64 time = 0;
    std::vector<crypto::Digest> tables;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.chain), visit(row.height), visit(row.time), visit(row.tables);
    }
};
[[nodiscard]] crypto::Digest root_of(const Header& header);

struct Desk;

class Machine {
public:
    /// The machine at height 0.  The fault names the field and the rule.
    static std::expected<Machine, TermsFault> create(Genesis genesis);

    /// Executes one block: facts, accrue, risk, resolve, transact, commit.  Rejects, and then
    /// changes nothing: bad_height, bad_time, block_too_long.  A transaction that is not allowed
    /// gets a receipt that says so and uses up its nonce.
    Result<Outcome> execute(const Block& block);

    [[nodiscard]] const Genesis& genesis() const { return genesis_; }
    [[nodiscard]] const crypto::Digest& chain() const { return chain_; }
    [[nodiscard]] const State& state() const { return state_; }
    /// What collateral and debt of each vault type were worth in the last block.
    [[nodiscard]] const vaults::Prices& prices() const { return prices_; }
    [[nodiscard]] const vaults::Types& types() const { return types_; }
    /// Margin accounts, with the market as it was in the last block, to be asked about.
    [[nodiscard]] clearing::Sight clearing() const;
    /// What the margin models say in the last block.
    [[nodiscard]] const clearing::Risk& risk() const { return risk_; }
    [[nodiscard]] u64 height() const { return height_; }
    [[nodiscard]] u64 time() const { return time_; }
    [[nodiscard]] const crypto::Digest& root() const { return root_; }
    [[nodiscard]] const Header& header() const { return header_; }

    /// The whole state as bytes; the same state always gives the same bytes.
    [[nodiscard]] Bytes snapshot() const;
    /// The machine that `snapshot` was taken of.  Rejects: truncated, trailing_bytes, bad_encoding,
    /// bad_magic, bad_version, wrong_genesis, wrong_root.  The bytes vouch for themselves alone:
    /// this is for snapshots of one's own.
    static Result<Machine> restore(Genesis genesis, ByteView bytes);
    /// The same from bytes that anyone may have made: wrong_root unless their state has this root,
    /// which the caller believes for another reason (a log record, a proof).
    static Result<Machine> restore(Genesis genesis, ByteView bytes, const crypto::Digest& root);

private:
    explicit Machine(Genesis genesis);
    void populate();
    void clear(Desk& desk);
    void commit();
    Result<void> check(const Block& block) const;

    Genesis genesis_;
    crypto::Digest chain_;
    vaults::Types types_;  ///< The vault terms of genesis_.types, side by side.
    State state_;
    vaults::Prices prices_;
    Registry kinds_ = registry();
    clearing::Market market_;
    clearing::Risk risk_;
    u64 height_ = 0;
    u64 time_ = 0;
    crypto::Digest root_{};
    Header header_;
};

}  // namespace ballast::engine
