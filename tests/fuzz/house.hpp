/// What the targets share: a small simulated market with derivatives that has been running for a
/// while, and how a block is executed under the auditor's eyes.
#pragma once

#include <simulation.hpp>

namespace ballast::fuzz {

struct House {
    engine::Genesis genesis;
    engine::Machine first;    ///< At height 0.
    engine::Machine machine;  ///< After `blocks`.
    std::vector<engine::Block> blocks;
    std::vector<crypto::Digest> roots;
    engine::Block next;
};

/// The same in every run.
[[nodiscard]] const House& house();

/// Stops the process where the condition does not hold.
void demand(bool condition);

/// Executes the block, if the machine accepts it, and demands that every law holds.
void execute(engine::Machine& machine, const engine::Block& block);

/// Price files and plain tables (text.cpp).
void run_prices(ByteView bytes);
void run_table(ByteView bytes);
std::vector<Bytes> price_seeds();
/// Market files (text.cpp).
void run_market(ByteView bytes);
std::vector<Bytes> market_seeds();
/// JSON-RPC requests (requests.cpp).
void run_requests(ByteView bytes);
std::vector<Bytes> request_seeds();
/// Transactions of the wire (wire.cpp).
void run_message(ByteView bytes);
std::vector<Bytes> message_seeds();
void run_json(ByteView bytes);
std::vector<Bytes> json_seeds();
/// Streams of ABCI (frames.cpp).
void run_frames(ByteView bytes);
std::vector<Bytes> frame_seeds();

}  // namespace ballast::fuzz
