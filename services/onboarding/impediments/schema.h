// SPDX-License-Identifier: Apache-2.0
//
// The tables of impediments that are records of their own.
//
// `impediments` (runs/schema.h) has a row for each task that is or was blocked, of `record`; '' in
// rows that an older release wrote, until SqlStore::FillIndex names theirs. `impediment_wishes` are
// tasks that a record is to block, or to `release`, and that have not followed yet. `pending` = 1:
// some on-boarding may not have followed the record yet. `version` counts the changes of a record.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_SCHEMA_H_
#define PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_SCHEMA_H_

namespace plumbline::onboarding {

inline constexpr char kImpedimentsSchema[] = R"sql(
CREATE TABLE impediment_records (
  workspace TEXT NOT NULL,
  impediment {text} NOT NULL,
  category {text} NOT NULL,
  utility {text},
  owner {text},
  state {text} NOT NULL,
  open_micros BIGINT NOT NULL,
  resolved BIGINT NOT NULL,
  all_users BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  version BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, impediment)
);
CREATE INDEX impediment_records_by_time ON impediment_records (workspace, open_micros, impediment);
CREATE INDEX impediment_records_open ON impediment_records (workspace, open_micros, impediment)
  WHERE resolved = 0;
CREATE INDEX impediment_records_pending ON impediment_records (workspace, impediment)
  WHERE pending = 1;
CREATE INDEX impediment_records_of_all ON impediment_records (workspace, impediment)
  WHERE all_users = 1 AND resolved = 0;
CREATE TABLE impediment_entries (
  workspace TEXT NOT NULL,
  impediment {text} NOT NULL,
  sequence BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, impediment, sequence)
);
CREATE TABLE impediment_wishes (
  workspace TEXT NOT NULL,
  impediment {text} NOT NULL,
  onboarding TEXT NOT NULL,
  task {text} NOT NULL,
  release BIGINT NOT NULL,
  reason {text} NOT NULL,
  PRIMARY KEY (workspace, impediment, onboarding, task)
);
ALTER TABLE impediments ADD COLUMN record {text} NOT NULL DEFAULT '';
CREATE INDEX impediments_by_record ON impediments (workspace, record, resolved, onboarding, impediment);
CREATE INDEX impediments_unfilled ON impediments (workspace, onboarding) WHERE record = '')sql";

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_IMPEDIMENTS_SCHEMA_H_
