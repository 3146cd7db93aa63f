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

// What lists are filtered and ordered by. Rows that were written before this step, or since by a
// replica that does not know it, have no person: SqlStore::FillIndex fills them in. A task without
// a due date is due at the end of time, so that it comes last. A waiver is the person or role that
// is to approve it.
inline constexpr char kListsSchema[] = R"sql(
ALTER TABLE onboardings ADD COLUMN state {text} NOT NULL DEFAULT 'STATE_ACTIVE';
ALTER TABLE onboardings ADD COLUMN person {text} NOT NULL DEFAULT '';
ALTER TABLE onboardings ADD COLUMN day_one BIGINT NOT NULL DEFAULT 0;
ALTER TABLE onboardings ADD COLUMN start_time BIGINT NOT NULL DEFAULT 0;
DROP INDEX onboardings_by_state;
CREATE INDEX onboardings_by_state ON onboardings (workspace, state, onboarding);
CREATE INDEX onboardings_unfilled ON onboardings (workspace, onboarding) WHERE person = '';
CREATE TABLE onboarding_labels (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  label TEXT NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, onboarding, label)
);
ALTER TABLE open_tasks ADD COLUMN path {text} NOT NULL DEFAULT '';
ALTER TABLE open_tasks ADD COLUMN role {text} NOT NULL DEFAULT '';
ALTER TABLE open_tasks ADD COLUMN assignee {text};
ALTER TABLE open_tasks ADD COLUMN waiver {text};
ALTER TABLE open_tasks ADD COLUMN due BIGINT NOT NULL DEFAULT 253402300799000000;
ALTER TABLE open_tasks ADD COLUMN ready BIGINT NOT NULL DEFAULT 0;
DROP INDEX open_tasks_by_resource;
CREATE INDEX open_tasks_by_resource ON open_tasks (workspace, resource, due, onboarding, step, round);
CREATE INDEX open_tasks_by_role ON open_tasks (workspace, role, due, onboarding, step, round);
CREATE INDEX open_tasks_by_due ON open_tasks (workspace, due, onboarding, step, round);
CREATE INDEX open_tasks_to_waive ON open_tasks (workspace, waiver) WHERE waiver IS NOT NULL;
ALTER TABLE impediments ADD COLUMN category {text} NOT NULL DEFAULT 'CATEGORY_OTHER';
ALTER TABLE impediments ADD COLUMN utility {text};
ALTER TABLE impediments ADD COLUMN task {text} NOT NULL DEFAULT '';
CREATE TABLE comments (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  task TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (workspace, onboarding, task, sequence)
))sql";

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_SCHEMA_H_
