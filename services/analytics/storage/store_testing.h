// SPDX-License-Identifier: Apache-2.0
//
// For tests on both engines: a fresh schema, a store, and short ways to write and read.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/status_macros.h"
#include "common/sql/database.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

inline constexpr char kSqlite[] = "SQLite";
inline const LogKey kKey{"acme", "sales"};
inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

class StoreTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override;
  // Another connection to the same schema (PostgreSQL).
  std::unique_ptr<sql::Database> Open();

  static LogRecord RecordOf(const LogKey& key, absl::string_view uid) {
    LogRecord record{.uid = std::string(uid),
                     .last_block = 3,
                     .event_count = 5,
                     .first_time = -7,
                     .last_time = 9};
    record.description.set_name(NameOf(key));
    return record;
  }
  absl::StatusOr<std::string> Write(absl::FunctionRef<absl::Status(LogChanges&)> body,
                                    const WriteRequest& request = {"acme", "Method", "", ""}) {
    return store_->Write(context_, "sales", request, kNow,
                         [&](LogChanges& changes) -> absl::StatusOr<std::string> {
                           RETURN_IF_ERROR(body(changes));
                           return std::string("answer");
                         });
  }
  template <typename T>
  T Read(absl::FunctionRef<absl::StatusOr<T>(LogReads&)> body) {
    T result{};
    const absl::Status status = store_->Read(context_, [&](LogReads& reads) -> absl::Status {
      ASSIGN_OR_RETURN(result, body(reads));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  std::optional<LogRecord> Find(const LogKey& key) {
    return Read<std::optional<LogRecord>>([&](LogReads& reads) { return reads.FindLog(key); });
  }
  std::vector<StoredBlock> Blocks(absl::string_view uid, int64_t after = 0, int limit = 1000) {
    return Read<std::vector<StoredBlock>>(
        [&](LogReads& reads) { return reads.ReadBlocks("acme", uid, after, limit); });
  }

  std::string schema_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Store> store_;
  base::CallContext context_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_STORE_TESTING_H_
