#include <ballast/oracle/reference.hpp>

#include <algorithm>

namespace ballast::oracle {
namespace {

u32 newest(u32 count) {
    return (count - 1) % references_max;
}

}  // namespace

std::optional<Price> reference(const FeedTerms& terms, const ReferenceRow& ring, u32 count) {
    if (count == 0) return {};
    const u64 last = ring.times[newest(count)];
    std::array<Price, references_max> marks;
    std::size_t size = 0;
    for (u32 i = 0; i < std::min(count, references_max); ++i)
        if (last - ring.times[i] <= terms.reference_seconds) marks[size++] = ring.marks[i];
    const auto middle = marks.begin() + static_cast<std::ptrdiff_t>((size - 1) / 2);
    std::nth_element(marks.begin(), middle, marks.begin() + static_cast<std::ptrdiff_t>(size));
    return *middle;
}

bool reference_due(const FeedTerms& terms, const ReferenceRow& ring, u32 count, u64 now) {
    return count == 0 ||
           (now - ring.times[newest(count)]) * references_max >= terms.reference_seconds;
}

void remember(ReferenceRow& ring, u32 count, Price mark, u64 now) {
    ring.marks[count % references_max] = mark;
    ring.times[count % references_max] = now;
}

}  // namespace ballast::oracle
