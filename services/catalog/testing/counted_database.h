// SPDX-License-Identifier: Apache-2.0
//
// A database that counts what is asked of it: for tests of how much a question costs.
#ifndef PLUMBLINE_SERVICES_CATALOG_TESTING_COUNTED_DATABASE_H_
#define PLUMBLINE_SERVICES_CATALOG_TESTING_COUNTED_DATABASE_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "common/sql/database.h"

namespace plumbline::catalog {

// `database` must outlive it. Thread-safe.
class CountedDatabase final : public sql::Database {
 public:
  explicit CountedDatabase(sql::Database& database) : database_(database) {}

  absl::Status Write(const base::CallContext& context, Body body) override {
    return database_.Write(context, [&](sql::Transaction& transaction) {
      Counted counted(*this, transaction);
      return body(counted);
    });
  }
  absl::Status Read(const base::CallContext& context, Body body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      Counted counted(*this, transaction);
      return body(counted);
    });
  }
  bool exclusive() const override { return database_.exclusive(); }

  // Forgets what was asked.
  void Clear() {
    absl::MutexLock lock(&mutex_);
    queries_.clear();
  }
  // Queries since then whose text contains `part`.
  int Count(absl::string_view part) const {
    absl::MutexLock lock(&mutex_);
    int count = 0;
    for (const std::string& query : queries_) count += absl::StrContains(query, part);
    return count;
  }

 private:
  class Counted final : public sql::Transaction {
   public:
    Counted(CountedDatabase& counts, sql::Transaction& transaction)
        : counts_(counts), transaction_(transaction) {}
    absl::StatusOr<int64_t> Execute(absl::string_view sql,
                                    absl::Span<const sql::Param> params) override {
      return transaction_.Execute(sql, params);
    }
    absl::StatusOr<sql::Rows> Query(absl::string_view sql,
                                    absl::Span<const sql::Param> params) override {
      {
        absl::MutexLock lock(&counts_.mutex_);
        counts_.queries_.emplace_back(sql);
      }
      return transaction_.Query(sql, params);
    }
    absl::Status Lock(absl::string_view name) override { return transaction_.Lock(name); }
    absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

   private:
    CountedDatabase& counts_;
    sql::Transaction& transaction_;
  };

  sql::Database& database_;
  mutable absl::Mutex mutex_;
  std::vector<std::string> queries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_TESTING_COUNTED_DATABASE_H_
