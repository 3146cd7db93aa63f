// SPDX-License-Identifier: Apache-2.0
//
// Waits for steps, in seconds, by activity and window.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WAITS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WAITS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/review/inflow.h"
#include "services/analytics/review/judge.h"
#include "services/analytics/review/windows.h"

namespace plumbline::analytics::review {

// Waits of so many steps are compared.
inline constexpr size_t kMostWaits = 8;

inline void AddTo(const Sample& more, Sample* sample) {
  sample->count += more.count;
  sample->sum += more.sum;
  sample->squares += more.squares;
}

// By window.
using Samples = std::array<Sample, kMostWindows>;
struct StepWait {
  Samples samples = {};
  Expected expected;  // by the inflow
};
using StepWaits = absl::flat_hash_map<uint32_t, StepWait>;  // by activity

class WindowWaits {
 public:
  WindowWaits(const Windows& windows, size_t activities);

  void Add(uint32_t activity, int window, double seconds) {
    SampleOf(activity, window).Add(seconds);
  }
  void Add(uint32_t activity, int window, const Sample& waits) {
    AddTo(waits, &SampleOf(activity, window));
  }
  // One that is known in both windows, with the share that is expected in the period.
  void Expect(uint32_t activity, double share_of_this, double seconds) {
    expected_[activity].Add(share_of_this, seconds);
  }
  void Add(const WindowWaits& other);
  // Of the kMostWaits steps with most waiting in the period and the one before. O(activities log
  // activities).
  StepWaits Most() const;

 private:
  size_t PlaceOf(uint32_t activity, int window) const {
    return activity * windows_ + static_cast<size_t>(window);
  }
  Sample& SampleOf(uint32_t activity, int window) {
    const size_t place = PlaceOf(activity, window);
    return table_.empty() ? sparse_[place] : table_[place];
  }
  // Calls take(activity, window, sample).
  template <class Take>
  void ForEach(const Take& take) const;

  const size_t windows_;
  std::vector<Sample> table_;  // by activity and window; empty where that would be many
  absl::flat_hash_map<size_t, Sample> sparse_;
  absl::flat_hash_map<uint32_t, Expected> expected_;  // by activity
};

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WAITS_H_
