// SPDX-License-Identifier: Apache-2.0
//
// The history of a run as rows.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_HISTORY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_HISTORY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// Entries as they are stored. Made before a transaction: nobody shall wait for that.
std::vector<std::string> Bodies(const Entries& entries);

// Appends entries, several by each statement; `bodies` are theirs.
absl::Status InsertHistory(sql::Transaction& tx, const Spec& spec, const Entries& entries,
                           const std::vector<std::string>& bodies);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_HISTORY_H_
