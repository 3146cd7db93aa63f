// SPDX-License-Identifier: Apache-2.0
//
// What one transaction of the SQL store can do. Internal to the store.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_CHANGES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "common/sql/database.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

class SqlChanges final : public LogChanges {
 public:
  explicit SqlChanges(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<LogRecord>> FindLog(const LogKey& key) override;
  absl::StatusOr<std::vector<LogRecord>> ListLogs(absl::string_view workspace,
                                                  absl::string_view after, int limit) override;
  absl::StatusOr<std::vector<StoredBlock>> ReadBlocks(absl::string_view workspace,
                                                      absl::string_view uid, int64_t after,
                                                      int limit) override;
  absl::StatusOr<int64_t> NextSequence(absl::string_view workspace, absl::string_view uid,
                                       absl::string_view producer) override;
  absl::Status PutLog(const LogKey& key, const LogRecord& record) override;
  absl::Status RemoveLog(const LogKey& key, absl::string_view uid) override;
  absl::Status AddBlock(absl::string_view workspace, absl::string_view uid,
                        const StoredBlock& block) override;
  absl::StatusOr<std::string> KeeperOf(absl::string_view workspace, absl::string_view uid) override;
  absl::Status PutNextSequence(absl::string_view workspace, absl::string_view uid,
                               absl::string_view producer, int64_t next, bool keeps) override;
  absl::Status TakeStaged(absl::string_view workspace, absl::string_view import_uid,
                          absl::string_view uid, int64_t last_block) override;
  absl::Status MoveLog(absl::string_view workspace, absl::string_view old_uid,
                       absl::string_view uid) override;
  absl::StatusOr<std::vector<LogKey>> LogsWithRetention() override;
  absl::StatusOr<std::vector<LogKey>> LogsAskedSince(absl::Time time) override;
  absl::Status NoteAsked(const LogKey& key, absl::Time time) override;

 private:
  sql::Transaction& transaction_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_SQL_CHANGES_H_
