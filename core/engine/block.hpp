/// What goes into the machine and what comes out.
#pragma once

#include <ballast/engine/transaction.hpp>
#include <ballast/oracle/report.hpp>

namespace ballast::engine {

struct Block {
    u64 height = 0;  ///< Parent's height + 1; the first block after genesis is 1.
    u64 time = 0;    ///< Seconds since 1970; not before the parent's.
    std::vector<oracle::Report> reports;
    std::vector<Transaction> transactions;

    template <class V, class R>
    static void fields(V& visit, R& row) {
        visit(row.height), visit(row.time), visit(row.reports), visit(row.transactions);
    }
};

/// Whether somebody has checked the signature of a transaction already.
enum class Verdict : u8 { unknown, good, bad };

struct Outcome {
    std::vector<Receipt> receipts;  ///< One per transaction.
    Events events;
    crypto::Digest root{};
};

}  // namespace ballast::engine
