// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/store_sql_index.h"

namespace plumbline::onboarding {
namespace {

using sql::Rows;
using sql::Transaction;

absl::Status WritePlan(Transaction& tx, const Run& run, const HistoryEntry& change) {
  RETURN_IF_ERROR(tx.Execute("UPDATE onboardings SET plan = :plan WHERE workspace = :workspace AND "
                             "onboarding = :onboarding",
                             {{"plan", run.plan->id},
                              {"workspace", run.spec.workspace},
                              {"onboarding", run.spec.id}})
                      .status());
  return tx
      .Execute(
          "INSERT INTO past_plans (workspace, onboarding, until_sequence, plan) "
          "VALUES (:workspace, :onboarding, :sequence, :plan)",
          {{"workspace", run.spec.workspace},
           {"onboarding", run.spec.id},
           {"sequence", change.sequence},
           {"plan", change.plan_change->previous_plan}})
      .status();
}

using Mappings = std::map<std::string, std::string>;

// What the tasks of a run are called after a change of its plan. One that is gone leaves its name
// to one that is called like that now: "exam@17", by the number of the entry of the change.
class TaskNames {
 public:
  explicit TaskNames(const HistoryEntry& change)
      : tasks_(change.plan_change->tasks),
        mappings_(change.plan_change->mappings),
        sequence_(change.sequence) {
    for (const auto& [old, path] : mappings_) taken_paths_.insert(path);
    for (const auto& [old, task] : tasks_) taken_.insert(task);
  }

  std::string After(const std::string& task) const {
    // Its turn had come, and rounds are counted anew.
    const auto kept = tasks_.find(task);
    if (kept != tasks_.end() && !kept->second.empty()) return kept->second;
    const auto path = mappings_.find(PathOf(task));
    if (path != mappings_.end())
      return absl::StrCat(path->second, task.substr(std::min(task.size(), task.rfind('~'))));
    const bool taken = taken_.contains(task) || taken_paths_.contains(PathOf(task));
    return taken ? absl::StrCat(task, "@", sequence_) : task;
  }

 private:
  static std::string PathOf(const std::string& task) { return task.substr(0, task.rfind('~')); }

  const Mappings& tasks_;
  const Mappings& mappings_;
  const int64_t sequence_;
  std::set<std::string> taken_;  // ids of tasks that are kept
  std::set<std::string> taken_paths_;
};

// "deal-desk.slow" of a call that is called otherwise.
std::string RenamedRule(const std::string& rule, const Mappings& mappings) {
  for (size_t dot = rule.rfind('.'); dot != std::string::npos && dot > 0;
       dot = rule.rfind('.', dot - 1)) {
    const auto it = mappings.find(rule.substr(0, dot));
    if (it != mappings.end()) return absl::StrCat(it->second, rule.substr(dot));
  }
  return rule;
}

absl::Status Rename(Transaction& tx, const Run& run, absl::string_view table,
                    absl::string_view column, const std::string& from, const std::string& to) {
  return tx
      .Execute(absl::StrCat("UPDATE ", table, " SET ", column, " = :after WHERE ", column,
                            " = :before AND workspace = :workspace AND onboarding = :onboarding"),
               {{"before", from},
                {"after", to},
                {"workspace", run.spec.workspace},
                {"onboarding", run.spec.id}})
      .status();
}

// Calls what stands in a column of the rows of a run otherwise.
absl::Status RenameAll(Transaction& tx, const Run& run, absl::string_view table,
                       absl::string_view column,
                       absl::FunctionRef<std::string(const std::string&)> after) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      tx.Query(absl::StrCat("SELECT DISTINCT ", column, " FROM ", table,
                            " WHERE workspace = :workspace AND onboarding = :onboarding"),
               {{"workspace", run.spec.workspace}, {"onboarding", run.spec.id}}));
  std::map<std::string, std::string> renamed;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string before = rows.Text(i, 0);
    if (std::string name = after(before); name != before) renamed.emplace(before, std::move(name));
  }
  // In two steps, so that names which go round in a circle do not meet.
  for (const auto& [before, name] : renamed)
    RETURN_IF_ERROR(Rename(tx, run, table, column, before, absl::StrCat("@", before)));
  for (const auto& [before, name] : renamed)
    RETURN_IF_ERROR(Rename(tx, run, table, column, absl::StrCat("@", before), name));
  return absl::OkStatus();
}

}  // namespace

absl::Status InsertRevisions(Transaction& tx, absl::string_view workspace, absl::string_view plan,
                             const std::vector<std::string>& revisions) {
  const std::string text = absl::StrJoin(revisions, "\n");
  return tx.Post(
      "INSERT INTO plan_revisions (workspace, plan, revisions) VALUES (:workspace, :plan, "
      ":revisions) ON CONFLICT (workspace, plan) DO NOTHING",
      {{"workspace", workspace}, {"plan", plan}, {"revisions", text}});
}

std::vector<std::string> RevisionsOf(absl::string_view text) { return absl::StrSplit(text, '\n'); }

const HistoryEntry* PlanChangeOf(const Entries& entries) {
  for (const HistoryEntry& entry : entries)
    if (entry.plan_change.has_value()) return &entry;
  return nullptr;
}

absl::Status FollowPlanChange(Transaction& tx, const Run& run, const HistoryEntry& change) {
  if (change.plan_change->previous_plan != run.plan->id)
    RETURN_IF_ERROR(WritePlan(tx, run, change));
  const TaskNames names(change);
  for (const char* table : {"comments", "escalations", "impediment_wishes"}) {
    RETURN_IF_ERROR(RenameAll(tx, run, table, "task",
                              [&](const std::string& task) { return names.After(task); }));
  }
  RETURN_IF_ERROR(RenameAll(tx, run, "escalations", "rule", [&](const std::string& rule) {
    return RenamedRule(rule, change.plan_change->mappings);
  }));
  return RewriteIndex(tx, run);
}

}  // namespace plumbline::onboarding
