// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

absl::StatusOr<PlanPointer> SqlStore::LoadPlan(Transaction& tx, absl::string_view workspace,
                                               const std::string& plan) {
  if (PlanPointer known = plans_.Get(plan); known != nullptr) return known;
  ASSIGN_OR_RETURN(Rows rows, tx.Query("SELECT content FROM plans WHERE workspace = :workspace AND "
                                       "plan = :plan",
                                       {{"workspace", workspace}, {"plan", plan}}));
  if (rows.empty()) return base::Internal(absl::StrCat("plan ", plan, " is not stored"));
  ASSIGN_OR_RETURN(PlanPointer thawed, Thaw(rows.Text(0, 0)));
  plans_.Put(plan, thawed);
  return thawed;
}

absl::StatusOr<Run> SqlStore::LoadRun(Transaction& tx, absl::string_view workspace,
                                      absl::string_view onboarding) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query(kRunQuery, {{"workspace", workspace}, {"onboarding", onboarding}}));
  return TakeRun(tx, workspace, onboarding, rows);
}

absl::StatusOr<Run> SqlStore::TakeRun(Transaction& tx, absl::string_view workspace,
                                      absl::string_view onboarding, const Rows& rows) {
  if (rows.empty()) return base::NotFound("Onboarding", OnboardingName(workspace, onboarding));
  ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, workspace, rows.Text(0, 0)));
  return ParseRun(tx, workspace, onboarding, std::move(plan), rows.Text(0, 1));
}

absl::StatusOr<CalendarPointer> SqlStore::LoadCalendar(Transaction& tx, absl::string_view workspace,
                                                       const std::string& calendar) {
  if (CalendarPointer known = calendars_.Get(calendar); known != nullptr) return known;
  ASSIGN_OR_RETURN(Rows rows,
                   tx.Query("SELECT content FROM calendars WHERE workspace = :workspace AND "
                            "calendar = :calendar",
                            {{"workspace", workspace}, {"calendar", calendar}}));
  if (rows.empty()) return base::Internal(absl::StrCat("calendar ", calendar, " is not stored"));
  ASSIGN_OR_RETURN(CalendarPointer thawed, ThawCalendar(rows.Text(0, 0)));
  calendars_.Put(thawed);
  return thawed;
}

absl::StatusOr<Run> SqlStore::ParseRun(Transaction& tx, absl::string_view workspace,
                                       absl::string_view onboarding, PlanPointer plan,
                                       absl::string_view body) {
  ASSIGN_OR_RETURN(Run run, Parse(workspace, onboarding, std::move(plan), body,
                                  [&](const std::string& calendar) {
                                    return LoadCalendar(tx, workspace, calendar);
                                  }));
  if (run.spec.calendar == nullptr && OfficeHoursKnow(run.spec.day_one)) {
    absl::StatusOr<CalendarPointer> hours = calendars_.OfficeHours(run.spec.time_zone);
    // The zone was checked at the start; should the machine have lost it since, who counts by it
    // says so.
    if (hours.ok()) run.spec.calendar = *std::move(hours);
  }
  return run;
}

absl::StatusOr<Run> SqlStore::Load(const CallContext& context, absl::string_view workspace,
                                   absl::string_view onboarding) {
  absl::StatusOr<Run> run = base::Internal("not read");
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) {
    run = LoadRun(tx, workspace, onboarding);
    return run.status();
  }));
  return run;
}

absl::StatusOr<std::vector<Run>> SqlStore::List(const CallContext& context, const RunQuery& query) {
  constexpr char kText[] =
      "SELECT onboarding, plan, body FROM onboardings WHERE workspace = :workspace AND "
      "onboarding > :after ORDER BY onboarding LIMIT :limit";
  const sql::Param params[] = {
      {"workspace", query.workspace}, {"after", query.after}, {"limit", int64_t{query.limit}}};
  std::vector<Run> runs;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    runs.clear();
    ASSIGN_OR_RETURN(Rows rows, tx.Query(kText, absl::MakeConstSpan(params)));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, query.workspace, rows.Text(i, 1)));
      ASSIGN_OR_RETURN(Run run,
                       ParseRun(tx, query.workspace, rows.Text(i, 0), plan, rows.Text(i, 2)));
      runs.push_back(std::move(run));
    }
    return absl::OkStatus();
  }));
  return runs;
}

}  // namespace plumbline::onboarding
