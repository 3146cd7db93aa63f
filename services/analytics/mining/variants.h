// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_

#include <cstdint>
#include <vector>

#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// A sequence of activities that cases have in common.
struct Variant {
  std::vector<uint32_t> activities;  // numbers in LogSnapshot::activities
  int64_t count = 0;                 // cases
  double share = 0;                  // count / all cases
  Distribution duration;             // of these cases, last time minus first begin
};

// All variants of a log: most frequent first, then by the names of their activities. Immutable.
// Keeps what it needs of the traces, some 12 bytes a case, so that a page costs only what it shows.
class Variants {
 public:
  // Groups cases by their exact sequence (hashed, then compared). O(rows + variants log variants)
  // expected.
  explicit Variants(const Traces& traces);

  int64_t size() const { return static_cast<int64_t>(groups_.size()); }
  int64_t case_count() const { return case_count_; }
  // The variants from number `first` on, at most `limit`. O(their cases and activities). `traces`
  // must be the one that this was made of.
  std::vector<Variant> Page(const Traces& traces, int64_t first, int64_t limit) const;

 private:
  struct Group {
    uint32_t count;
    uint32_t cases_begin;  // in cases_
  };
  std::vector<Group> groups_;
  std::vector<uint32_t> cases_;  // grouped by variant
  int64_t case_count_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_VARIANTS_H_
