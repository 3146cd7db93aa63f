// SPDX-License-Identifier: Apache-2.0
//
// RankBottlenecks: requests to commands, and the ranks as messages. Errors are FIELD_INVALID.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_BOTTLENECK_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_BOTTLENECK_CONVERT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "plumbline/analytics/v1/improvement_analysis_service.pb.h"
#include "services/analytics/bottlenecks/bottlenecks.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct BottlenecksCommand {
  LogKey key;
  Selection selection;
  bottlenecks::BottleneckOptions options;
  int64_t max_entries = 0;
  double cost_per_hour = 0;  // 0 = not told
};
absl::StatusOr<BottlenecksCommand> ToCommand(const v1::RankBottlenecksRequest& request);

// Adds to what `*answer` holds. O(size of the answer).
void ToProto(const BottlenecksCommand& command, bottlenecks::Bottlenecks ranked,
             v1::RankBottlenecksResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_SERVICE_BOTTLENECK_CONVERT_H_
