// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/app.h"

#include <string>
#include <utility>

#include "common/base/call_context.h"
#include "common/base/status_macros.h"
#include "services/catalog/calendars/rpc.h"
#include "services/catalog/calendars/store_sql.h"
#include "services/catalog/history/store_sql_resource_history.h"
#include "services/catalog/processes/rpc.h"
#include "services/catalog/processes/rpc_bpmn.h"
#include "services/catalog/processes/store_sql.h"
#include "services/catalog/search/store_sql.h"
#include "services/catalog/steps/store_sql.h"
#include "services/catalog/utilities/store_sql.h"

namespace plumbline::catalog {
namespace {

// Rows that one transaction forgets: few enough to hold no write up for long.
constexpr int kForgetAtOnce = 1000;
// Old rows that one transaction brings up to date.
constexpr int kIndexAtOnce = 200;
constexpr absl::Duration kRoundDeadline = absl::Minutes(1);

}  // namespace

absl::StatusOr<std::unique_ptr<CatalogApp>> CatalogApp::Create(sql::Database& database,
                                                               cache::Cache& cache,
                                                               const base::Clock& clock,
                                                               const base::Logger& logger,
                                                               const CatalogOptions& options) {
  Stores stores;
  ASSIGN_OR_RETURN(stores.processes, OpenStore(database));
  stores.utilities = NewUtilityStore(database);
  stores.graph = NewGraphStore(database);
  stores.search = NewSearchStore(database);
  stores.calendars = NewCalendarStore(database);
  stores.steps = NewStepStore(database);
  stores.history = NewResourceHistoryStore(database);
  return std::unique_ptr<CatalogApp>(
      new CatalogApp(std::move(stores), cache, clock, logger, options));
}

CatalogApp::CatalogApp(Stores stores, cache::Cache& cache, const base::Clock& clock,
                       const base::Logger& logger, const CatalogOptions& options)
    : clock_(clock),
      logger_(logger),
      options_(options),
      stores_(std::move(stores)),
      heads_({.exclusive = stores_.processes->exclusive(),
              .freshness = options.head_freshness,
              .capacity_bytes = options.head_memory_bytes}),
      reader_(*stores_.processes, cache, heads_, clock),
      writer_(*stores_.processes, heads_, reader_, clock),
      graphs_(*stores_.graph, options.graph_memory_bytes),
      utilities_(*stores_.utilities, graphs_, clock),
      composition_(*stores_.processes, graphs_, utilities_, clock),
      calendar_memory_({.exclusive = stores_.processes->exclusive(),
                        .freshness = options.head_freshness,
                        .capacity_bytes = options.calendar_memory_bytes}),
      calendar_reader_(*stores_.calendars, calendar_memory_, clock),
      calendar_writer_(*stores_.calendars, clock),
      steps_(*stores_.steps, clock, [this] { Wake(); }) {
  RegisterCatalogService(reader_, writer_, &table_);
  RegisterComparison(*stores_.processes, clock_, &table_);
  RegisterSearch(*stores_.search, &table_);
  RegisterBpmnMethods(reader_, writer_, &table_);
  RegisterUtilities(utilities_, &table_);
  RegisterComposition(composition_, &table_);
  RegisterCalendarService(calendar_reader_, calendar_writer_, &table_);
  RegisterPolicyService(reader_, writer_, &table_);
  RegisterSteps(steps_, &table_);
  RegisterResourceHistory(*stores_.history, &table_);
}

CatalogApp::~CatalogApp() { Stop(); }

void CatalogApp::Start() {
  loop_ = std::thread([this] { Loop(); });
}

void CatalogApp::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  cancelled_->store(true);
  if (loop_.joinable()) loop_.join();
}

void CatalogApp::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

absl::StatusOr<int64_t> CatalogApp::RunOnce() {
  base::CallContext context;
  context.identity = base::Identity::Everything("catalog");
  const absl::Time now = clock_.Now();
  // Databases tell deadlines by the machine's clock.
  context.deadline = base::SystemClock().Now() + kRoundDeadline;
  context.cancelled = cancelled_;
  for (int64_t indexed = 1; indexed > 0;) {
    ASSIGN_OR_RETURN(indexed, stores_.processes->IndexOld(context, kIndexAtOnce));
  }
  for (int64_t noted = 1; noted > 0;) {
    ASSIGN_OR_RETURN(noted, stores_.processes->IndexCalls(context, kIndexAtOnce));
  }
  int64_t forgotten = 0;
  for (int64_t rows = kForgetAtOnce; rows == kForgetAtOnce;) {
    ASSIGN_OR_RETURN(rows, stores_.processes->ForgetOldRequests(context, now, kForgetAtOnce));
    forgotten += rows;
  }
  return forgotten;
}

void CatalogApp::Loop() {
  // The first round at once: until rows of an older release are caught up with, questions about
  // calls and uses read whole trees.
  absl::MutexLock lock(&mutex_);
  const auto is_called = [this]()
                             ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || woken_; };
  do {
    woken_ = false;  // before the round: what comes during it asks for another
    mutex_.Unlock();
    if (absl::StatusOr<int64_t> forgotten = RunOnce(); !forgotten.ok()) {
      logger_.Warning("the background work could not be done",
                      {{"error", forgotten.status().message()}});
    }
    mutex_.Lock();
    mutex_.AwaitWithTimeout(absl::Condition(&is_called), options_.background_interval);
  } while (!stopping_);
}

}  // namespace plumbline::catalog
