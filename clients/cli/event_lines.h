// SPDX-License-Identifier: Apache-2.0
//
// Events as lines of text: JSON or CSV.
#ifndef PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_
#define PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_

#include <cstdint>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::cli {

// Reads one event a line; what kind of lines they are the first one says. JSON: an Event as the API
// writes it ({"caseId": "1", "activity": "Sign", "time": "2026-01-05T09:00:00Z"}). CSV (RFC 4180,
// no line ends within quotes): the first line names the columns case (or case_id), activity, time
// and, where there are such, start_time, resource, transition and event_id; every other column is
// an attribute, as text, where it is not empty. Times of CSV are as in ParseTime, also with a space
// in the place of the T. Empty lines are passed over.
class EventLines {
 public:
  // `name` of the file, for errors.
  EventLines(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  // The next event, with a case, an activity and a time. False: there are no more. FIELD_INVALID
  // names the file and the line, and what is wrong as it is written there.
  absl::StatusOr<bool> Next(analytics::v1::Event* event);
  // The line of the event that was read last, from 1.
  int64_t line() const { return line_; }
  // What is wrong with an event of `line`, in a field of Event ("case_id"), in the words of the
  // file.
  base::FieldViolation Violation(int64_t line, absl::string_view field,
                                 absl::string_view why) const;

 private:
  bool NextLine(std::string* line);
  absl::Status ReadHeader(absl::string_view line);
  absl::Status ReadCsv(absl::string_view line, analytics::v1::Event* event) const;
  absl::Status ReadJson(const std::string& line, analytics::v1::Event* event) const;
  absl::Status CheckWhole(const analytics::v1::Event& event) const;
  absl::Status Wrong(absl::string_view why) const;

  std::istream& in_;
  const std::string name_;
  int64_t line_ = 0;
  bool begun_ = false, json_ = false;
  std::vector<std::string> columns_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_EVENT_LINES_H_
