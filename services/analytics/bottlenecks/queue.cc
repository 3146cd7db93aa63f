// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/queue.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace plumbline::analytics::bottlenecks {
namespace {

constexpr size_t kMostSlots = 1 << 18, kTimesOfASlot = 4;

// Slots of time of one length, a power of two, so that no time is divided. What changes within one
// is sorted only where the queue may be longest in it: who joins is counted for all, and nobody
// else makes it longer.
class Slots {
 public:
  Slots(const std::vector<int64_t>& joined, const std::vector<int64_t>& left, int64_t begin,
        int64_t end)
      : joined_(joined),
        left_(left),
        begin_(begin),
        shift_(ShiftOf(static_cast<uint64_t>(end - begin),
                       std::clamp(joined.size() / kTimesOfASlot, size_t{1}, kMostSlots))),
        size_((static_cast<uint64_t>(end - begin) >> shift_) + 1),
        joins_(size_),
        length_(size_ + 1) {
    std::vector<int64_t> leaves(size_);
    for (const int64_t time : joined) ++joins_[SlotOf(time)];
    for (const int64_t time : left) ++leaves[SlotOf(time)];
    for (size_t s = 0; s < size_; ++s) length_[s + 1] = length_[s] + joins_[s] - leaves[s];
  }

  void FindMost(Queue* queue) const {
    const int64_t least = std::max<int64_t>(1, *std::max_element(length_.begin(), length_.end()));
    const auto wanted = [&](int64_t time) {
      const size_t s = SlotOf(time);
      return length_[s] + joins_[s] >= least;
    };
    std::vector<int64_t> joins, leaves;
    std::copy_if(joined_.begin(), joined_.end(), std::back_inserter(joins), wanted);
    std::copy_if(left_.begin(), left_.end(), std::back_inserter(leaves), wanted);
    std::sort(joins.begin(), joins.end());
    std::sort(leaves.begin(), leaves.end());
    size_t slot = size_, gone = 0;
    int64_t length = 0;
    for (const int64_t time : joins) {
      if (SlotOf(time) != slot) {
        slot = SlotOf(time);
        length = length_[slot];
        while (gone < leaves.size() && SlotOf(leaves[gone]) < slot) ++gone;
      }
      for (; gone < leaves.size() && leaves[gone] <= time; ++gone) --length;
      if (++length <= queue->most) continue;
      queue->most = length;
      queue->most_at = time;
    }
  }

 private:
  // So that there are at most `slots` of the length 2^shift, and one of what is left.
  static int ShiftOf(uint64_t length, size_t slots) {
    int shift = 0;
    while ((length >> shift) >= slots) ++shift;
    return shift;
  }
  size_t SlotOf(int64_t time) const { return static_cast<uint64_t>(time - begin_) >> shift_; }

  const std::vector<int64_t>&joined_, &left_;
  const int64_t begin_;
  const int shift_;
  const size_t size_;
  std::vector<int64_t> joins_;
  std::vector<int64_t> length_;  // at the begin of each slot, and at the end of the last
};

}  // namespace

Queue QueueOf(absl::int128 waited, int64_t at_end, int64_t begin, int64_t end) {
  Queue queue;
  queue.at_end = at_end;
  waited += absl::int128(end) * at_end;
  if (end > begin) queue.average = static_cast<double>(waited) / static_cast<double>(end - begin);
  return queue;
}

Queue MeasureQueue(const std::vector<int64_t>& joined, const std::vector<int64_t>& left,
                   int64_t begin, int64_t end) {
  absl::int128 waited = 0;
  for (const int64_t time : joined) waited -= time;
  for (const int64_t time : left) waited += time;
  const auto at_end = static_cast<int64_t>(joined.size()) - static_cast<int64_t>(left.size());
  Queue queue = QueueOf(waited, at_end, begin, end);
  if (!joined.empty()) Slots(joined, left, begin, end).FindMost(&queue);
  return queue;
}

}  // namespace plumbline::analytics::bottlenecks
