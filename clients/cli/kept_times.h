// SPDX-License-Identifier: Apache-2.0
//
// Times that stay as they are where another calendar comes to count them.
#ifndef PLUMBLINE_CLIENTS_CLI_KEPT_TIMES_H_
#define PLUMBLINE_CLIENTS_CLI_KEPT_TIMES_H_

#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "google/protobuf/duration.pb.h"
#include "plumbline/analytics/v1/selection.pb.h"

namespace plumbline::cli {

// Says to the session's err what `span`, which `flag` sets and which is not given, is in the
// business time of `after`, and what it was in that of `before`: 30 days of the wall clock become
// 720 open hours. Nothing where both are of one calendar, or `after` is the wall clock.
void TellKeptTime(Session& session, absl::string_view flag, const google::protobuf::Duration& span,
                  const analytics::v1::BusinessTime& before,
                  const analytics::v1::BusinessTime& after);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_KEPT_TIMES_H_
