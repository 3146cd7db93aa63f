// SPDX-License-Identifier: Apache-2.0
//
// The rows of store.h, and the store over them.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_SQL_H_

#include <memory>

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "services/onboarding/automation/store.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding::automation {

// The step of the schema that makes the table.
extern const char kAutomationSchema[];

// Writes the rows of a run anew where `entries`, which brought it to what it is, say anything about
// automated tasks. Nothing for a plan without any.
absl::Status FollowDue(sql::Transaction& tx, const Run& run, const Entries& entries);
// Writes them anew, whatever happened.
absl::Status RewriteDue(sql::Transaction& tx, const Run& run);

// A store over `database`, which must outlive it and whose schema is up to date.
std::unique_ptr<DueStore> NewDueStore(sql::Database& database);

}  // namespace plumbline::onboarding::automation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_AUTOMATION_STORE_SQL_H_
