// SPDX-License-Identifier: Apache-2.0
//
// The rows of escalation that are written with a run, in its transaction. Used by the store of runs
// alone.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_ROWS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_ROWS_H_

#include "absl/status/status.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/ladders.h"

namespace plumbline::onboarding::escalation {

// `run` is the run after `entries`, `change` what its ladders were before. Writes nothing for runs
// of plans without rules. Fails where a level would be told twice, and nothing remains then.
absl::Status WriteRows(sql::Transaction& tx, const Run& run, const Entries& entries,
                       const LadderChange& change);

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_STORE_SQL_ROWS_H_
