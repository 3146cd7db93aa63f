// SPDX-License-Identifier: Apache-2.0
//
// What lists and search read: columns, labels and words of heads and revisions beside their
// messages, written in the same transaction. Rows that a release without this table wrote, before
// an upgrade or during it, are found by `indexed` and caught up with.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_INDEX_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_INDEX_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// The step of the schema. `processes` and `process_revisions` get a column `indexed`, which whoever
// writes them sets: to the row's `version`, and to 1.
extern const char kIndexSchema[];
// A later step: since words of attributes are found, every head is indexed once more.
extern const char kAttributeWordsSchema[];
// A later step: the words of heads that were deleted before their words went with them.
extern const char kForgottenWordsSchema[];

// Takes the words of a head out of the index; to be called before its row is deleted. (What else
// is kept of it goes with the row.)
absl::Status ForgetWords(sql::Transaction& transaction, const ProcessKey& key);

// Writes what lists and search read of a row that was just written. O(size of the process) when
// its words or labels changed. `derived`: what is worked out of it already, if anything. `first`,
// if given: whether nothing was written of this head before.
absl::Status IndexHead(sql::Transaction& transaction, const ProcessKey& key,
                       const v1::Process& head, const Derived* derived = nullptr,
                       bool* first = nullptr);
absl::Status IndexRevision(sql::Transaction& transaction, const ProcessKey& key,
                           const v1::Process& revision);

// Catches up with at most `limit` heads, or revisions where no head is behind, or entries of the
// history where neither is, of one workspace; returns how many.
absl::StatusOr<int64_t> IndexOldRows(sql::Database& database, const base::CallContext& context,
                                     int limit);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_INDEX_H_
