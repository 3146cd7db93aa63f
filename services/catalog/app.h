// SPDX-License-Identifier: Apache-2.0
//
// The catalog, put together.
#ifndef PLUMBLINE_SERVICES_CATALOG_APP_H_
#define PLUMBLINE_SERVICES_CATALOG_APP_H_

#include <atomic>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/cache/cache.h"
#include "common/rpc/method_table.h"
#include "common/sql/database.h"
#include "services/catalog/calendars/memory.h"
#include "services/catalog/calendars/reader.h"
#include "services/catalog/calendars/store.h"
#include "services/catalog/calendars/writer.h"
#include "services/catalog/composition/composition.h"
#include "services/catalog/composition/graph_memory.h"
#include "services/catalog/composition/graph_store.h"
#include "services/catalog/history/resource_history.h"
#include "services/catalog/processes/head_memory.h"
#include "services/catalog/processes/reader.h"
#include "services/catalog/processes/store.h"
#include "services/catalog/processes/writer.h"
#include "services/catalog/search/store.h"
#include "services/catalog/steps/library.h"
#include "services/catalog/utilities/store.h"
#include "services/catalog/utilities/utilities.h"

namespace plumbline::catalog {

struct CatalogOptions {
  // How old a head in memory, and what is known of a calendar there, may be where other processes
  // write to the database.
  absl::Duration head_freshness = absl::Seconds(1);
  size_t head_memory_bytes = 32 << 20;
  // For compiled calendars.
  size_t calendar_memory_bytes = 64 << 20;
  // For graphs of processes (GraphMemory).
  int64_t graph_memory_bytes = 256 << 20;
  // Pause between two rounds of background work.
  absl::Duration background_interval = absl::Minutes(10);
};

class CatalogApp {
 public:
  // Brings the schema of `database` up to date. Everything given must outlive the app.
  static absl::StatusOr<std::unique_ptr<CatalogApp>> Create(sql::Database& database,
                                                            cache::Cache& cache,
                                                            const base::Clock& clock,
                                                            const base::Logger& logger,
                                                            const CatalogOptions& options);
  ~CatalogApp();  // stops

  const rpc::MethodTable& table() const { return table_; }

  // Memory that the graphs of processes take, about.
  int64_t graph_memory_bytes() const { return graphs_.memory_bytes(); }

  // Begins and ends the background work. Stop is idempotent.
  void Start();
  void Stop();

  // One round of background work: brings lists, search and calls up to date with what replicas
  // of an earlier release wrote, search with changes of the library of steps, and forgets old
  // requests. Returns how many of those it removed.
  absl::StatusOr<int64_t> RunOnce();

 private:
  struct Stores {
    std::unique_ptr<Store> processes;
    std::unique_ptr<UtilityStore> utilities;
    std::unique_ptr<GraphStore> graph;
    std::unique_ptr<SearchStore> search;
    std::unique_ptr<CalendarStore> calendars;
    std::unique_ptr<StepStore> steps;
    std::unique_ptr<ResourceHistoryStore> history;
  };
  CatalogApp(Stores stores, cache::Cache& cache, const base::Clock& clock,
             const base::Logger& logger, const CatalogOptions& options);
  void Loop();
  // Has the loop begin its next round at once.
  void Wake();

  const base::Clock& clock_;
  const base::Logger& logger_;
  const CatalogOptions options_;
  const Stores stores_;
  HeadMemory heads_;
  Reader reader_;
  Writer writer_;
  GraphMemory graphs_;
  Utilities utilities_;
  Composition composition_;
  CalendarMemory calendar_memory_;
  CalendarReader calendar_reader_;
  CalendarWriter calendar_writer_;
  StepLibrary steps_;
  rpc::MethodTable table_;

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  // Cancels what the loop is at.
  const std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
  std::thread loop_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_APP_H_
