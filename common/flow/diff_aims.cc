// SPDX-License-Identifier: Apache-2.0
//
// Milestones and rules of escalation, compared. All that changes in them counts from now on, so
// that no change needs a migration: what was reached, and who was told, stays in the history.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/aims.h"
#include "common/flow/diff_fields.h"
#include "common/flow/diff_lists.h"

namespace plumbline::flow {
namespace {

// "when 'exam' has ended, within 20 d"
std::string TermsOf(const Milestone& milestone) {
  std::string text = milestone.node.empty() ? std::string("reported")
                                            : absl::StrCat("when '", milestone.node, "' has ended");
  if (milestone.target) absl::StrAppend(&text, ", within ", InWords(*milestone.target));
  return text;
}

// "overdue, of exam, demo: at once @assignee; after 1 d @assignee.manager"
std::string TermsOf(const EscalationRule& rule) {
  const bool before = rule.trigger == EscalationTrigger::kDueSoon;
  std::string text(Name(rule.trigger));
  if (!rule.steps.empty()) absl::StrAppend(&text, " of ", absl::StrJoin(rule.steps, ", "));
  const char* separator = ": ";
  for (const EscalationLevel& level : rule.levels) {
    const bool at_once = level.after == BusinessDuration{};
    absl::StrAppend(&text, separator,
                    at_once ? std::string(before ? "then" : "at once")
                            : absl::StrCat(InWords(level.after), before ? " before" : " after"),
                    " ", absl::StrJoin(level.notify, ", "));
    separator = "; ";
  }
  return text;
}

std::vector<ListItem> ItemsOf(const std::vector<EscalationRule>& rules) {
  std::vector<ListItem> items;
  for (const EscalationRule& rule : rules) items.push_back({rule.id, TermsOf(rule)});
  return items;
}

std::vector<ListItem> ItemsOf(const std::vector<Milestone>& milestones) {
  std::vector<ListItem> items;
  for (const Milestone& milestone : milestones) items.push_back({milestone.id, TermsOf(milestone)});
  return items;
}

const Milestone* Find(const std::vector<Milestone>& milestones, const std::string& id) {
  for (const Milestone& milestone : milestones)
    if (milestone.id == id) return &milestone;
  return nullptr;
}

// Of milestones that are in both: what people call them, and what they mean.
void CompareTexts(const Milestone& before, const Milestone& after, DifferenceSink sink) {
  const bool titles = before.title != after.title;
  if (!titles && before.description == after.description) return;
  sink({.kind = DifferenceKind::kMilestone,
        .verdict = Verdict::kCosmetic,
        .path = "milestones",
        .item = after.id,
        .before = titles ? before.title : before.description,
        .after = titles ? after.title : after.description,
        .why = kForPeople});
}

}  // namespace

void CompareAims(const ProcessContent& before, const ProcessContent& after, DifferenceSink sink) {
  CompareItems({DifferenceKind::kMilestone, "milestones",
                "running instances are to reach it too, and have where its node has ended",
                "where it was reached, that stays in the history",
                "where it was reached, it stays reached; the rest counts from now on"},
               ItemsOf(before.milestones), ItemsOf(after.milestones), sink);
  for (const Milestone& milestone : after.milestones) {
    const Milestone* former = Find(before.milestones, milestone.id);
    if (former != nullptr) CompareTexts(*former, milestone, sink);
  }
  constexpr char kFromNowOn[] =
      "who was told was told; it counts for levels that are reached from "
      "now on";
  CompareItems({DifferenceKind::kEscalation, "escalations", kFromNowOn, kFromNowOn, kFromNowOn},
               ItemsOf(before.escalations), ItemsOf(after.escalations), sink);
}

}  // namespace plumbline::flow
