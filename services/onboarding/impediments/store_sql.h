// SPDX-License-Identifier: Apache-2.0
//
// Where records of impediments are kept, and how on-boardings come to follow them. A record says
// what is to be, and on-boardings follow it in transactions of their own. What is still to follow
// is in the database, so that whoever comes next goes on where somebody died. Thread-safe; errors
// of all methods as in runs/store.h.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/call_context.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"
#include "common/sql/database.h"
#include "services/onboarding/impediments/record.h"
#include "services/onboarding/runs/store_sql.h"

namespace plumbline::onboarding {

// What lists of records are filtered and ordered by.
const expr::Schema& RecordSchema();

// What a mutation did.
struct RecordReceipt {
  int64_t position = 0;
  int64_t entry = 0;  // number of the entry that it wrote
  std::string record;
};

// The steps of a plan that depend on a utility.
struct PlanUsers {
  std::string plan;
  std::vector<std::string> paths;
};

class ImpedimentStore {
 public:
  // Both must outlive it.
  ImpedimentStore(sql::Database& database, SqlStore& runs) : database_(database), runs_(runs) {}

  // `checked` that is an error is returned as it is, unless the request was seen before.
  // RESOURCE_ALREADY_EXISTS, REQUEST_ID_REUSED.
  absl::StatusOr<RecordReceipt> Open(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, const absl::Status& checked,
                                     const StoredRecord& stored, const RecordChange& change);

  // Changes a record by `rule`, which may be called several times. RESOURCE_NOT_FOUND,
  // REQUEST_ID_REUSED, and what `rule` returns.
  using Rule = absl::FunctionRef<absl::StatusOr<RecordChange>(StoredRecord&)>;
  absl::StatusOr<RecordReceipt> Change(const base::CallContext& context, const RequestKey& request,
                                       absl::Time now, const ImpedimentKey& key, Rule rule);

  // What a mutation is answered with whenever it comes again: `answer`, or what was remembered
  // first. It is known only after the mutation, when on-boardings followed it.
  absl::StatusOr<std::string> Remember(const base::CallContext& context, const RequestKey& request,
                                       absl::Time now, const std::string& answer);

  // RESOURCE_NOT_FOUND.
  absl::StatusOr<StoredRecord> Get(const base::CallContext& context, const ImpedimentKey& key);
  absl::StatusOr<v1::ImpedimentRecord> Show(const base::CallContext& context,
                                            const ImpedimentKey& key);
  absl::StatusOr<listing::Page<v1::ImpedimentRecord>> List(const base::CallContext& context,
                                                           absl::string_view workspace,
                                                           const listing::Query& query);
  // Entries with a greater sequence than `after`, at most `limit`. RESOURCE_NOT_FOUND.
  absl::StatusOr<std::vector<v1::ImpedimentEntry>> ReadHistory(const base::CallContext& context,
                                                               const ImpedimentKey& key,
                                                               int64_t after, int limit);

  // Whether it blocks a task, or is to.
  absl::StatusOr<bool> Blocks(const base::CallContext& context, const ImpedimentKey& key,
                              const Wish& task);

  // Records that some on-boarding may not follow yet, and those that block all users of a utility,
  // by name.
  absl::StatusOr<std::vector<StoredRecord>> Pending(const base::CallContext& context, int limit);
  absl::StatusOr<std::vector<StoredRecord>> OfAllUsers(const base::CallContext& context);

  // By plan, those whose tasks a record blocks wherever their turn comes; none unless it is open
  // and blocks all users of its utility. Reads the plans of the workspace.
  absl::StatusOr<std::vector<PlanUsers>> UsersOf(const base::CallContext& context,
                                                 const StoredRecord& stored);
  // On-boardings that are to follow a record, those after `after`, by name, at most `limit`; also
  // those with open tasks of `users`.
  absl::StatusOr<std::vector<std::string>> Followers(const base::CallContext& context,
                                                     const StoredRecord& stored,
                                                     absl::Span<const PlanUsers> users,
                                                     absl::string_view after, int limit);
  // Lets on-boardings follow a record, all of them or none; in order, none twice. Idempotent.
  absl::Status Follow(const base::CallContext& context, const ImpedimentKey& key,
                      absl::Span<const std::string> onboardings, absl::Time now);
  // Notes that all follow what `stored` says, unless it was changed since or something is left.
  absl::Status Settle(const base::CallContext& context, const StoredRecord& stored);

  // Names of the on-boardings with tasks that are blocked.
  absl::StatusOr<std::vector<std::string>> BlockedRuns(const base::CallContext& context,
                                                       absl::string_view workspace);

  // True if `holder` may carry until now + term.
  absl::StatusOr<bool> TakeLease(const base::CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term);

 private:
  // `where` is ours.
  absl::StatusOr<std::vector<StoredRecord>> FindAll(const base::CallContext& context,
                                                    absl::string_view where, int limit);

  sql::Database& database_;
  SqlStore& runs_;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_H_
