// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_cohorts.h"

#include "common/base/status_macros.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

absl::Status LiveCohorts::FindActivities(const std::vector<std::string>& names) {
  if (!from_.empty() && !question_.from.has_value()) {
    ASSIGN_OR_RETURN(question_.from, NumberOf("from_activity", names, from_));
  }
  if (!until_.empty() && !question_.until.has_value()) {
    ASSIGN_OR_RETURN(question_.until, NumberOf("until_activity", names, until_));
  }
  return absl::OkStatus();
}

absl::Status LiveCohorts::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  RETURN_IF_ERROR(FindActivities(cases.log->activities));
  const Traces traces(cases.log, {.transitions = map_transitions_});
  from_cases_.Change(traces, question_.from, sign);
  until_cases_.Change(traces, question_.until, sign);
  ASSIGN_OR_RETURN(std::vector<cohorts::Group> groups,
                   cohorts::Observe(traces, question_, keep_on));
  for (cohorts::Group& group : groups) {
    Sums& sums = groups_[{group.order, std::move(group.title)}];
    for (const cohorts::Observed one : group.observed) sums.observed.Change(one, sign);
    sums.ended_without += sign * group.ended_without;
    sums.without_from += sign * group.without_from;
    observed_ += sign * static_cast<int64_t>(group.observed.size());
  }
  return absl::OkStatus();
}

void LiveCohorts::Settle() {
  for (auto& [key, sums] : groups_) sums.observed.Values();
}

int64_t LiveCohorts::memory_bytes() const {
  constexpr size_t kOfAGroup = sizeof(Sums) + 128;
  size_t bytes = sizeof(*this);
  for (const auto& [key, sums] : groups_)
    bytes += kOfAGroup + key.second.size() + sums.observed.memory_bytes();
  return static_cast<int64_t>(bytes);
}

// A copy of what was observed, its times and their curve, and what it is compared in, twice.
int64_t LiveCohorts::answer_bytes() const {
  constexpr int64_t kOfACase = 120, kOfAGroup = 256;
  return kOfACase * observed_ + kOfAGroup * static_cast<int64_t>(groups_.size());
}

absl::StatusOr<std::vector<cohorts::Group>> LiveCohorts::Answer() {
  std::vector<cohorts::Group> groups;
  for (auto it = groups_.begin(); it != groups_.end();) {
    auto& [key, sums] = *it;
    const std::vector<cohorts::Observed>& observed = sums.observed.Values();
    if (observed.empty() && sums.without_from == 0) {  // cases that were in it are in others
      it = groups_.erase(it);
      continue;
    }
    groups.push_back({key.second, key.first, observed, sums.ended_without, sums.without_from});
    ++it;
  }
  if (!groups.empty()) {
    // Periods of the cases that are here are no more than Periods has, but those between may be.
    RETURN_IF_ERROR(
        cohorts::CheckPeriods(question_.grouping, groups.front().order, groups.back().order));
  }
  return groups;
}

absl::Status LiveFinishes::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> finishes,
                   forecast::ReadFinishes(*cases.log, question_, keep_on));
  for (const int64_t finish : finishes) finishes_.Change(finish, sign);
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
