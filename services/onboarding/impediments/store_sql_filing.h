// SPDX-License-Identifier: Apache-2.0
//
// What a change of one run does to the records of its impediments, in the same transaction. Not for
// use outside of the stores. Locks are taken in this order: a run, then a record.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_FILING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_FILING_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// Files the record of an impediment that was opened with BlockTask, by `actor`; one that is there
// stays as it is. A run that an older release wrote has impediments without records.
absl::Status FileOwnRecord(sql::Transaction& tx, const Run& run, const Impediment& impediment,
                           absl::string_view actor);

// Resolves records of tasks that block nothing any more, for `entries` unblocked their last one.
absl::Status ResolveIdleRecords(sql::Transaction& tx, const Spec& spec, const Entries& entries);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_STORE_SQL_FILING_H_
