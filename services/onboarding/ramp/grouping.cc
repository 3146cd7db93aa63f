// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/ramp/grouping.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxLabel = 63;

const v1::Person* Find(const PeopleOfRuns& records, const std::string& person) {
  const auto at = records.find(person);
  return at == records.end() || !at->second.has_value() ? nullptr : &*at->second;
}

absl::Status ReadOne(Directory& people, const std::string& person, PeopleOfRuns* records) {
  if (person.empty() || records->contains(person)) return absl::OkStatus();
  ASSIGN_OR_RETURN((*records)[person], people.Find(person));
  return absl::OkStatus();
}

std::vector<CohortKey> ByPeople(const Run& run, const Grouping& grouping,
                                const PeopleOfRuns& records) {
  const v1::Person* person = Find(records, run.spec.person);
  if (person == nullptr) return {};
  std::vector<CohortKey> keys;
  if (grouping.by == Grouping::By::kGroup) {
    for (const std::string& group : person->groups()) keys.push_back({group, group});
    return keys;
  }
  if (person->manager().empty()) return {};
  const v1::Person* manager = Find(records, person->manager());
  const bool named = manager != nullptr && !manager->display_name().empty();
  return {{person->manager(), named ? manager->display_name() : person->manager()}};
}

}  // namespace

absl::StatusOr<Grouping> ParseGrouping(absl::string_view group_by) {
  if (group_by.empty() || group_by == "month") return Grouping{Grouping::By::kMonth, ""};
  if (group_by == "process") return Grouping{Grouping::By::kProcess, ""};
  if (group_by == "manager") return Grouping{Grouping::By::kManager, ""};
  if (group_by == "group") return Grouping{Grouping::By::kGroup, ""};
  absl::string_view label = group_by;
  if (absl::ConsumePrefix(&label, "labels.") && !label.empty() && label.size() <= kMaxLabel)
    return Grouping{Grouping::By::kLabel, std::string(label)};
  return base::FieldError(
      "group_by",
      absl::StrCat("'", group_by.substr(0, 100),
                   "' is nothing to group by; it must be month, process, manager, group, "
                   "or a label such as labels.region"));
}

absl::Status ReadPeople(Directory& people, const Grouping& grouping, const std::vector<Run>& runs,
                        PeopleOfRuns* records) {
  for (const Run& run : runs) {
    RETURN_IF_ERROR(ReadOne(people, run.spec.person, records));
    const v1::Person* person = Find(*records, run.spec.person);
    if (grouping.by == Grouping::By::kManager && person != nullptr)
      RETURN_IF_ERROR(ReadOne(people, std::string(person->manager()), records));
  }
  return absl::OkStatus();
}

std::vector<CohortKey> CohortsOf(const Run& run, const Grouping& grouping,
                                 const PeopleOfRuns& records) {
  switch (grouping.by) {
    case Grouping::By::kMonth: {
      const absl::Time day = absl::FromCivil(run.spec.day_one, absl::UTCTimeZone());
      return {{absl::FormatTime("%Y-%m", day, absl::UTCTimeZone()),
               absl::FormatTime("%B %Y", day, absl::UTCTimeZone())}};
    }
    case Grouping::By::kProcess:
      return {
          {ProcessId(*run.plan), run.plan->title.empty() ? ProcessId(*run.plan) : run.plan->title}};
    case Grouping::By::kLabel: {
      const auto label = run.spec.labels.find(grouping.label);
      if (label == run.spec.labels.end() || label->second.empty()) return {};
      return {{label->second, label->second}};
    }
    default:
      return ByPeople(run, grouping, records);
  }
}

}  // namespace plumbline::onboarding
