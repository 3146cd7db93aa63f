// SPDX-License-Identifier: Apache-2.0
//
// Which steps wait for which, as far as a log shows it: a step that never came up before another
// was done waits for it; steps that were seen in both orders, or at the same time, do not wait for
// each other (concurrency as in van der Aalst, Weijters and Maruster 2004, by times of begin and
// end).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_ORDER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/analytics/cascade/doings.h"

namespace plumbline::analytics::cascade {

// Beyond so many activities nothing is learned.
inline constexpr size_t kMostOrdered = 1'000;

class Order {
 public:
  explicit Order(size_t activities);

  // One case that ended. O(distinct activities of it, squared).
  void Learn(std::span<const Done> done);
  // Whether `b` waits for `a`: in all cases with both, but one of fifty, `b` came when `a` was
  // done.
  bool Waits(uint32_t b, uint32_t a) const;

 private:
  struct Seen {
    uint32_t both = 0, in_order = 0;
  };

  size_t activities_;       // 0: too many
  std::vector<Seen> seen_;  // [a * activities + b]
  // Of one case: the first time of each activity, of those in `there_`.
  std::vector<int64_t> came_, ended_;
  std::vector<uint32_t> there_;
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_ORDER_H_
