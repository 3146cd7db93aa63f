// SPDX-License-Identifier: Apache-2.0
//
// What causes/facts.h reads of a log, kept of one that grows: cases have the builder's numbers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/time/civil_time.h"
#include "common/statistics/ascending.h"
#include "services/analytics/causes/facts.h"

namespace plumbline::analytics {

// Durations of cases in their order, equal ones by number.
class KeptDurations {
 public:
  // One that is taken out was put in.
  void Change(statistics::Numbered duration, int sign) {
    (sign > 0 ? added_ : gone_).push_back(duration);
  }
  // Valid until the next Change. O(n) where something changed, most of it one copy.
  std::span<const statistics::Numbered> Values();
  size_t memory_bytes() const {
    return (values_.capacity() + spare_.capacity() + added_.capacity() + gone_.capacity()) *
           sizeof(values_[0]);
  }

 private:
  std::vector<statistics::Numbered> values_, added_, gone_;
  std::vector<statistics::Numbered> spare_;  // room that need not be got for each answer
};

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
  // `numbers`: the builder's, of the cases of `read`, none of which is in it.
  void Put(const causes::AttributeFacts& read, std::span<const uint32_t> numbers);
  void TakeOut(uint32_t number);
  void Grow(size_t cases) { first_.resize(cases, kNoText); }
  // Valid until the next change. O(cases that have several values or times).
  causes::AttributeFacts Show(const std::string& key);
  size_t memory_bytes() const;

 private:
  void Drop();

  causes::ValueTable values_{true};
  std::vector<uint32_t> first_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> more_;
  absl::flat_hash_set<uint32_t> timed_;
  bool too_many_ = false;
  std::vector<std::pair<uint32_t, uint32_t>> shown_more_;
  std::vector<uint32_t> shown_timed_;
};

// Things that cases have one of, or none.
template <class Name>
class KeptNames {
 public:
  uint32_t NumberOf(const Name& name) {
    const auto [found, added] = numbers_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (added) names_.push_back(name);
    return found->second;
  }
  const std::vector<Name>& names() const { return names_; }
  size_t memory_bytes() const { return names_.size() * (2 * sizeof(Name) + 64); }

 private:
  std::map<Name, uint32_t> numbers_;
  std::vector<Name> names_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_KEPT_FACTS_H_
