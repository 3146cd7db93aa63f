// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/testing/engine.h"

#include <cstdio>
#include <cstdlib>

#include "google/protobuf/text_format.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"

namespace plumbline::onboarding::testing {
namespace {

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::abort();
}

PlanPointer FreezeOrDie(const std::vector<catalog::v1::Process>& revisions) {
  auto plan = Freeze(revisions);
  if (!plan.ok()) Die(plan.status().ToString());
  return *plan;
}

}  // namespace

absl::Time At(absl::string_view rfc3339) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) Die(error);
  return time;
}

catalog::v1::Process ProcessFromText(const std::string& text) {
  catalog::v1::Process process;
  if (!google::protobuf::TextFormat::ParseFromString(text, &process)) Die(text);
  return process;
}

PlanPointer HandOverPlan() { return FreezeOrDie({HandOver()}); }
PlanPointer SetupPlan() { return FreezeOrDie({Setup()}); }
PlanPointer OfferPlan() { return FreezeOrDie({Offer(), Price()}); }
PlanPointer DealPlan() { return FreezeOrDie({Deal(), Check()}); }
PlanPointer SalesRepPlan() { return FreezeOrDie({SalesRep(), DealDesk()}); }
catalog::v1::Process RampUp() {
  catalog::v1::Process process = SalesRep();
  process.MergeFrom(ProcessFromText(R"pb(
    milestones {
      id: "signed"
      title: "Signed"
      node: "paperwork"
      target { days: 2 }
    }
    milestones {
      id: "equipped"
      title: "Equipped"
      node: "gear"
      target { days: 5 }
    }
    milestones { id: "social" title: "Met the team" node: "dinner" }
    milestones { id: "passed" title: "Passed" node: "exam" }
    milestones {
      id: "certified"
      title: "Certified"
      description: "May quote alone"
      node: "certification"
      target { days: 20 }
    }
    milestones { id: "all-done" title: "All done" node: "all" }
    milestones {
      id: "first-meeting"
      title: "First meeting"
      target { days: 30 }
    }
    milestones { id: "quota" title: "Full quota" }
  )pb"));
  return process;
}

PlanPointer RampUpPlan() {
  catalog::v1::Process called = DealDesk();
  called.MergeFrom(ProcessFromText(R"pb(
    milestones {
      id: "approved"
      title: "Approved"
      node: "review"
      target { days: 45 }
    }
    milestones { id: "first-deal" title: "First deal" }
  )pb"));
  return FreezeOrDie({RampUp(), called});
}

PlanPointer PairPlan() { return FreezeOrDie({Pair()}); }

Spec AdaSpec() {
  Spec spec;
  spec.workspace = "acme";
  spec.id = "ada";
  spec.person = "ada@example.com";
  spec.display_name = "Ada";
  spec.day_one = absl::CivilDay(2026, 3, 2);
  spec.time_zone = "UTC";
  spec.assignees = {{"it", "it@example.com"}};
  spec.labels = {{"cohort", "2026-q1"}};
  return spec;
}

Occurrence When(absl::Time time) { return {time, time, "tester"}; }
Occurrence When(absl::Time time, const std::string& actor) { return {time, time, actor}; }

Entries MustChange(absl::StatusOr<Entries> entries) {
  if (!entries.ok()) Die(entries.status().ToString());
  return *std::move(entries);
}

std::vector<std::string> Told(const Entries& entries) {
  std::vector<std::string> told;
  for (const HistoryEntry& entry : entries) {
    if (entry.kind == EntryKind::kReplanned && !entry.day_one.has_value()) continue;
    const std::string kind =
        v1::HistoryEntry::Kind_Name(static_cast<v1::HistoryEntry::Kind>(entry.kind)).substr(5);
    const std::string& about = !entry.task.empty()       ? entry.task
                               : !entry.decision.empty() ? entry.decision
                                                         : entry.milestone;
    told.push_back(about.empty() ? kind : kind + " " + about);
  }
  return told;
}

Run AdaRun(PlanPointer plan) {
  auto started = Start(AdaSpec(), std::move(plan), When(At("2026-03-02T09:00:00Z")));
  if (!started.ok()) Die(started.status().ToString());
  return std::move(started->run);
}

}  // namespace plumbline::onboarding::testing
