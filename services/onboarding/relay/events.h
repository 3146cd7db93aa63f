// SPDX-License-Identifier: Apache-2.0
//
// History entries as events of analytics. Pure functions.
//
// One entry is one event, so that the n-th entry of a process in the feed is the event with the
// number n of its log: whoever reads the feed again gives the same events the same numbers.
//
//   KIND_STARTED          "On-boarding"  assign       due_time: target of the on-boarding;
//                                                     earliest_time: opening of its day one;
//                                                     target: that of the process, in words;
//                                                     attribute.{id}: values of its attributes;
//                                                     label.{key}: its labels; assignee.{role}: who
//                                                     has the role;
//                                                     case_finished = false: ends will be marked
//   KIND_TASK_READY       title of step  schedule     task, due_time, earliest_time
//   KIND_TASK_STARTED     title of step  start        task
//   KIND_TASK_COMPLETED   title of step  complete     task, defects; start time, if it was begun;
//                                                     attribute.{id}: values that it yielded
//   KIND_TASK_REJECTED    title of step  complete     the same: work that was done, with the defect
//                                                     "rejected"; doing it again is another doing
//   KIND_TASK_REOPENED    title of step  schedule     task, due_time
//   KIND_TASK_SKIPPED     title of step  manualskip   task
//   KIND_BLOCKED          title of step  suspend      task, impediment, category, utility
//   KIND_UNBLOCKED        title of step  resume       task, impediment
//   KIND_IMPEDIMENT_ACKNOWLEDGED         acknowledge  task, impediment
//   KIND_IMPEDIMENT_CHANGED              change       task, impediment, category, utility
//   KIND_DECIDED          title of node  decide
//   KIND_FINISHED         "On-boarding"  pi_complete  case_finished = true
//   KIND_ATTRIBUTES_SET   "On-boarding"  update       attribute.{id}: values that were set
//   KIND_CANCELLED        "On-boarding"  pi_abort     case_finished = true
//   KIND_PAUSED           "On-boarding"  pi_suspend
//   KIND_RESUMED          "On-boarding"  pi_resume    due_time: its target from then on
//   KIND_TASK_RESCHEDULED title of step  reschedule   task, due_time
//   KIND_REPLANNED        "On-boarding"  reschedule   expected_finish_time; day_one, if that moved
//   KIND_TASK_WITHDRAWN   title of step  withdraw     task
//   KIND_TASK_DROPPED     title of step  withdraw     task
//   KIND_MIGRATED         "On-boarding"  update       due_time: its target from then on; process,
//                                                     previous_process: revisions
//   KIND_TASK_ADDED, _MOVED              update       task
//   KIND_TASK_SKIP_PLANNED               update       task
//   KIND_TASK_CLAIMED, _ASSIGNED         assign       task
//   KIND_TASK_DELEGATED, _RELEASED       reassign     task
//   KIND_TASK_COMMENTED   title of step  comment      task
//   KIND_TASK_SUBMITTED   title of step  submit       task
//   KIND_TASK_VERIFIED    title of step  verify       task
//   KIND_WAIVER_*         title of step  waive        task
//   KIND_ESCALATED        title of step  escalate     task, due_time
//   KIND_ESCALATION_ACKNOWLEDGED         acknowledge  task, due_time
//   KIND_AUTOMATION_CALLED               call         task
//   KIND_AUTOMATION_*     title of step  answer       task
//   KIND_MILESTONE_*      its title      milestone,   milestone (its id), target_time; at the time
//   at
//                                        milestone_withdrawn  which it was reached, not before the
//                                                     start of the on-boarding
//
// What is about a step also has its `role`, and in `utilities` those that it needs (ids, joined by
// " + "). Labels are as they are when the entry is sent. The record of the person stays in
// on-boarding: it takes another permission to read it.
//
// The case is the on-boarding. The transitions are those of the life-cycle extension of XES (IEEE
// 1849-2016), and "decide", "update", "pi_suspend", "pi_resume", "reschedule", "comment", "submit",
// "verify", "waive", "escalate", "acknowledge", "call", "answer", "milestone" and
// "milestone_withdrawn": the last four make up no process map unless map_transitions of the log
// names them.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RELAY_EVENTS_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RELAY_EVENTS_H_

#include <string>

#include "plumbline/analytics/v1/analytics.pb.h"
#include "services/onboarding/runs/store.h"

namespace plumbline::onboarding {

// Activity of what concerns the whole on-boarding.
inline constexpr char kCaseActivity[] = "On-boarding";

// "workspaces/{w}/eventLogs/{process id}".
std::string LogName(const FeedEntry& entry);

// An entry of KIND_STARTED must have been read with its subject. Texts longer than analytics takes
// are cut at a character; attributes beyond the most that an event may have are left out, the last
// ones.
analytics::v1::Event ToEvent(const FeedEntry& entry);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RELAY_EVENTS_H_
