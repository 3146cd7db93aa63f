// SPDX-License-Identifier: Apache-2.0
//
// CascadeService: requests to commands, and commands to what they mean for a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/calendar/calendar.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/disruption.h"
#include "services/analytics/cascade/experience.h"
#include "services/analytics/cascade/needs.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// A disruption as it was asked for: what it is about is a name, and times are microseconds.
struct AskedDisruption {
  std::vector<cascade::Target> targets;  // the first of these that has the name; none: arrivals
  std::string name;
  std::optional<int64_t> start, end;
  cascade::Disruption effect;  // but for activities, begin and end
};

struct CascadeCommand {
  LogKey key;
  Selection selection;
  std::optional<calendar::Calendar> business;
  std::vector<AskedDisruption> disruptions;
  std::vector<cascade::AskedNeed> needs;
  std::optional<int64_t> as_of, until;
  int64_t runs = 0, max_cases = 0, max_steps = 0;
  uint64_t seed = 0;
  std::optional<double> arrivals_per_day;
  std::vector<cascade::AskedServers> servers;
  bool by_role = false;
};
// FIELD_INVALID.
absl::StatusOr<CascadeCommand> ToCommand(const v1::SimulateCascadeRequest& request);

// The wall clock, or the open hours of a calendar, from `now` on.
cascade::Axis ToAxis(const std::optional<calendar::Calendar>& calendar, int64_t now);
// What counts as a day: 24 hours, or the mean working day of the year after `now`. FIELD_INVALID
// for a calendar that is never open then.
absl::StatusOr<int64_t> DayOf(const std::optional<calendar::Calendar>& calendar, int64_t now);

// FIELD_INVALID ("disruptions[2].utility") for a name that the log does not have, and times that
// are over before the simulation begins. Those that fall outside of business time are left out.
absl::StatusOr<std::vector<cascade::Disruption>> ToDisruptions(
    const std::vector<AskedDisruption>& asked, const LogSnapshot& log, const cascade::Needs& needs,
    const cascade::Axis& axis);

// CascadeOptions::until, as SimulateCascadeRequest.until_time says. FIELD_INVALID.
absl::StatusOr<int64_t> ToUntil(const CascadeCommand& command,
                                const std::vector<cascade::Disruption>& disruptions,
                                double mean_duration, const cascade::Axis& axis);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_CONVERT_H_
