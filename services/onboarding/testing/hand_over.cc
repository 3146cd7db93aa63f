// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr char kHandOver[] = R"pb(
  name: "workspaces/acme/processes/hand-over@1"
  title: "Hand-over"
  owner: "ops"
  state: STATE_PUBLISHED
  revision: 1
  target { days: 20 }
  root {
    id: "all"
    title: "All"
    sequence {
      nodes { id: "contract" title: "Contract" step { role: "hr" target { days: 2 } } }
      nodes {
        id: "before"
        title: "Before"
        parallel {
          nodes {
            id: "order"
            title: "Order"
            step { role: "it" target { days: 5 minutes: 30 } earliest_day: -10 }
          }
          nodes {
            id: "people"
            title: "People"
            sequence {
              nodes {
                id: "plan"
                title: "Plan"
                step { role: "ops" target { days: 2 } earliest_day: -15 }
              }
              nodes {
                id: "close"
                title: "Close"
                optional: true
                step { role: "it" target { minutes: 60 } earliest_day: -250 }
              }
              nodes { id: "hand" title: "Hand" step { role: "ops" target { days: 8 } } }
            }
          }
        }
      }
      nodes {
        id: "way"
        title: "Way"
        choice {
          nodes {
            id: "early"
            title: "Early"
            step { role: "ops" target { days: 1 } earliest_day: -20 }
          }
          nodes {
            id: "late"
            title: "Late"
            step { role: "ops" target { days: 3 } earliest_day: 5 }
          }
        }
      }
      nodes {
        id: "dinner"
        title: "Dinner"
        optional: true
        step { role: "ops" target { days: 1 } earliest_day: 8 }
      }
      nodes {
        id: "learn"
        title: "Learn"
        loop {
          body { id: "exam" title: "Exam" step { role: "ops" target { minutes: 120 } } }
          redo { id: "study" title: "Study" step { role: "ops" target { days: 2 } } }
        }
      }
      nodes { id: "end" title: "End" step { role: "ops" target { days: 1 } } }
    }
  }
)pb";

}  // namespace

catalog::v1::Process HandOver() { return ProcessFromText(kHandOver); }

}  // namespace plumbline::onboarding::testing
