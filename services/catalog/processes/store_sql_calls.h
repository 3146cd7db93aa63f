// SPDX-License-Identifier: Apache-2.0
//
// Who calls whom, and who uses which step of the library (steps/store_sql_uses.h): rows that follow
// from the trees. A release that knows nothing of them writes trees beside them; the columns
// calls_version (of a head: the version whose calls are noted) and calls_noted (of a revision) tell
// which trees are to be looked into, and two small indexes find them.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_CALLS_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_CALLS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/life/store.h"

namespace plumbline::catalog {

// Notes the calls of a draft (revision 0) or a revision and what it uses of the library, of which
// nothing is noted.
absl::Status NoteCalls(sql::Transaction& transaction, const ProcessKey& caller,
                       const v1::Process& process);
// Forgets what was noted of it.
absl::Status ForgetCalls(sql::Transaction& transaction, const ProcessKey& caller, int64_t revision);

// `visit` gets the drafts and revisions of a workspace whose calls and uses are not noted, at most
// `limit` of each.
absl::Status ForEachOldTree(
    sql::Transaction& transaction, absl::string_view workspace, int64_t limit,
    absl::FunctionRef<absl::Status(const ProcessKey&, const v1::Process&)> visit);

// What trees of one workspace call that were not noted yet.
struct OldCalls {
  std::set<std::pair<std::string, int64_t>> trees;  // process and revision: whose rows say what was
  std::map<std::string, std::set<Caller>> callers;  // by the id of what they call
};
// O(such trees), of which a few are in memory at a time.
absl::StatusOr<OldCalls> ReadOldCalls(sql::Transaction& transaction, absl::string_view workspace);

// See LifeReader::ListCallers; `old` is of the workspace as it is.
absl::StatusOr<std::vector<Caller>> FindCallers(sql::Transaction& transaction, const OldCalls& old,
                                                const ProcessKey& called);

// See Store::IndexCalls: of one workspace at a time.
absl::StatusOr<int64_t> NoteOldCalls(sql::Database& database, const base::CallContext& context,
                                     int limit);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_CALLS_H_
