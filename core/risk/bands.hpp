/// Who could have become unhealthy?  docs/methods/bands.md.
///
/// Positions that are worth a sum of amounts times weights against a debt times a price keep a key:
/// their coverage at reference weights.  When weights move, coverage cannot have fallen by more
/// than the weight that fell most, so only positions whose key is under a threshold need a look.
/// The keys stand in a heap: no position under the threshold costs one comparison, k of them cost
/// O(k), a change of one O(log n).
#pragma once

#include <ballast/base/quantity.hpp>

#include <optional>
#include <span>
#include <vector>

namespace ballast::risk {

/// Keys of dense slots in an indexed binary heap, ordered by (key, slot).  A slot may be absent.
class Bands {
public:
    struct Entry {
        u64 key;
        u32 slot;
        friend constexpr auto operator<=>(Entry, Entry) = default;
    };
    /// Stands for "absent" in `assign`; greater than every key.
    static constexpr u64 absent = ~u64{0};

    [[nodiscard]] u32 size() const { return static_cast<u32>(heap_.size()); }
    /// Slot i gets keys[i], unless that is `absent`.  O(n).
    void assign(std::span<const u64> keys);
    /// Inserts the slot or changes its key; `absent` removes it.  O(log n).
    void set(u32 slot, u64 key);
    /// Appends every slot whose key is less than `threshold`, in no order.  O(their number).
    void below(u64 threshold, std::vector<u32>& out) const;

private:
    friend class Ascending;
    static constexpr u32 nowhere = ~u32{0};
    void place(u32 position, Entry entry);
    void sift_up(u32 position, Entry entry);
    void sift_down(u32 position, Entry entry);
    void remove(u32 position);

    std::vector<Entry> heap_;
    std::vector<u32> position_;  ///< By slot; `nowhere` if absent.
};

/// Reads the entries of an unchanging Bands in ascending order; the i-th step costs O(log i).
class Ascending {
public:
    explicit Ascending(const Bands& bands);
    /// The next entry, which stays next until `advance`; nothing at the end.
    [[nodiscard]] std::optional<Bands::Entry> peek() const;
    void advance();

private:
    void offer(std::size_t position);

    const Bands* bands_;
    std::vector<u32> frontier_;  ///< A heap of positions in the heap.
};

/// How far weights have fallen from their reference, at worst: current / reference of the
/// collateral for which that is least.
struct Shift {
    u64 numerator = 1;
    u64 denominator = 1;
};

/// The worst shift over the collaterals with reference > 0 that are `used`; 1/1 if there are none.
/// Equal lengths.
[[nodiscard]] Shift worst_shift(std::span<const Price> reference, std::span<const Price> current,
                                std::span<const bool> used);

/// The threshold under which a key must be looked at when a unit of debt needs `need` of coverage:
/// need / shift, rounded up.  Nothing if no key is certain.
[[nodiscard]] std::optional<u64> threshold(u64 need, Shift shift);

/// What a position of key `key` covers at least after `shift`: key * shift, rounded down.
[[nodiscard]] u64 certain_coverage(u64 key, Shift shift);

}  // namespace ballast::risk
