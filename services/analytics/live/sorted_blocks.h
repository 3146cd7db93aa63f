// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BLOCKS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BLOCKS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "services/analytics/review/windows.h"

namespace plumbline::analytics {

// Items that are put in and taken out, with sums of windows whose borders are given only when they
// are asked for: by time, in blocks of which the sums are known. An Item has an order (<=>), of
// which `int64_t time` comes first, a type Sum, `void AddTo(Sum*) const`, and `static void
// Merge(const Sum& more, Sum* sum)`.
template <class Item>
class SortedBlocks {
 public:
  using Sum = typename Item::Sum;
  using Sums = std::array<Sum, review::kMostWindows>;

  // `item` must be there to be taken out. O(log n + the items of a block).
  void Change(const Item& item, int sign);
  // After the first items, which are many and come in any order, were put in.
  void Settle();
  // Adds those of each window. O(blocks + the items of those that were changed or have a border in
  // them).
  void AddTo(const review::Windows& windows, Sums* sums);
  // Calls take(item) for those of [begin, end). O(log n + these).
  template <class Take>
  void ForEach(int64_t begin, int64_t end, const Take& take) const;
  // Calls take(item) for all, the last first, until it returns false. O(these).
  template <class Take>
  void ForEachBackwards(const Take& take) const;
  size_t memory_bytes() const { return sizeof(*this) + bytes_; }

 private:
  // Few enough to be moved for each that comes, and enough that there are few blocks.
  static constexpr size_t kMostOfBlock = 1'024, kFirstOfBlock = 768;

  struct Block {
    Item first;
    bool summed = false;
    Sum sum = {};
    std::vector<Item> items;  // ascending, at least one
  };

  static size_t BytesOf(const std::vector<Item>& items) { return items.capacity() * sizeof(Item); }
  void Insert(const Item& item);
  void Remove(const Item& item);
  void Split(size_t place);
  // The block in which an item is, or would be put.
  size_t PlaceOf(const Item& item) const;
  static const Sum& SumOf(Block* block);

  std::vector<Block> blocks_;
  std::vector<Item> filling_;
  bool settled_ = false;
  size_t bytes_ = 0;
};

template <class Item>
void SortedBlocks<Item>::Change(const Item& item, int sign) {
  if (sign < 0) {
    Remove(item);
  } else if (settled_) {
    Insert(item);
  } else {
    filling_.push_back(item);
    bytes_ = BytesOf(filling_);
  }
}

template <class Item>
void SortedBlocks<Item>::Settle() {
  settled_ = true;
  std::sort(filling_.begin(), filling_.end());
  bytes_ = 0;
  for (size_t first = 0; first < filling_.size(); first += kFirstOfBlock) {
    const auto begin = filling_.begin() + static_cast<ptrdiff_t>(first);
    const size_t count = std::min(kFirstOfBlock, filling_.size() - first);
    Block& block = blocks_.emplace_back();
    block.items.assign(begin, begin + static_cast<ptrdiff_t>(count));
    block.first = block.items.front();
    bytes_ += sizeof(Block) + BytesOf(block.items);
  }
  filling_ = {};
}

template <class Item>
size_t SortedBlocks<Item>::PlaceOf(const Item& item) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), item,
                       [](const Item& one, const Block& block) { return one < block.first; });
  return after == blocks_.begin() ? 0 : static_cast<size_t>(after - blocks_.begin()) - 1;
}

template <class Item>
void SortedBlocks<Item>::Insert(const Item& item) {
  if (blocks_.empty()) {
    blocks_.emplace_back();
    bytes_ += sizeof(Block);
  }
  const size_t place = PlaceOf(item);
  Block& block = blocks_[place];
  bytes_ -= BytesOf(block.items);
  block.items.insert(std::upper_bound(block.items.begin(), block.items.end(), item), item);
  bytes_ += BytesOf(block.items);
  block.first = block.items.front();
  block.summed = false;
  if (block.items.size() > kMostOfBlock) Split(place);
}

template <class Item>
void SortedBlocks<Item>::Split(size_t place) {
  Block right;
  {
    std::vector<Item>& items = blocks_[place].items;
    bytes_ -= BytesOf(items);
    const auto middle = items.begin() + static_cast<ptrdiff_t>(items.size() / 2);
    right.items.assign(middle, items.end());
    items = std::vector<Item>(items.begin(), middle);
    bytes_ += BytesOf(items) + BytesOf(right.items) + sizeof(Block);
  }
  right.first = right.items.front();
  blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(place) + 1, std::move(right));
}

template <class Item>
void SortedBlocks<Item>::Remove(const Item& item) {
  const size_t place = PlaceOf(item);
  Block& block = blocks_[place];
  block.items.erase(std::lower_bound(block.items.begin(), block.items.end(), item));
  block.summed = false;
  if (!block.items.empty()) {
    block.first = block.items.front();
    return;
  }
  bytes_ -= BytesOf(block.items) + sizeof(Block);
  blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(place));
}

template <class Item>
const typename Item::Sum& SortedBlocks<Item>::SumOf(Block* block) {
  if (block->summed) return block->sum;
  // From its items, so that nothing is left of what was taken out.
  block->sum = {};
  for (const Item& item : block->items) item.AddTo(&block->sum);
  block->summed = true;
  return block->sum;
}

template <class Item>
void SortedBlocks<Item>::AddTo(const review::Windows& windows, Sums* sums) {
  for (Block& block : blocks_) {
    const int first = windows.EndsAfter(block.first.time);
    const int last = windows.EndsAfter(block.items.back().time);
    if (first == last) {
      if (first > 0 && first <= windows.size())
        Item::Merge(SumOf(&block), &(*sums)[static_cast<size_t>(first) - 1]);
      continue;
    }
    for (const Item& item : block.items) {
      const int window = windows.IndexOf(item.time);
      if (window >= 0) item.AddTo(&(*sums)[static_cast<size_t>(window)]);
    }
  }
}

template <class Item>
template <class Take>
void SortedBlocks<Item>::ForEach(int64_t begin, int64_t end, const Take& take) const {
  auto block = std::partition_point(blocks_.begin(), blocks_.end(), [&](const Block& one) {
    return one.items.back().time < begin;
  });
  for (; block != blocks_.end() && block->first.time < end; ++block) {
    for (const Item& item : block->items) {
      if (item.time >= begin && item.time < end) take(item);
    }
  }
}

template <class Item>
template <class Take>
void SortedBlocks<Item>::ForEachBackwards(const Take& take) const {
  for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
    for (auto item = block->items.rbegin(); item != block->items.rend(); ++item)
      if (!take(*item)) return;
  }
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_SORTED_BLOCKS_H_
