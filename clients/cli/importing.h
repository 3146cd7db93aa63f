// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_IMPORTING_H_
#define PLUMBLINE_CLIENTS_CLI_IMPORTING_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {

// Streams a file ("-" = standard input) to AnalyticsService.ImportEventLog, with progress on the
// session's err. The deadline of an import is ten minutes, or the session's timeout if that is
// longer.
absl::Status ImportFile(Session& session, const std::string& path,
                        const analytics::v1::ImportHeader& header,
                        analytics::v1::ImportEventLogResponse* response);

// The same for text that is made on the way: `produce` is called once with a function that takes
// the pieces.
using Feed = std::function<absl::Status(absl::string_view)>;
absl::Status ImportText(Session& session, const analytics::v1::ImportHeader& header,
                        const std::function<absl::Status(const Feed&)>& produce,
                        analytics::v1::ImportEventLogResponse* response);

// An id made of a file's name: "BPIC 2012.xes.gz" -> "bpic-2012".
std::string LogIdOf(absl::string_view path);

// What was imported and what was dropped, for people.
void PrintImport(Session& session, const analytics::v1::ImportEventLogResponse& response);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPORTING_H_
