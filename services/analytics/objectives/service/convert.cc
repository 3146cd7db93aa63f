// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/analytics/objectives/service/measure.h"
#include "services/analytics/serving/request_checks.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMostRequestId = 128;
constexpr int64_t kMostPoints = 1'000;
constexpr int64_t kSecond = 1'000'000;
// Of a history whose step nobody says.
constexpr int64_t kUsualPoints = 30;

absl::Status CheckRequestId(const std::string& id) {
  if (id.size() <= kMostRequestId) return absl::OkStatus();
  return base::FieldError(
      "request_id", absl::StrCat("has ", id.size(), " bytes; shorten it to ", kMostRequestId));
}

absl::StatusOr<std::vector<std::string>> ToFields(const google::protobuf::FieldMask& mask) {
  const auto known = ObjectiveFields();
  std::vector<std::string> fields(mask.paths().begin(), mask.paths().end());
  for (const std::string& field : fields) {
    if (std::find(known.begin(), known.end(), field) != known.end()) continue;
    return base::FieldError(
        "update_mask", absl::StrCat("'", field.substr(0, 80), "' cannot be replaced; possible are ",
                                    absl::StrJoin(known, ", ")));
  }
  if (fields.empty()) {
    for (const absl::string_view field : known) fields.emplace_back(field);
  }
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  return fields;
}

absl::StatusOr<AlertPlace> ToPlace(const std::string& cursor) {
  AlertPlace place;
  const std::vector<std::string> parts = absl::StrSplit(cursor.substr(0, 60), '-');
  if (parts.size() == 2 && absl::SimpleAtoi(parts[0], &place.position) &&
      absl::SimpleAtoi(parts[1], &place.serial) && CursorOf(place) == cursor) {
    return place;
  }
  const std::string fault =
      absl::StrCat("'", cursor.substr(0, 60),
                   "' is no place among alerts; give one that an alert or a list had, or '0-0' for "
                   "all from the beginning");
  return base::Error(base::Reason::ERROR_REASON_CURSOR_INVALID,
                     absl::StrCat("after_cursor ", fault))
      .Field("after_cursor", fault);
}

}  // namespace

std::string RequestBytes(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&output);
  }
  return bytes;
}

absl::StatusOr<ObjectiveKey> ToObjectiveKey(absl::string_view field, absl::string_view name) {
  ASSIGN_OR_RETURN(auto parts, base::ParseName(field, name, "workspaces/*/objectives/*"));
  return ObjectiveKey{std::move(parts[0]), std::move(parts[1])};
}

absl::StatusOr<CreateObjective> ToCommand(const v1::CreateObjectiveRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ASSIGN_OR_RETURN(auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId("objective_id", request.objective_id()));
  if (!request.has_objective())
    return base::FieldError("objective", "is missing; give the objective to create");
  CreateObjective command;
  command.key = {parts[0], request.objective_id()};
  const std::string name = NameOf(command.key);
  if (!request.objective().name().empty() && request.objective().name() != name) {
    return base::FieldError("objective.name",
                            absl::StrCat("is '", request.objective().name().substr(0, 200),
                                         "', but parent and objective_id say '", name,
                                         "'; leave it empty or make them agree"));
  }
  command.content = request.objective();
  command.secret = request.alert_webhook_secret();
  return command;
}

absl::StatusOr<UpdateObjective> ToCommand(const v1::UpdateObjectiveRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  if (!request.has_objective())
    return base::FieldError("objective", "is missing; give the objective to update");
  UpdateObjective command;
  ASSIGN_OR_RETURN(command.key, ToObjectiveKey("objective.name", request.objective().name()));
  ASSIGN_OR_RETURN(command.fields, ToFields(request.update_mask()));
  command.content = request.objective();
  command.etag = request.objective().etag();
  command.secret = request.alert_webhook_secret();
  return command;
}

absl::StatusOr<DeleteObjective> ToCommand(const v1::DeleteObjectiveRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  ASSIGN_OR_RETURN(ObjectiveKey key, ToObjectiveKey("name", request.name()));
  return DeleteObjective{std::move(key), request.etag()};
}

absl::StatusOr<HistoryCommand> ToCommand(const v1::ListErrorBudgetHistoryRequest& request) {
  HistoryCommand command;
  ASSIGN_OR_RETURN(command.key, ToObjectiveKey("name", request.name()));
  if (request.has_start_time()) {
    ASSIGN_OR_RETURN(command.start, ToMicros("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    ASSIGN_OR_RETURN(command.end, ToMicros("end_time", request.end_time()));
  }
  if (request.has_step()) {
    ASSIGN_OR_RETURN(command.step, ToSpan("step", request.step()));
    if (*command.step < kSecond)
      return base::FieldError("step", "is less than a second; give 1 s or more");
  }
  return command;
}

absl::StatusOr<std::vector<int64_t>> TimesOf(const HistoryCommand& command, int64_t end,
                                             int64_t period) {
  end = command.end.value_or(end);
  const int64_t start = command.start.value_or(end - period);
  if (start > end) {
    return base::FieldError(
        "start_time", command.end.has_value()
                          ? "is after end_time; the history goes from the one to the other"
                          : "is after the time until which the log is looked at; give an end_time "
                            "too, or an earlier start_time");
  }
  const int64_t step = command.step.value_or(std::max(kSecond, (end - start) / kUsualPoints));
  if ((end - start) / step >= kMostPoints) {
    return base::FieldError(
        "step", absl::StrCat("gives ", (end - start) / step + 1, " points; at most ", kMostPoints,
                             ": make it longer, or the stretch shorter"));
  }
  return objectives::HistoryTimes(start, end, step);
}

absl::StatusOr<AlertsCommand> ToCommand(const v1::ListObjectiveAlertsRequest& request) {
  AlertsCommand command;
  ASSIGN_OR_RETURN(auto parts,
                   base::ParseName("parent", request.parent(), "workspaces/*/objectives/**"));
  command.key.workspace = std::move(parts[0]);
  if (parts[1] != "-") {
    RETURN_IF_ERROR(ToObjectiveKey("parent", request.parent()).status());
    command.key.objective = std::move(parts[1]);
  }
  // Also checks page_size.
  ASSIGN_OR_RETURN(command.query, listing::ToQuery("ListObjectiveAlerts", request.parent(), request,
                                                   AlertSchema()));
  command.limit = command.query.limit;
  if (request.after_cursor().empty()) return command;
  const bool other =
      !request.filter().empty() || !request.order_by().empty() || !request.page_token().empty();
  if (other) {
    return base::FieldError("after_cursor",
                            "goes without filter, order_by and page_token: what comes after it is "
                            "read whole and in its order");
  }
  ASSIGN_OR_RETURN(command.after, ToPlace(request.after_cursor()));
  return command;
}

std::string CursorOf(const AlertPlace& place) {
  return absl::StrCat(place.position, "-", place.serial);
}

v1::ObjectiveAlert Shown(const StoredAlert& stored) {
  v1::ObjectiveAlert alert = stored.alert;
  alert.set_cursor(CursorOf(stored.place));
  alert.set_name(absl::StrCat(NameOf(stored.key), "/alerts/", alert.cursor()));
  if (stored.delivery.has_value()) *alert.mutable_delivery() = *stored.delivery;
  return alert;
}

}  // namespace plumbline::analytics
