// SPDX-License-Identifier: Apache-2.0
//
// How many cases ended inside their target.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_

#include <cstdint>
#include <optional>

#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

// See TargetAttainment in analytics.proto.
struct TargetAttainment {
  int64_t case_count = 0;
  int64_t inside_count = 0;
  int64_t outside_count = 0;
  int64_t undecided_count = 0;
  double share = 0;
};

// A case's target is `target_micros` after its first begin, or where that is absent the "due_time"
// on its first event (which must not be a "schedule": there it is the step's). A case is finished
// at the event that says "case_finished"; in a log where no event says so, every case is, at its
// last event that counts. A finished case is inside where it ended at its target or before. A case
// that is open is outside once the log's last time is past its target, else undecided. Cases
// without a target are left out. O(rows).
TargetAttainment MeasureAttainment(const Traces& traces, std::optional<int64_t> target_micros);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REPORT_ATTAINMENT_H_
