#include <ballast/crypto/keccak.hpp>

#include <bit>
#include <cstring>

namespace ballast::crypto {
namespace {

constexpr std::size_t rate = 136;  // Bytes taken in at a time: 1088 bits.
constexpr std::size_t rounds = 24;

using Lanes = std::array<u64, 25>;

// "The Keccak reference", version 3.0, section 1.2: round constants, and for the walk of rho and pi
// the offsets and the lanes in the order in which they are visited.
constexpr std::array<u64, rounds> round_constants = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
constexpr std::array<int, 24> offsets = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                         27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr std::array<std::size_t, 24> walk = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                              15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

void theta(Lanes& lanes) {
    std::array<u64, 5> columns{};
    for (std::size_t i = 0; i < lanes.size(); ++i) columns[i % 5] ^= lanes[i];
    for (std::size_t i = 0; i < lanes.size(); ++i)
        lanes[i] ^= columns[(i + 4) % 5] ^ std::rotl(columns[(i + 1) % 5], 1);
}

void rho_and_pi(Lanes& lanes) {
    u64 carried = lanes[1];
    for (std::size_t step = 0; step < walk.size(); ++step) {
        const u64 next = lanes[walk[step]];
        lanes[walk[step]] = std::rotl(carried, offsets[step]);
        carried = next;
    }
}

void chi(Lanes& lanes) {
    for (std::size_t row = 0; row < lanes.size(); row += 5) {
        std::array<u64, 5> before;
        for (std::size_t i = 0; i < 5; ++i) before[i] = lanes[row + i];
        for (std::size_t i = 0; i < 5; ++i)
            lanes[row + i] = before[i] ^ (~before[(i + 1) % 5] & before[(i + 2) % 5]);
    }
}

void permute(Lanes& lanes) {
    for (const u64 constant : round_constants) {
        theta(lanes);
        rho_and_pi(lanes);
        chi(lanes);
        lanes[0] ^= constant;
    }
}

void absorb(Lanes& lanes, const u8* block) {
    std::array<u64, rate / sizeof(u64)> words;
    std::memcpy(words.data(), block, rate);
    for (std::size_t i = 0; i < words.size(); ++i) lanes[i] ^= words[i];
    permute(lanes);
}

}  // namespace

Digest keccak256(ByteView bytes) {
    Lanes lanes{};
    for (; bytes.size() >= rate; bytes = bytes.subspan(rate)) absorb(lanes, bytes.data());
    std::array<u8, rate> last{};
    if (!bytes.empty()) std::memcpy(last.data(), bytes.data(), bytes.size());
    last[bytes.size()] = 0x01;
    last.back() |= 0x80;
    absorb(lanes, last.data());
    Digest digest;
    std::memcpy(digest.data(), lanes.data(), digest.size());
    return digest;
}

}  // namespace ballast::crypto
