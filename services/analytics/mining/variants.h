// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_

#include <cstdint>
#include <vector>

#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/omitted.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// A sequence of activities that cases have in common.
struct Variant {
  std::vector<uint32_t> activities;  // numbers in LogSnapshot::activities; may be a beginning
  int64_t activity_count = 0;        // of the whole sequence
  int64_t count = 0;                 // cases
  int64_t open_case_count = 0;       // of these, have not ended (see CaseEnds)
  double share = 0;                  // count / all cases
  Distribution duration;             // of these cases that ended, last time minus first begin
};

// How much one page holds.
struct VariantLimits {
  int64_t variants = kNoLimit;
  int64_t activities = kNoLimit;  // of one variant
  // Of all. The page ends before the variant that would exceed it, but not before its first.
  int64_t all_activities = kNoLimit;
};

// All variants of a log: most frequent first, then by the names of their activities. Immutable.
// Keeps what it needs of the traces, some 12 bytes a case, so that a page costs only what it shows.
class Variants {
 public:
  // Groups cases by their exact sequence (hashed, then compared). O(rows + attributes + variants
  // log variants) expected.
  explicit Variants(const Traces& traces);

  int64_t size() const { return static_cast<int64_t>(groups_.size()); }
  int64_t case_count() const { return case_count_; }
  // Cases of the variant at a place, from 0. O(1).
  int64_t CountOf(size_t place) const { return groups_[place].count; }
  // By case number below `cases`, the place of its variant; kNoText for a case without an event
  // that counts. O(cases).
  std::vector<uint32_t> PlacesOfCases(size_t cases) const;
  // The variants from number `first` on, as many as the limits allow. O(their cases and
  // activities). `traces` must be the one that this was made of.
  std::vector<Variant> Page(const Traces& traces, int64_t first, const VariantLimits& limits) const;

 private:
  struct Group {
    uint32_t count;
    uint32_t cases_begin;  // in cases_
  };
  Variant Show(const Traces& traces, const Group& group, int64_t most_activities) const;

  std::vector<Group> groups_;
  std::vector<uint32_t> cases_;  // grouped by variant
  std::vector<bool> open_;       // by case number; empty where no case is open
  int64_t case_count_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_
