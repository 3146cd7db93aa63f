// SPDX-License-Identifier: Apache-2.0
//
// What a simulation says, as a message.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_ANSWERS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_ANSWERS_H_

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "services/analytics/cascade/cascade.h"
#include "services/analytics/cascade/service/convert.h"

namespace plumbline::analytics {

// All that was simulated, and what with.
struct Simulated {
  const LogSnapshot& log;
  const CascadeCommand& command;
  const cascade::Needs& needs;
  const cascade::Axis& axis;
  const cascade::Experience& experience;
  const cascade::CascadeOptions& options;
  const cascade::Tally& tally;

  // Whether a disruption does: then there is nothing to go back to.
  bool lasts() const {
    return std::any_of(options.disruptions.begin(), options.disruptions.end(),
                       [](const cascade::Disruption& one) { return one.lasts(); });
  }
};

// Adds to what `*answer` holds. An error of `keep_on`, asked now and then, ends it. O(open cases
// runs log runs).
absl::Status ToProto(const Simulated& all, absl::FunctionRef<absl::Status()> keep_on,
                     v1::SimulateCascadeResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_ANSWERS_H_
