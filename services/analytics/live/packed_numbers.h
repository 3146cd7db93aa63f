// SPDX-License-Identifier: Apache-2.0
//
// Whole numbers that come and go, in ascending order: in blocks, of each of which is kept what its
// numbers say together, so that what is asked of all costs a pass over the blocks, and a change
// costs one block (a segment tree of two levels; Bentley 1977). Within a block a number is the step
// from the one before, seven bits a byte: of times that are a minute apart, four bytes.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_PACKED_NUMBERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_PACKED_NUMBERS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/statistics/ascending.h"
#include "services/analytics/live/sorted_bag.h"

namespace plumbline::analytics {

// Steps between ascending numbers.
struct PackedSteps {
  uint32_t size = 0;  // bytes
  std::unique_ptr<uint8_t[]> bytes;
};
PackedSteps Pack(std::span<const int64_t> numbers);
// Appends the numbers, of which there are `count` (at least 1) and the first is known.
void Unpack(const PackedSteps& steps, int64_t first, size_t count, std::vector<int64_t>* numbers);

// `Summary`: what is kept of each block beside its numbers. Not thread-safe.
template <class Summary>
class PackedNumbers {
 public:
  struct Block {
    int64_t first = 0, last = 0;
    uint32_t count = 0;
    PackedSteps steps;
    Summary summary;
  };

  // Puts a number in (`sign` 1), or takes one out that is there (-1), at the next Fold. O(1).
  void Change(int64_t number, int sign) {
    if (pending_ == nullptr) pending_ = std::make_unique<Pending>();
    (sign > 0 ? pending_->more : pending_->gone).push_back(number);
  }
  // Whether so much is pending that it is to be taken in now, for its room.
  bool IsDue() const {
    return pending_ != nullptr &&
           pending_->more.size() + pending_->gone.size() > std::max<size_t>(kFewPending, size_ / 2);
  }
  // Takes in what is pending. `summarise(numbers)`: the summary of some numbers, ascending and at
  // least one. O(what is pending, and blocks that it changes) but for sorting it.
  template <class Summarise>
  void Fold(const Summarise& summarise) {
    if (pending_ == nullptr) return;
    const std::unique_ptr<Pending> pending = std::move(pending_);
    for (std::vector<int64_t>* numbers : {&pending->more, &pending->gone})
      statistics::SortAscending(numbers, [] { return absl::OkStatus(); }).IgnoreError();
    Merge(Without(pending->more, pending->gone), Without(pending->gone, pending->more), summarise);
  }

  // As of the last Fold.
  const std::vector<Block>& blocks() const { return blocks_; }
  size_t size() const { return size_; }
  // The number of rank `k`, 0 to size() - 1. O(blocks).
  int64_t At(size_t k) const {
    auto block = blocks_.begin();
    for (; k >= block->count; ++block) k -= block->count;
    std::vector<int64_t> numbers;
    Unpack(block->steps, block->first, block->count, &numbers);
    return numbers[k];
  }
  // Near enough, but for the object itself. O(1).
  size_t memory_bytes() const {
    constexpr size_t kOfAnAllocation = 16;
    size_t bytes =
        blocks_.capacity() * sizeof(Block) + packed_bytes_ + blocks_.size() * kOfAnAllocation;
    if (pending_ != nullptr)
      bytes += (pending_->more.capacity() + pending_->gone.capacity()) * sizeof(int64_t);
    return bytes;
  }

 private:
  // A block has so many numbers at most, and is cut into such of so many; less than `kLeast` go
  // together with the next block.
  static constexpr size_t kMost = 192, kCut = 128, kLeast = 48;
  static constexpr size_t kFewPending = 64;
  struct Pending {
    std::vector<int64_t> more, gone;
  };

  // Nothing is in both lists.
  template <class Summarise>
  void Merge(const std::vector<int64_t>& more, const std::vector<int64_t>& gone,
             const Summarise& summarise) {
    if (more.empty() && gone.empty()) return;
    std::vector<Block> before;
    before.swap(blocks_);
    blocks_.reserve(before.size() + more.size() / kCut + 1);
    size_ = packed_bytes_ = 0;
    auto next = more.begin();
    auto out = gone.begin();
    std::vector<int64_t> numbers, merged;
    const auto merge = [&](int64_t below) {
      for (const int64_t number : numbers) {
        while (next != more.end() && *next < number) merged.push_back(*next++);
        if (out != gone.end() && *out == number) {
          ++out;
        } else {
          merged.push_back(number);
        }
      }
      while (next != more.end() && *next < below) merged.push_back(*next++);
    };
    for (size_t b = 0; b < before.size(); ++b) {
      Block& block = before[b];
      const bool is_last = b + 1 == before.size();
      const int64_t below = is_last ? std::numeric_limits<int64_t>::max() : before[b + 1].first;
      const bool changes = (next != more.end() && (is_last || *next < below)) ||
                           (out != gone.end() && *out <= block.last);
      if (merged.empty() && !changes) {
        Keep(std::move(block));
        continue;
      }
      numbers.clear();
      Unpack(block.steps, block.first, block.count, &numbers);
      merge(below);
      if (merged.size() >= kLeast || is_last) Cut(&merged, summarise);
    }
    merged.insert(merged.end(), next, more.end());
    Cut(&merged, summarise);
    if (blocks_.capacity() > blocks_.size() + blocks_.size() / 8) blocks_.shrink_to_fit();
  }

  void Keep(Block block) {
    size_ += block.count;
    packed_bytes_ += block.steps.size;
    blocks_.push_back(std::move(block));
  }

  // Makes blocks of all of `numbers`, and empties it.
  template <class Summarise>
  void Cut(std::vector<int64_t>* numbers, const Summarise& summarise) {
    const size_t n = numbers->size();
    const size_t pieces = n <= kMost ? 1 : (n + kCut - 1) / kCut;
    for (size_t i = 0; i < pieces && n > 0; ++i) {
      const size_t begin = n * i / pieces, end = n * (i + 1) / pieces;
      const auto piece = std::span<const int64_t>(*numbers).subspan(begin, end - begin);
      Keep({piece.front(), piece.back(), static_cast<uint32_t>(piece.size()), Pack(piece),
            summarise(piece)});
    }
    numbers->clear();
  }

  std::vector<Block> blocks_;
  std::unique_ptr<Pending> pending_;
  size_t size_ = 0, packed_bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_PACKED_NUMBERS_H_
