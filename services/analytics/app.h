// SPDX-License-Identifier: Apache-2.0
//
// Analytics, put together.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_APP_H_
#define PLUMBLINE_SERVICES_ANALYTICS_APP_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/method_table.h"
#include "common/sql/database.h"
#include "services/analytics/improvement/service/improvements.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/objectives/service/answers.h"
#include "services/analytics/objectives/service/store.h"
#include "services/analytics/objectives/service/worker.h"
#include "services/analytics/serving/reader.h"
#include "services/analytics/storage/bell.h"
#include "services/analytics/storage/event_id_index.h"
#include "services/analytics/storage/retention.h"
#include "services/analytics/storage/store.h"
#include "services/analytics/storage/writer.h"

namespace plumbline::analytics {

struct AnalyticsOptions {
  // Memory for event logs; logs not used for longest leave first. Also what a single log may take:
  // it takes no more events then.
  int64_t log_memory_bytes = int64_t{4} << 30;
  // Pause between two rounds of background work.
  absl::Duration background_interval = absl::Seconds(30);
  // Longest pause between two looks at logs whose figures are kept current: for what other replicas
  // write. What this process writes is looked at soon after it is on disk.
  absl::Duration follow_interval = absl::Milliseconds(100);
  // From so many events on they are.
  int64_t live_from_events = kLiveFromEvents;
  // How often objectives are looked at, and where their alerts may go.
  ObjectiveOptions objectives;
};

// Takes log_memory_bytes of a configuration, 0 for the default. FIELD_INVALID below that.
absl::Status SetLogMemory(int64_t bytes, AnalyticsOptions* options);

class AnalyticsApp {
 public:
  // Brings the schema of `database` up to date. Everything given must outlive the app.
  static absl::StatusOr<std::unique_ptr<AnalyticsApp>> Create(sql::Database& database,
                                                              cache::Cache& cache,
                                                              const base::Clock& clock,
                                                              const base::Logger& logger,
                                                              const AnalyticsOptions& options);
  ~AnalyticsApp();  // stops

  const rpc::MethodTable& table() const { return table_; }

  // Begins and ends the background work. Stop is idempotent.
  void Start();
  void Stop();

  // Takes the logs up that were followed before this process began; see LogMemory::Remember.
  absl::Status Remember();
  // One look at the logs whose figures are kept current, or at those of them with these names; see
  // LogMemory::FollowOnce.
  absl::StatusOr<int64_t> FollowOnce(const absl::flat_hash_set<std::string>* only = nullptr);
  // One round of background work: deletes what logs keep no longer, merges small blocks of logs
  // that have more than 64 of them, removes events of deleted logs and of imports that were given
  // up, forgets old requests, notes which logs are asked about. Right on several replicas at once.
  // Returns how many rows it removed. A step that fails does not hold up the others; the error is
  // that of the first. A log whose blocks cannot be merged is told in the log of the process, and
  // left as it is.
  absl::StatusOr<int64_t> RunOnce();
  // The part of it that deletes what is too old at `now`; returns how many events. See
  // Retention::RunOnce.
  absl::StatusOr<int64_t> RunRetentionOnce(absl::Time now);
  // One look at all objectives, and what is to be sent of it; see ObjectiveWorker::RunOnce.
  absl::StatusOr<int64_t> RunObjectivesOnce(absl::Time now);

 private:
  AnalyticsApp(std::unique_ptr<Store> store, sql::Database& database, cache::Cache& cache,
               const base::Clock& clock, const base::Logger& logger,
               const AnalyticsOptions& options);
  void Loop();
  void Follow();
  void WatchObjectives();
  base::CallContext RoundContext() const;
  bool stopping() const;

  const base::Clock& clock_;
  const base::Logger& logger_;
  const AnalyticsOptions options_;
  Bell bell_;  // for the follower
  const std::unique_ptr<Store> store_;
  LogMemory memory_;
  Reader reader_;
  EventIdIndex ids_;
  Writer writer_;
  absl::Mutex retention_mutex_;
  Retention retention_ ABSL_GUARDED_BY(retention_mutex_);
  const std::unique_ptr<ObjectiveStore> objectives_;
  std::atomic<bool> look_soon_ = false;  // at objectives: one of them changed
  OutcomeReader outcomes_;
  absl::Mutex watch_mutex_;  // of all calls of the worker but Wake
  ObjectiveWorker objective_worker_;
  const Improvements improvements_;
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  rpc::MethodTable table_;

  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread loop_, follower_, watcher_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_APP_H_
