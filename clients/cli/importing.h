// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_CLIENTS_CLI_IMPORTING_H_
#define PLUMBLINE_CLIENTS_CLI_IMPORTING_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {

// Streams a file ("-" = standard input) to AnalyticsService.ImportEventLog, with progress on the
// session's err. The deadline of an import is ten minutes, or the session's timeout if that is
// longer. Errors that are about the file name it (see Wording::InFile).
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

// "day/month/year hour:minute" of "%d/%m/%Y %H:%M".
std::string TimeFormatWords(absl::string_view format);

// What somebody should look at before believing a report, a sentence each: times that can be read
// with day and month exchanged, times that are hardly meant, and life-cycle transitions of which
// one would make a plainer map. `again` is how the file is imported anew: "import again with
// --replace".
std::vector<std::string> ImportNotes(const analytics::v1::ImportEventLogResponse& response,
                                     absl::string_view again);

// What was imported, how it was read and what was dropped, for people.
void PrintImport(Session& session, const analytics::v1::ImportEventLogResponse& response);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_IMPORTING_H_
