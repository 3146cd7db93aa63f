// SPDX-License-Identifier: Apache-2.0
//
// ObjectiveService: requests to commands. Errors are FIELD_INVALID, and CURSOR_INVALID of cursors.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/objectives/service/change.h"
#include "services/analytics/objectives/service/store.h"

namespace plumbline::analytics {

inline constexpr char kObjectiveService[] = "plumbline.analytics.v1.ObjectiveService";

absl::StatusOr<ObjectiveKey> ToObjectiveKey(absl::string_view field, absl::string_view name);

absl::StatusOr<CreateObjective> ToCommand(const v1::CreateObjectiveRequest& request);
absl::StatusOr<UpdateObjective> ToCommand(const v1::UpdateObjectiveRequest& request);
absl::StatusOr<DeleteObjective> ToCommand(const v1::DeleteObjectiveRequest& request);

struct HistoryCommand {
  ObjectiveKey key;
  std::optional<int64_t> start, end, step;  // microseconds
};
absl::StatusOr<HistoryCommand> ToCommand(const v1::ListErrorBudgetHistoryRequest& request);
// The instants of a history that ends at `end` unless it says otherwise.
absl::StatusOr<std::vector<int64_t>> TimesOf(const HistoryCommand& command, int64_t end,
                                             int64_t period);

struct AlertsCommand {
  ObjectiveKey key;                 // without an objective: all of the workspace
  std::optional<AlertPlace> after;  // read from a cursor
  listing::Query query;             // else
  int limit = 0;
};
absl::StatusOr<AlertsCommand> ToCommand(const v1::ListObjectiveAlertsRequest& request);
std::string CursorOf(const AlertPlace& place);

// As a request shows it.
v1::ObjectiveAlert Shown(const StoredAlert& stored);

// The same message always gives the same bytes, maps included.
std::string RequestBytes(const google::protobuf::Message& message);

// What makes a request the same as another.
template <typename Request>
WriteRequest WriteRequestOf(absl::string_view method, const std::string& workspace,
                            const Request& request) {
  Request rest = request;
  rest.clear_request_id();
  return {workspace, absl::StrCat(kObjectiveService, "/", method), request.request_id(),
          RequestBytes(rest)};
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_CONVERT_H_
