// SPDX-License-Identifier: Apache-2.0
//
// Who calls whom: rows that follow from the trees. A release that knows nothing of them writes
// trees beside them; the columns calls_version (of a head: the version whose calls are noted) and
// calls_noted (of a revision) tell which trees are to be looked into, and two small indexes find
// them.
#ifndef PLUMBLINE_SERVICES_CATALOG_STORE_SQL_CALLS_H_
#define PLUMBLINE_SERVICES_CATALOG_STORE_SQL_CALLS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/life_store.h"

namespace plumbline::catalog {

// Notes the calls of a draft (revision 0) or a revision, in place of those noted before.
absl::Status NoteCalls(sql::Transaction& transaction, const ProcessKey& caller,
                       const v1::Process& process);
absl::Status ForgetCalls(sql::Transaction& transaction, const ProcessKey& caller, int64_t revision);

// See LifeReader::ListCallers.
absl::StatusOr<std::vector<Caller>> FindCallers(sql::Transaction& transaction,
                                                const ProcessKey& called);

// See Store::IndexCalls: of one workspace at a time.
absl::StatusOr<int64_t> NoteOldCalls(sql::Database& database, const base::CallContext& context,
                                     int limit);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_STORE_SQL_CALLS_H_
