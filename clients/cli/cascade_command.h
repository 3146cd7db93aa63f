// SPDX-License-Identifier: Apache-2.0
//
// cascade: what follows if a utility is down, a role is slow, or more comes than usual.
#ifndef PLUMBLINE_CLIENTS_CLI_CASCADE_COMMAND_H_
#define PLUMBLINE_CLIENTS_CLI_CASCADE_COMMAND_H_

#include <string>

#include "absl/time/time.h"
#include "clients/cli/commands.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"

namespace plumbline::cli {

// Adds `cascade` (see commands.h).
void AddCascadeCommand(args::Command& app, Action* action);

// What happens, of one flag: "crm", "legal=2", "2", each also with "@2026-03-02..2026-03-04". A
// name may say what it is: "utility:crm", "role:legal", "step:Sign".
enum class DisruptionFlag { kDown, kSlower, kServers, kSurge };
// Dates are days of `zone`. FIELD_INVALID of the flag.
absl::Status ParseDisruption(DisruptionFlag flag, const std::string& text,
                             analytics::v1::Disruption* disruption,
                             const absl::TimeZone& zone = absl::UTCTimeZone());

// What the steps of the process need that has the id of the log, with all that it calls, as far as
// the catalog knows it. A log of something else has none.
void ReadNeeds(Session& session, const std::string& log,
               analytics::v1::SimulateCascadeRequest* request);

// A simulation as a person reads it, with times in the zone of its calendar.
void PrintCascade(const analytics::v1::SimulateCascadeRequest& request,
                  const analytics::v1::SimulateCascadeResponse& response, const Paper& paper);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CASCADE_COMMAND_H_
