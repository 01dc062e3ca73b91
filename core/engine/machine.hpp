/// The machine: blocks in, events, receipts and a root out.  Pure: the same genesis and the same
/// blocks give the same roots on any compiler, processor and face (L5).
#pragma once

#include <ballast/engine/block.hpp>
#include <ballast/engine/genesis.hpp>
#include <ballast/engine/registry.hpp>
#include <ballast/engine/state.hpp>

#include <expected>
#include <span>
#include <utility>

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

/// What an ed25519 key signs: a tag with the version, the chain and every field of the transaction
/// but the authorisation, in the codec's encoding.
[[nodiscard]] Bytes signed_bytes(const Transaction& transaction, const crypto::Digest& chain);
/// What an Ethereum key signs: the EIP-712 hash of the transaction in words that its owner can read
/// (describe.hpp).
[[nodiscard]] crypto::Digest typed_data_hash(const Transaction& transaction, const Genesis& genesis,
                                             const crypto::Digest& chain);
/// Whether the transaction's authorisation is a signature of its key over the transaction.  False
/// without one.  Whether the key may act for the sender is another question, which the machine
/// asks.  Pure: any number of threads may ask at once.
[[nodiscard]] bool authentic(const Transaction& transaction, const Genesis& genesis,
                             const crypto::Digest& chain);
/// What it costs to have the transaction tried, in the market's fee asset: the fee of each action,
/// of one for an empty batch.
[[nodiscard]] Amount fee_of(const Genesis& genesis, const Transaction& transaction);

struct Desk;

class Machine {
public:
    /// The machine at height 0.  The fault names the field and the rule.
    static std::expected<Machine, TermsFault> create(Genesis genesis);
    Machine(const Machine&);
    Machine(Machine&&) noexcept;
    Machine& operator=(const Machine&);
    Machine& operator=(Machine&&) noexcept;
    ~Machine();

    using Verdict = engine::Verdict;

    /// Executes one block: facts, accrue, risk, resolve, transact, commit.  Rejects, and then
    /// changes nothing: bad_height, bad_time, block_too_long.  Every transaction gets a receipt.
    /// One that may not be tried (engine/authority.hpp: its sender, time, nonce, signature, rights
    /// or fee) changes nothing; one that was tried and rejected has used its nonce and paid its
    /// fee.
    ///
    /// `verdicts` spares the machine signatures that the caller has checked with `authentic`: by
    /// position in the block; what is missing or unknown is checked here.  The outcome is the same
    /// with and without them.
    Result<Outcome> execute(const Block& block, std::span<const Verdict> verdicts = {});

    /// Whether the transaction may be tried on the state as it is by a block of time `now`, by the
    /// rule of `execute` and with its reasons in their order.  Who tells Verdict::good leaves the
    /// signature out, and must check it as well.
    [[nodiscard]] Result<void> check_authority(const Transaction& transaction, Verdict verdict,
                                               u64 now) const;

    /// What would become of these transactions if they stood in the next block at its time now.
    struct Preview {
        std::vector<Receipt> receipts;
        Events events;
    };
    /// Tries the transactions one after another on the state as it is and takes everything back.
    /// `look(const Machine&)` is called in between, when all are done, and sees the state as it
    /// would be then.
    /// With `authorised` their signatures, nonces, expiry and fees count as in a block; without,
    /// they are taken as asked for by their senders, for free.  `verdicts` as for `execute`.
    template <class Look>
    [[nodiscard]] Preview preview(std::span<const Transaction> transactions, bool authorised,
                                  Look&& look, std::span<const Verdict> verdicts = {}) {
        Preview preview = try_out(transactions, authorised, verdicts);
        look(std::as_const(*this));
        take_back();
        return preview;
    }
    [[nodiscard]] Preview preview(std::span<const Transaction> transactions, bool authorised) {
        return preview(transactions, authorised, [](const Machine&) {});
    }

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
    static Result<Machine> read(Genesis genesis, ByteView bytes);
    void populate();
    void price_types();
    /// What a block would see before it resolves, from the state alone: for a machine that has not
    /// executed its last block itself.
    void look_around();
    [[nodiscard]] Desk desk(Events& events, u64 height);
    void clear(Desk& desk);
    void commit();
    Preview try_out(std::span<const Transaction> transactions, bool authorised,
                    std::span<const Verdict> verdicts);
    void take_back();
    Result<void> check(const Block& block) const;

    Genesis genesis_;
    crypto::Digest chain_;
    vaults::Types types_;  ///< The vault terms of genesis_.types, side by side.
    State state_;
    vaults::Prices prices_;
    Registry kinds_ = registry();
    clearing::Market market_;
    clearing::Risk risk_;
    std::vector<bool> waiting_;  ///< By AssetId: Desk::waiting.
    u64 height_ = 0;
    u64 time_ = 0;
    crypto::Digest root_{};
    Header header_;
};

}  // namespace ballast::engine
