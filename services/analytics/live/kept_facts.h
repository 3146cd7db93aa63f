// SPDX-License-Identifier: Apache-2.0
//
// What causes/facts.h reads of a log, kept of one that grows: cases have the builder's numbers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "common/statistics/ascending.h"
#include "services/analytics/causes/facts.h"
#include "services/analytics/live/packed_numbers.h"
#include "services/analytics/live/sorted_bag.h"

namespace plumbline::analytics {

// How durations of cases are put in order: equal ones by the number of the case.
struct ByDuration {
  static constexpr bool kKeepsRoom = true;
  static bool Before(const statistics::Numbered& a, const statistics::Numbered& b) {
    return a.value != b.value ? a.value < b.value : a.number < b.number;
  }
  static void Sort(std::vector<statistics::Numbered>* durations);
};
using KeptDurations = SortedBag<statistics::Numbered, ByDuration>;

// Sequences of activities that cases have, each once.
class KeptSequences {
 public:
  KeptSequences() : numbers_(0, Hash{&list_}, Equal{&list_}) {}
  KeptSequences(const KeptSequences&) = delete;
  KeptSequences& operator=(const KeptSequences&) = delete;

  // So many more cases have it; its number, which it keeps as long as a case has it. O(steps).
  uint32_t Add(std::span<const uint32_t> steps, uint32_t cases);
  // One case has it no longer. O(steps) amortised.
  void Remove(uint32_t number);
  const causes::SequenceList& list() const { return list_; }
  size_t memory_bytes() const {
    return list_.memory_bytes() + numbers_.capacity() * 5 + free_.capacity() * 4;
  }

 private:
  using Steps = std::span<const uint32_t>;
  struct Hash {
    using is_transparent = void;
    const causes::SequenceList* list;
    size_t operator()(Steps steps) const;
    size_t operator()(uint32_t number) const { return (*this)((*list)[number]); }
  };
  struct Equal {
    using is_transparent = void;
    const causes::SequenceList* list;
    bool operator()(Steps a, Steps b) const;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, Steps b) const { return (*this)((*list)[a], b); }
    bool operator()(Steps a, uint32_t b) const { return (*this)(a, (*list)[b]); }
  };
  void Compact();

  causes::SequenceList list_;
  absl::flat_hash_set<uint32_t, Hash, Equal> numbers_;
  std::vector<uint32_t> free_;  // numbers that no case has
  size_t dead_ = 0;             // steps of these
};

// The attributes of cases under one key.
class KeptAttribute {
 public:
  // Puts in what was read of cases, none of which is in it, or takes it out again (`sign` -1).
  // `numbers`: the builder's, of these cases.
  void Change(const causes::AttributeFacts& read, std::span<const uint32_t> numbers, int sign);
  // Of cases that are taken out, only the numbers are needed.
  bool KnowsByNumber() const { return more_of_case_.empty(); }
  void TakeOut(std::span<const uint32_t> numbers);
  void Grow(size_t cases);
  // Takes in what is pending.
  void Settle() { Fold(); }
  // False: there were so many values that they were let go, and it cannot be said any more whether
  // these are too many for the cases that there are now.
  bool CanShow() const { return lost_values_ == 0 || TooMany(); }
  // Valid until the next change. Only where it can. O(cases with a time + what is pending).
  causes::AttributeFacts Show(const std::string& key);
  size_t memory_bytes() const;

 private:
  struct Nothing {};
  using Pairs = PackedNumbers<Nothing>;

  bool TooMany() const {
    return causes::TooManyValues(std::max(lost_values_, values_.size()), first_.size());
  }
  void ChangeMore(const causes::MoreValues& more, const std::vector<uint32_t>& kept,
                  std::span<const uint32_t> numbers, int sign);
  void Drop();
  void Fold();
  void Visit(uint32_t value, causes::TakePairs take);
  // The numbers of a block.
  std::span<const int64_t> Open(size_t block);

  causes::ValueTable values_{true};
  std::vector<uint32_t> first_;                         // by case
  std::vector<bool> late_;                              // by case: not with its first event yet
  int64_t with_count_ = 0, late_count_ = 0;             // cases with a value; of these
  Pairs pairs_;                                         // of values but the first ones
  std::vector<uint32_t> more_of_case_, more_of_value_;  // of these; by case empty until there are
  absl::flat_hash_set<uint32_t> timed_;
  size_t lost_values_ = 0;  // so many there were when they were let go
  std::vector<uint32_t> shown_timed_;
  size_t opened_ = SIZE_MAX;  // the block that was opened last
  std::vector<int64_t> opened_pairs_;
};

// Things that cases have one of, or none.
template <class Name>
class KeptNames {
 public:
  uint32_t NumberOf(const Name& name) {
    const auto [found, added] = numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (!added) return found->second;
    names_.push_back(name);
    heap_bytes_ += HeapBytes(found->first) + HeapBytes(names_.back());
    return found->second;
  }
  const std::vector<Name>& names() const { return names_; }
  size_t memory_bytes() const {
    constexpr size_t kOfANode = 64;  // of a map, with its allocation
    return names_.size() * (sizeof(Name) + kOfANode) + names_.capacity() * sizeof(Name) +
           heap_bytes_;
  }

 private:
  static size_t HeapBytes(const std::string& text) {
    constexpr size_t kOfAnAllocation = 16;
    return text.capacity() > std::string().capacity() ? text.capacity() + kOfAnAllocation : 0;
  }
  static size_t HeapBytes(absl::CivilMonth) { return 0; }

  std::map<Name, uint32_t> numbers_;
  std::vector<Name> names_;
  size_t heap_bytes_ = 0;  // of both
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_
