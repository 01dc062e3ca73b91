#include <ballast/engine/machine.hpp>
#include <ballast/clearing/layers.hpp>
#include <ballast/engine/authority.hpp>

namespace ballast::engine {
namespace {

vaults::Types vault_terms(const Genesis& genesis) {
    vaults::Types types;
    for (const TypeTerms& type : genesis.types) types.push_back(type.vault);
    return types;
}

/// Opens a vault as it was recorded, by the plans that a user's transactions would have had; no
/// ratio is asked for.
void found(vaults::Books& books, const GenesisVault& vault) {
    const VaultId id = apply(books, vaults::OpenVault::Plan{vault.owner, vault.type});
    const auto& basket = books.types[vault.type.value()].basket;
    for (u32 slot = 0; slot < vault.collateral.size(); ++slot) {
        const Amount amount = vault.collateral[slot];
        if (amount.zero()) continue;
        books.ledger.post({system_account::issuer, vault.owner, basket[slot].asset, amount});
        apply(books, vaults::Deposit::Plan{vault.owner, id, slot, amount});
    }
    if (vault.debt.zero()) return;
    // The index stands at 1, so the normalised debt is the debt.
    const auto debt = vaults::Normal::units(static_cast<i64>(vault.debt.units()));
    apply(books, vaults::Mint::Plan{id, vault.debt, Amount(), debt});
}

/// Brings all debts to the block's time and divides the new fees between reserves and surplus.
void accrue(Desk& desk) {
    const std::size_t first = desk.events.size();
    vaults::accrue(desk.types, desk.state.vaults, desk.state.ledger, desk.now, desk.events);
    const std::size_t last = desk.events.size();
    for (std::size_t i = first; i < last; ++i) {
        const treasury::Booking income{VaultTypeId{static_cast<u16>(desk.events[i].subject)},
                                       Amount::units(desk.events[i].amount)};
        treasury::collect(desk.genesis.treasury, desk.state.treasury, desk.state.ledger, income,
                          desk.events);
    }
}

/// Whether the block and all batches in it are short enough.  A batch that will be rejected counts
/// like any other: it is stored all the same.
bool too_long(const Block& block) {
    if (block.transactions.size() > limits::block_transactions_max ||
        block.reports.size() > limits::block_reports_max)
        return true;
    std::size_t batched = 0;
    for (const Transaction& transaction : block.transactions)
        if (const auto* batch = std::get_if<Batch>(&transaction.body))
            batched += batch->actions.size();
    return batched > limits::block_transactions_max;
}

Verdict told(std::span<const Verdict> verdicts, std::size_t position) {
    return position < verdicts.size() ? verdicts[position] : Verdict::unknown;
}

/// Asks the processor for the rows that a transaction will want, while others are being executed.
void prefetch(const Desk& desk, const Transaction& transaction) {
    desk.state.ledger.prefetch(transaction.sender);
    if (const auto* action = std::get_if<Action>(&transaction.body))
        if (const auto* transfer = std::get_if<Transfer>(action))
            desk.state.ledger.prefetch(transfer->to);
}

}  // namespace

crypto::Digest digest_of(const Genesis& genesis) {
    return crypto::sha256(encode(genesis));
}

crypto::Digest root_of(const Header& header) {
    return crypto::hash_leaf(encode(header));
}

Machine::Machine(Genesis genesis)
    : genesis_(std::move(genesis)),
      chain_(digest_of(genesis_)),
      types_(vault_terms(genesis_)),
      state_{ledger::Ledger(static_cast<u32>(genesis_.assets.size())),
             oracle::make_state(genesis_.oracle),
             vaults::make_state(types_, genesis_.time),
             {},
             {},
             {},
             {},
             {},
             {}},
      prices_(types_.size()),
      time_(genesis_.time) {
    treasury::open_compartments(genesis_.treasury, state_.treasury);
    clearing::open_compartments(genesis_.clearing, state_.clearing, time_);
    for (std::size_t i = 0; i < genesis_.swaps.size(); ++i) state_.exchange.pools.push({});
}

Machine::Machine(const Machine&) = default;
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(const Machine&) = default;
Machine& Machine::operator=(Machine&&) noexcept = default;
Machine::~Machine() = default;

std::expected<Machine, TermsFault> Machine::create(Genesis genesis) {
    if (auto fault = validate(genesis)) return std::unexpected(std::move(*fault));
    Machine machine(std::move(genesis));
    machine.populate();
    machine.commit();
    machine.look_around();
    return machine;
}

void Machine::populate() {
    for (const GenesisAccount& account : genesis_.accounts) {
        const AccountId id = state_.ledger.open();
        if (genesis_.access.signed_transactions) access::found(state_.access, *account.key);
        for (std::size_t i = 0; i < account.balances.size(); ++i)
            state_.ledger.post(
                {system_account::issuer, id, AssetId{static_cast<u16>(i)}, account.balances[i]});
    }
    backstop::open_pools(genesis_.backstop, state_.backstop, state_.ledger.accounts());
    Events events;  // Of a genesis nobody is told.
    vaults::Books books{types_, state_.vaults, state_.ledger, events};
    for (const GenesisVault& vault : genesis_.vaults) found(books, vault);
}

Result<void> Machine::check(const Block& block) const {
    if (block.height != height_ + 1) return no(Reject::bad_height);
    if (block.time < time_ || block.time - time_ > limits::step_seconds_max ||
        block.time > limits::time_max)
        return no(Reject::bad_time);
    if (too_long(block)) return no(Reject::block_too_long);
    return {};
}

Desk Machine::desk(Events& events, u64 height) {
    const clearing::Security security{genesis_.treasury, state_.treasury,
                                      static_cast<u16>(types_.size())};
    return {
        genesis_, types_, state_,   prices_,
        time_,    events, waiting_, {clearing(), state_.clearing, state_.ledger, events, security},
        risk_,    chain_, height};
}

Result<Outcome> Machine::execute(const Block& block, std::span<const Verdict> verdicts) {
    BALLAST_CHECK(check(block));
    Outcome outcome;
    height_ = block.height;
    time_ = block.time;
    waiting_.assign(genesis_.assets.size(), false);
    Desk desk = this->desk(outcome.events, height_);

    oracle::observe(genesis_.oracle, state_.oracle, {block.reports, time_, chain_}, outcome.events);
    accrue(desk);
    price_types();
    clear(desk);
    resolve(desk);

    constexpr std::size_t ahead = 8;
    outcome.receipts.reserve(block.transactions.size());
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
        if (i + ahead < block.transactions.size()) prefetch(desk, block.transactions[i + ahead]);
        outcome.receipts.push_back(transact(desk, block.transactions[i], told(verdicts, i)));
    }
    commit();
    outcome.root = root_;
    return outcome;
}

Result<void> Machine::check_authority(const Transaction& transaction, Verdict verdict,
                                      u64 now) const {
    return engine::check_authority({genesis_, state_, chain_, now}, transaction, verdict);
}

Machine::Preview Machine::try_out(std::span<const Transaction> transactions, bool authorised,
                                  std::span<const Verdict> verdicts) {
    Preview preview;
    Desk desk = this->desk(preview.events, height_ + 1);
    state_.each([](auto& table) { table.begin(); });
    for (std::size_t i = 0; i < transactions.size(); ++i)
        preview.receipts.push_back(authorised ? transact(desk, transactions[i], told(verdicts, i))
                                              : attempt(desk, transactions[i]));
    return preview;
}

void Machine::take_back() {
    const crypto::Digest before = root_;
    state_.each([](auto& table) { table.rollback(); });
    state_.vaults.rolled_back();
    commit();  // What was marked is clean again, so that proofs can be given.
    BALLAST_ASSERT(root_ == before);
}

void Machine::price_types() {
    for (u32 i = 0; i < types_.size(); ++i)
        prices_[i] = vaults::price_type(types_[i], state_.oracle, state_.vaults.types[i]);
}

void Machine::look_around() {
    price_types();
    waiting_.assign(genesis_.assets.size(), false);
    if (genesis_.clearing.compartments.empty()) return;
    market_ = clearing::look(clearing());
    risk_ = clearing::Risk(clearing());
}

void Machine::clear(Desk& desk) {
    if (genesis_.clearing.compartments.empty()) return;
    market_ = clearing::look(desk.house);
    clearing::accrue(desk.house);
    risk_ = clearing::Risk(desk.house);
    clearing::resolve(desk.clearing());
}

clearing::Sight Machine::clearing() const {
    return {genesis_.clearing, kinds_,        state_.clearing, state_.ledger,
            genesis_.oracle,   state_.oracle, market_,         time_};
}

void Machine::commit() {
    header_ = {chain_, height_, time_, {}};
    state_.each([this](auto& table) { header_.tables.push_back(table.digest()); });
    root_ = root_of(header_);
}

}  // namespace ballast::engine
