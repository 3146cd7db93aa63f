// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/app.h"

#include <string>
#include <utility>

#include "common/base/call_context.h"
#include "common/base/status_macros.h"
#include "services/catalog/rpc.h"
#include "services/catalog/rpc_bpmn.h"
#include "services/catalog/rpc_calendars.h"
#include "services/catalog/store_sql.h"
#include "services/catalog/store_sql_calendars.h"
#include "services/catalog/store_sql_search.h"

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
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, OpenStore(database));
  return std::unique_ptr<CatalogApp>(new CatalogApp(std::move(store), NewSearchStore(database),
                                                    NewCalendarStore(database), cache, clock,
                                                    logger, options));
}

CatalogApp::CatalogApp(std::unique_ptr<Store> store, std::unique_ptr<SearchStore> search,
                       std::unique_ptr<CalendarStore> calendars, cache::Cache& cache,
                       const base::Clock& clock, const base::Logger& logger,
                       const CatalogOptions& options)
    : clock_(clock),
      logger_(logger),
      options_(options),
      store_(std::move(store)),
      search_(std::move(search)),
      calendars_(std::move(calendars)),
      heads_({.exclusive = store_->exclusive(),
              .freshness = options.head_freshness,
              .capacity_bytes = options.head_memory_bytes}),
      reader_(*store_, cache, heads_, clock),
      writer_(*store_, heads_, reader_, clock),
      calendar_memory_(options.calendar_memory_bytes),
      calendar_reader_(*calendars_, calendar_memory_, clock),
      calendar_writer_(*calendars_, clock) {
  RegisterCatalogService(reader_, writer_, &table_);
  RegisterComparison(*store_, clock_, &table_);
  RegisterSearch(*search_, &table_);
  RegisterBpmnMethods(reader_, writer_, &table_);
  RegisterCalendarService(calendar_reader_, calendar_writer_, &table_);
  RegisterPolicyService(reader_, writer_, &table_);
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

absl::StatusOr<int64_t> CatalogApp::RunOnce() {
  base::CallContext context;
  context.identity = base::Identity::Everything("catalog");
  const absl::Time now = clock_.Now();
  // Databases tell deadlines by the machine's clock.
  context.deadline = base::SystemClock().Now() + kRoundDeadline;
  context.cancelled = cancelled_;
  for (int64_t indexed = 1; indexed > 0;) {
    ASSIGN_OR_RETURN(indexed, store_->IndexOld(context, kIndexAtOnce));
  }
  for (int64_t noted = 1; noted > 0;) {
    ASSIGN_OR_RETURN(noted, store_->IndexCalls(context, kIndexAtOnce));
  }
  int64_t forgotten = 0;
  for (int64_t rows = kForgetAtOnce; rows == kForgetAtOnce;) {
    ASSIGN_OR_RETURN(rows, store_->ForgetOldRequests(context, now, kForgetAtOnce));
    forgotten += rows;
  }
  return forgotten;
}

void CatalogApp::Loop() {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), options_.background_interval)) {
    mutex_.Unlock();
    if (absl::StatusOr<int64_t> forgotten = RunOnce(); !forgotten.ok()) {
      logger_.Warning("the background work could not be done",
                      {{"error", forgotten.status().message()}});
    }
    mutex_.Lock();
  }
}

}  // namespace plumbline::catalog
