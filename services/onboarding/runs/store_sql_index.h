// SPDX-License-Identifier: Apache-2.0
//
// What lists read: columns of on-boardings, their labels, and a row for every open task, every
// impediment and every comment, beside the bodies. Not for use outside the store.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_INDEX_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_INDEX_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "common/sql/database.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding {

// "STATE_ACTIVE", as onboarding.proto calls it.
std::string StateName(const Run& run);

// What is locked while a run is changed.
std::string LockName(absl::string_view workspace, absl::string_view onboarding);

// Days since 1970-01-01.
int64_t DayNumber(absl::CivilDay day);

// From when on the run is at risk, in microseconds: what is never comes last. A run that was
// written before there were outlooks is looked at as of its latest entry.
int64_t RiskOf(const Run& run);

// The rows follow from the history: a task is open from KIND_TASK_READY to its end, an impediment
// from KIND_BLOCKED to KIND_UNBLOCKED. `run` is the run after `entries`.
absl::Status UpdateIndex(sql::Transaction& tx, const Run& run, const Entries& entries);

// The labels of a new run.
absl::Status InsertLabels(sql::Transaction& tx, const Spec& spec);

// Writes all rows of a run anew, comments apart, and the columns of its row.
absl::Status RewriteIndex(sql::Transaction& tx, const Run& run);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_STORE_SQL_INDEX_H_
