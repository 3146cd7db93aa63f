// SPDX-License-Identifier: Apache-2.0
//
// --calendar: in whose business time a question about a log is answered.
#ifndef PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_
#define PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_

#include <string>

#include "absl/status/status.h"
#include "clients/cli/args.h"
#include "clients/cli/session.h"
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

// Sets business_time of a request, if a calendar is named.
template <class Request>
absl::Status SetBusinessTime(Session& session, const std::string& calendar, Request* request) {
  if (calendar.empty()) return absl::OkStatus();
  return ReadBusinessTime(session, calendar, request->mutable_business_time());
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_BUSINESS_FLAG_H_
