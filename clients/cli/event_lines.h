// SPDX-License-Identifier: Apache-2.0
//
// Events as lines of text: JSON or CSV.
#ifndef PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_
#define PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::cli {

// Reads one event a line; what kind of lines they are the first one says. JSON: an Event as the API
// writes it ({"caseId": "1", "activity": "Sign", "time": "2026-01-05T09:00:00Z"}). CSV (RFC 4180,
// no line ends within quotes): the first line names the columns case (or case_id), activity, time
// and, where there are such, start_time, resource, transition and event_id; every other column is
// an attribute, as text, where it is not empty. Times are as in ParseTime. Empty lines are passed
// over.
class EventLines {
 public:
  explicit EventLines(std::istream& in) : in_(in) {}

  // The next event. False: there are no more. FIELD_INVALID names the line.
  absl::StatusOr<bool> Next(analytics::v1::Event* event);

 private:
  bool NextLine(std::string* line);
  absl::Status ReadHeader(absl::string_view line);
  absl::Status ReadCsv(absl::string_view line, analytics::v1::Event* event) const;
  absl::Status ReadJson(const std::string& line, analytics::v1::Event* event) const;
  absl::Status Wrong(absl::string_view why) const;

  std::istream& in_;
  int64_t line_ = 0;
  bool begun_ = false, json_ = false;
  std::vector<std::string> columns_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_
