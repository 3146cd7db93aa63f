// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/store_sql_plan.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

using Mappings = std::map<std::string, std::string>;

// "exam~2" as the new plan calls it. A task that is gone leaves its name to one that is called like
// that now: "exam@17", by the number of the entry of the change.
class TaskNames {
 public:
  TaskNames(const Mappings& mappings, int64_t sequence) : mappings_(mappings), sequence_(sequence) {
    for (const auto& [old, path] : mappings) taken_.insert(path);
  }

  std::string After(const std::string& task) const {
    const size_t tilde = task.rfind('~');
    const std::string path = task.substr(0, tilde);
    const auto it = mappings_.find(path);
    if (it != mappings_.end())
      return tilde == std::string::npos ? it->second : absl::StrCat(it->second, task.substr(tilde));
    return taken_.contains(path) ? absl::StrCat(task, "@", sequence_) : task;
  }

 private:
  const Mappings& mappings_;
  const int64_t sequence_;
  std::set<std::string> taken_;
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

// A row of `comments` or `escalations`, which is of one entry of the history.
struct Renaming {
  int64_t sequence = 0;
  std::string task;
  std::string rule;  // of escalations
};

absl::Status Rename(Transaction& tx, const Run& run, absl::string_view table,
                    const Renaming& renaming) {
  const bool rules = table == "escalations";
  std::vector<sql::Param> params = {{"task", renaming.task},
                                    {"workspace", run.spec.workspace},
                                    {"onboarding", run.spec.id},
                                    {"sequence", renaming.sequence}};
  if (rules) params.push_back({"rule", renaming.rule});
  return tx
      .Execute(absl::StrCat("UPDATE ", table, " SET task = :task", rules ? ", rule = :rule" : "",
                            " WHERE workspace = :workspace AND onboarding = :onboarding AND "
                            "sequence = :sequence"),
               absl::MakeConstSpan(params))
      .status();
}

absl::Status RenameTasks(Transaction& tx, const Run& run, const HistoryEntry& change,
                         absl::string_view table) {
  const Mappings& mappings = change.plan_change->mappings;
  const TaskNames names(mappings, change.sequence);
  const bool rules = table == "escalations";
  ASSIGN_OR_RETURN(
      const Rows rows,
      tx.Query(absl::StrCat("SELECT sequence, task", rules ? ", rule" : "", " FROM ", table,
                            " WHERE workspace = :workspace AND "
                            "onboarding = :onboarding"),
               {{"workspace", run.spec.workspace}, {"onboarding", run.spec.id}}));
  std::vector<Renaming> renamings;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string task = rows.Text(i, 1);
    const std::string rule = rules ? rows.Text(i, 2) : "";
    Renaming renaming{rows.Int(i, 0), names.After(task), RenamedRule(rule, mappings)};
    if (renaming.task != task || renaming.rule != rule) renamings.push_back(std::move(renaming));
  }
  // In two steps, so that names which go round in a circle do not meet.
  for (const Renaming& one : renamings) {
    RETURN_IF_ERROR(
        Rename(tx, run, table, {one.sequence, absl::StrCat("@", one.sequence), one.rule}));
  }
  for (const Renaming& one : renamings) RETURN_IF_ERROR(Rename(tx, run, table, one));
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
  for (const char* table : {"comments", "escalations"}) {
    if (change.plan_change->mappings.empty()) break;
    RETURN_IF_ERROR(RenameTasks(tx, run, change, table));
  }
  return RewriteIndex(tx, run);
}

}  // namespace plumbline::onboarding
