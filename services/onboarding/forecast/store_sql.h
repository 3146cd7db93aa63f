// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/forecast/store.h"

namespace plumbline::onboarding {

// Calendars of runs, and from when on these are at risk (never: the end of time; a microsecond
// after it: written before this step, or since by a replica that does not know it, until
// SqlStore::FillIndex fills it in); durations of steps and the place in the feed up to which they
// are counted. Owner '' = everybody.
inline constexpr char kForecastSchema[] = R"sql(
CREATE TABLE calendars (
  workspace TEXT NOT NULL,
  calendar TEXT NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace, calendar)
);
ALTER TABLE onboardings ADD COLUMN risk BIGINT NOT NULL DEFAULT 253402300799000001;
CREATE INDEX onboardings_without_risk ON onboardings (workspace, onboarding)
  WHERE risk = 253402300799000001;
CREATE INDEX onboardings_by_risk ON onboardings (workspace, risk, onboarding);
CREATE TABLE step_durations (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  step TEXT NOT NULL,
  owner TEXT NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace, process, owner, step)
);
CREATE TABLE duration_place (
  folder TEXT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL,
  serial BIGINT NOT NULL
))sql";

// `database` must have the schema and outlive the store.
std::unique_ptr<DurationStore> NewDurationStore(sql::Database& database);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_
