// SPDX-License-Identifier: Apache-2.0
#include "common/flow/diff_fields.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

constexpr char kForPeople[] = "a text for people: nothing that a run does depends on it";
constexpr char kOrderOnly[] = "only the order of the list: nothing that a run does depends on it";
constexpr char kNewId[] = "tasks, history and statistics of running instances know it by '";

std::string Text(const std::optional<BusinessDuration>& duration) {
  if (!duration) return "";
  if (duration->minutes == 0) return absl::StrCat(duration->days, " d");
  if (duration->days == 0) return absl::StrCat(duration->minutes, " min");
  return absl::StrCat(duration->days, " d ", duration->minutes, " min");
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

// One entry of a list that has ids.
struct Item {
  absl::string_view id;
  absl::string_view text;
  bool optional = false;
};

// What the entries of a list are, and why one more or one less of them is compatible. Their texts
// are for people.
struct ListRule {
  DifferenceKind kind;
  absl::string_view path;
  absl::string_view added;
  absl::string_view removed;
};

std::string Text(const Item& item) {
  return item.optional ? absl::StrCat(item.text, " (optional)") : std::string(item.text);
}

std::string JoinIds(const std::vector<Item>& items) {
  return absl::StrJoin(items, ", ",
                       [](std::string* out, const Item& item) { absl::StrAppend(out, item.id); });
}

// The entries of `items` that are in `others` too, in their order.
std::vector<Item> Common(const std::vector<Item>& items,
                         const absl::flat_hash_map<absl::string_view, const Item*>& others) {
  std::vector<Item> common;
  for (const Item& item : items)
    if (others.contains(item.id)) common.push_back(item);
  return common;
}

class ListComparison {
 public:
  ListComparison(const ListRule& rule, DifferenceSink sink) : rule_(rule), sink_(sink) {}

  void Run(const std::vector<Item>& before, const std::vector<Item>& after) const {
    absl::flat_hash_map<absl::string_view, const Item*> in_before, in_after;
    for (const Item& item : before) in_before.emplace(item.id, &item);
    for (const Item& item : after) in_after.emplace(item.id, &item);
    for (const Item& item : before) {
      const auto it = in_after.find(item.id);
      if (it == in_after.end()) {
        Report(Verdict::kCompatible, item.id, Text(item), "", rule_.removed);
      } else {
        CompareItems(item, *it->second);
      }
    }
    for (const Item& item : after) {
      if (!in_before.contains(item.id))
        Report(Verdict::kCompatible, item.id, "", Text(item), rule_.added);
    }
    std::string order_before = JoinIds(Common(before, in_after));
    std::string order_after = JoinIds(Common(after, in_before));
    if (order_before != order_after)
      Report(Verdict::kCosmetic, "", std::move(order_before), std::move(order_after), kOrderOnly);
  }

 private:
  void CompareItems(const Item& before, const Item& after) const {
    if (before.optional != after.optional) {
      Report(Verdict::kCompatible, after.id, Text(before), Text(after),
             "applies to tasks that are not completed yet");
    } else if (before.text != after.text) {
      Report(Verdict::kCosmetic, after.id, Text(before), Text(after), kForPeople);
    }
  }

  void Report(Verdict verdict, absl::string_view item, std::string was, std::string is,
              absl::string_view why) const {
    sink_({.kind = rule_.kind,
           .verdict = verdict,
           .path = std::string(rule_.path),
           .item = std::string(item),
           .before = std::move(was),
           .after = std::move(is),
           .why = std::string(why)});
  }

  const ListRule& rule_;
  const DifferenceSink sink_;
};

std::vector<Item> ItemsOf(const std::vector<std::string>& ids) {
  std::vector<Item> items;
  for (const std::string& id : ids) items.push_back({id, id});
  return items;
}

std::vector<Item> ItemsOf(const std::vector<ChecklistItem>& lines) {
  std::vector<Item> items;
  for (const ChecklistItem& line : lines) items.push_back({line.id, line.title, line.optional});
  return items;
}

template <typename List>
void CompareLists(const ListRule& rule, const List& before, const List& after,
                  DifferenceSink sink) {
  ListComparison(rule, sink).Run(ItemsOf(before), ItemsOf(after));
}

void CompareSteps(const StepDetails& before, const StepDetails& after, DifferenceSink sink) {
  CompareText(DifferenceKind::kRole, Verdict::kCompatible, "step.role", before.role, after.role,
              "tasks that are not completed yet go to the new role", sink);
  CompareText(DifferenceKind::kTarget, Verdict::kCompatible, "step.target", Text(before.target),
              Text(after.target), "applies to tasks whose turn comes from now on", sink);
  CompareText(DifferenceKind::kEarliestDay, Verdict::kCompatible, "step.earliest_day",
              Text(before.earliest_day), Text(after.earliest_day),
              "applies to tasks whose turn comes from now on", sink);
  CompareLists({DifferenceKind::kUtility, "step.utilities",
                "from now on an outage of it counts for this step",
                "from now on an outage of it does not count for this step"},
               before.utilities, after.utilities, sink);
  CompareLists(
      {DifferenceKind::kChecklist, "step.checklist",
       "tasks that are not completed yet get the line too", "what was ticked stays in the history"},
      before.checklist, after.checklist, sink);
  CompareLists({DifferenceKind::kDefectKind, "step.defect_kinds", "can be reported from now on",
                "what was reported stays in the history"},
               before.defect_kinds, after.defect_kinds, sink);
  CompareText(DifferenceKind::kInstructions, Verdict::kCosmetic, "step.instructions",
              before.instructions, after.instructions, kForPeople, sink);
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
  CompareText(DifferenceKind::kTarget, Verdict::kCompatible, "target", Text(before.target),
              Text(after.target), "running instances are measured against the new target", sink);
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
  if (before.kind != after.kind) return;
  if (after.kind == NodeKind::kChoice || after.kind == NodeKind::kLoop) {
    CompareText(DifferenceKind::kDecider, Verdict::kCompatible,
                after.kind == NodeKind::kChoice ? "choice.decider" : "loop.decider", before.decider,
                after.decider, "open decisions go to the new role", sink);
  }
  if (after.kind == NodeKind::kCall) CompareCalls(before, after, called, sink);
  if (after.kind == NodeKind::kStep) CompareSteps(before.step, after.step, sink);
}

}  // namespace plumbline::flow
