// SPDX-License-Identifier: Apache-2.0
//
// The tables of escalation and of substitutes.
//
// `escalations` has a row for each level that was told, and follows from the history as the rows of
// tasks do. `escalation_times`: when a run has to be looked at next. Of an open task `given` is
// when who has it was changed last by hand, and the end of time where a person has another do it:
// nobody overrules that.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_SCHEMA_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_SCHEMA_H_

namespace plumbline::onboarding::escalation {

inline constexpr char kEscalationsSchema[] = R"sql(
CREATE TABLE escalations (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  task {text} NOT NULL,
  step {text} NOT NULL,
  title {text} NOT NULL,
  rule {text} NOT NULL,
  watched {text} NOT NULL,
  level BIGINT NOT NULL,
  since_micros BIGINT NOT NULL,
  reach_micros BIGINT NOT NULL,
  tell_micros BIGINT NOT NULL,
  state {text} NOT NULL,
  acknowledger {text},
  acknowledge_micros BIGINT,
  acknowledge_note {text},
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, onboarding, sequence)
);
CREATE UNIQUE INDEX escalations_once
  ON escalations (workspace, onboarding, task, rule, since_micros, level);
CREATE INDEX escalations_by_time ON escalations (workspace, tell_micros, onboarding, sequence);
CREATE TABLE escalation_recipients (
  workspace TEXT NOT NULL,
  recipient {text} NOT NULL,
  onboarding TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (workspace, recipient, onboarding, sequence)
);
CREATE TABLE escalation_times (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  next_micros BIGINT NOT NULL,
  PRIMARY KEY (workspace, onboarding)
);
CREATE INDEX escalation_times_next ON escalation_times (next_micros);
ALTER TABLE open_tasks ADD COLUMN stands_for {text};
ALTER TABLE open_tasks ADD COLUMN given BIGINT NOT NULL DEFAULT 0;
CREATE INDEX open_tasks_stands_for ON open_tasks (workspace, stands_for)
  WHERE stands_for IS NOT NULL)sql";

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_SCHEMA_H_
