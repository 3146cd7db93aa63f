// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/blockers.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using google::protobuf::util::TimeUtil;

bool DependsOn(const Run& run, const TaskRecord& task, const std::string& utility) {
  const std::vector<std::string>& used = run.plan->plan.node(task.step).step.utilities;
  return utility.empty() || std::find(used.begin(), used.end(), utility) != used.end();
}

v1::BlockedTask ToProto(const Run& run, const TaskView& task, const Impediment& impediment,
                        absl::Duration business) {
  v1::BlockedTask blocked;
  blocked.set_task(TaskName(run.spec, impediment.task));
  blocked.set_title(run.plan->plan.node(task.step).title);
  blocked.set_person(run.spec.person);
  blocked.set_resource(ResourceOf(run, task));
  *blocked.mutable_block_time() = ToTimestamp(impediment.open_time);
  *blocked.mutable_business_duration() =
      TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(business));
  if (task.record->due_time.has_value())
    *blocked.mutable_due_time() = ToTimestamp(*task.record->due_time);
  return blocked;
}

// What an on-boarding knows of the record of one of its impediments.
v1::ImpedimentRecord AsTold(const Spec& spec, const Impediment& impediment) {
  v1::ImpedimentRecord told;
  told.set_name(RecordName(spec.workspace, RecordId(spec, impediment)));
  told.set_category(static_cast<v1::Impediment::Category>(impediment.category));
  told.set_utility(impediment.utility);
  told.set_description(impediment.description);
  *told.mutable_open_time() = ToTimestamp(impediment.open_time);
  told.set_state(v1::ImpedimentRecord::STATE_OPEN);
  if (impediment.acknowledge_time.has_value()) {
    told.set_state(v1::ImpedimentRecord::STATE_ACKNOWLEDGED);
    *told.mutable_acknowledge_time() = ToTimestamp(*impediment.acknowledge_time);
  }
  return told;
}

bool BlockedEarlier(const v1::BlockedTask& a, const v1::BlockedTask& b) {
  if (a.block_time() == b.block_time()) return a.task() < b.task();
  return a.block_time() < b.block_time();
}

}  // namespace

absl::Status Blockers::Add(const Run& run, const std::string& utility) {
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, CalendarOf(run.spec));
  for (const Impediment* impediment : OpenImpediments(run)) {
    const absl::StatusOr<TaskView> found = FindTask(run, impediment->task);
    if (!found.ok() || found->record == nullptr) continue;
    const TaskView& task = *found;
    if (!DependsOn(run, *task.record, utility)) continue;
    const absl::Duration business = now_ > impediment->open_time
                                        ? calendar.Between(impediment->open_time, now_)
                                        : absl::ZeroDuration();
    Sum& sum = sums_[RecordId(run.spec, *impediment)];
    if (sum.tasks.empty()) sum.told = AsTold(run.spec, *impediment);
    sum.tasks.push_back(ToProto(run, task, *impediment, business));
    sum.onboardings.insert(run.spec.id);
    sum.business += business;
    tasks_.insert(sum.tasks.back().task());
    onboardings_.insert(run.spec.id);
  }
  return absl::OkStatus();
}

std::vector<Blockers::Found> Blockers::InOrder() const {
  std::vector<const std::pair<const std::string, Sum>*> order;
  for (const auto& one : sums_) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    if (a->second.business != b->second.business) return a->second.business > b->second.business;
    return a->second.tasks.size() > b->second.tasks.size();
  });
  std::vector<Found> found;
  for (const auto* one : order) {
    std::vector<v1::BlockedTask> tasks = one->second.tasks;
    std::sort(tasks.begin(), tasks.end(), BlockedEarlier);
    v1::Blocker& blocker = found.emplace_back(Found{one->first, {}}).blocker;
    *blocker.mutable_impediment() = one->second.told;
    blocker.mutable_impediment()->set_open_task_count(static_cast<int>(tasks.size()));
    blocker.mutable_impediment()->set_open_onboarding_count(
        static_cast<int>(one->second.onboardings.size()));
    blocker.set_task_count(static_cast<int>(tasks.size()));
    blocker.set_onboarding_count(static_cast<int>(one->second.onboardings.size()));
    *blocker.mutable_oldest_time() = tasks.front().block_time();
    *blocker.mutable_business_duration() =
        TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(one->second.business));
    if (tasks.size() > kMaxBlockedTasks) tasks.resize(kMaxBlockedTasks);
    for (v1::BlockedTask& task : tasks) *blocker.add_tasks() = std::move(task);
  }
  return found;
}

}  // namespace plumbline::onboarding
