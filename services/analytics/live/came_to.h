// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_CAME_TO_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_CAME_TO_H_

#include <cstdint>
#include <optional>

#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// Counts the cases that came to an activity that a question names. Where none did, the question is
// wrong, which is told by who reads the log.
class CameTo {
 public:
  void Change(const Traces& traces, std::optional<uint32_t> activity, int sign) {
    named_ = activity.has_value();
    for (size_t c = 0; named_ && c < traces.log().case_count(); ++c)
      count_ += sign * (FirstNamed(traces, c, *activity, INT64_MIN) != kNoTime ? 1 : 0);
  }
  bool any() const { return !named_ || count_ > 0; }

 private:
  bool named_ = false;
  int64_t count_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_CAME_TO_H_
