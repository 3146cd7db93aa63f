// SPDX-License-Identifier: Apache-2.0
//
// How a draft differs from its latest revision, kept beside it; private to the SQL stores. A
// release that does not know this leaves `compared_version` of what it writes behind; whatever its
// rows say of unpublished changes counts for nothing, and is worked out from the revision.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_PUBLISHED_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_PUBLISHED_H_

#include <cstdint>

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// The step of the schema: what lists say of drafts, `approval_state` and `unpublished_changes` of
// `process_index`, and what that follows from in `processes`. Every head is caught up with once.
extern const char kDraftsSchema[];

// The columns of Published, to be selected one after the other.
inline constexpr char kPublishedColumns[] =
    "compared_version, published_revision, published_hash, revision_hash";

// Fills in `published` of a head, and of its process `unpublished_changes`: from the columns, the
// first of which is `column` of a row; or, where another release wrote the row, by comparing the
// draft with its latest revision. O(1), or O(size of both).
absl::Status ReadPublished(sql::Transaction& transaction, const ProcessKey& key,
                           const sql::Rows& rows, size_t row, size_t column, Head* head);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_STORE_SQL_PUBLISHED_H_
