// SPDX-License-Identifier: Apache-2.0
//
// The processes that tests run.
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

constexpr char kSalesRep[] = R"pb(
  name: "workspaces/acme/processes/sales-rep@3"
  title: "On-boarding of a sales rep"
  owner: "enablement"
  target { days: 60 }
  state: STATE_PUBLISHED
  revision: 3
  pinned_processes: "processes/deal-desk@2"
  root {
    id: "all"
    sequence {
      nodes {
        id: "paperwork"
        title: "Sign the contract"
        step {
          role: "hr"
          target { days: 1 }
          earliest_day: -5
          utilities: "e-signature"
          checklist { id: "nda" title: "The NDA is signed" optional: true }
          checklist { id: "contract" title: "The contract is signed" }
          defect_kinds: "wrong-address"
        }
      }
      nodes {
        id: "gear"
        parallel {
          nodes {
            id: "laptop"
            title: "Hand over the laptop"
            step {
              role: "it"
              target { days: 3 }
            }
          }
          nodes {
            id: "accounts"
            title: "Create accounts"
            step {
              role: "it"
              target { minutes: 120 }
              earliest_day: 0
            }
          }
        }
      }
      nodes {
        id: "route"
        title: "Field or inside?"
        choice {
          nodes {
            id: "field"
            title: "Plan the territory"
            step {
              role: "manager"
              target { days: 2 }
            }
          }
          nodes {
            id: "inside"
            title: "Plan the desk"
            step {
              role: "manager"
              target { days: 1 }
            }
          }
        }
      }
      nodes {
        id: "dinner"
        title: "Team dinner"
        optional: true
        step { role: "manager" }
      }
      nodes {
        id: "certification"
        title: "Passed?"
        loop {
          decider: "trainer"
          body {
            id: "exam"
            title: "Take the exam"
            step {
              role: "rep"
              target { days: 1 }
            }
          }
          redo {
            id: "study"
            title: "Study again"
            step {
              role: "rep"
              target { days: 2 }
            }
          }
        }
      }
      nodes {
        id: "deal-desk"
        title: "First deal"
        call { process: "processes/deal-desk@2" }
      }
    }
  })pb";

constexpr char kDealDesk[] = R"pb(
  name: "workspaces/acme/processes/deal-desk@2"
  title: "Deal desk"
  owner: "finance"
  state: STATE_PUBLISHED
  revision: 2
  root {
    id: "all"
    sequence {
      nodes {
        id: "review"
        title: "Review the deal"
        step {
          role: "legal"
          target { days: 1 }
        }
      }
    }
  })pb";

constexpr char kPair[] = R"pb(
  name: "workspaces/acme/processes/pair@1"
  title: "Pair"
  owner: "ops"
  state: STATE_PUBLISHED
  revision: 1
  root {
    id: "all"
    sequence {
      nodes {
        id: "a"
        title: "First"
        step { role: "ops" }
      }
      nodes {
        id: "b"
        title: "Second"
        step { role: "ops" }
      }
    }
  })pb";

constexpr char kDeal[] = R"pb(
  name: "workspaces/acme/processes/deal@1"
  title: "Deal"
  owner: "desk"
  state: STATE_PUBLISHED
  revision: 1
  pinned_processes: "processes/check@1"
  attributes { id: "amount" title: "Amount" type: TYPE_NUMBER minimum: "0" maximum: "1000" }
  attributes {
    id: "gift"
    title: "With a gift"
    type: TYPE_BOOL
    required: true
    default_value: "false"
  }
  root {
    id: "all"
    sequence {
      nodes {
        id: "level"
        title: "Who approves?"
        choice {
          nodes {
            id: "cfo"
            title: "CFO"
            condition: "amount > 500"
            step { role: "cfo" }
          }
          nodes {
            id: "director"
            title: "Director"
            condition: "amount > 100"
            step { role: "director" }
          }
          nodes {
            id: "desk"
            title: "Desk"
            step { role: "desk" }
          }
        }
      }
      nodes {
        id: "send-gift"
        title: "Send a gift"
        optional: true
        condition: "gift"
        step { role: "ae" }
      }
      nodes {
        id: "settle"
        title: "Settled?"
        loop {
          leave_when: "amount <= 900"
          body {
            id: "talk"
            title: "Talk"
            step { role: "ae" }
          }
        }
      }
      nodes {
        id: "idle"
        title: "Ready?"
        loop {
          leave_when: "gift"
          body {
            id: "extra"
            title: "Extra"
            optional: true
            condition: "amount = 1000"
            step { role: "ae" }
          }
        }
      }
      nodes {
        id: "check"
        call {
          process: "processes/check@1"
          arguments { attribute: "sum" from: "amount" }
        }
      }
    }
  })pb";

constexpr char kCheck[] = R"pb(
  name: "workspaces/acme/processes/check@1"
  title: "Check"
  owner: "risk"
  state: STATE_PUBLISHED
  revision: 1
  attributes { id: "sum" title: "Sum" type: TYPE_NUMBER }
  root {
    id: "pick"
    title: "How thorough?"
    choice {
      nodes {
        id: "deep"
        title: "Deep"
        condition: "sum > 300"
        step { role: "risk" }
      }
      nodes {
        id: "quick"
        title: "Quick"
        step { role: "risk" }
      }
    }
  })pb";

constexpr char kOffer[] = R"pb(
  name: "workspaces/acme/processes/offer@1"
  title: "Offer"
  owner: "desk"
  state: STATE_PUBLISHED
  revision: 1
  pinned_processes: "processes/price@1"
  attributes { id: "discount" title: "Discount" type: TYPE_NUMBER minimum: "0" maximum: "100" }
  root {
    id: "all"
    sequence {
      nodes {
        id: "propose"
        title: "Propose the discount"
        step {
          role: "ae"
          target { days: 1 }
          defect_kinds: "typo"
          outputs: "discount"
          verifier: "legal"
        }
      }
      nodes {
        id: "level"
        title: "Who approves?"
        choice {
          nodes {
            id: "cfo"
            title: "CFO"
            condition: "discount > 20"
            step { role: "cfo" }
          }
          nodes {
            id: "desk"
            title: "Desk"
            step { role: "desk" }
          }
        }
      }
      nodes {
        id: "both"
        parallel {
          nodes {
            id: "insure"
            title: "Insure it"
            step {
              role: "risk"
              target { days: 2 }
              waiver_approver: "cfo"
            }
          }
          nodes {
            id: "price"
            call { process: "processes/price@1" }
          }
        }
      }
    }
  })pb";

constexpr char kPrice[] = R"pb(
  name: "workspaces/acme/processes/price@1"
  title: "Price"
  owner: "desk"
  state: STATE_PUBLISHED
  revision: 1
  attributes { id: "total" title: "Total" type: TYPE_NUMBER }
  root {
    id: "all"
    sequence {
      nodes {
        id: "calculate"
        title: "Calculate"
        step { role: "ae" outputs: "total" }
      }
      nodes {
        id: "size"
        title: "How large?"
        choice {
          nodes {
            id: "large"
            title: "Large"
            condition: "total > 1000"
            step { role: "cfo" }
          }
          nodes {
            id: "small"
            title: "Small"
            step { role: "desk" }
          }
        }
      }
    }
  })pb";

constexpr char kSetup[] = R"pb(
  name: "workspaces/acme/processes/setup@1"
  title: "Set up the machines"
  owner: "it"
  state: STATE_PUBLISHED
  revision: 1
  attributes { id: "login" title: "Login" type: TYPE_STRING }
  root {
    id: "all"
    sequence {
      nodes {
        id: "order"
        title: "Order"
        step { role: "it" }
      }
      nodes {
        id: "both"
        parallel {
          nodes {
            id: "crm"
            title: "Create the CRM account"
            step {
              role: "it"
              checklist { id: "mfa" title: "Second factor is on" }
              defect_kinds: "late"
              instructions: "One seat each."
              outputs: "login"
              verifier: "it-lead"
              automation { webhook: "provision-crm" answer_minutes: 30 }
            }
          }
          nodes {
            id: "mail"
            title: "Create the mailbox"
            step {
              role: "it"
              earliest_day: 0
              automation { webhook: "provision-mail" }
            }
          }
        }
      }
      nodes {
        id: "greet"
        title: "Greet"
        step { role: "manager" }
      }
    }
  })pb";

}  // namespace

catalog::v1::Process SalesRep() { return ProcessFromText(kSalesRep); }
catalog::v1::Process DealDesk() { return ProcessFromText(kDealDesk); }
catalog::v1::Process Pair() { return ProcessFromText(kPair); }
catalog::v1::Process Deal() { return ProcessFromText(kDeal); }
catalog::v1::Process Check() { return ProcessFromText(kCheck); }
catalog::v1::Process Offer() { return ProcessFromText(kOffer); }
catalog::v1::Process Price() { return ProcessFromText(kPrice); }
catalog::v1::Process Setup() { return ProcessFromText(kSetup); }

}  // namespace plumbline::onboarding::testing
