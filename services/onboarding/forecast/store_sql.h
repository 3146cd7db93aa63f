// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_
#define PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_

#include <memory>

#include "common/sql/database.h"
#include "services/onboarding/forecast/store.h"

namespace plumbline::onboarding {

// Calendars of runs, and from when on these are at risk (never: the end of time); durations of
// steps and the place in the feed up to which they are counted. Owner '' = everybody.
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

// When a run is at risk changes with each of its tasks, and PostgreSQL writes a row into all of its
// indexes anew when one of them changes, or when its page is full. So the index has `risk_from`,
// which is never later (docs/adr/0016-risk-index.md); 0: written by a replica that does not know
// it, until SqlStore::FillIndex fills it in.
inline constexpr char kRiskFromSchema[] = R"sql(
ALTER TABLE onboardings ADD COLUMN risk_from BIGINT NOT NULL DEFAULT 0;
DROP INDEX onboardings_without_risk;
DROP INDEX onboardings_by_risk;
CREATE INDEX onboardings_without_risk ON onboardings (workspace, onboarding) WHERE risk_from = 0;
CREATE INDEX onboardings_by_risk ON onboardings (workspace, risk_from, onboarding);
{spare_room onboardings 50})sql";

// `database` must have the schema and outlive the store.
std::unique_ptr<DurationStore> NewDurationStore(sql::Database& database);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_FORECAST_STORE_SQL_H_
