// SPDX-License-Identifier: Apache-2.0
//
// By what on-boardings are put into cohorts.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RAMP_GROUPING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RAMP_GROUPING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/people.pb.h"
#include "services/onboarding/engine/run.h"
#include "services/onboarding/people/directory.h"
#include "services/onboarding/ramp/cohorts.h"

namespace plumbline::onboarding {

struct Grouping {
  enum class By { kMonth, kProcess, kLabel, kManager, kGroup };
  By by = By::kMonth;
  std::string label;  // of kLabel

  bool needs_people() const { return by == By::kManager || by == By::kGroup; }
};

// Of SummarizeCohortsRequest.group_by. FIELD_INVALID.
absl::StatusOr<Grouping> ParseGrouping(absl::string_view group_by);

// What cohorts read of records of people; nullopt = there is none.
using PeopleOfRuns = std::map<std::string, std::optional<v1::Person>>;

// Adds the records of those who are on-boarded, and where the grouping shows them of their
// managers.
absl::Status ReadPeople(Directory& people, const Grouping& grouping, const std::vector<Run>& runs,
                        PeopleOfRuns* records);

// The cohorts of a run: none where nothing is known. `records` is not read unless needs_people.
std::vector<CohortKey> CohortsOf(const Run& run, const Grouping& grouping,
                                 const PeopleOfRuns& records);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RAMP_GROUPING_H_
