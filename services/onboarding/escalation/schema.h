// SPDX-License-Identifier: Apache-2.0
//
// The tables of escalation and of substitutes.
//
// `escalations` has a row for each level that was told, and follows from the history as the rows of
// tasks do; that a level is told once is the run's to know: a task that was taken back and comes
// again climbs its ladder anew, in rows of its own. `escalation_times`: when a run has to be looked
// at next; `version` is the number of the entry that wrote that, so that no two are the same. Of an
// open task `given` is when who has it was changed last by hand, and the end of time where a person
// has another do it: nobody overrules that.
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
CREATE INDEX escalations_of_ladder
  ON escalations (workspace, onboarding, task, rule, since_micros);
CREATE INDEX escalations_by_time ON escalations (workspace, tell_micros, onboarding, sequence);
CREATE TABLE escalation_recipients (
  workspace TEXT NOT NULL,
  recipient {text} NOT NULL,
  onboarding TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  tell_micros BIGINT NOT NULL,
  PRIMARY KEY (workspace, recipient, onboarding, sequence)
);
CREATE INDEX escalation_recipients_by_time
  ON escalation_recipients (workspace, recipient, tell_micros, onboarding, sequence);
CREATE TABLE escalation_times (
  workspace TEXT NOT NULL,
  onboarding TEXT NOT NULL,
  next_micros BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (workspace, onboarding)
);
CREATE INDEX escalation_times_next ON escalation_times (next_micros);
ALTER TABLE open_tasks ADD COLUMN stands_for {text};
ALTER TABLE open_tasks ADD COLUMN given BIGINT NOT NULL DEFAULT 0;
CREATE INDEX open_tasks_stands_for ON open_tasks (workspace, stands_for)
  WHERE stands_for IS NOT NULL;
CREATE INDEX open_tasks_given ON open_tasks (workspace, resource, given)
  WHERE assignee IS NOT NULL AND stands_for IS NULL)sql";

// Who is away and has another asked whether a task may be left out, who is its `waiver` then. And
// the on-boardings of one person, for their calendar. A step for each table: writers lock
// `onboardings` before `open_tasks`, and a step that locked both would wait in a circle with them.
inline constexpr char kProxiesSchema[] = R"sql(
ALTER TABLE open_tasks ADD COLUMN waiver_for {text})sql";
inline constexpr char kByPersonSchema[] = R"sql(
CREATE INDEX IF NOT EXISTS onboardings_by_person
  ON onboardings (workspace, person, onboarding))sql";
inline constexpr char kByProxySchema[] = R"sql(
CREATE INDEX IF NOT EXISTS open_tasks_waiver_for ON open_tasks (workspace, waiver_for)
  WHERE waiver_for IS NOT NULL;
CREATE INDEX IF NOT EXISTS open_tasks_unfilled ON open_tasks (workspace, onboarding)
  WHERE state = 7 AND given <> 0)sql";

}  // namespace plumbline::onboarding::escalation

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_SCHEMA_H_
