#include <ballast/ledger/ledger.hpp>

#include <bit>

namespace ballast::ledger {
namespace {

u32 pages(u32 accounts) {
    return (accounts + accounts_per_page - 1) / accounts_per_page;
}

}  // namespace

Ledger::Ledger(u32 assets) : stride_(assets + 1) {
    BALLAST_ASSERT(assets <= limits::assets_max);
    for (u32 i = 0; i < system_accounts; ++i) open();
}

AccountId Ledger::open() {
    BALLAST_ASSERT(accounts_ < limits::accounts_max);
    const AccountId account{accounts_++};
    cells_.resize(cells_.size() + stride_, 0);
    tree_.resize(pages(accounts_));
    tree_.mark(account.value() / accounts_per_page);
    return account;
}

crypto::Digest Ledger::digest() {
    return tree_.update([this](u32 page) { return crypto::hash_leaf(page_bytes(page)); });
}

ByteView Ledger::page_bytes(u32 page) const {
    BALLAST_ASSERT(page < pages(accounts_));
    const std::size_t first = std::size_t{page} * accounts_per_page * stride_;
    const std::size_t most = std::size_t{accounts_per_page} * stride_;
    const std::size_t count = cells_.size() - first < most ? cells_.size() - first : most;
    return {reinterpret_cast<const u8*>(&cells_[first]), count * sizeof(i128)};
}

bool Ledger::nonce_free(AccountId account, u64 nonce) const {
    const u128 cell = static_cast<u128>(cells_[row(account)]);
    const u64 base = static_cast<u64>(cell);
    if (nonce < base || nonce - base >= nonce_window) return false;
    const u64 used = static_cast<u64>(cell >> 64);
    return nonce == base || (used >> (nonce - base - 1) & 1) == 0;
}

void Ledger::use_nonce(AccountId account, u64 nonce) noexcept {
    BALLAST_ASSERT(nonce_free(account, nonce));
    i128& cell = edit(account, row(account));
    u64 base = static_cast<u64>(cell);
    u64 used = static_cast<u64>(static_cast<u128>(cell) >> 64);
    if (nonce != base) {
        used |= u64{1} << (nonce - base - 1);
    } else {
        const u64 slide = 1 + static_cast<u64>(std::countr_one(used));
        base += slide;
        used = slide < 64 ? used >> slide : 0;
    }
    cell = static_cast<i128>(static_cast<u128>(used) << 64 | base);
}

void Ledger::begin() {
    checkpoints_.push_back({accounts_, journal_.size()});
}

void Ledger::commit() {
    BALLAST_ASSERT(!checkpoints_.empty());
    checkpoints_.pop_back();
    if (checkpoints_.empty()) journal_.clear();
}

void Ledger::rollback() {
    BALLAST_ASSERT(!checkpoints_.empty());
    const Checkpoint back = checkpoints_.back();
    checkpoints_.pop_back();
    accounts_ = back.accounts;
    while (journal_.size() > back.written) {
        const auto [cell, before] = journal_.back();
        journal_.pop_back();
        cells_[cell] = before;
        const std::size_t account = cell / stride_;
        if (account < accounts_) tree_.mark(static_cast<u32>(account / accounts_per_page));
    }
    cells_.resize(std::size_t{accounts_} * stride_);
    tree_.resize(pages(accounts_));
    tree_.mark((accounts_ - 1) / accounts_per_page);
}

void Ledger::encode(Writer& writer) const {
    writer(stride_);
    writer(accounts_);
    writer.raw({reinterpret_cast<const u8*>(cells_.data()), cells_.size() * sizeof(i128)});
}

void Ledger::decode(Reader& reader) {
    u32 stride = 0;
    u32 accounts = 0;
    reader(stride);
    reader(accounts);
    if (stride != stride_ || accounts < system_accounts || accounts > limits::accounts_max)
        return reader.fail(Reject::bad_encoding);
    const ByteView raw = reader.raw(std::size_t{accounts} * stride * sizeof(i128));
    if (!reader.ok()) return;
    accounts_ = accounts;
    cells_.assign(std::size_t{accounts} * stride, 0);
    std::memcpy(cells_.data(), raw.data(), raw.size());
    mark_all();
}

void Ledger::mark_all() {
    tree_ = crypto::PageTree();
    tree_.resize(pages(accounts_));
    for (u32 page = 0; page < pages(accounts_); ++page) tree_.mark(page);
}

}  // namespace ballast::ledger
