// SPDX-License-Identifier: Apache-2.0
//
// For tests: a process whose steps are watched.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_WATCHED_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_WATCHED_H_

#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {

// workspaces/acme/processes/watched@1: one after the other paperwork (hr, 1 day), the call welcome
// of tour@1 (walk, a day, without rules of its own), the call equip of gear@1 (laptop, which has
// its own rule), and done (hr, no target). Its rules: idle, nobody began for 4 hours: who has it;
// soon, an hour before the due date: who has it; late, of paperwork, overdue: who has
// it, after 2 hours their manager, after a day the manager of the manager of the rep; stuck,
// blocked for a day: the group it-desk.
inline catalog::v1::Process Watched() {
  return ProcessFromText(R"pb(
    name: "workspaces/acme/processes/watched@1"
    title: "Watched"
    owner: "enablement"
    state: STATE_PUBLISHED
    revision: 1
    pinned_processes: "processes/tour@1"
    pinned_processes: "processes/gear@1"
    root {
      id: "all"
      sequence {
        nodes {
          id: "paperwork"
          title: "Sign the contract"
          step {
            role: "hr"
            target { days: 1 }
          }
        }
        nodes {
          id: "welcome"
          call { process: "processes/tour@1" }
        }
        nodes {
          id: "equip"
          call { process: "processes/gear@1" }
        }
        nodes {
          id: "done"
          title: "Say so"
          step { role: "hr" }
        }
      }
    }
    escalations {
      id: "idle"
      trigger: TRIGGER_NOT_STARTED
      levels {
        after { minutes: 240 }
        notify: "@assignee"
      }
    }
    escalations {
      id: "soon"
      trigger: TRIGGER_DUE_SOON
      levels {
        after { minutes: 60 }
        notify: "@assignee"
      }
    }
    escalations {
      id: "late"
      trigger: TRIGGER_OVERDUE
      steps: "paperwork"
      levels { notify: "@assignee" }
      levels {
        after { minutes: 120 }
        notify: "@assignee.manager"
      }
      levels {
        after { days: 1 }
        notify: "@manager.manager"
      }
    }
    escalations {
      id: "stuck"
      trigger: TRIGGER_BLOCKED
      levels {
        after { days: 1 }
        notify: "@group:it-desk"
      }
    }
  )pb");
}

inline catalog::v1::Process Tour() {
  return ProcessFromText(R"pb(
    name: "workspaces/acme/processes/tour@1"
    title: "Tour"
    owner: "enablement"
    state: STATE_PUBLISHED
    revision: 1
    root {
      id: "all"
      sequence {
        nodes {
          id: "walk"
          title: "Show around"
          step {
            role: "hr"
            target { days: 1 }
          }
        }
      }
    }
  )pb");
}

inline catalog::v1::Process Gear() {
  return ProcessFromText(R"pb(
    name: "workspaces/acme/processes/gear@1"
    title: "Gear"
    owner: "it"
    state: STATE_PUBLISHED
    revision: 1
    root {
      id: "laptop"
      title: "Hand over the laptop"
      step {
        role: "it"
        target { days: 2 }
      }
    }
    escalations {
      id: "slow"
      trigger: TRIGGER_OVERDUE
      steps: "laptop"
      levels { notify: "it-lead" }
    }
  )pb");
}

// workspaces/acme/processes/waivable@1: one step, insure, of risk; cfo approves leaving it out.
inline catalog::v1::Process Waivable() {
  return ProcessFromText(R"pb(
    name: "workspaces/acme/processes/waivable@1"
    title: "Waivable"
    owner: "desk"
    state: STATE_PUBLISHED
    revision: 1
    root {
      id: "insure"
      title: "Insure it"
      step { role: "risk" waiver_approver: "cfo" }
    }
  )pb");
}

inline PlanPointer WatchedPlan() {
  static const auto& plan = *new PlanPointer(*Freeze({Watched(), Tour(), Gear()}));
  return plan;
}

// AdaSpec() with hr@example.com for the role hr.
inline Spec WatchedSpec() {
  Spec spec = AdaSpec();
  spec.assignees["hr"] = "hr@example.com";
  return spec;
}

// Started at 2026-03-02T09:00:00Z, a Monday: paperwork is ready, and due a day later.
inline Run WatchedRun() {
  return Start(WatchedSpec(), WatchedPlan(), When(At("2026-03-02T09:00:00Z")))->run;
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_WATCHED_H_
