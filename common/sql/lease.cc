// SPDX-License-Identifier: Apache-2.0
#include "common/sql/lease.h"

#include "common/base/status_macros.h"

namespace plumbline::sql {

const char kLeasesSchema[] =
    "CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expire_micros BIGINT NOT "
    "NULL);\n";

absl::StatusOr<bool> TakeLease(Database& database, const base::CallContext& context,
                               absl::string_view name, absl::string_view holder, absl::Time now,
                               absl::Duration term) {
  int64_t taken = 0;
  RETURN_IF_ERROR(database.Write(context, [&](Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(
        taken,
        transaction.Execute(
            "INSERT INTO leases (name, holder, expire_micros) VALUES (:name, :holder, :expire) "
            "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expire_micros = "
            "excluded.expire_micros "
            "WHERE leases.holder = excluded.holder OR leases.expire_micros <= :now",
            {{"name", name},
             {"holder", holder},
             {"expire", absl::ToUnixMicros(now + term)},
             {"now", absl::ToUnixMicros(now)}}));
    return absl::OkStatus();
  }));
  return taken > 0;
}

absl::Status ReleaseLease(Database& database, const base::CallContext& context,
                          absl::string_view name, absl::string_view holder) {
  return database.Write(context, [&](Transaction& transaction) {
    return transaction
        .Execute("DELETE FROM leases WHERE name = :name AND holder = :holder",
                 {{"name", name}, {"holder", holder}})
        .status();
  });
}

}  // namespace plumbline::sql
