// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {
namespace {

constexpr char kUses[] = "uses";

}  // namespace

using base::CallContext;
using sql::Rows;
using sql::Transaction;

absl::StatusOr<std::vector<PlanUse>> SqlStore::CountRuns(const CallContext& context, int examples) {
  std::vector<PlanUse> uses;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    uses.clear();
    ASSIGN_OR_RETURN(const Rows rows, tx.Query("SELECT workspace, plan, COUNT(*) FROM onboardings "
                                               "WHERE finished = 0 GROUP BY workspace, plan "
                                               "ORDER BY workspace, plan"));
    for (size_t i = 0; i < rows.size(); ++i) {
      PlanUse use{.workspace = rows.Text(i, 0), .count = rows.Int(i, 2)};
      ASSIGN_OR_RETURN(use.plan, LoadPlan(tx, use.workspace, rows.Text(i, 1)));
      ASSIGN_OR_RETURN(const Rows ids,
                       tx.Query("SELECT onboarding FROM onboardings WHERE workspace = :workspace "
                                "AND plan = :plan AND finished = 0 ORDER BY onboarding "
                                "LIMIT :limit",
                                {{"workspace", use.workspace},
                                 {"plan", rows.Text(i, 1)},
                                 {"limit", int64_t{examples}}}));
      for (size_t j = 0; j < ids.size(); ++j) use.examples.push_back(ids.Text(j, 0));
      uses.push_back(std::move(use));
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
