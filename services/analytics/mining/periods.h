// SPDX-License-Identifier: Apache-2.0
//
// Days, weeks and months of a time zone, laid out in a row.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

// Weeks begin on Monday.
enum class PeriodLength { kDay, kWeek, kMonth };

// Times in microseconds since 1970 UTC. A day begins when the local clock first shows its date, so
// that it has 23 or 25 hours where the clock is put forward or back. Immutable.
class Periods {
 public:
  static constexpr int64_t kMost = 10'000;  // 27 years of days

  // Those that hold `from`, `to` (not before `from`) and all between. FIELD_INVALID (field
  // "period") for more than `most`. O(periods).
  static absl::StatusOr<Periods> Cover(PeriodLength length, absl::TimeZone zone, int64_t from,
                                       int64_t to, int64_t most = kMost);

  // One that holds both and all between.
  static Periods Whole(int64_t from, int64_t to) { return Periods({from, to + 1}); }
  // None at all.
  Periods() = default;

  bool empty() const { return bounds_.empty(); }
  size_t size() const { return bounds_.empty() ? 0 : bounds_.size() - 1; }
  int64_t begin(size_t i) const { return bounds_[i]; }
  // Of the next begins: not part of it.
  int64_t end(size_t i) const { return bounds_[i + 1]; }
  // The period that holds `time`, which must be from `from` to `to`. O(log periods).
  size_t IndexOf(int64_t time) const;

  // The begin of each, then the end of the last.
  const std::vector<int64_t>& bounds() const { return bounds_; }

 private:
  explicit Periods(std::vector<int64_t> bounds) : bounds_(std::move(bounds)) {}
  std::vector<int64_t> bounds_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_PERIODS_H_
