// SPDX-License-Identifier: Apache-2.0
//
// --calendar: in whose business time a question about a log is answered.
#ifndef PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_
#define PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "google/protobuf/duration.pb.h"
#include "plumbline/analytics/v1/selection.pb.h"

namespace plumbline::cli {

// Adds --calendar. `what` is counted in its business time: "Waits". `calendar` must outlive the
// command.
args::Option* AddCalendarFlag(args::Command& command, const std::string& what,
                              std::string* calendar);

// The calendar and those that it inherits from, as the catalog has them. What is printed from then
// on is in its working days (SpanWords).
absl::Status ReadBusinessTime(Session& session, const std::string& calendar,
                              analytics::v1::BusinessTime* time);

// How many seconds a working day of it has; 0 of the wall clock, and where the calendars say
// nothing sound.
double WorkingDayOf(const Session& session, const analytics::v1::BusinessTime& time);

// SetSpan of a time that is open time where there is a working day: "3wd". Says to the session's
// err what "d" and "w" are there: 24 open hours each, which is rarely what is meant.
absl::Status SetOpenSpan(Session& session, absl::string_view flag, absl::string_view text,
                         double working_day, google::protobuf::Duration* span);

// Sets business_time of a request, if a calendar is named.
template <class Request>
absl::Status SetBusinessTime(Session& session, const std::string& calendar, Request* request) {
  if (calendar.empty()) return absl::OkStatus();
  return ReadBusinessTime(session, calendar, request->mutable_business_time());
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_
