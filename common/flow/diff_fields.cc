// SPDX-License-Identifier: Apache-2.0
#include "common/flow/diff_fields.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/flow/diff_lists.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

constexpr char kDecidedFromNowOn[] = "decisions made stand, it counts for those to come";
constexpr char kNewId[] = "tasks, history and statistics of running instances know it by '";

std::string Text(const std::optional<BusinessDuration>& duration) {
  return duration ? InWords(*duration) : "";
}

// "provision-crm, answers within 30 min"
std::string Text(const std::optional<Automation>& automation) {
  if (!automation) return "";
  if (automation->answer_minutes == 0) return automation->webhook;
  return absl::StrCat(automation->webhook, ", answers within ", automation->answer_minutes, " min");
}

std::string Text(const std::optional<int32_t>& number) {
  return number ? absl::StrCat(*number) : "";
}

std::string Text(bool value) { return value ? "true" : "false"; }

// Compares one value; `why` says why a difference has this verdict.
void CompareText(DifferenceKind kind, Verdict verdict, absl::string_view path, std::string before,
                 std::string after, absl::string_view why, DifferenceSink sink) {
  if (before == after) return;
  sink({.kind = kind,
        .verdict = verdict,
        .path = std::string(path),
        .before = std::move(before),
        .after = std::move(after),
        .why = std::string(why)});
}

std::vector<ListItem> ItemsOf(const std::vector<std::string>& ids) {
  std::vector<ListItem> items;
  for (const std::string& id : ids) items.push_back({id, id});
  return items;
}

std::vector<ListItem> ItemsOf(const std::vector<ChecklistItem>& lines) {
  std::vector<ListItem> items;
  for (const ChecklistItem& line : lines) items.push_back({line.id, line.title, line.optional});
  return items;
}

std::vector<ListItem> ItemsOf(const std::vector<Argument>& arguments) {
  std::vector<ListItem> items;
  for (const Argument& argument : arguments) {
    items.push_back({argument.attribute, argument.from.empty()
                                             ? absl::StrCat("'", argument.value, "'")
                                             : absl::StrCat("from ", argument.from)});
  }
  return items;
}

void CompareSteps(const StepDetails& before, const StepDetails& after, DifferenceSink sink) {
  CompareText(DifferenceKind::kRole, Verdict::kCompatible, "step.role", before.role, after.role,
              "tasks that are not completed yet go to the new role", sink);
  CompareText(DifferenceKind::kTarget, Verdict::kCompatible, "step.target", Text(before.target),
              Text(after.target), "applies to tasks whose turn comes from now on", sink);
  CompareText(DifferenceKind::kEarliestDay, Verdict::kCompatible, "step.earliest_day",
              Text(before.earliest_day), Text(after.earliest_day),
              "applies to tasks whose turn comes from now on", sink);
  CompareItems({DifferenceKind::kUtility, "step.utilities",
                "from now on an outage of it counts for this step",
                "from now on an outage of it does not count for this step"},
               ItemsOf(before.utilities), ItemsOf(after.utilities), sink);
  CompareItems(
      {DifferenceKind::kChecklist, "step.checklist",
       "tasks that are not completed yet get the line too", "what was ticked stays in the history"},
      ItemsOf(before.checklist), ItemsOf(after.checklist), sink);
  CompareItems({DifferenceKind::kDefectKind, "step.defect_kinds", "can be reported from now on",
                "what was reported stays in the history"},
               ItemsOf(before.defect_kinds), ItemsOf(after.defect_kinds), sink);
  CompareText(DifferenceKind::kInstructions, Verdict::kCosmetic, "step.instructions",
              before.instructions, after.instructions, kForPeople, sink);
  CompareItems({DifferenceKind::kOutput, "step.outputs",
                "tasks that are not completed yet are to yield it too",
                "tasks that are not completed yet need not yield it"},
               ItemsOf(before.outputs), ItemsOf(after.outputs), sink);
  CompareText(DifferenceKind::kVerifier, Verdict::kCompatible, "step.verifier", before.verifier,
              after.verifier, "applies to tasks that are not completed yet", sink);
  CompareText(DifferenceKind::kWaiverApprover, Verdict::kCompatible, "step.waiver_approver",
              before.waiver_approver, after.waiver_approver,
              "applies to waivers that are asked for from now on", sink);
  CompareText(DifferenceKind::kAutomation, Verdict::kCompatible, "step.automation",
              Text(before.automation), Text(after.automation),
              "applies to calls that are made from now on", sink);
  CompareText(DifferenceKind::kTemplate, Verdict::kCosmetic, "step.uses", before.uses, after.uses,
              "what the step takes from it is compared by itself", sink);
}

void CompareArguments(const std::vector<Argument>& before, const std::vector<Argument>& after,
                      DifferenceSink sink) {
  constexpr char kFromNowOn[] = "counts for calls that begin from now on";
  CompareItems({DifferenceKind::kArgument, "call.arguments", kFromNowOn, kFromNowOn, kFromNowOn},
               ItemsOf(before), ItemsOf(after), sink);
}

// Calls of one process differ by what was done to it in between.
void CompareCalls(const Node& before, const Node& after, CalledVerdict called,
                  DifferenceSink sink) {
  if (before.called == after.called) return;
  const auto was = ParseCalled(before.called);
  const auto is = ParseCalled(after.called);
  Verdict verdict = Verdict::kNeedsMigration;
  std::string why = "another process is called: its steps are other steps";
  if (was && is && was->process == is->process) {
    verdict = called(before.called, after.called);
    switch (verdict) {
      case Verdict::kIdentical:
        verdict = Verdict::kCosmetic;
        why = "the two revisions that are called have the same content";
        break;
      case Verdict::kCosmetic:
        why = "the called process changed in texts for people only";
        break;
      case Verdict::kCompatible:
        why = "the called process changed in a way that running instances can take over";
        break;
      case Verdict::kNeedsMigration:
        why = "the called process changed in a way that needs a migration, or it is not known how";
        break;
    }
  }
  sink({.kind = DifferenceKind::kCall,
        .verdict = verdict,
        .path = "call.process",
        .before = before.called,
        .after = after.called,
        .why = std::move(why)});
}

}  // namespace

std::string InWords(const BusinessDuration& duration) {
  if (duration.minutes == 0) return absl::StrCat(duration.days, " d");
  if (duration.days == 0) return absl::StrCat(duration.minutes, " min");
  return absl::StrCat(duration.days, " d ", duration.minutes, " min");
}

absl::string_view KindWord(NodeKind kind) {
  switch (kind) {
    case NodeKind::kSequence:
      return "sequence";
    case NodeKind::kParallel:
      return "parallel";
    case NodeKind::kChoice:
      return "choice";
    case NodeKind::kLoop:
      return "loop";
    case NodeKind::kCall:
      return "call";
    case NodeKind::kStep:
      return "step";
  }
  return "node";
}

void CompareProcessFields(const ProcessContent& before, const ProcessContent& after,
                          DifferenceSink sink) {
  CompareText(DifferenceKind::kTitle, Verdict::kCosmetic, "title", before.title, after.title,
              kForPeople, sink);
  CompareText(DifferenceKind::kPurpose, Verdict::kCosmetic, "purpose", before.purpose,
              after.purpose, kForPeople, sink);
  CompareText(DifferenceKind::kOwner, Verdict::kCompatible, "owner", before.owner, after.owner,
              "decisions that name no role go to the new owner", sink);
  for (const auto& [key, value] : before.labels) {
    const auto it = after.labels.find(key);
    if (it != after.labels.end() && it->second == value) continue;
    sink({.kind = DifferenceKind::kLabel,
          .verdict = Verdict::kCosmetic,
          .path = "labels",
          .item = key,
          .before = value,
          .after = it == after.labels.end() ? "" : it->second,
          .why = kForPeople});
  }
  for (const auto& [key, value] : after.labels) {
    if (before.labels.contains(key)) continue;
    sink({.kind = DifferenceKind::kLabel,
          .verdict = Verdict::kCosmetic,
          .path = "labels",
          .item = key,
          .after = value,
          .why = kForPeople});
  }
  CompareAttributes(before.attributes, after.attributes, sink);
  CompareText(DifferenceKind::kTarget, Verdict::kCompatible, "target", Text(before.target),
              Text(after.target), "running instances are measured against the new target", sink);
  CompareAims(before, after, sink);
}

void CompareNodeFields(const Node& before, const Node& after, CalledVerdict called,
                       DifferenceSink sink) {
  CompareText(DifferenceKind::kReidentified, Verdict::kNeedsMigration, "id", before.id, after.id,
              absl::StrCat(kNewId, before.id, "'"), sink);
  if (before.kind != after.kind) {
    sink({.kind = DifferenceKind::kNodeKind,
          .verdict = Verdict::kNeedsMigration,
          .before = std::string(KindWord(before.kind)),
          .after = std::string(KindWord(after.kind)),
          .why = "what an instance has done of it means something else in the new kind"});
  }
  CompareText(DifferenceKind::kTitle, Verdict::kCosmetic, "title", before.title, after.title,
              kForPeople, sink);
  CompareText(DifferenceKind::kOptional, Verdict::kCompatible, "optional", Text(before.optional),
              Text(after.optional),
              after.optional
                  ? "where it has not begun, somebody is asked; where it has, it goes on"
                  : "where somebody is asked, it begins; where it was left out, it stays left out",
              sink);
  CompareText(DifferenceKind::kCondition, Verdict::kCompatible, "condition", before.condition,
              after.condition, kDecidedFromNowOn, sink);
  if (before.kind != after.kind) return;
  if (after.kind == NodeKind::kChoice || after.kind == NodeKind::kLoop) {
    CompareText(DifferenceKind::kDecider, Verdict::kCompatible,
                after.kind == NodeKind::kChoice ? "choice.decider" : "loop.decider", before.decider,
                after.decider, "open decisions go to the new role", sink);
  }
  CompareText(DifferenceKind::kLeaveWhen, Verdict::kCompatible, "loop.leave_when",
              before.leave_when, after.leave_when, kDecidedFromNowOn, sink);
  if (after.kind == NodeKind::kCall) {
    CompareCalls(before, after, called, sink);
    CompareArguments(before.arguments, after.arguments, sink);
  }
  if (after.kind == NodeKind::kStep) CompareSteps(before.step, after.step, sink);
}

}  // namespace plumbline::flow
