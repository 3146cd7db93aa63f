// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_ramp.h"

#include "common/base/status_macros.h"
#include "services/analytics/cohorts/group_cases.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

using cohorts::RampStretch;

absl::Status LiveRamp::FindActivities(const std::vector<std::string>& names) {
  if (!from_.empty() && !question_.from.has_value()) {
    ASSIGN_OR_RETURN(question_.from, NumberOf("from_activity", names, from_));
  }
  if (!activity_.empty() && !question_.measure.activity.has_value()) {
    ASSIGN_OR_RETURN(question_.measure.activity, NumberOf("measure.activity", names, activity_));
  }
  return absl::OkStatus();
}

absl::Status LiveRamp::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  RETURN_IF_ERROR(FindActivities(cases.log->activities));
  const Traces traces(cases.log, {.transitions = map_transitions_});
  from_cases_.Change(traces, question_.from, sign);
  until_cases_.Change(traces, question_.measure.activity, sign);
  ASSIGN_OR_RETURN(cohorts::NumberReader reader, cohorts::NumberReader::Make(traces, question_));
  ASSIGN_OR_RETURN(const cohorts::CaseGroups grouped,
                   cohorts::GroupCases(*cases.log, question_.grouping, keep_on));
  std::vector<Sums*> groups;
  for (size_t g = 0; g < grouped.titles.size(); ++g)
    groups.push_back(&groups_[{grouped.order[g], grouped.titles[g]}]);
  std::vector<RampStretch> stretches;
  for (size_t c = 0; c < cases.numbers.size(); ++c) {
    Sums& sums = *groups[grouped.of_case[c]];
    stretches.clear();
    (reader.Read(c, &stretches) ? sums.cases : sums.left_out) += sign;
    for (const RampStretch& one : stretches) sums.stretches.Change(one, sign);
    stretches_ += sign * static_cast<int64_t>(stretches.size());
  }
  return absl::OkStatus();
}

void LiveRamp::Settle() {
  for (auto& [key, sums] : groups_) sums.stretches.Values();
}

int64_t LiveRamp::memory_bytes() const {
  constexpr size_t kOfAGroup = sizeof(Sums) + 128;
  size_t bytes = sizeof(*this);
  for (const auto& [key, sums] : groups_)
    bytes += kOfAGroup + key.second.size() + sums.stretches.memory_bytes();
  return static_cast<int64_t>(bytes);
}

// What is drawn from, and stretches once more while what came is taken in.
int64_t LiveRamp::answer_bytes() const {
  constexpr int64_t kOfAGroup = 256;
  return BytesToDraw(stretches_, question_) +
         static_cast<int64_t>(sizeof(RampStretch)) * stretches_ +
         kOfAGroup * static_cast<int64_t>(groups_.size());
}

absl::StatusOr<cohorts::RampCurves> LiveRamp::Answer(const LiveWhole& whole, KeepOn keep_on) {
  std::erase_if(groups_, [](const auto& group) {  // cases that were in it are in others
    return group.second.cases + group.second.left_out == 0;
  });
  if (!groups_.empty()) {
    // As of LiveCohorts.
    RETURN_IF_ERROR(cohorts::CheckPeriods(question_.grouping, groups_.begin()->first.first,
                                          groups_.rbegin()->first.first));
  }
  std::vector<Sums*> groups;
  std::vector<const std::string*> titles;
  std::vector<int64_t> sizes;
  for (auto& [key, sums] : groups_) {
    sums.stretches.Values();  // of all, so that nothing gathers in those that are not shown
    groups.push_back(&sums);
    titles.push_back(&key.second);
    sizes.push_back(sums.cases + sums.left_out);
  }
  cohorts::RampCurves curves;
  std::vector<cohorts::NumberGroup> shown;
  for (const size_t g : cohorts::LargestGroups(sizes, question_.max_groups, &curves)) {
    RETURN_IF_ERROR(keep_on());
    shown.push_back(
        {*titles[g], groups[g]->cases, groups[g]->left_out, groups[g]->stretches.Values()});
  }
  RETURN_IF_ERROR(cohorts::DrawNumbers(shown, question_, whole.last_time, keep_on, &curves));
  return curves;
}

}  // namespace plumbline::analytics
