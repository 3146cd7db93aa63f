// SPDX-License-Identifier: Apache-2.0
//
// Where runs, their history and the relay's place are kept. Implemented once, in SQL, for both
// engines (store_sql.h). Everything here is thread-safe, may block until context.deadline, and
// fails also with DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, SHUTTING_DOWN and INTERNAL. No call
// sees or touches another workspace than it names.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/listing/query.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

// What makes two mutations the same; see common/sql/requests.h.
struct RequestKey {
  std::string workspace;
  std::string method;
  std::string request_id;
  std::string body;
};

// What a mutation did.
struct Changed {
  Entries entries;
  std::string answer;  // what the same request gets again, but for what `token` adds
  // Without entries: the rows that follow from the run are not as the run is, and are written anew.
  bool rows_are_behind = false;
  // The end of the answer, which names the position of the transaction; nullptr: it names none.
  std::string (*token)(int64_t position) = nullptr;
};

struct Receipt {
  int64_t position = 0;   // of the transaction that created it
  bool replayed = false;  // the request was seen before: nothing was done now
};

struct RunQuery {
  std::string workspace;
  std::string after;  // id of the last one seen, "" = from the beginning
  int limit = 0;
};

// On-boardings, open tasks, impediments: which of them, in which order. Pages are read from indexes
// and cut there; only then are the runs of a page loaded.
struct OnboardingQuery {
  std::string workspace;
  std::string state;     // "STATE_ACTIVE"; "" = any
  listing::Query list;   // of OnboardingSchema
  absl::Time now;        // as of when their readiness is
  bool blocked = false;  // only those with an impediment that is open
  // Counts what cannot be read and is passed over; nullptr: that fails the whole list.
  int* passed_over = nullptr;
};

struct OpenTaskQuery {
  std::string workspace;
  std::optional<TaskState> state;  // an open one; nullopt = all of them
  std::string resource;            // assignee, else role; "" = any
  listing::Query list;             // of TaskSchema
  absl::Time now;                  // ends the spans of impediments that are open
  int* passed_over = nullptr;      // as of OnboardingQuery; tasks are counted
};

struct ImpedimentQuery {
  std::string workspace;
  bool open_only = false;
  listing::Query list;  // of ImpedimentSchema
};

// Runs.
class RunStore {
 public:
  virtual ~RunStore() = default;

  // Stores a new run with its plan and the first entries of its history; `started` that is an error
  // is returned as it is, unless the request was seen before. RESOURCE_ALREADY_EXISTS,
  // REQUEST_ID_REUSED.
  virtual absl::StatusOr<Receipt> Create(const base::CallContext& context,
                                         const RequestKey& request, absl::Time now,
                                         const absl::StatusOr<Started>& started) = 0;

  // Changes a run: `change` gets it as it is; the run as it leaves it and the entries that it
  // returns are stored together. Returns its answer, or the answer of the same request before.
  // `change` may be called several times, also with a run as it was before others changed it: of
  // what it left behind, the last call counts, unless the answer is one of before.
  // RESOURCE_NOT_FOUND, REQUEST_ID_REUSED, and what `change` returns.
  using Change = absl::FunctionRef<absl::StatusOr<Changed>(Run&)>;
  virtual absl::StatusOr<std::string> Update(const base::CallContext& context,
                                             const RequestKey& request, absl::Time now,
                                             absl::string_view onboarding, Change change) = 0;

  // RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<Run> Load(const base::CallContext& context, absl::string_view workspace,
                                   absl::string_view onboarding) = 0;

  // By id.
  virtual absl::StatusOr<std::vector<Run>> List(const base::CallContext& context,
                                                const RunQuery& query) = 0;

  // Pages as people see them; they end early when they come to rpc::kMaxPageBytes.
  // PAGE_TOKEN_INVALID for a position of another order. O(page + what the filter passes over).
  virtual absl::StatusOr<listing::Page<v1::Onboarding>> ListOnboardings(
      const base::CallContext& context, const OnboardingQuery& query) = 0;
  // Tasks of all runs that are open; by themselves by due date, in the order of an index, as they
  // are for one resource or role.
  virtual absl::StatusOr<listing::Page<v1::Task>> ListOpenTasks(const base::CallContext& context,
                                                                const OpenTaskQuery& query) = 0;
  // Impediments of all runs; by themselves oldest first.
  virtual absl::StatusOr<listing::Page<v1::Impediment>> ListImpediments(
      const base::CallContext& context, const ImpedimentQuery& query) = 0;
};

// A place in the feed: the order in which all history was written, in which nothing is ever
// inserted before what was read.
struct FeedCursor {
  int64_t position = 0;
  int64_t serial = 0;
  auto operator<=>(const FeedCursor&) const = default;
};

struct FeedQuery {
  std::string workspace;   // "" = all
  std::string onboarding;  // "" = all of the workspace
  std::string process;     // id of the process; "" = all
  FeedCursor after;
  int limit = 0;
  bool with_subjects = false;            // of all entries
  bool with_subjects_of_starts = false;  // of those of kStarted
};

struct FeedEntry {
  FeedCursor cursor;
  std::string workspace;
  std::string onboarding;
  PlanPointer plan;  // that the on-boarding had when the entry was written
  HistoryEntry entry;
  // As it is when the feed is read; nullptr unless it was asked for of this entry.
  std::shared_ptr<const Subject> subject;
};

// "sales-rep" of "workspaces/acme/processes/sales-rep@3".
std::string ProcessId(const FrozenPlan& plan);

// History.
class FeedStore {
 public:
  virtual ~FeedStore() = default;

  // Entries of one run with a greater sequence than `after`, at most `limit`. RESOURCE_NOT_FOUND.
  virtual absl::StatusOr<std::vector<HistoryEntry>> ReadHistory(const base::CallContext& context,
                                                                absl::string_view workspace,
                                                                absl::string_view onboarding,
                                                                int64_t after, int limit) = 0;

  // A page of the history of one run in the order of the query, which is of HistorySchema().
  // RESOURCE_NOT_FOUND, PAGE_TOKEN_INVALID for a position of another order.
  virtual absl::StatusOr<listing::Page<HistoryEntry>> ListHistory(const base::CallContext& context,
                                                                  absl::string_view workspace,
                                                                  absl::string_view onboarding,
                                                                  const listing::Query& query) = 0;

  // The comments on a task, those with a greater sequence than `after`, at most `limit`; those of a
  // task that there is not are none.
  virtual absl::StatusOr<std::vector<HistoryEntry>> ReadComments(const base::CallContext& context,
                                                                 absl::string_view workspace,
                                                                 absl::string_view onboarding,
                                                                 absl::string_view task,
                                                                 int64_t after, int limit) = 0;

  // The next entries of the feed. Fewer than `limit` = there was no more that is settled.
  virtual absl::StatusOr<std::vector<FeedEntry>> ReadFeed(const base::CallContext& context,
                                                          const FeedQuery& query) = 0;

  // A place after every entry that was written before the call. What is under way may come after
  // it.
  virtual absl::StatusOr<FeedCursor> Newest(const base::CallContext& context) = 0;
};

// Where the relay is with one log.
struct RelayLog {
  int64_t next_sequence = 1;  // number of its next event
  // Set while analytics refuses what the log has after this place: that waits, and the other logs
  // go on.
  std::optional<FeedCursor> refused_after;
};

// Where the relay is: it has sent all entries up to `cursor` but those of logs that refuse.
struct RelayState {
  int64_t version = 0;   // counts what was stored; 0 = nothing yet
  std::string producer;  // as which it writes to analytics, for good; "" = not chosen yet
  FeedCursor cursor;
  std::map<std::string, RelayLog> logs;  // by name; absent = nothing was sent
};

class RelayStore {
 public:
  virtual ~RelayStore() = default;
  virtual absl::StatusOr<RelayState> LoadRelay(const base::CallContext& context) = 0;
  // Stores the producer, the cursor and the logs that are named, together, as version + 1, if
  // nothing was stored since `state.version` was loaded; else stores nothing and fails with
  // ETAG_MISMATCH (ABORTED).
  virtual absl::Status SaveRelay(const base::CallContext& context, const RelayState& state) = 0;
  // True if `holder` may run the relay until now + term.
  virtual absl::StatusOr<bool> TakeRelayLease(const base::CallContext& context,
                                              absl::string_view holder, absl::Time now,
                                              absl::Duration term) = 0;
};

// Runs under way of the same revisions: those whose plan was changed are of those that they were
// started with.
struct PlanUse {
  std::string workspace;
  std::vector<std::string> revisions;  // FrozenPlan::revisions
  int64_t count = 0;
  std::vector<std::string> examples;  // ids of the first of them, in order
};

// What was reported to the catalog of the runs of a workspace, and when.
struct UseReport {
  std::string digest;
  absl::Time time;
};

// Which revisions are run, and who knows of it.
class UseStore {
 public:
  virtual ~UseStore() = default;
  // Of all workspaces, in order; with at most `examples` ids each. O(runs under way) of an index,
  // O(plans), however many those are.
  virtual absl::StatusOr<std::vector<PlanUse>> CountRuns(const base::CallContext& context,
                                                         int examples) = 0;
  // By workspace.
  virtual absl::StatusOr<std::map<std::string, UseReport>> LoadUseReports(
      const base::CallContext& context) = 0;
  // nullopt: nothing is run there any more, and that was reported.
  virtual absl::Status SaveUseReport(const base::CallContext& context, absl::string_view workspace,
                                     const std::optional<UseReport>& report) = 0;
  // True if `holder` may report until now + term.
  virtual absl::StatusOr<bool> TakeUseLease(const base::CallContext& context,
                                            absl::string_view holder, absl::Time now,
                                            absl::Duration term) = 0;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_H_
