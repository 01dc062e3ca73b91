#include <ballast/ledger/ledger.hpp>

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

void Ledger::begin() {
    BALLAST_ASSERT(!open_);
    open_ = true;
    accounts_at_begin_ = accounts_;
}

void Ledger::commit() {
    BALLAST_ASSERT(open_);
    open_ = false;
    journal_.clear();
}

void Ledger::rollback() {
    BALLAST_ASSERT(open_);
    open_ = false;
    accounts_ = accounts_at_begin_;
    for (auto entry = journal_.rbegin(); entry != journal_.rend(); ++entry) {
        cells_[entry->first] = entry->second;
        const std::size_t account = entry->first / stride_;
        if (account < accounts_) tree_.mark(static_cast<u32>(account / accounts_per_page));
    }
    journal_.clear();
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
