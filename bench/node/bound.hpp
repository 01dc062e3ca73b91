// What a durable ledger of transfers could do at most: the same bytes appended and synced by one
// thread, while another adds and subtracts in an array.
#pragma once

#include <ballast/base/codec.hpp>

#include <filesystem>
#include <vector>

namespace ballast::bench {

struct Move {
    u32 from = 0, to = 0;
    i64 amount = 0;
};

// Seconds for all batches; `bytes` of each batch are what a block of so many transfers has.
double group_commit(const std::filesystem::path& file, const std::vector<Move>& moves,
                    std::size_t batch, std::size_t bytes);

}  // namespace ballast::bench
