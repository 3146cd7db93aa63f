// SPDX-License-Identifier: Apache-2.0
//
// GraphReads over one transaction; private to the SQL stores.
#ifndef PLUMBLINE_SERVICES_CATALOG_COMPOSITION_STORE_SQL_GRAPH_H_
#define PLUMBLINE_SERVICES_CATALOG_COMPOSITION_STORE_SQL_GRAPH_H_

#include <optional>
#include <vector>

#include "common/sql/database.h"
#include "services/catalog/composition/graph_store.h"

namespace plumbline::catalog {

// The migration step of what is kept of heads that are gone: the position of the write that deleted
// them.
extern const char kDeletedSchema[];

// Notes that a head is deleted by this transaction.
absl::Status NoteDeleted(sql::Transaction& transaction, const ProcessKey& key);

class SqlGraphReads final : public GraphReads {
 public:
  explicit SqlGraphReads(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }
  absl::StatusOr<std::vector<HeadStamp>> ChangedSince(absl::string_view workspace, int64_t position,
                                                      absl::string_view after, int limit) override;
  absl::StatusOr<std::vector<HeadAndLatest>> ReadHeads(absl::string_view workspace,
                                                       absl::string_view first,
                                                       absl::string_view last) override;
  absl::StatusOr<std::optional<v1::Process>> ReadRevision(const ProcessKey& key,
                                                          int64_t revision) override;

 private:
  sql::Transaction& transaction_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_COMPOSITION_STORE_SQL_GRAPH_H_
