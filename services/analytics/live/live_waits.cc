// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_waits.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics {
namespace {

// Few enough to be moved for each that comes, and enough that there are few blocks.
constexpr size_t kMostOfBlock = 1'024, kFirstOfBlock = 768;

double Seconds(const EndedWait& wait) { return static_cast<double>(wait.micros) / 1e6; }

size_t BytesOf(const std::vector<EndedWait>& waits) { return waits.capacity() * sizeof(EndedWait); }

}  // namespace

void LiveWaits::Change(const EndedWait& wait, int sign) {
  if (sign < 0) {
    Remove(wait);
  } else if (settled_) {
    Insert(wait);
  } else {
    filling_.push_back(wait);
    bytes_ = BytesOf(filling_);
  }
}

void LiveWaits::Settle() {
  settled_ = true;
  std::sort(filling_.begin(), filling_.end());
  bytes_ = 0;
  for (size_t first = 0; first < filling_.size(); first += kFirstOfBlock) {
    const auto begin = filling_.begin() + static_cast<ptrdiff_t>(first);
    const size_t count = std::min(kFirstOfBlock, filling_.size() - first);
    Block& block = blocks_.emplace_back();
    block.waits.assign(begin, begin + static_cast<ptrdiff_t>(count));
    block.first = block.waits.front();
    bytes_ += sizeof(Block) + BytesOf(block.waits);
  }
  filling_ = {};
}

size_t LiveWaits::PlaceOf(const EndedWait& wait) const {
  const auto after =
      std::upper_bound(blocks_.begin(), blocks_.end(), wait,
                       [](const EndedWait& one, const Block& block) { return one < block.first; });
  return after == blocks_.begin() ? 0 : static_cast<size_t>(after - blocks_.begin()) - 1;
}

void LiveWaits::Insert(const EndedWait& wait) {
  if (blocks_.empty()) {
    blocks_.emplace_back();
    bytes_ += sizeof(Block);
  }
  const size_t place = PlaceOf(wait);
  Block& block = blocks_[place];
  bytes_ -= BytesOf(block.waits);
  block.waits.insert(std::upper_bound(block.waits.begin(), block.waits.end(), wait), wait);
  bytes_ += BytesOf(block.waits);
  block.first = block.waits.front();
  block.summed = false;
  if (block.waits.size() > kMostOfBlock) Split(place);
}

void LiveWaits::Split(size_t place) {
  Block right;
  {
    std::vector<EndedWait>& waits = blocks_[place].waits;
    bytes_ -= BytesOf(waits);
    const auto middle = waits.begin() + static_cast<ptrdiff_t>(waits.size() / 2);
    right.waits.assign(middle, waits.end());
    waits = std::vector<EndedWait>(waits.begin(), middle);
    bytes_ += BytesOf(waits) + BytesOf(right.waits) + sizeof(Block);
  }
  right.first = right.waits.front();
  blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(place) + 1, std::move(right));
}

void LiveWaits::Remove(const EndedWait& wait) {
  const size_t place = PlaceOf(wait);
  Block& block = blocks_[place];
  block.waits.erase(std::lower_bound(block.waits.begin(), block.waits.end(), wait));
  block.summed = false;
  if (!block.waits.empty()) {
    block.first = block.waits.front();
    return;
  }
  bytes_ -= BytesOf(block.waits) + sizeof(Block);
  blocks_.erase(blocks_.begin() + static_cast<ptrdiff_t>(place));
}

const review::Sample& LiveWaits::SumOf(Block* block) {
  if (block->summed) return block->sum;
  // From its values, so that nothing is left of what was taken out.
  block->sum = {};
  for (const EndedWait& wait : block->waits) block->sum.Add(Seconds(wait));
  block->summed = true;
  return block->sum;
}

void LiveWaits::AddTo(const review::Windows& windows, review::Samples* samples) {
  for (size_t place = 0; place < blocks_.size(); ++place) {
    Block& block = blocks_[place];
    const int first = windows.EndsAfter(block.first.end);
    const int last = windows.EndsAfter(block.waits.back().end);
    if (first == last) {
      if (first > 0 && first <= windows.size())
        review::AddTo(SumOf(&block), &(*samples)[static_cast<size_t>(first) - 1]);
      continue;
    }
    for (const EndedWait& wait : block.waits) {
      const int window = windows.IndexOf(wait.end);
      if (window >= 0) (*samples)[static_cast<size_t>(window)].Add(Seconds(wait));
    }
  }
}

}  // namespace plumbline::analytics
