// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_columns.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "common/base/error.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

using Names = absl::Span<const absl::string_view>;

// Normalised; the first that a header has is taken.
constexpr absl::string_view kCaseNames[] = {"case:concept:name",
                                            "case id",
                                            "caseid",
                                            "case",
                                            "case key",
                                            "case number",
                                            "trace id",
                                            "trace",
                                            "process id",
                                            "instance id",
                                            "process instance id",
                                            "service id",
                                            "ticket id",
                                            "ticket number",
                                            "ticket",
                                            "incident id",
                                            "incident",
                                            "opportunity id",
                                            "opportunityid",
                                            "opportunity",
                                            "hs object id",
                                            "order id",
                                            "request id",
                                            "application id",
                                            "claim id",
                                            "lead id",
                                            "deal id",
                                            "dealid",
                                            "associated deal id",
                                            "record id",
                                            "loan id",
                                            "quote id",
                                            "id"};
constexpr absl::string_view kActivityNames[] = {
    "concept:name", "activity",  "activity name", "activityname", "activity id", "event",
    "event name",   "operation", "task",          "task name",    "step",        "step name",
    "action",       "stage",     "stage name",    "stagename",    "deal stage",  "dealstage",
    "new stage",    "to stage",  "new value",     "newvalue",     "status",      "event type"};
constexpr absl::string_view kTimeNames[] = {"time:timestamp",
                                            "timestamp",
                                            "complete timestamp",
                                            "completion timestamp",
                                            "end timestamp",
                                            "end time",
                                            "endtime",
                                            "complete time",
                                            "completion time",
                                            "end date",
                                            "enddate",
                                            "end",
                                            "completed at",
                                            "finished at",
                                            "finish time",
                                            "changed at",
                                            "stage date",
                                            "stage changed at",
                                            "change date",
                                            "changed date",
                                            "changed on",
                                            "time",
                                            "date time",
                                            "datetime",
                                            "event time",
                                            "event timestamp",
                                            "occurred at",
                                            "created at",
                                            "date",
                                            "event date",
                                            "created date",
                                            "createddate",
                                            "createdate",
                                            "create date",
                                            "last modified date",
                                            "lastmodifieddate",
                                            "hs lastmodifieddate",
                                            "modified at",
                                            "updated at"};
constexpr absl::string_view kStartNames[] = {
    "start timestamp", "start time", "starttime",  "start date", "startdate",
    "start",           "started at", "begin time", "begin date", "begin"};
constexpr absl::string_view kResourceNames[] = {
    "org:resource", "resource",  "agent",        "user",       "user name",
    "username",     "performer", "employee",     "originator", "worker",
    "assignee",     "operator",  "performed by", "handled by", "owner"};
constexpr absl::string_view kTransitionNames[] = {"lifecycle:transition", "lifecycle", "life cycle",
                                                  "lifecycle transition", "transition"};
// Columns of other names that look like ids often are none: they say what kind of event it is.
constexpr absl::string_view kEventIdNames[] = {"identity:id"};

std::string Normalise(absl::string_view name) {
  std::string result = absl::AsciiStrToLower(absl::StripAsciiWhitespace(name));
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
  return result;
}

int Find(const std::vector<std::string>& normal, absl::string_view name) {
  auto found = std::find(normal.begin(), normal.end(), name);
  return found == normal.end() ? -1 : static_cast<int>(found - normal.begin());
}

// `given`: what the caller said, "" = look among `usual`, "-" = none.
int Find(const std::vector<std::string>& normal, absl::string_view given, Names usual) {
  if (given == "-") return -1;
  if (!given.empty()) return Find(normal, Normalise(given));
  for (absl::string_view name : usual) {
    if (int column = Find(normal, name); column >= 0) return column;
  }
  return -1;
}

base::Error Missing(absl::string_view field, absl::string_view given,
                    const std::vector<std::string>& header) {
  std::vector<std::string> shown;
  for (const std::string& name : header) {
    if (shown.size() == 40) break;
    shown.push_back(Quote(name));
  }
  const std::string columns = absl::StrJoin(shown, ", ");
  // Enough to see what kind of file it is.
  constexpr size_t kFew = 8;
  const bool many = shown.size() > kFew + 1;
  if (many) shown.resize(kFew);
  const std::string some =
      many ? absl::StrCat(absl::StrJoin(shown, ", "), " and ", header.size() - kFew, " more")
           : columns;
  const std::string what =
      given.empty()
          ? absl::StrCat("no column looks like the ", field, "; name it in csv.", field, "_column")
          : absl::StrCat("csv.", field, "_column: there is no column ", Quote(given));
  return base::Error(base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING,
                     absl::StrCat(what, " (the file has ", header.size(),
                                  header.size() == 1 ? " column: " : " columns: ", some, ")"))
      .With("column", given.empty() ? field : given)
      .With("columns", columns);
}

}  // namespace

CsvColumns GuessColumns(const std::vector<std::string>& header, const CsvOptions& options) {
  std::vector<std::string> normal;
  for (const std::string& name : header) normal.push_back(Normalise(name));
  CsvColumns columns;
  columns.case_id = Find(normal, options.case_column, kCaseNames);
  columns.activity = Find(normal, options.activity_column, kActivityNames);
  columns.time = Find(normal, options.time_column, kTimeNames);
  columns.start = Find(normal, options.start_time_column, kStartNames);
  columns.resource = Find(normal, options.resource_column, kResourceNames);
  columns.transition = Find(normal, options.transition_column, kTransitionNames);
  columns.event_id = Find(normal, options.event_id_column, kEventIdNames);
  if (columns.time < 0 && options.time_column.empty() && options.start_time_column.empty()) {
    std::swap(columns.time, columns.start);  // a start is the only time that the file has
  }
  return columns;
}

absl::Status CheckColumns(const CsvColumns& columns, const CsvColumns& likely,
                          const std::vector<std::string>& header, const CsvOptions& options) {
  const struct {
    const char* field;
    int found, likely;
    const std::string& given;
    bool needed;
  } kColumns[] = {{"case", columns.case_id, likely.case_id, options.case_column, true},
                  {"activity", columns.activity, likely.activity, options.activity_column, true},
                  {"time", columns.time, likely.time, options.time_column, true},
                  {"start_time", columns.start, -1, options.start_time_column, false},
                  {"resource", columns.resource, -1, options.resource_column, false},
                  {"transition", columns.transition, -1, options.transition_column, false},
                  {"event_id", columns.event_id, -1, options.event_id_column, false}};
  for (const auto& column : kColumns) {
    const bool named = !column.given.empty() && column.given != "-";
    if (column.found >= 0 || (!column.needed && !named)) continue;
    base::Error error = Missing(column.field, column.given, header);
    for (const auto& one : kColumns) {
      const int known = one.found >= 0 ? one.found : one.likely;
      if (!one.needed || known < 0) continue;
      error.With(absl::StrCat(one.field, "_column"), header[static_cast<size_t>(known)]);
    }
    return error;
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
