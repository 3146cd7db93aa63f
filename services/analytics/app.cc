// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/app.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/base/call_context.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/cascade/service/rpc.h"
#include "services/analytics/cohorts/service/rpc.h"
#include "services/analytics/conformance/service/rpc.h"
#include "services/analytics/discovery/service/rpc.h"
#include "services/analytics/events/data_rpc.h"
#include "services/analytics/events/event_stream.h"
#include "services/analytics/events/import.h"
#include "services/analytics/events/rpc.h"
#include "services/analytics/forecast/service/rpc.h"
#include "services/analytics/improvement/service/analysis_rpc.h"
#include "services/analytics/improvement/service/rpc.h"
#include "services/analytics/improvement/service/store_sql.h"
#include "services/analytics/objectives/service/rpc.h"
#include "services/analytics/organization/service/rpc.h"
#include "services/analytics/quality/service/rpc.h"
#include "services/analytics/review/service/rpc.h"
#include "services/analytics/segments/rpc.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/compaction.h"
#include "services/analytics/storage/ringing_store.h"
#include "services/analytics/storage/store_sql.h"
#include "services/analytics/temporal/service/rpc.h"

namespace plumbline::analytics {
namespace {

// What one transaction does at most: little enough to hold no write up for long.
constexpr int kSweepAtOnce = 100;
constexpr int kForgetAtOnce = 1'000;
constexpr int kManySmallBlocks = 64;
constexpr absl::Duration kRoundDeadline = absl::Minutes(1);
// Outcomes of objectives are kept in so small a part of the memory for logs.
constexpr size_t kOutcomesShare = 16;

}  // namespace

absl::Status SetLogMemory(int64_t bytes, AnalyticsOptions* options) {
  if (bytes < 0) {
    return base::FieldError("log_memory_bytes",
                            absl::StrCat("is ", bytes, "; it must be 0 or more"));
  }
  if (bytes > 0) options->log_memory_bytes = bytes;
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<AnalyticsApp>> AnalyticsApp::Create(
    sql::Database& database, cache::Cache& cache, const base::Clock& clock,
    const base::Logger& logger, const AnalyticsOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenStore(database));
  return std::unique_ptr<AnalyticsApp>(
      new AnalyticsApp(std::move(store), database, cache, clock, logger, options));
}

AnalyticsApp::AnalyticsApp(std::unique_ptr<Store> store, sql::Database& database,
                           cache::Cache& cache, const base::Clock& clock,
                           const base::Logger& logger, const AnalyticsOptions& options)
    : clock_(clock),
      logger_(logger),
      options_(options),
      store_(std::make_unique<RingingStore>(std::move(store), bell_)),
      memory_(*store_, clock, options.log_memory_bytes, options.live_from_events,
              [this](absl::string_view log) { bell_.Ring(log); }),
      reader_(*store_, memory_, cache, clock),
      writer_(*store_, ids_, clock, options.log_memory_bytes),
      retention_(*store_, memory_, clock),
      objectives_(NewObjectiveStore(database)),
      outcomes_(reader_, clock, static_cast<size_t>(options.log_memory_bytes) / kOutcomesShare),
      objective_worker_(*objectives_, outcomes_, clock, logger, options.objectives),
      improvements_(NewImprovementStore(database), *store_, reader_, clock) {
  RegisterAnalyticsService({*store_, reader_, writer_, ids_, clock, options.log_memory_bytes},
                           &table_);
  RegisterReport({reader_, *objectives_, outcomes_, clock}, &table_);
  RegisterEventDataService({*store_, memory_, reader_, writer_, clock}, &table_);
  RegisterEventStream(writer_, &table_);
  RegisterConformanceService(reader_, clock, &table_);
  RegisterDiscoveryService(reader_, clock, &table_);
  RegisterSegmentService(reader_, clock, &table_);
  RegisterQualityService(reader_, clock, &table_);
  RegisterOrganizationService(reader_, clock, &table_);
  RegisterTemporalService(reader_, clock, &table_);
  RegisterCohortService(reader_, clock, &table_);
  RegisterForecastService(reader_, clock, &table_);
  const ObjectiveOptions& objectives = options.objectives;
  RegisterObjectiveService(
      {*objectives_,
       *store_,
       outcomes_,
       clock,
       {objectives.sending.client.destinations, objectives.sending.allow_plain_http},
       objectives.chance,
       [this] { look_soon_ = true; }},
      &table_);
  RegisterImprovementAnalysisService(reader_, clock, &table_);
  RegisterImprovementService(improvements_, &table_);
  RegisterCascadeService(reader_, clock, &table_);
}

AnalyticsApp::~AnalyticsApp() { Stop(); }

void AnalyticsApp::Start() {
  loop_ = std::thread([this] { Loop(); });
  follower_ = std::thread([this] { Follow(); });
  watcher_ = std::thread([this] { WatchObjectives(); });
}

void AnalyticsApp::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  // Alerts that are under way are sent again later.
  cancelled_->store(true);
  objective_worker_.Wake();
  bell_.Stop();
  if (loop_.joinable()) loop_.join();
  if (follower_.joinable()) follower_.join();
  if (watcher_.joinable()) watcher_.join();
}

bool AnalyticsApp::stopping() const {
  absl::MutexLock lock(&mutex_);
  return stopping_;
}

absl::StatusOr<int64_t> AnalyticsApp::RunRetentionOnce(absl::Time now) {
  base::CallContext context;
  context.identity = base::Identity::Everything("analytics");
  context.deadline = clock_.Now() + kRoundDeadline;
  absl::MutexLock lock(&retention_mutex_);
  return retention_.RunOnce(context, now);
}

absl::Status AnalyticsApp::Remember() {
  base::CallContext context;
  context.identity = base::Identity::Everything("analytics");
  context.deadline = clock_.Now() + kRoundDeadline;
  return memory_.Remember(context);
}

base::CallContext AnalyticsApp::RoundContext() const {
  base::CallContext context;
  context.identity = base::Identity::Everything("analytics");
  context.deadline = clock_.Now() + kRoundDeadline;
  context.cancelled = cancelled_;
  return context;
}

absl::StatusOr<int64_t> AnalyticsApp::RunObjectivesOnce(absl::Time now) {
  absl::MutexLock lock(&watch_mutex_);
  return objective_worker_.RunOnce(RoundContext(), now);
}

// Alerts that are to be sent are looked for more often than objectives are looked at, unless one of
// them changed.
void AnalyticsApp::WatchObjectives() {
  absl::Time next = absl::InfinitePast();
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), options_.objectives.send_interval)) {
    mutex_.Unlock();
    const absl::Time now = clock_.Now();
    const bool look = look_soon_.exchange(false) || now >= next;
    absl::StatusOr<int64_t> done = 0;
    {
      absl::MutexLock watching(&watch_mutex_);
      done = look ? objective_worker_.RunOnce(RoundContext(), now)
                  : objective_worker_.Send(RoundContext(), now);
    }
    if (look) next = now + options_.objectives.interval;
    if (!done.ok() && !stopping()) {
      logger_.Warning("objectives could not be looked at; they are in the next round",
                      {{"error", done.status().message()}});
    }
    mutex_.Lock();
  }
}

absl::StatusOr<int64_t> AnalyticsApp::FollowOnce(const absl::flat_hash_set<std::string>* only) {
  return memory_.FollowOnce(RoundContext(), only);
}

absl::StatusOr<int64_t> AnalyticsApp::RunOnce() {
  base::CallContext context;
  context.identity = base::Identity::Everything("analytics");
  const absl::Time now = clock_.Now();
  context.deadline = now + kRoundDeadline;
  int64_t removed = 0;
  absl::Status failed;
  // A step until it finds nothing more to do; a stop ends it between two transactions.
  auto run = [&](absl::FunctionRef<absl::StatusOr<int64_t>()> step) {
    while (!stopping()) {
      const absl::StatusOr<int64_t> rows = step();
      failed.Update(rows.status());
      if (!rows.ok() || *rows == 0) return;
      removed += *rows;
    }
  };
  absl::flat_hash_set<std::string> bad;
  auto merge = [&](const LogKey& key,
                   const std::vector<StoredBlock>& blocks) -> absl::StatusOr<std::string> {
    const std::string name = NameOf(key);
    if (bad.contains(name)) return absl::FailedPreconditionError("failed in this round");
    absl::StatusOr<std::string> merged = MergeBlocks(blocks);
    if (!merged.ok()) {
      bad.insert(name);
      logger_.Warning("blocks of an event log cannot be merged; they stay as they are",
                      {{"event_log", name}, {"error", merged.status().message()}});
    }
    return merged;
  };
  if (!stopping()) {
    const absl::StatusOr<int64_t> old = RunRetentionOnce(now);
    failed.Update(old.status());
    removed += old.value_or(0);
  }
  run([&] { return store_->MergeSmallBlocks(context, kManySmallBlocks, merge); });
  run([&] { return store_->Sweep(context, now - kImportPatience, kSweepAtOnce); });
  run([&] { return store_->ForgetOldRequests(context, now, kForgetAtOnce); });
  if (!stopping()) memory_.NoteAsked(context);
  RETURN_IF_ERROR(failed);
  return removed;
}

void AnalyticsApp::Follow() {
  // A few batches that come one after the other are taken in together.
  constexpr absl::Duration kLeastPause = absl::Milliseconds(5);
  constexpr absl::Duration kNothingToFollow = absl::Milliseconds(500);
  if (const absl::Status remembered = Remember(); !remembered.ok()) {
    logger_.Warning(
        "it is not known which event logs were asked about before; their figures are made when "
        "they are asked about again",
        {{"error", remembered.message()}});
  }
  // Logs that it rang for are looked at once, all of them now and then.
  absl::Time next = absl::InfinitePast();
  absl::flat_hash_set<std::string> rung;
  while (bell_.Wait(kLeastPause, std::max(absl::ZeroDuration(), next - clock_.Now()), &rung)) {
    const bool all = rung.empty() || clock_.Now() >= next;
    const absl::StatusOr<int64_t> followed = FollowOnce(all ? nullptr : &rung);
    if (!followed.ok() && !stopping()) {
      logger_.Warning(
          "the figures of an event log could not be brought up to date; they are when "
          "they are asked for",
          {{"error", followed.status().message()}});
    }
    const bool some = followed.ok() && *followed > 0;
    if (all) next = clock_.Now() + (some ? options_.follow_interval : kNothingToFollow);
    if (some) next = std::min(next, clock_.Now() + options_.follow_interval);
  }
}

void AnalyticsApp::Loop() {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), options_.background_interval)) {
    mutex_.Unlock();
    if (absl::StatusOr<int64_t> removed = RunOnce(); !removed.ok()) {
      logger_.Warning("the upkeep of event logs failed; it is tried again",
                      {{"error", removed.status().message()}});
    }
    mutex_.Lock();
  }
}

}  // namespace plumbline::analytics
