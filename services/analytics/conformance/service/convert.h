// SPDX-License-Identifier: Apache-2.0
//
// Requests of ConformanceService to what conformance works with.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/analytics/v1/conformance.pb.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/deviating.h"
#include "services/analytics/conformance/variant_log.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct CheckCommand {
  LogKey key;
  conformance::ModelNode model;
  conformance::Method method = conformance::Method::kAlign;
  bool ignore_unknown = false;
  conformance::OpenCases open_cases = conformance::OpenCases::kBeginnings;
  absl::Duration budget;
  size_t max_variants = 0;
  Selection selection;
};
// FIELD_INVALID names the node that is wrong: "model.children[2].activity".
absl::StatusOr<CheckCommand> ToCommand(const v1::CheckConformanceRequest& request);

struct DeviatingCommand {
  CheckCommand check;
  std::string activity;                  // empty = any
  conformance::WantedDeviations wanted;  // but for the label, which is a number of the check
  int page_size = 0;
  // Of a later page: how the log was, and the last case before it.
  std::string state;
  struct After {
    int64_t deviations = 0;
    std::string case_id;
  };
  std::optional<After> after;
};
// FIELD_INVALID, PAGE_TOKEN_INVALID.
absl::StatusOr<DeviatingCommand> ToCommand(const v1::ListDeviatingCasesRequest& request);
// `state` says how the log was, without spaces.
std::string NextPageToken(const v1::ListDeviatingCasesRequest& request,
                          const DeviatingCommand& command, absl::string_view state,
                          const DeviatingCommand::After& last);

struct FootprintsCommand {
  LogKey key;
  Selection selection;
  std::optional<conformance::ModelNode> model;  // else `other`
  Selection other;
  size_t max_differences = 0;
};
// FIELD_INVALID.
absl::StatusOr<FootprintsCommand> ToCommand(const v1::CompareFootprintsRequest& request);

// A model of a request, its field `model`. FIELD_INVALID as above.
absl::StatusOr<conformance::ModelNode> ToModel(const v1::ModelNode& model);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CONVERT_H_
