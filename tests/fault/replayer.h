// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_TESTS_FAULT_REPLAYER_H_
#define PLUMBLINE_TESTS_FAULT_REPLAYER_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/session.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/frozen_plan.h"
#include "services/onboarding/engine/plan_edit.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/testing/replay.h"
#include "tests/fault/mortal_suite.h"

namespace plumbline::fault {

namespace ob = onboarding::v1;

// Makes on-boardings anew of their histories.
class Replayer {
 public:
  explicit Replayer(MortalSuite& suite) : suite_(suite) {}

  // OK if the run that `history` makes is the one that is kept.
  absl::Status Check(const std::string& id, const ob::ListHistoryResponse& history) {
    ob::GetOnboardingRequest get;
    get.set_name(absl::StrCat(kParent, "/onboardings/", id));
    ob::GetOnboardingResponse kept;
    RETURN_IF_ERROR(suite_.Insist(cli::kOnboarding, "GetOnboarding", get, &kept));
    ob::ListTasksRequest list;
    list.set_parent(get.name());
    list.set_page_size(1000);
    ob::ListTasksResponse tasks;
    RETURN_IF_ERROR(suite_.Insist(cli::kOnboarding, "ListTasks", list, &tasks));
    ASSIGN_OR_RETURN(const onboarding::PlanPointer plan, PlanOf(kept.onboarding().process()));
    onboarding::Entries entries;
    for (const ob::HistoryEntry& entry : history.entries())
      entries.push_back(onboarding::FromProto(entry));
    ASSIGN_OR_RETURN(const Plans changed, ChangedPlans(plan, entries));
    ASSIGN_OR_RETURN(
        const onboarding::Run run,
        onboarding::testing::Replay(SpecOf(id, kept.onboarding()), plan, entries, changed));
    kept.mutable_onboarding()->clear_readiness();  // it depends on when it is asked for
    RETURN_IF_ERROR(Compare(onboarding::ToProto(run), kept.onboarding()));
    const onboarding::TaskMessages messages(run, absl::Now());
    const std::vector<onboarding::TaskView> views = onboarding::Tasks(run);
    if (views.size() != static_cast<size_t>(tasks.tasks_size()))
      return absl::InternalError("there are more or fewer tasks");
    for (size_t i = 0; i < views.size(); ++i) {
      ob::Task* task = tasks.mutable_tasks(static_cast<int>(i));
      ob::Task made = messages.MakeWhole(views[i]);
      for (ob::Task* one : {task, &made}) one->clear_time_account();  // clocks go on
      RETURN_IF_ERROR(Compare(made, *task));
    }
    return absl::OkStatus();
  }

 private:
  using Plans = std::map<std::string, onboarding::PlanPointer>;

  // The plans that the run changed to, made of what its history says of each change.
  static absl::StatusOr<Plans> ChangedPlans(onboarding::PlanPointer plan,
                                            const onboarding::Entries& history) {
    Plans plans;
    for (const onboarding::HistoryEntry& entry : history) {
      if (entry.kind != onboarding::EntryKind::kTaskAdded) continue;
      const onboarding::PlanChange& change = *entry.plan_change;
      ASSIGN_OR_RETURN(const onboarding::EditedPlan edited,
                       onboarding::AddStep(*plan, *change.node, *change.place));
      plan = plans[change.plan] = edited.plan;
    }
    return plans;
  }

  static onboarding::Spec SpecOf(const std::string& id, const ob::Onboarding& kept) {
    onboarding::Spec spec;
    spec.workspace = "default";
    spec.id = id;
    spec.person = kept.person();
    spec.display_name = kept.display_name();
    spec.day_one = absl::CivilDay(2026, 1, 5);
    spec.time_zone = kept.time_zone();
    spec.assignees = {kept.assignees().begin(), kept.assignees().end()};
    return spec;
  }

  static absl::Status Compare(const google::protobuf::Message& replayed,
                              const google::protobuf::Message& kept) {
    std::string difference;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    if (differencer.Compare(replayed, kept)) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the history makes something else: ", difference));
  }

  // With what it calls.
  absl::StatusOr<onboarding::PlanPointer> PlanOf(const std::string& process) {
    onboarding::PlanPointer& plan = plans_[process];
    if (plan != nullptr) return plan;
    std::vector<catalog::v1::Process> revisions;
    std::vector<std::string> names = {process};
    for (size_t i = 0; i < names.size(); ++i) {
      catalog::v1::GetProcessRequest request;
      request.set_name(names[i]);
      catalog::v1::GetProcessResponse response;
      RETURN_IF_ERROR(suite_.Insist(cli::kCatalog, "GetProcess", request, &response));
      revisions.push_back(response.process());
      if (i > 0) continue;
      for (const std::string& pinned : response.process().pinned_processes())
        names.push_back(absl::StrCat(kParent, "/", pinned));
    }
    ASSIGN_OR_RETURN(plan, onboarding::Freeze(revisions));
    return plan;
  }

  MortalSuite& suite_;
  std::map<std::string, onboarding::PlanPointer> plans_;
};

}  // namespace plumbline::fault

#endif  // PLUMBLINE_TESTS_FAULT_REPLAYER_H_
