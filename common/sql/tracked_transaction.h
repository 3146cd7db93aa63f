// SPDX-License-Identifier: Apache-2.0
//
// What the engines' transactions have in common: a transaction of which a statement failed is lost,
// whatever its body makes of the error. (PostgreSQL is like that; SQLite has to be made so.)
#ifndef PLUMBLINE_COMMON_SQL_TRACKED_TRANSACTION_H_
#define PLUMBLINE_COMMON_SQL_TRACKED_TRANSACTION_H_

#include "common/sql/database.h"

namespace plumbline::sql {

class TrackedTransaction : public Transaction {
 public:
  using Transaction::Execute;
  using Transaction::Post;
  using Transaction::Query;

  absl::StatusOr<int64_t> Execute(absl::string_view sql, absl::Span<const Param> params) final {
    return Track([&] { return DoExecute(sql, params); });
  }
  absl::StatusOr<Rows> Query(absl::string_view sql, absl::Span<const Param> params) final {
    return Track([&] { return DoQuery(sql, params); });
  }
  absl::Status Post(absl::string_view sql, absl::Span<const Param> params) final {
    return TrackStatus([&] { return DoPost(sql, params); });
  }
  absl::Status Lock(absl::string_view name) final {
    return TrackStatus([&] { return DoLock(name); });
  }
  absl::Status PostLock(absl::string_view name) final {
    return TrackStatus([&] { return DoPostLock(name); });
  }

  // The first error of a statement; OK if all went well.
  const absl::Status& failure() const { return failure_; }

  // What the transaction ends with, given what its body returned.
  absl::Status Finish(absl::Status body) const { return body.ok() ? failure_ : body; }

 protected:
  virtual absl::StatusOr<int64_t> DoExecute(absl::string_view sql,
                                            absl::Span<const Param> params) = 0;
  virtual absl::StatusOr<Rows> DoQuery(absl::string_view sql, absl::Span<const Param> params) = 0;
  virtual absl::Status DoPost(absl::string_view sql, absl::Span<const Param> params) {
    return DoExecute(sql, params).status();
  }
  virtual absl::Status DoLock(absl::string_view name) = 0;
  virtual absl::Status DoPostLock(absl::string_view name) { return DoLock(name); }

 private:
  template <typename Statement>
  auto Track(const Statement& statement) -> decltype(statement()) {
    if (!failure_.ok()) return failure_;
    auto result = statement();
    if (!result.ok()) failure_ = result.status();
    return result;
  }

  template <typename Statement>
  absl::Status TrackStatus(const Statement& statement) {
    if (!failure_.ok()) return failure_;
    failure_ = statement();
    return failure_;
  }

  absl::Status failure_;
};

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_TRACKED_TRANSACTION_H_
