// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/runs/store_sql_plan.h"

namespace plumbline::onboarding {
namespace {

constexpr char kUses[] = "uses";

using sql::Rows;
using sql::Transaction;

// Runs of one plan.
struct PlanRuns {
  std::string plan;
  std::string first;  // the least of their ids
};

// Runs of the same revisions.
struct Group {
  int64_t count = 0;
  std::vector<PlanRuns> plans;
};
using Groups = std::map<std::pair<std::string, std::vector<std::string>>, Group>;

// The least ids of a group. Only plans whose least id is among the least of all have any of them.
absl::StatusOr<std::vector<std::string>> ExamplesOf(Transaction& tx, const std::string& workspace,
                                                    std::vector<PlanRuns> plans, int examples) {
  const auto most = static_cast<size_t>(examples);
  std::sort(plans.begin(), plans.end(),
            [](const PlanRuns& a, const PlanRuns& b) { return a.first < b.first; });
  if (plans.size() > most) plans.resize(most);
  std::vector<std::string> ids;
  for (const PlanRuns& runs : plans) {
    ASSIGN_OR_RETURN(
        const Rows rows,
        tx.Query("SELECT onboarding FROM onboardings WHERE workspace = :workspace AND "
                 "plan = :plan AND finished = 0 ORDER BY onboarding LIMIT :limit",
                 {{"workspace", workspace}, {"plan", runs.plan}, {"limit", int64_t{examples}}}));
    for (size_t i = 0; i < rows.size(); ++i) ids.push_back(rows.Text(i, 0));
  }
  std::sort(ids.begin(), ids.end());
  if (ids.size() > most) ids.resize(most);
  return ids;
}

}  // namespace

using base::CallContext;

absl::StatusOr<std::vector<PlanUse>> SqlStore::CountRuns(const CallContext& context, int examples) {
  constexpr char kText[] =
      "SELECT u.workspace, u.plan, u.runs, u.first, r.revisions FROM (SELECT workspace, plan, "
      "COUNT(*) AS runs, MIN(onboarding) AS first FROM onboardings WHERE finished = 0 "
      "GROUP BY workspace, plan) u LEFT JOIN plan_revisions r ON r.workspace = u.workspace AND "
      "r.plan = u.plan";
  std::vector<PlanUse> uses;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    uses.clear();
    Groups groups;
    ASSIGN_OR_RETURN(const Rows rows, tx.Query(kText));
    for (size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::string> revisions = RevisionsOf(rows.Text(i, 4));
      if (rows.IsNull(i, 4)) {
        ASSIGN_OR_RETURN(const PlanPointer plan, LoadPlan(tx, rows.Text(i, 0), rows.Text(i, 1)));
        revisions = plan->revisions;
      }
      Group& group = groups[{rows.Text(i, 0), std::move(revisions)}];
      group.count += rows.Int(i, 2);
      group.plans.push_back({rows.Text(i, 1), rows.Text(i, 3)});
    }
    for (auto& [key, group] : groups) {
      ASSIGN_OR_RETURN(std::vector<std::string> ids,
                       ExamplesOf(tx, key.first, std::move(group.plans), examples));
      uses.push_back({key.first, key.second, group.count, std::move(ids)});
    }
    return absl::OkStatus();
  }));
  return uses;
}

absl::StatusOr<std::vector<PlanPointer>> SqlStore::PlansUnderWay(const CallContext& context,
                                                                 absl::string_view workspace) {
  std::vector<PlanPointer> plans;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    plans.clear();
    ASSIGN_OR_RETURN(const Rows rows,
                     tx.Query("SELECT DISTINCT plan FROM onboardings WHERE "
                              "workspace = :workspace AND finished = 0 ORDER BY plan",
                              {{"workspace", workspace}}));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, workspace, rows.Text(i, 0)));
      plans.push_back(std::move(plan));
    }
    return absl::OkStatus();
  }));
  return plans;
}

absl::StatusOr<std::map<std::string, UseReport>> SqlStore::LoadUseReports(
    const CallContext& context) {
  std::map<std::string, UseReport> reports;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    reports.clear();
    ASSIGN_OR_RETURN(const Rows rows,
                     tx.Query("SELECT workspace, digest, report_micros FROM use_reports"));
    for (size_t i = 0; i < rows.size(); ++i)
      reports[rows.Text(i, 0)] = {rows.Text(i, 1), absl::FromUnixMicros(rows.Int(i, 2))};
    return absl::OkStatus();
  }));
  return reports;
}

absl::Status SqlStore::SaveUseReport(const CallContext& context, absl::string_view workspace,
                                     const std::optional<UseReport>& report) {
  return database_.Write(context, [&](Transaction& tx) -> absl::Status {
    if (!report.has_value()) {
      return tx
          .Execute("DELETE FROM use_reports WHERE workspace = :workspace",
                   {{"workspace", workspace}})
          .status();
    }
    return tx
        .Execute(
            "INSERT INTO use_reports (workspace, digest, report_micros) "
            "VALUES (:workspace, :digest, :time) ON CONFLICT (workspace) DO UPDATE SET "
            "digest = excluded.digest, report_micros = excluded.report_micros",
            {{"workspace", workspace},
             {"digest", report->digest},
             {"time", absl::ToUnixMicros(report->time)}})
        .status();
  });
}

absl::StatusOr<bool> SqlStore::TakeUseLease(const CallContext& context, absl::string_view holder,
                                            absl::Time now, absl::Duration term) {
  return sql::TakeLease(database_, context, kUses, holder, now, term);
}

}  // namespace plumbline::onboarding
