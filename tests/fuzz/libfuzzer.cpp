// One libFuzzer program per target: BALLAST_FUZZ_TARGET is its name.
#include "targets.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {

const ballast::fuzz::Target& target() {
    for (const ballast::fuzz::Target& one : ballast::fuzz::targets())
        if (one.name == BALLAST_FUZZ_TARGET) return one;
    std::abort();
}

// Room for whole snapshots and markets; libFuzzer would stop at 4096 bytes.
char longest[] = "-max_len=65536";

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(ballast::u8* data, std::size_t size, std::size_t most);

extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
    static std::vector<char*> all(*words, *words + *count);
    all.insert(all.begin() + 1, longest);
    *count = static_cast<int>(all.size());
    all.push_back(nullptr);
    *words = all.data();
    return 0;
}

// Now and then a mutation starts from an input that makes sense, so that no corpus need be kept
// beside the formats.
extern "C" std::size_t LLVMFuzzerCustomMutator(ballast::u8* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
    static const std::vector<ballast::Bytes> seeds = target().seeds();
    if (size < 8 || seed % 64 == 0) {
        const ballast::Bytes& chosen = seeds[seed / 64 % seeds.size()];
        size = std::min(chosen.size(), most);
        std::memcpy(data, chosen.data(), size);
    }
    return LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const ballast::u8* data, std::size_t size) {
    target().run({data, size});
    return 0;
}
