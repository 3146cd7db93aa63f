// SPDX-License-Identifier: Apache-2.0
//
// What lists and counts read of rows that a release wrote which did not know it. One on-boarding a
// transaction, so that nobody waits for many, and no two locks are taken in an order that another
// takes them in otherwise.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/frozen_plan.h"
#include "services/onboarding/impediments/store_sql_filing.h"
#include "services/onboarding/runs/moment.h"
#include "services/onboarding/runs/store_sql.h"
#include "services/onboarding/runs/store_sql_index.h"
#include "services/onboarding/runs/store_sql_plan.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

constexpr int64_t kAtOnce = 100;

// On-boardings of which rows are behind; every part has an index of such rows alone. A task that
// awaits verification was given to nobody: an older release wrote what it had before.
constexpr char kUnfilled[] =
    "SELECT workspace, onboarding FROM onboardings WHERE person = '' AND "
    "(workspace, onboarding) > (:workspace, :onboarding) "
    "UNION SELECT workspace, onboarding FROM onboardings WHERE risk_from = 0 AND "
    "(workspace, onboarding) > (:workspace, :onboarding) "
    "UNION SELECT workspace, onboarding FROM impediments WHERE record = '' AND "
    "(workspace, onboarding) > (:workspace, :onboarding) "
    "UNION SELECT workspace, onboarding FROM open_tasks WHERE state = 7 AND given <> 0 AND "
    "(workspace, onboarding) > (:workspace, :onboarding) "
    "ORDER BY workspace, onboarding LIMIT :limit";
static_assert(static_cast<int>(TaskState::kAwaitingVerification) == 7);

constexpr char kPlansWithoutRevisions[] =
    "SELECT p.workspace, p.plan, p.content FROM plans p LEFT JOIN plan_revisions r ON "
    "r.workspace = p.workspace AND r.plan = p.plan WHERE r.plan IS NULL AND "
    "(p.workspace, p.plan) > (:workspace, :plan) ORDER BY p.workspace, p.plan LIMIT :limit";

}  // namespace

absl::StatusOr<int64_t> SqlStore::FillIndex(const CallContext& context, PassOver pass_over) {
  int64_t filled = 0;
  std::pair<std::string, std::string> after;
  for (bool more = true; more;) {
    Rows rows;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(rows, tx.Query(kUnfilled, {{"workspace", after.first},
                                                  {"onboarding", after.second},
                                                  {"limit", kAtOnce}}));
      return absl::OkStatus();
    }));
    for (size_t i = 0; i < rows.size(); ++i) {
      after = {rows.Text(i, 0), rows.Text(i, 1)};
      const absl::Status status = FillRun(context, after.first, after.second);
      if (IsOfTheMoment(status)) return status;
      if (!status.ok()) pass_over(OnboardingName(after.first, after.second), status);
      filled += status.ok();
    }
    more = static_cast<int64_t>(rows.size()) == kAtOnce;
  }
  ASSIGN_OR_RETURN(const int64_t plans, FillRevisions(context, pass_over));
  return filled + plans;
}

absl::Status SqlStore::FillRun(const CallContext& context, const std::string& workspace,
                               const std::string& onboarding) {
  const auto fill = [&](Transaction& tx, Makings* makings) -> absl::Status {
    makings->lacking = false;
    RETURN_IF_ERROR(tx.Lock(LockName(workspace, onboarding)));
    ASSIGN_OR_RETURN(const Run run, LoadRun(tx, workspace, onboarding, makings));
    RETURN_IF_ERROR(RewriteIndex(tx, run));
    for (const Impediment& impediment : run.impediments)
      if (impediment.record.empty()) RETURN_IF_ERROR(FileOwnRecord(tx, run, impediment, ""));
    return absl::OkStatus();
  };
  return WithMakings(context, workspace, {onboarding}, [&](Makings* makings) {
    return database_.Write(context, [&](Transaction& tx) { return fill(tx, makings); });
  });
}

absl::StatusOr<int64_t> SqlStore::FillRevisions(const CallContext& context, PassOver pass_over) {
  for (int64_t filled = 0;;) {
    std::pair<std::string, std::string> after;
    {
      absl::MutexLock lock(&mutex_);
      if (revisions_filled_) return filled;
      after = revisions_after_;
    }
    Rows rows;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(
          rows, tx.Query(kPlansWithoutRevisions,
                         {{"workspace", after.first}, {"plan", after.second}, {"limit", kAtOnce}}));
      return absl::OkStatus();
    }));
    // Outside of the write transaction: plans take long to read.
    std::vector<absl::StatusOr<std::vector<std::string>>> revisions;
    for (size_t i = 0; i < rows.size(); ++i) {
      revisions.push_back(RevisionsIn(rows.Text(i, 2)));
      if (!revisions.back().ok())
        pass_over(absl::StrCat("plan ", rows.Text(i, 1)), revisions.back().status());
    }
    RETURN_IF_ERROR(database_.Write(context, [&](Transaction& tx) -> absl::Status {
      for (size_t i = 0; i < rows.size(); ++i) {
        if (!revisions[i].ok()) continue;
        RETURN_IF_ERROR(InsertRevisions(tx, rows.Text(i, 0), rows.Text(i, 1), *revisions[i]));
      }
      return absl::OkStatus();
    }));
    for (const auto& one : revisions) filled += one.ok();
    absl::MutexLock lock(&mutex_);
    if (!rows.empty())
      revisions_after_ = {rows.Text(rows.size() - 1, 0), rows.Text(rows.size() - 1, 1)};
    revisions_filled_ = static_cast<int64_t>(rows.size()) < kAtOnce;
  }
}

}  // namespace plumbline::onboarding
