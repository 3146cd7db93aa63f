// SPDX-License-Identifier: Apache-2.0
//
// The stores over one SQL database.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/stored_run.h"
#include "services/onboarding/ramp/store.h"
#include "services/onboarding/runs/calendar_cache.h"
#include "services/onboarding/runs/makings.h"
#include "services/onboarding/runs/plan_cache.h"
#include "services/onboarding/runs/recent_rows.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// All steps of the schema, for sql::Migrate.
absl::Span<const sql::Migration> Migrations();

struct Made;

// The database must have the schema and, like the cache, outlive the store. `committed` is called
// after every mutation of this process that took effect and was told; it must not block.
class SqlStore final : public RunStore,
                       public FeedStore,
                       public RelayStore,
                       public UseStore,
                       public RampStore {
 public:
  SqlStore(sql::Database& database, PlanCache& plans, std::function<void()> committed)
      : database_(database), plans_(plans), committed_(std::move(committed)) {}

  absl::StatusOr<Receipt> Create(const base::CallContext& context, const RequestKey& request,
                                 absl::Time now, const absl::StatusOr<Started>& started) override;
  absl::StatusOr<std::string> Update(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, absl::string_view onboarding,
                                     Change change) override;
  // Changes some runs of a workspace, alone, and what `change` writes beside each, in one
  // transaction; without entries a run stays as it is. `onboardings` is in order, none twice, so
  // that two who change the same never wait for each other. `change` may be called several times.
  // RESOURCE_NOT_FOUND, and what `change` returns: then none is changed.
  using ChangeWithin = absl::FunctionRef<absl::StatusOr<Entries>(sql::Transaction&, Run&)>;
  absl::Status UpdateWithin(const base::CallContext& context, absl::string_view workspace,
                            absl::Span<const std::string> onboardings, ChangeWithin change);
  absl::StatusOr<Run> Load(const base::CallContext& context, absl::string_view workspace,
                           absl::string_view onboarding) override;
  absl::StatusOr<std::vector<Run>> List(const base::CallContext& context,
                                        const RunQuery& query) override;
  absl::StatusOr<listing::Page<v1::Onboarding>> ListOnboardings(
      const base::CallContext& context, const OnboardingQuery& query) override;
  absl::StatusOr<listing::Page<Run>> ListRuns(const base::CallContext& context,
                                              const OnboardingQuery& query) override;
  absl::StatusOr<listing::Page<v1::Task>> ListOpenTasks(const base::CallContext& context,
                                                        const OpenTaskQuery& query) override;
  absl::StatusOr<listing::Page<v1::Impediment>> ListImpediments(
      const base::CallContext& context, const ImpedimentQuery& query) override;
  // Fills in what lists and counts read of what was written by a release that did not know it.
  // Returns how many on-boardings and plans it filled. What cannot be read is given to `pass_over`,
  // with why, and left as it is. Errors: DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED: what
  // was filled stays so. To be called when the service starts, and now and then. O(what is to be
  // filled), and O(plans) once.
  using PassOver = absl::FunctionRef<void(const std::string& name, const absl::Status& why)>;
  absl::StatusOr<int64_t> FillIndex(const base::CallContext& context, PassOver pass_over);

  // Of the runs of a workspace that are under way, by id.
  absl::StatusOr<std::vector<PlanPointer>> PlansUnderWay(const base::CallContext& context,
                                                         absl::string_view workspace);
  // Those that runs count by, for who makes others.
  CalendarCache& calendars() { return calendars_; }

  absl::StatusOr<std::vector<HistoryEntry>> ReadHistory(const base::CallContext& context,
                                                        absl::string_view workspace,
                                                        absl::string_view onboarding, int64_t after,
                                                        int limit) override;
  absl::StatusOr<listing::Page<HistoryEntry>> ListHistory(const base::CallContext& context,
                                                          absl::string_view workspace,
                                                          absl::string_view onboarding,
                                                          const listing::Query& query) override;
  absl::StatusOr<std::vector<HistoryEntry>> ReadComments(const base::CallContext& context,
                                                         absl::string_view workspace,
                                                         absl::string_view onboarding,
                                                         absl::string_view task, int64_t after,
                                                         int limit) override;
  absl::StatusOr<std::vector<FeedEntry>> ReadFeed(const base::CallContext& context,
                                                  const FeedQuery& query) override;
  absl::StatusOr<FeedCursor> Newest(const base::CallContext& context) override;

  absl::StatusOr<RelayState> LoadRelay(const base::CallContext& context) override;
  absl::Status SaveRelay(const base::CallContext& context, const RelayState& state) override;
  absl::StatusOr<bool> TakeRelayLease(const base::CallContext& context, absl::string_view holder,
                                      absl::Time now, absl::Duration term) override;

  absl::StatusOr<std::vector<PlanUse>> CountRuns(const base::CallContext& context,
                                                 int examples) override;
  absl::StatusOr<std::map<std::string, UseReport>> LoadUseReports(
      const base::CallContext& context) override;
  absl::Status SaveUseReport(const base::CallContext& context, absl::string_view workspace,
                             const std::optional<UseReport>& report) override;
  absl::StatusOr<bool> TakeUseLease(const base::CallContext& context, absl::string_view holder,
                                    absl::Time now, absl::Duration term) override;

 private:
  // A row of `onboardings`, loaded within a transaction; of a write transaction with `makings`.
  absl::StatusOr<Run> LoadRun(sql::Transaction& tx, absl::string_view workspace,
                              absl::string_view onboarding, Makings* makings = nullptr);
  // The same of the rows of kRunQuery.
  absl::StatusOr<Run> TakeRun(sql::Transaction& tx, absl::string_view workspace,
                              absl::string_view onboarding, const sql::Rows& rows,
                              Makings* makings);
  // Runs `write`, a write transaction that loads these runs, until it lacks nothing.
  absl::Status WithMakings(const base::CallContext& context, absl::string_view workspace,
                           absl::Span<const std::string> onboardings,
                           absl::FunctionRef<absl::Status(Makings*)> write);
  // Calls `begin`, then gives the runs of a page, one after the other, to `take`, which says how
  // many bytes of the answer it made of each; from the beginning where the database has to begin
  // again. Returns the next position.
  absl::StatusOr<std::string> ReadRuns(const base::CallContext& context,
                                       const OnboardingQuery& query,
                                       absl::FunctionRef<void()> begin,
                                       absl::FunctionRef<size_t(Run)> take);
  absl::StatusOr<PlanPointer> LoadPlan(sql::Transaction& tx, absl::string_view workspace,
                                       const std::string& plan, Makings* makings = nullptr);
  // The part of FillIndex that CountRuns reads. Returns how many it filled.
  absl::StatusOr<int64_t> FillRevisions(const base::CallContext& context, PassOver pass_over);
  // The part of one run.
  absl::Status FillRun(const base::CallContext& context, const std::string& workspace,
                       const std::string& onboarding);
  absl::Status StorePlan(sql::Transaction& tx, absl::string_view workspace, const FrozenPlan& plan);
  absl::StatusOr<CalendarPointer> LoadCalendar(sql::Transaction& tx, absl::string_view workspace,
                                               const std::string& calendar, Makings* makings);
  // By which a run of this kind without a calendar counts fastest; nullptr: nothing is made.
  absl::StatusOr<CalendarPointer> LoadHours(const Spec& spec, Makings* makings);
  absl::Status StoreCalendar(sql::Transaction& tx, absl::string_view workspace,
                             const CalendarPointer& calendar);
  // That the plan and the calendar of a run are on disk.
  void KnowStored(const Run& run);
  // Whether that is known.
  bool Stored(const Run& run);
  // The run of a row of `onboardings`.
  absl::StatusOr<Run> ParseRun(sql::Transaction& tx, absl::string_view workspace,
                               absl::string_view onboarding, PlanPointer plan,
                               absl::string_view body, Makings* makings = nullptr);
  // The same of a row that was written lately. An error where it would have to make something.
  absl::StatusOr<Run> ParseRecent(absl::string_view workspace, absl::string_view onboarding,
                                  const RecentRow& row);
  // Writes what a change made of a run, and returns its answer.
  absl::StatusOr<std::string> Write(sql::Transaction& tx, const std::string& workspace,
                                    const Made& made);
  // The same without its tasks, which are read one by one.
  absl::StatusOr<StoredRun> ParseStored(sql::Transaction& tx, absl::string_view workspace,
                                        absl::string_view onboarding, const std::string& plan,
                                        absl::string_view body);

  static constexpr char kRunQuery[] =
      "SELECT plan, body FROM onboardings WHERE workspace = :workspace AND "
      "onboarding = :onboarding";

  sql::Database& database_;
  PlanCache& plans_;
  CalendarCache calendars_;
  RecentRows recent_;
  const std::function<void()> committed_;
  absl::Mutex mutex_;
  // Known to be on disk.
  absl::flat_hash_set<std::string> stored_plans_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> stored_calendars_ ABSL_GUARDED_BY(mutex_);
  // The plan up to which FillRevisions came, and whether it came to the end. What a replica of an
  // older release writes after that is counted all the same.
  std::pair<std::string, std::string> revisions_after_ ABSL_GUARDED_BY(mutex_);
  bool revisions_filled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_H_
