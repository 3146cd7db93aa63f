// SPDX-License-Identifier: Apache-2.0
//
// LifeReader and LifeWriter over one transaction.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/sql/database.h"
#include "services/catalog/life/store.h"
#include "services/catalog/processes/store_sql_calls.h"

namespace plumbline::catalog {

// The migration step of these tables, and of the columns that tell whether calls were noted.
extern const char kLifeSchema[];

class SqlLife final : public LifeReader, public LifeWriter {
 public:
  explicit SqlLife(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::vector<Caller>> ListCallers(const ProcessKey& called) override;
  absl::StatusOr<std::vector<RunnerUse>> ListUses(const ProcessKey& key, absl::Time now) override;
  absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> ListHistory(
      const ProcessKey& key, const listing::Query& query) override;
  absl::StatusOr<std::optional<StoredPolicy>> FindPolicy(absl::string_view workspace) override;

  absl::Status DeleteHead(const ProcessKey& key) override;
  absl::Status AppendHistory(const ProcessKey& key, v1::CatalogHistoryEntry entry) override;
  absl::Status ReplaceUses(absl::string_view workspace, absl::string_view system,
                           const std::vector<v1::ProcessUse>& uses, absl::Time now,
                           absl::Time expire_time) override;
  absl::Status PutPolicy(absl::string_view workspace, const StoredPolicy& policy) override;

  // To be called by whoever writes trees: what was read of them is not true any more.
  void TreesChanged() { old_calls_.reset(); }

 private:
  sql::Transaction& transaction_;
  std::optional<OldCalls> old_calls_;
  std::string old_calls_of_;  // the workspace
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_STORE_SQL_H_
