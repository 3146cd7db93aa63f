// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/basis.h"

#include <map>
#include <set>
#include <utility>

namespace plumbline::onboarding {
namespace {

std::string OwnerOf(const Run& run, const TaskView& view) {
  const std::string& role = run.plan->plan.node(view.step).step.role;
  const std::string assignee =
      view.record == nullptr ? AssigneeOf(run.spec, role) : AssigneeOf(run, *view.record);
  return assignee.empty() ? role : assignee;
}

}  // namespace

std::vector<TaskView> PresentRounds(const Run& run) {
  std::vector<TaskView> present;
  for (const TaskView& view : Tasks(run)) {
    if (!present.empty() && present.back().step == view.step) present.pop_back();
    present.push_back(view);
  }
  return present;
}

std::vector<std::string> OwnersOf(const Run& run) {
  std::set<std::string> owners;
  for (const TaskView& view : PresentRounds(run)) owners.insert(OwnerOf(run, view));
  owners.erase("");
  return {owners.begin(), owners.end()};
}

Basis BasisOf(const Run& run, const TaskView& view, const ProcessDurations& durations) {
  const std::string& step = run.plan->plan.node(view.step).path;
  const auto find = [&](const std::string& owner) -> std::optional<DurationSummary> {
    const auto it = durations.find({step, owner});
    return it == durations.end() ? std::nullopt : Summarize(it->second);
  };
  if (auto own = find(OwnerOf(run, view)); own.has_value())
    return {v1::ForecastBasis::SOURCE_OWNER, own};
  if (auto all = find(""); all.has_value()) return {v1::ForecastBasis::SOURCE_STEP, all};
  return {};
}

StepLength LengthsOf(const Run& run, const ProcessDurations& durations,
                     absl::Duration DurationSummary::*length) {
  std::map<flow::NodeIndex, absl::Duration> lengths;
  for (const TaskView& view : PresentRounds(run)) {
    const Basis basis = BasisOf(run, view, durations);
    if (basis.summary.has_value()) lengths[view.step] = (*basis.summary).*length;
  }
  return [lengths = std::move(lengths)](flow::NodeIndex step) -> std::optional<absl::Duration> {
    const auto it = lengths.find(step);
    return it == lengths.end() ? std::nullopt : std::optional(it->second);
  };
}

}  // namespace plumbline::onboarding
