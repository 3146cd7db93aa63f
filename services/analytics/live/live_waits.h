// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WAITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WAITS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/analytics/review/waits.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics {

// When somebody had waited for a step, and how long: microseconds.
struct EndedWait {
  int64_t end = 0, micros = 0;
  auto operator<=>(const EndedWait&) const = default;
};

// Waits for one step that are put in and taken out, with sums of windows whose borders are given
// only when they are asked for: by their ends, in blocks of which the sums are known.
class LiveWaits {
 public:
  // `wait` must be there to be taken out. O(log n + the waits of a block).
  void Change(const EndedWait& wait, int sign);
  // After the first waits, which are many and come in any order, were put in.
  void Settle();
  // Adds those of each window, in seconds. O(blocks + the waits of those that were changed or have
  // a border in them).
  void AddTo(const review::Windows& windows, review::Samples* samples);
  size_t memory_bytes() const { return sizeof(*this) + bytes_; }

 private:
  struct Block {
    EndedWait first;
    bool summed = false;
    review::Sample sum;
    std::vector<EndedWait> waits;  // ascending, at least one
  };

  void Insert(const EndedWait& wait);
  void Remove(const EndedWait& wait);
  void Split(size_t place);
  // The block in which a wait is, or would be put.
  size_t PlaceOf(const EndedWait& wait) const;
  static const review::Sample& SumOf(Block* block);

  std::vector<Block> blocks_;
  std::vector<EndedWait> filling_;
  bool settled_ = false;
  size_t bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_WAITS_H_
