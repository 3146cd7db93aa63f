// SPDX-License-Identifier: Apache-2.0
//
// The rows of a run whose plan changed. Not for use outside the store.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_PLAN_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// The plans that a run had: one row for each but the present one, with the number of the entry that
// changed it. Entries of the history before that, and after the one of the row before, were written
// under it.
inline constexpr char kPastPlansSchema[] = R"sql(
CREATE TABLE past_plans (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  until_sequence BIGINT NOT NULL,
  plan TEXT NOT NULL,
  PRIMARY KEY (workspace, onboarding, until_sequence)
))sql";

// The names of the revisions of each plan, so that runs are counted by them without a look into
// plans: of a plan that an older release wrote there is no row until FillIndex.
inline constexpr char kPlanRevisionsSchema[] = R"sql(
CREATE TABLE plan_revisions (
  workspace TEXT NOT NULL,
  plan TEXT NOT NULL,
  revisions TEXT NOT NULL,
  PRIMARY KEY (workspace, plan)
))sql";

// Writes the row of a plan, if it has none. Its names in one text, and back.
absl::Status InsertRevisions(sql::Transaction& tx, absl::string_view workspace,
                             absl::string_view plan, const std::vector<std::string>& revisions);
std::vector<std::string> RevisionsOf(absl::string_view text);

// The entry that changed the plan; nullptr if none did.
const HistoryEntry* PlanChangeOf(const Entries& entries);

// Writes the plan of the run, and, since tasks are numbered by their plan, all rows that lists
// read, anew; comments on tasks that are called otherwise go with them. `run` is the run after the
// change.
absl::Status FollowPlanChange(sql::Transaction& tx, const Run& run, const HistoryEntry& change);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_PLAN_H_
