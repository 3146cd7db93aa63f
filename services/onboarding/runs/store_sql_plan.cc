// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql_plan.h"

#include <string>

#include "absl/strings/str_cat.h"
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

// "exam~2" as the new plan calls it.
std::string Renamed(const std::string& task, const std::map<std::string, std::string>& mappings) {
  const size_t tilde = task.rfind('~');
  const auto it = mappings.find(task.substr(0, tilde));
  if (it == mappings.end()) return task;
  return tilde == std::string::npos ? it->second : absl::StrCat(it->second, task.substr(tilde));
}

// Rows of `table` are of one entry of the history each, so that names which go round in a circle
// do not meet.
absl::Status RenameTasks(Transaction& tx, const Run& run, const PlanChange& change,
                         absl::string_view table) {
  if (change.mappings.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query(absl::StrCat("SELECT task, sequence FROM ", table,
                                         " WHERE workspace = :workspace AND "
                                         "onboarding = :onboarding"),
                            {{"workspace", run.spec.workspace}, {"onboarding", run.spec.id}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string task = rows.Text(i, 0);
    const std::string renamed = Renamed(task, change.mappings);
    if (renamed == task) continue;
    RETURN_IF_ERROR(tx.Execute(absl::StrCat("UPDATE ", table,
                                            " SET task = :task WHERE workspace = :workspace AND "
                                            "onboarding = :onboarding AND sequence = :sequence"),
                               {{"task", renamed},
                                {"workspace", run.spec.workspace},
                                {"onboarding", run.spec.id},
                                {"sequence", rows.Int(i, 1)}})
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace

const HistoryEntry* PlanChangeOf(const Entries& entries) {
  for (const HistoryEntry& entry : entries)
    if (entry.plan_change.has_value()) return &entry;
  return nullptr;
}

absl::Status FollowPlanChange(Transaction& tx, const Run& run, const HistoryEntry& change) {
  if (change.plan_change->previous_plan != run.plan->id)
    RETURN_IF_ERROR(WritePlan(tx, run, change));
  for (const char* table : {"comments", "escalations"})
    RETURN_IF_ERROR(RenameTasks(tx, run, *change.plan_change, table));
  return RewriteIndex(tx, run);
}

}  // namespace plumbline::onboarding
