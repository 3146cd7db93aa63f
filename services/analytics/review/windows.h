// SPDX-License-Identifier: Apache-2.0
//
// The period that is looked at, the one before it, and earlier ones of the same length, back to
// back.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WINDOWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WINDOWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics::review {

// Earlier periods beyond this many say little about today.
inline constexpr int kMostWindows = 26;
inline constexpr int kThis = 0, kBefore = 1;

// Numbered backwards: 0 is the period, 1 the one before. Times in microseconds.
class Windows {
 public:
  // Of `count` weeks of 7 days or calendar months each; the period ends just before `end`. Only
  // windows that begin at `first_time` or later are whole, and kept, but for the period itself,
  // which is kept in any case. A month back from a day that the month before does not have is its
  // last day. O(windows).
  static Windows Make(PeriodLength length, int count, absl::TimeZone zone, int64_t end,
                      int64_t first_time);

  int size() const { return static_cast<int>(bounds_.size()) - 1; }
  int64_t end(int window) const { return bounds_[static_cast<size_t>(window)]; }
  int64_t begin(int window) const { return bounds_[static_cast<size_t>(window) + 1]; }
  // Whether the log goes back to the begin of the period.
  bool whole() const { return whole_; }
  double Days(int window) const;
  // The window of a time, or -1. O(1).
  int IndexOf(int64_t time) const {
    const int after = EndsAfter(time);
    return after <= size() ? after - 1 : -1;
  }
  // How many ends of windows are after a time, the begin of the last window among them: 0 of what
  // is at the end of the period or later, size() + 1 of what is before all windows. O(1).
  int EndsAfter(int64_t time) const {
    if (time >= bounds_.front()) return 0;
    if (time < bounds_.back()) return size() + 1;
    const uint64_t from_begin = static_cast<uint64_t>(time) - static_cast<uint64_t>(bounds_.back());
    const int after = after_[from_begin >> kSlotBits];
    return after - (bounds_[static_cast<size_t>(after) - 1] <= time ? 1 : 0);
  }

 private:
  // Microseconds of a slot, some 19 hours: no more than one bound lies in it.
  static constexpr int kSlotBits = 36;
  void FillSlots();

  std::vector<int64_t> bounds_;  // descending: the end of each, then the begin of the last
  std::vector<uint8_t> after_;   // by slot from the begin of the last: bounds after its begin
  bool whole_ = true;
};

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_WINDOWS_H_
