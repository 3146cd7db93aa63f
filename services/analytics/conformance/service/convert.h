// SPDX-License-Identifier: Apache-2.0
//
// Requests of ConformanceService to what conformance works with, and its results to answers.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct CheckCommand {
  LogKey key;
  conformance::ModelNode model;
  conformance::Method method = conformance::Method::kAlign;
  bool ignore_unknown = false;
  absl::Duration budget;
  size_t max_variants = 0;
  Selection selection;
};
// FIELD_INVALID names the node that is wrong: "model.children[2].activity".
absl::StatusOr<CheckCommand> ToCommand(const v1::CheckConformanceRequest& request);

// A model of a request, its field `model`. FIELD_INVALID as above.
absl::StatusOr<conformance::ModelNode> ToModel(const v1::ModelNode& model);

// Overwrites `*answer`. `ranks`: by variant, its rank in the whole log, 0 where it has none.
// O(size of the result).
void ToProto(const conformance::CheckResult& result, const std::vector<int64_t>& ranks,
             size_t max_variants, v1::CheckConformanceResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_
