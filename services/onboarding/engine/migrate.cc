// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/migrate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/onboarding/engine/carry.h"
#include "services/onboarding/engine/migrate_report.h"
#include "services/onboarding/engine/migrate_switch.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding {
namespace {

using flow::kNoNode;
using flow::NodeIndex;

constexpr char kMap[] = "map it to what it is called there";
constexpr char kStepGone[] = "has begun, and its step is not in the new plan";

absl::string_view WithoutRevision(absl::string_view process) {
  return process.substr(0, process.find('@'));
}

absl::Status CheckSameProcess(const Run& run, const FrozenPlan& plan) {
  const absl::string_view present = WithoutRevision(run.plan->process);
  if (WithoutRevision(plan.process) == present) return absl::OkStatus();
  return base::FieldError(
      "process",
      absl::StrCat("'", plan.process, "' is another process than that of the on-boarding, '",
                   present, "'; give a revision of that, or start another on-boarding"));
}

// What can be dropped: work that was done, and decisions that were made.
absl::Status CheckDropped(const Run& run, const std::vector<Action>& done,
                          const std::vector<std::string>& dropped) {
  std::set<std::string> known;
  for (const Action& action : done) known.insert(action.id(run.plan->plan));
  for (const TaskRecord& task : run.tasks) {
    const std::string id = TaskId(*run.plan, task.step, task.round);
    if (!IsOpen(task) || HasBegun(run, task, id)) known.insert(id);
  }
  std::vector<base::FieldViolation> violations;
  for (size_t i = 0; i < dropped.size(); ++i) {
    if (known.contains(dropped[i])) continue;
    violations.push_back({absl::StrCat("dropped[", i, "]"),
                          absl::StrCat("'", flow::ShortenText(dropped[i]),
                                       "' is no task that has begun or ended, and no decision that "
                                       "was made; leave it out")});
  }
  return base::FieldErrors(violations);
}

// Steps of the new plan of which a task is under way, and somebody has done something about it.
std::set<NodeIndex> BegunSteps(const Run& run, const NodeMap& map,
                               const std::set<std::string>& dropped) {
  std::set<NodeIndex> begun;
  for (const TaskRecord& task : run.tasks) {
    const std::string id = TaskId(*run.plan, task.step, task.round);
    const NodeIndex step = map.After(task.step);
    if (step != kNoNode && IsOpen(task) && HasBegun(run, task, id) && !dropped.contains(id))
      begun.insert(step);
  }
  return begun;
}

// What becomes of every record of the run; what cannot be kept, and was begun, is a misfit.
std::vector<Outcome> Outcomes(const Run& run, const FrozenPlan& plan, const NodeMap& map,
                              const std::set<std::string>& dropped, Carried* carried) {
  const std::vector<NodeIndex> enabled = carried->progress.EnabledSteps();
  std::vector<Outcome> outcomes;
  for (const TaskRecord& task : run.tasks) {
    const std::string id = TaskId(*run.plan, task.step, task.round);
    const NodeIndex step = map.After(task.step);
    const bool ready = step != kNoNode && std::binary_search(enabled.begin(), enabled.end(), step);
    if (dropped.contains(id)) {
      outcomes.push_back(Outcome::kDrop);
    } else if (!IsOpen(task) || ready) {
      outcomes.push_back(Outcome::kKeep);  // whether what ended has a place, Carry says
    } else {
      outcomes.push_back(Outcome::kWithdraw);
      if (!HasBegun(run, task, id)) continue;
      carried->misfits.push_back(step == kNoNode
                                     ? Misfit{.id = id, .why = kStepGone, .can_be_mapped = true}
                                     : NotReached(id, plan.plan, carried->progress, step));
    }
  }
  return outcomes;
}

// Says what a step is perhaps called in the new plan.
void Suggest(const PathMappings& suggested, std::vector<Misfit>* misfits) {
  for (Misfit& misfit : *misfits) {
    const auto it = suggested.find(misfit.id.substr(0, misfit.id.find('~')));
    if (it != suggested.end() && misfit.can_be_mapped)
      misfit.otherwise = absl::StrCat(kMap, " (perhaps to '", it->second, "')");
  }
}

// Why it does not fit, and what may be done. A plan that is changed by hand drops and maps nothing:
// there the task that is added or moved can have another place.
std::string WhyAndWhat(const Misfit& misfit, EntryKind kind) {
  const bool migrates = kind == EntryKind::kMigrated;
  std::string otherwise = misfit.otherwise;
  if (misfit.can_be_mapped && otherwise.empty()) otherwise = kMap;
  if (misfit.can_be_mapped && !migrates) otherwise.clear();
  return absl::StrCat(misfit.why, migrates ? "; drop it" : "; choose another place",
                      otherwise.empty() ? "" : ", or ", otherwise);
}

// "workspaces/acme/onboardings/ada/decisions/region" of a decision; of a task its name.
std::string NameOf(const Run& run, const std::string& id) {
  const NodeIndex node = run.plan->plan.Find(id);
  if (node == kNoNode || run.plan->plan.node(node).kind == flow::NodeKind::kStep)
    return TaskName(run.spec, id);
  return absl::StrCat(OnboardingName(run.spec.workspace, run.spec.id), "/decisions/", id);
}

// Each once: a decision of a loop is made, and may not fit, once a round.
std::vector<Misfit> EachOnce(const std::vector<Misfit>& misfits) {
  std::vector<Misfit> each;
  std::map<std::string, int> times;
  for (const Misfit& misfit : misfits)
    if (times[misfit.id]++ == 0) each.push_back(misfit);
  for (Misfit& misfit : each)
    if (times[misfit.id] > 1) misfit.why += absl::StrCat(" (", times[misfit.id], " times)");
  return each;
}

absl::Status Refused(const Run& run, const std::vector<Misfit>& all, EntryKind kind) {
  const std::vector<Misfit> misfits = EachOnce(all);
  const std::string ids = absl::StrJoin(
      misfits, ",", [](std::string* out, const Misfit& misfit) { out->append(misfit.id); });
  base::Error error(
      base::Reason::ERROR_REASON_PLAN_CHANGE_REFUSED,
      absl::StrCat("the plan of on-boarding '", run.spec.id, "' cannot be changed like this: '",
                   misfits[0].id, "' ", WhyAndWhat(misfits[0], kind),
                   misfits.size() == 1
                       ? ""
                       : absl::StrCat("; and so it is with ", misfits.size() - 1, " more")));
  error.With("begun", ids);
  for (const Misfit& misfit : misfits)
    error.Precondition("PLAN_CHANGE", NameOf(run, misfit.id), WhyAndWhat(misfit, kind));
  return error;
}

// What is given goes before what is suggested.
PathMappings AllMappings(const Migration& migration, const PathMappings& suggested) {
  PathMappings all = migration.mappings;
  if (!migration.map_renamed) return all;
  std::set<std::string> taken;
  for (const auto& [old, path] : migration.mappings) taken.insert(path);
  for (const auto& [old, path] : suggested)
    if (!taken.contains(path)) all.emplace(old, path);
  return all;
}

}  // namespace

absl::StatusOr<Entries> ChangePlan(Run& run, const Entries& history, const Migration& migration,
                                   const Occurrence& when, MigrationReport* report) {
  ASSIGN_OR_RETURN(calendar::Calendar calendar, CalendarOf(run.spec));
  RETURN_IF_ERROR(CheckGoesOn(run));
  const PlanPointer before = run.plan;
  const FrozenPlan& plan = *migration.plan;
  RETURN_IF_ERROR(CheckSameProcess(run, plan));
  report->suggested = SuggestMappings(before->plan, plan.plan);
  ASSIGN_OR_RETURN(const NodeMap map, NodeMap::Make(before->plan, plan.plan,
                                                    AllMappings(migration, report->suggested)));
  ASSIGN_OR_RETURN(const Fold done, FoldHistory(run, history));
  RETURN_IF_ERROR(CheckDropped(run, done.actions, migration.dropped));
  const std::set<std::string> dropped(migration.dropped.begin(), migration.dropped.end());
  const flow::AttributeValues values = RenamedValues(run.attributes, map);
  Carried carried =
      Carry(before->plan, done.actions, plan, map, dropped, BegunSteps(run, map, dropped), values);
  const std::vector<Outcome> outcomes = Outcomes(run, plan, map, dropped, &carried);
  if (!carried.misfits.empty()) {
    if (!migration.map_renamed) Suggest(report->suggested, &carried.misfits);
    return Refused(run, carried.misfits, migration.kind);
  }
  const std::vector<TaskBefore> tasks = TasksBefore(run);
  report->decisions = DecisionFates(*before, done.actions, plan, carried);
  std::map<std::string, std::string> ids;
  Entries entries;
  if (plan.id == before->id && dropped.empty() && map.renamed().empty()) {
    for (const TaskBefore& task : tasks) ids.emplace(task.id, task.id);
  } else {
    Recorder recorder(run, when, calendar);
    ids = SwitchPlan(run, migration, map, carried, outcomes, recorder, calendar);
    RETURN_IF_ERROR(GoOn(run, recorder));
    entries = recorder.Take();
  }
  report->tasks = TaskFates(tasks, run, map, ids, dropped);
  return entries;
}

}  // namespace plumbline::onboarding
