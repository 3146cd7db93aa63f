// SPDX-License-Identifier: Apache-2.0
//
// The tables of the service. Why they are cut like this: docs/adr/0003-onboarding-rows.md.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_SCHEMA_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_SCHEMA_H_

namespace plumbline::onboarding {

inline constexpr char kSchema[] = R"sql(
CREATE TABLE plans (
  workspace TEXT NOT NULL,
  plan TEXT NOT NULL,
  content {bytes} NOT NULL,
  PRIMARY KEY (workspace, plan)
);
CREATE TABLE onboardings (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  process TEXT NOT NULL,
  plan TEXT NOT NULL,
  finished BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, onboarding)
);
CREATE INDEX onboardings_by_state ON onboardings (workspace, finished, onboarding);
CREATE TABLE open_tasks (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  step BIGINT NOT NULL,
  round BIGINT NOT NULL,
  state BIGINT NOT NULL,
  resource TEXT NOT NULL,
  PRIMARY KEY (workspace, onboarding, step, round)
);
CREATE INDEX open_tasks_by_resource ON open_tasks (workspace, resource, onboarding, step, round);
CREATE TABLE impediments (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  impediment TEXT NOT NULL,
  open_micros BIGINT NOT NULL,
  resolved BIGINT NOT NULL,
  PRIMARY KEY (workspace, onboarding, impediment)
);
CREATE INDEX impediments_by_time ON impediments (workspace, open_micros, onboarding, impediment);
CREATE INDEX impediments_open ON impediments (workspace, resolved, open_micros, onboarding, impediment);
CREATE TABLE history (
  serial {serial},
  position BIGINT NOT NULL,
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  body {bytes} NOT NULL
);
CREATE UNIQUE INDEX history_by_onboarding ON history (workspace, onboarding, sequence);
CREATE INDEX history_by_workspace ON history (workspace, position, serial);
CREATE INDEX history_feed ON history (position, serial);
CREATE TABLE relay_cursor (
  relay TEXT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL,
  serial BIGINT NOT NULL
);
CREATE TABLE relay_logs (
  log TEXT NOT NULL PRIMARY KEY,
  next_sequence BIGINT NOT NULL
))sql";

// Who relayed before this step goes on under the name that it had: numbers count per producer.
inline constexpr char kRelaySchema[] = R"sql(
ALTER TABLE relay_cursor ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE relay_cursor ADD COLUMN producer TEXT NOT NULL DEFAULT 'onboarding-relay';
ALTER TABLE relay_logs ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE relay_logs ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE relay_logs ADD COLUMN serial BIGINT NOT NULL DEFAULT 0)sql";

// Which runs are under way, by plan; and what was reported of them to the catalog.
inline constexpr char kUsesSchema[] = R"sql(
CREATE INDEX onboardings_running ON onboardings (workspace, plan, onboarding) WHERE finished = 0;
CREATE TABLE use_reports (
  workspace TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL,
  report_micros BIGINT NOT NULL
))sql";

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_SCHEMA_H_
