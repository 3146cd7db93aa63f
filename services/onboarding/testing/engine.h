// SPDX-License-Identifier: Apache-2.0
//
// What the tests of this folder share: a process with every kind of node, and its frozen plan.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_ENGINE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_ENGINE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "services/onboarding/engine/engine.h"

namespace plumbline::onboarding::testing {

// "2026-03-02T10:00:00Z", a Monday. Dies on text that is no time.
absl::Time At(absl::string_view rfc3339);

// Dies on text that is no process.
catalog::v1::Process ProcessFromText(const std::string& text);

// workspaces/acme/processes/sales-rep@3: paperwork (checklist, defects, utility, earliest day -5),
// then in parallel laptop and accounts, a choice field | inside, the optional dinner, a loop of
// exam with study as redo, and a call of deal-desk@2 (one step, review). Target: 60 days.
catalog::v1::Process SalesRep();
catalog::v1::Process DealDesk();
PlanPointer SalesRepPlan();

// The same with milestones: signed (paperwork, 2 days), equipped (gear, 5 days), social (dinner),
// passed (exam), certified (certification, 20 days), all-done (all), and reported from outside
// first-meeting (30 days) and quota; the call brings deal-desk.approved (review, 45 days) and
// deal-desk.first-deal, which is reported.
catalog::v1::Process RampUp();
PlanPointer RampUpPlan();

// Two steps in order, a and b, without targets. workspaces/acme/processes/pair@1.
catalog::v1::Process Pair();
PlanPointer PairPlan();

// workspaces/acme/processes/deal@1, whose course the attributes amount (0 to 1000) and gift (false)
// decide: a choice level of cfo (above 500), director (above 100) and desk; send-gift if there is
// one; a loop settle of talk, left up to 900; a loop idle, left with a gift, whose body nobody does
// below 1000; and a call of check@1, a choice of deep (above 300) and quick by what it is handed.
catalog::v1::Process Deal();
catalog::v1::Process Check();
PlanPointer DealPlan();

// workspaces/acme/processes/offer@1: propose, which yields discount and is verified by legal; a
// choice of cfo (discount above 20) and desk; in parallel insure, which the cfo lets be left out,
// and a call of price@1: calculate, which yields total, and a choice of large (above 1000) and
// small.
catalog::v1::Process Offer();
catalog::v1::Process Price();
PlanPointer OfferPlan();

// workspaces/acme/processes/setup@1: order; in parallel crm, which the webhook provision-crm does
// (30 minutes; a checklist, a kind of defect, it yields login, verified by it-lead), and mail, which
// the webhook provision-mail does on day one; then greet.
catalog::v1::Process Setup();
PlanPointer SetupPlan();

// workspaces/acme/processes/hand-over@1: contract, without a day; in parallel order (day -10) and
// people: plan (-15), the optional close (at once) and hand; a choice way of early (-20) and late
// (5); the optional dinner (8); a loop learn of exam with study as redo; end. Target: 20 days.
catalog::v1::Process HandOver();
PlanPointer HandOverPlan();

// An on-boarding "ada" in workspace "acme" with day one 2026-03-02 in UTC; it@example.com fills the
// role "it".
Spec AdaSpec();

Occurrence When(absl::Time time);
Occurrence When(absl::Time time, const std::string& actor);

// Dies if the change was refused.
Entries MustChange(absl::StatusOr<Entries> entries);
// "TASK_READY laptop", "DECIDED route", "FINISHED", for comparing; without what tells that the end
// moves, which follows from the others (outlook_test.cc).
std::vector<std::string> Told(const Entries& entries);

// Started at 2026-03-02T09:00:00Z.
Run AdaRun(PlanPointer plan = SalesRepPlan());

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_ENGINE_H_
