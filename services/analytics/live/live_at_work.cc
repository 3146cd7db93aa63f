// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_at_work.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kEver = std::numeric_limits<int64_t>::max();

int64_t TimeOf(int64_t change) { return change >> 1; }
int DeltaOf(int64_t change) { return (change & 1) != 0 ? 1 : -1; }

BusyChanges::Block SumUp(std::span<const int64_t> changes) {
  BusyChanges::Block block{0, std::numeric_limits<int32_t>::min(),
                           std::numeric_limits<int32_t>::max()};
  for (const int64_t change : changes) {
    block.sum += DeltaOf(change);
    block.most = std::max(block.most, block.sum);
    block.least = std::min(block.least, block.sum);
  }
  return block;
}

// Changes of one list, of which one block at a time is looked at, as far as it must be.
class Source {
 public:
  Source(const BusyChanges& changes, int64_t from) : blocks_(changes.blocks()) {
    while (next_ < blocks_.size() && blocks_[next_].last <= from) ++next_;
    if (next_ == blocks_.size() || blocks_[next_].first > from) return;
    Take();  // of this block a part
    const auto& all = Opened();
    opened_.erase(opened_.begin(), std::upper_bound(all.begin(), all.end(), from));
    range_ = SumUp(opened_);
  }

  // The next change that begins a block.
  int64_t next() const { return next_ == blocks_.size() ? kEver : blocks_[next_].first; }

  // Goes on to the blocks that begin with the change after `at`, up to which all is over.
  void Advance(int64_t at) {
    if (late_ > 0) before_ += late_ * DeltaOf(block_->first);  // that is over
    late_ = 0;
    while (next_ < blocks_.size() && blocks_[next_].first == at + 1) {
      // Of a block that ends with the same, what is not over.
      int64_t late = 0;
      if (block_ != nullptr && block_->last > at) {
        const auto& all = Opened();
        late = all.end() - std::upper_bound(all.begin(), all.end(), at);
      }
      if (block_ != nullptr) before_ += range_.sum - late * DeltaOf(at + 1);
      late_ += late;
      Take();
    }
  }

  // Bounds of the sum after `at`, up to which all of the blocks before is over, and until the next.
  void Bound(int64_t at, int64_t* least, int64_t* most) const {
    if (block_ == nullptr) return;
    const int64_t late = late_ == 0 ? 0 : late_ * DeltaOf(block_->first);
    if (block_->last <= at) {
      *least += before_ + late + range_.sum;
      *most += before_ + late + range_.sum;
      return;
    }
    *least += before_ + std::min({int64_t{0}, late, late + range_.least});
    *most += before_ + std::max({int64_t{0}, late, late + range_.most});
  }
  // Whether it changes after `at`, and is known to do so only within the block.
  bool Changes(int64_t at) const { return block_ != nullptr && block_->last > at; }
  // What Bound says is so until the next begin of a block of any list that is not before then.
  int64_t SameUntil(int64_t at) const {
    if (late_ > 0) return at + 1;
    const int64_t next = next_ == blocks_.size() ? kEver : blocks_[next_].first - 1;
    return Changes(at) ? std::min(block_->last, next) : next;
  }
  // Whether the block is all that changes, from `at` until `end`.
  bool IsWhole(int64_t at, int64_t end) const {
    return late_ == 0 && block_->first > at && block_->last <= end;
  }

  // The sum of changes up to `at`, which is not before the last that was asked for; and those of
  // (at, end].
  int64_t SumUpTo(int64_t at) {
    if (block_ == nullptr) return 0;
    if (block_->last <= at) return before_ + range_.sum;
    const auto& all = Opened();
    for (; summed_ < all.size() && all[summed_] <= at; ++summed_) sum_ += DeltaOf(all[summed_]);
    return before_ + sum_;
  }
  void AddTo(int64_t at, int64_t end, std::vector<int64_t>* changes) {
    if (!Changes(at)) return;
    changes->insert(changes->end(), static_cast<size_t>(late_), block_->first);
    const auto& all = Opened();
    changes->insert(changes->end(), std::upper_bound(all.begin(), all.end(), at),
                    std::upper_bound(all.begin(), all.end(), end));
  }

 private:
  void Take() {
    block_ = &blocks_[next_++];
    range_ = block_->summary;
    opened_.clear();
    summed_ = 0;
    sum_ = 0;
  }
  const std::vector<int64_t>& Opened() {
    if (opened_.empty()) Unpack(block_->steps, block_->first, block_->count, &opened_);
    return opened_;
  }

  const std::vector<BusyChanges::Packed::Block>& blocks_;
  size_t next_ = 0;
  const BusyChanges::Packed::Block* block_ = nullptr;
  BusyChanges::Block range_;     // of the block, as far as it counts
  int64_t before_ = 0;           // the sum before it
  int64_t late_ = 0;             // so many of blocks before it are at its first change as well
  std::vector<int64_t> opened_;  // of the block
  size_t summed_ = 0;            // so many of these are summed up
  int64_t sum_ = 0;
};

// Goes through the changes of all lists, from one begin of a block to the next. Lists are looked at
// only where they begin a block or end one; else what they add to is known.
class Sweep {
 public:
  explicit Sweep(const AtWorkQuestion& question)
      : question_(question), begin_(question.from), end_(question.from) {
    for (const BusyChanges* kept : question.kept)
      if (!kept->blocks().empty()) lists_.push_back({.source = {*kept, question.from}});
    for (uint32_t i = 0; i < lists_.size(); ++i) {
      borders_.emplace(lists_[i].source.next(), i);
      due_.emplace(begin_, i);
    }
    // What is before is told by the others alone.
    for (; next_other_ < question.other.size() && question.other[next_other_] <= end_;
         ++next_other_)
      other_sum_ += DeltaOf(question.other[next_other_]);
    first_other_ = next_other_;
  }

  // The next stretch; false after the last.
  bool Next() {
    if (end_ == kEver) return false;
    begin_ = end_;
    while (!due_.empty() && due_.top().first <= begin_) Look(due_.top().second);
    while (!borders_.empty() && borders_.top().first <= begin_ + 1) {
      const uint32_t list = borders_.top().second;
      borders_.pop();
      const int64_t next = lists_[list].source.next();
      if (next != kEver) borders_.emplace(next, list);
    }
    end_ = borders_.empty() ? kEver : borders_.top().first;
    if (end_ != kEver) --end_;
    other_begin_ = other_sum_;
    first_other_ = next_other_;
    int64_t low = other_sum_, high = other_sum_;
    for (; next_other_ < question_.other.size() && question_.other[next_other_] <= end_;
         ++next_other_) {
      other_sum_ += DeltaOf(question_.other[next_other_]);
      low = std::min(low, other_sum_);
      high = std::max(high, other_sum_);
    }
    least_ = kept_least_ + low;
    most_ = kept_most_ + high;
    return true;
  }

  int64_t begin() const { return begin_; }
  int64_t end() const { return end_; }
  // Bounds of how many are at work in it, its begin with it.
  int64_t least() const { return least_; }
  int64_t most() const { return most_; }
  // So many times a list was looked at.
  int64_t looked_at() const { return looked_at_; }

  // Whether there are as many as `most` at some time of it: only one block changes, as a whole.
  bool ReachesMost() const {
    if (first_other_ != next_other_ || changing_.size() > 1) return false;
    return changing_.empty() || lists_[changing_[0]].source.IsWhole(begin_, end_);
  }
  // How many are at work as it begins.
  int64_t Total() {
    int64_t total = other_begin_ + still_;
    for (const uint32_t list : changing_) total += lists_[list].source.SumUpTo(begin_);
    looked_at_ += static_cast<int64_t>(changing_.size());
    return total;
  }
  const std::vector<int64_t>& Changes() {
    changes_.assign(question_.other.begin() + static_cast<std::ptrdiff_t>(first_other_),
                    question_.other.begin() + static_cast<std::ptrdiff_t>(next_other_));
    const bool sorted = changes_.empty() && changing_.size() <= 1;
    for (const uint32_t list : changing_) lists_[list].source.AddTo(begin_, end_, &changes_);
    looked_at_ += static_cast<int64_t>(changing_.size());
    if (!sorted) std::sort(changes_.begin(), changes_.end());
    return changes_;
  }

 private:
  static constexpr uint32_t kStill = 0xFFFFFFFF;
  struct List {
    Source source;
    int64_t least = 0, most = 0;  // what it adds to the bounds
    uint32_t place = kStill;      // among those that change, or what it adds is the same
  };
  // When, the first first, and which list.
  using When = std::pair<int64_t, uint32_t>;
  using Heap = std::priority_queue<When, std::vector<When>, std::greater<>>;

  // The first of those that are due: what it adds from here on, and until when that is so.
  void Look(uint32_t number) {
    due_.pop();
    ++looked_at_;
    List& list = lists_[number];
    if (list.place == kStill) still_ -= list.least;
    kept_least_ -= std::exchange(list.least, 0);
    kept_most_ -= std::exchange(list.most, 0);
    list.source.Advance(begin_);
    list.source.Bound(begin_, &list.least, &list.most);
    kept_least_ += list.least;
    kept_most_ += list.most;
    const bool changes = list.source.Changes(begin_);
    if (changes && list.place == kStill) {
      list.place = static_cast<uint32_t>(changing_.size());
      changing_.push_back(number);
    } else if (!changes && list.place != kStill) {
      lists_[changing_.back()].place = list.place;
      changing_[list.place] = changing_.back();
      changing_.pop_back();
      list.place = kStill;
    }
    if (!changes) still_ += list.least;
    const int64_t until = list.source.SameUntil(begin_);
    if (until != kEver) due_.emplace(until, number);
  }

  const AtWorkQuestion& question_;
  std::vector<List> lists_;
  Heap borders_, due_;  // when a list begins its next block; when it is to be looked at
  std::vector<uint32_t> changing_;
  int64_t still_ = 0;                       // what those add that do not change
  int64_t kept_least_ = 0, kept_most_ = 0;  // what all lists add
  int64_t begin_, end_;                     // after the one until the other, with it
  int64_t least_ = 0, most_ = 0;
  size_t first_other_ = 0, next_other_ = 0;
  int64_t other_begin_ = 0, other_sum_ = 0;
  std::vector<int64_t> changes_;
  int64_t looked_at_ = 0;
};

// Asks it by how much was done.
class Asking {
 public:
  explicit Asking(KeepOn keep_on) : keep_on_(keep_on) {}

  absl::Status Did(int64_t looked_at) {
    if (looked_at < next_) return absl::OkStatus();
    next_ = looked_at + kAtOnce;
    return keep_on_();
  }

 private:
  static constexpr int64_t kAtOnce = 4'096;

  KeepOn keep_on_;
  int64_t next_ = kAtOnce;
};

absl::StatusOr<int64_t> MostOf(const AtWorkQuestion& question, KeepOn keep_on) {
  int64_t most = 1, there = 0;
  for (const int64_t change : question.other) {
    if (change > question.from) break;
    most = std::max(most, there += DeltaOf(change));
  }
  Sweep sweep(question);
  Asking asking(keep_on);
  while (sweep.Next()) {
    RETURN_IF_ERROR(asking.Did(sweep.looked_at()));
    if (sweep.most() <= most) continue;
    if (sweep.ReachesMost()) {
      most = sweep.most();
      continue;
    }
    there = sweep.Total();
    most = std::max(most, there);
    for (const int64_t change : sweep.Changes()) most = std::max(most, there += DeltaOf(change));
  }
  return most;
}

}  // namespace

BusyChanges::Block BusyChanges::Summarise(std::span<const int64_t> changes) {
  return SumUp(changes);
}

Wanted::Wanted(int64_t begin, int64_t end, size_t stretches)
    : begin_(begin), end_(std::max(begin + 1, end)) {
  constexpr size_t kMostParts = 4'096, kForEach = 8;
  if (stretches == 0) return;
  parts_.resize(std::bit_ceil(kForEach * std::min(stretches, kMostParts / kForEach)) + 1);
}

size_t Wanted::PartOf(int64_t time) const {
  const size_t parts = parts_.size() - 1;
  if (time <= begin_) return 0;
  if (time >= end_) return parts - 1;
  const double share = static_cast<double>(time - begin_) / static_cast<double>(end_ - begin_);
  return std::min(parts - 1, static_cast<size_t>(share * static_cast<double>(parts)));
}

void Wanted::Add(const simulation::Stretch& stretch) {
  ++parts_[PartOf(stretch.begin)];
  --parts_[PartOf(stretch.end) + 1];
}

void Wanted::Sum() {
  int32_t there = 0, wanted = 0;
  for (int32_t& part : parts_) {
    there += part;
    part = wanted;
    wanted += there > 0;
  }
}

bool Wanted::Any(int64_t begin, int64_t end) const {
  return !parts_.empty() && parts_[PartOf(end) + 1] > parts_[PartOf(begin)];
}

absl::StatusOr<cascade::AtWork> FindAtWork(const AtWorkQuestion& question, KeepOn keep_on) {
  cascade::AtWork found;
  if (question.servers == 0) {
    ASSIGN_OR_RETURN(found.most, MostOf(question, keep_on));
  }
  const int64_t servers = question.servers == 0 ? found.most : question.servers;
  int64_t shown = 0;
  const auto show = [&](int64_t change, int64_t total) {
    if (shown != total) found.steps.emplace_back(TimeOf(change), total - shown);
    shown = total;
  };
  for (const int64_t change : question.other)
    if (change <= question.from) show(change, shown + DeltaOf(change));
  Sweep sweep(question);
  Asking asking(keep_on);
  while (sweep.Next()) {
    RETURN_IF_ERROR(asking.Did(sweep.looked_at()));
    const int64_t begin = TimeOf(sweep.begin());
    const int64_t end = sweep.end() == kEver ? kEver : TimeOf(sweep.end()) + 1;
    if (!question.wanted->Any(begin, end)) {
      if (shown >= servers) show(sweep.begin(), 0);  // so that it ends
      continue;
    }
    // What is so all the time need not be looked at.
    if (sweep.least() >= servers) {
      if (shown < servers) show(sweep.begin(), sweep.least());
    } else if (sweep.most() < servers) {
      if (shown >= servers) show(sweep.begin(), sweep.most());
    } else {
      show(sweep.begin(), sweep.Total());
      for (const int64_t change : sweep.Changes()) show(change, shown + DeltaOf(change));
    }
  }
  return found;
}

}  // namespace plumbline::analytics
