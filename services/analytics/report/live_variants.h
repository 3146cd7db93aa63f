// SPDX-License-Identifier: Apache-2.0
//
// Variants of a log whose cases come and go.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_VARIANTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_VARIANTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "services/analytics/mining/time_multiset.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

// Not thread-safe.
class LiveVariants {
 public:
  // A case with a sequence of activities (not empty); `ended` says whether `duration` counts.
  // O(length) expected.
  void Add(const std::vector<uint32_t>& activities, int64_t duration, bool ended);
  // A case that was added with the same.
  void Remove(const std::vector<uint32_t>& activities, int64_t duration, bool ended);

  int64_t size() const { return static_cast<int64_t>(numbers_.size()); }
  int64_t case_count() const { return case_count_; }

  // As Variants::Page, with `rank` of each activity in the order of the names, in which the answer
  // numbers them. `before`, if not null, gets the cases of the variants before `first`.
  // O(variants), and O(n log n) for as many as come up to the end of the page.
  std::vector<Variant> Page(const std::vector<uint32_t>& rank, int64_t first,
                            const VariantLimits& limits, int64_t* before);

  // Bytes held, near enough. O(1).
  int64_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Group {
    const std::string* sequence = nullptr;  // the key in numbers_
    uint32_t open = 0;
    int64_t only_duration = 0;                // where one case ended
    std::unique_ptr<TimeMultiset> durations;  // where more did, or did once
  };
  uint32_t NumberOf(const std::string& sequence);
  Variant Show(uint32_t number, const std::vector<uint32_t>& rank, int64_t most_activities);
  std::vector<uint32_t> First(const std::vector<uint32_t>& rank, int64_t count) const;

  // By number; numbers of variants that are gone are used again. Counts apart: looking for the most
  // frequent ones reads nothing else.
  std::vector<uint32_t> counts_;
  std::vector<Group> groups_;
  std::vector<uint32_t> free_;
  absl::node_hash_map<std::string, uint32_t> numbers_;
  std::map<uint32_t, int64_t> variants_by_count_;
  int64_t case_count_ = 0;
  int64_t memory_bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_LIVE_VARIANTS_H_
