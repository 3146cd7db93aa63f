// SPDX-License-Identifier: Apache-2.0
//
// A lease lets one replica at a time run a loop. Times are the callers' clocks: a lease guards
// against wasted work, never against wrong work (what runs under it must be right when two run).
#ifndef PLUMBLINE_COMMON_SQL_LEASE_H_
#define PLUMBLINE_COMMON_SQL_LEASE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/sql/database.h"

namespace plumbline::sql {

// The migration step of the table `leases`.
extern const char kLeasesSchema[];

// Takes or renews the lease `name` for `holder` until now + `term`. False if another holds it.
absl::StatusOr<bool> TakeLease(Database& database, const base::CallContext& context,
                               absl::string_view name, absl::string_view holder, absl::Time now,
                               absl::Duration term);

// Gives it back early, if `holder` has it.
absl::Status ReleaseLease(Database& database, const base::CallContext& context,
                          absl::string_view name, absl::string_view holder);

}  // namespace plumbline::sql

#endif  // PLUMBLINE_COMMON_SQL_LEASE_H_
