// SPDX-License-Identifier: Apache-2.0
#include <map>
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

namespace {

// Of what is known, what this change holds included; nullptr if it is to be made.
template <typename Pointer>
Pointer Known(Pointer cached, const std::string& key, const Makings* makings,
              std::map<std::string, Pointer> Makings::*held) {
  if (cached != nullptr || makings == nullptr) return cached;
  const auto it = (makings->*held).find(key);
  return it == (makings->*held).end() ? nullptr : it->second;
}

}  // namespace

absl::StatusOr<PlanPointer> SqlStore::LoadPlan(Transaction& tx, absl::string_view workspace,
                                               const std::string& plan, Makings* makings) {
  PlanPointer found = Known(plans_.Get(plan), plan, makings, &Makings::plans);
  if (found == nullptr) {
    if (makings != nullptr && !makings->may_make) return makings->Lack();
    ASSIGN_OR_RETURN(Rows rows,
                     tx.Query("SELECT content FROM plans WHERE workspace = :workspace AND "
                              "plan = :plan",
                              {{"workspace", workspace}, {"plan", plan}}));
    if (rows.empty()) return base::Internal(absl::StrCat("plan ", plan, " is not stored"));
    ASSIGN_OR_RETURN(found, Thaw(rows.Text(0, 0)));
    plans_.Put(plan, found);
  }
  if (makings != nullptr && makings->may_make) makings->plans.emplace(plan, found);
  return found;
}

absl::StatusOr<Run> SqlStore::LoadRun(Transaction& tx, absl::string_view workspace,
                                      absl::string_view onboarding, Makings* makings) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query(kRunQuery, {{"workspace", workspace}, {"onboarding", onboarding}}));
  return TakeRun(tx, workspace, onboarding, rows, makings);
}

absl::StatusOr<Run> SqlStore::TakeRun(Transaction& tx, absl::string_view workspace,
                                      absl::string_view onboarding, const Rows& rows,
                                      Makings* makings) {
  if (rows.empty()) return base::NotFound("Onboarding", OnboardingName(workspace, onboarding));
  ASSIGN_OR_RETURN(PlanPointer plan, LoadPlan(tx, workspace, rows.Text(0, 0), makings));
  return ParseRun(tx, workspace, onboarding, std::move(plan), rows.Text(0, 1), makings);
}

absl::StatusOr<CalendarPointer> SqlStore::LoadCalendar(Transaction& tx, absl::string_view workspace,
                                                       const std::string& calendar,
                                                       Makings* makings) {
  CalendarPointer found = Known(calendars_.Get(calendar), calendar, makings, &Makings::calendars);
  if (found == nullptr) {
    if (makings != nullptr && !makings->may_make) return makings->Lack();
    ASSIGN_OR_RETURN(Rows rows,
                     tx.Query("SELECT content FROM calendars WHERE workspace = :workspace AND "
                              "calendar = :calendar",
                              {{"workspace", workspace}, {"calendar", calendar}}));
    if (rows.empty()) return base::Internal(absl::StrCat("calendar ", calendar, " is not stored"));
    ASSIGN_OR_RETURN(found, ThawCalendar(rows.Text(0, 0)));
    calendars_.Put(found);
  }
  if (makings != nullptr && makings->may_make) makings->calendars.emplace(calendar, found);
  return found;
}

absl::StatusOr<CalendarPointer> SqlStore::LoadHours(const Spec& spec, Makings* makings) {
  if (spec.calendar != nullptr) return spec.calendar;
  if (!OfficeHoursKnow(spec.day_one)) return CalendarPointer();
  if (makings != nullptr) {
    const auto held = makings->hours.find(spec.time_zone);
    if (held != makings->hours.end()) return held->second;
    if (!makings->may_make && calendars_.WouldMakeOfficeHours(spec.time_zone))
      return makings->Lack();
  }
  absl::StatusOr<CalendarPointer> hours = calendars_.OfficeHours(spec.time_zone);
  // The zone was checked at the start; should the machine have lost it since, who counts by it says
  // so.
  CalendarPointer found = hours.ok() ? *std::move(hours) : CalendarPointer();
  if (makings != nullptr && makings->may_make) makings->hours.emplace(spec.time_zone, found);
  return found;
}

absl::StatusOr<Run> SqlStore::ParseRun(Transaction& tx, absl::string_view workspace,
                                       absl::string_view onboarding, PlanPointer plan,
                                       absl::string_view body, Makings* makings) {
  ASSIGN_OR_RETURN(Run run, Parse(workspace, onboarding, std::move(plan), body,
                                  [&](const std::string& calendar) {
                                    return LoadCalendar(tx, workspace, calendar, makings);
                                  }));
  ASSIGN_OR_RETURN(run.spec.calendar, LoadHours(run.spec, makings));
  return run;
}

absl::StatusOr<Run> SqlStore::ParseRecent(absl::string_view workspace, absl::string_view onboarding,
                                          const RecentRow& row) {
  Makings makings;
  PlanPointer plan = plans_.Get(row.plan);
  if (plan == nullptr) return makings.Lack();
  ASSIGN_OR_RETURN(Run run,
                   Parse(workspace, onboarding, std::move(plan), row.body,
                         [&](const std::string& calendar) -> absl::StatusOr<CalendarPointer> {
                           if (CalendarPointer known = calendars_.Get(calendar)) return known;
                           return makings.Lack();
                         }));
  ASSIGN_OR_RETURN(run.spec.calendar, LoadHours(run.spec, &makings));
  return run;
}

absl::StatusOr<StoredRun> SqlStore::ParseStored(Transaction& tx, absl::string_view workspace,
                                                absl::string_view onboarding,
                                                const std::string& plan, absl::string_view body) {
  ASSIGN_OR_RETURN(PlanPointer found, LoadPlan(tx, workspace, plan));
  ASSIGN_OR_RETURN(StoredRun run, StoredRun::Read(workspace, onboarding, std::move(found), body,
                                                  [&](const std::string& calendar) {
                                                    return LoadCalendar(tx, workspace, calendar,
                                                                        nullptr);
                                                  }));
  ASSIGN_OR_RETURN(CalendarPointer calendar, LoadHours(run.without_tasks().spec, nullptr));
  run.set_calendar(std::move(calendar));
  return run;
}

absl::Status SqlStore::WithMakings(const CallContext& context, absl::string_view workspace,
                                   absl::Span<const std::string> onboardings,
                                   absl::FunctionRef<absl::Status(Makings*)> write) {
  constexpr int kAttempts = 3;
  Makings makings;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const absl::Status status = write(&makings);
    // The body says anew at each run of it whether it lacks something.
    if (status.ok() || !makings.lacking) return status;
    makings.may_make = true;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      for (const std::string& onboarding : onboardings)
        RETURN_IF_ERROR(LoadRun(tx, workspace, onboarding, &makings).status());
      return absl::OkStatus();
    }));
    makings.may_make = false;
  }
  // Others change its plan all the time.
  makings.may_make = true;
  return write(&makings);
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
