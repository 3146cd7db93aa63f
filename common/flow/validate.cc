// SPDX-License-Identifier: Apache-2.0
#include "common/flow/validate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "common/flow/validate_expressions.h"

namespace plumbline::flow {
namespace {

constexpr int kMaxDays = 3660;
constexpr int kMaxMinutes = 1'000'000;
constexpr int kLastEarliestDay = 2500;
constexpr size_t kMaxUtilities = 20;
constexpr size_t kMaxStepItems = 50;
constexpr size_t kMaxQuoted = 80;
constexpr int kMaxAnswerMinutes = 43'200;
constexpr absl::string_view kLatest = "latest";

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

size_t CountCharacters(absl::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return !ContinuesCharacter(c); });
}

std::string Quote(absl::string_view value) { return absl::StrCat("'", ShortenText(value), "'"); }

// Where a whole name stands instead of an id, the id to write; else the rule of ids.
std::string BareIdOr(absl::string_view text, absl::string_view rule) {
  const absl::string_view id = text.substr(text.rfind('/') + 1);
  if (id.size() == text.size() || !base::IsValidId(id)) return std::string(rule);
  return absl::StrCat("write the id alone, ", Quote(id));
}

// How many children a kind takes, and the field that holds them.
struct Shape {
  absl::string_view field;
  size_t min;
  size_t max;
};

Shape ShapeOf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kSequence:
      return {"sequence.nodes", 1, 500};
    case NodeKind::kParallel:
      return {"parallel.nodes", 2, 500};
    case NodeKind::kChoice:
      return {"choice.nodes", 2, 100};
    case NodeKind::kLoop:
      return {"loop.body", 1, 2};
    case NodeKind::kCall:
      return {"call", 0, 0};
    case NodeKind::kStep:
      return {"step", 0, 0};
  }
  return {"kind", 0, 0};
}

// "{collection}{id}" or "{collection}{id}@{selector}" taken apart.
bool Split(absl::string_view collection, absl::string_view text, std::string* id,
           std::optional<absl::string_view>* selector) {
  if (!absl::ConsumePrefix(&text, collection)) return false;
  const size_t at = text.find('@');
  if (at != absl::string_view::npos) *selector = text.substr(at + 1);
  *id = std::string(text.substr(0, at));
  return base::IsValidId(*id);
}

bool ParseRevision(absl::string_view number, int64_t* revision) {
  const bool digits = std::all_of(number.begin(), number.end(), absl::ascii_isdigit);
  return digits && !number.empty() && number[0] != '0' && absl::SimpleAtoi(number, revision);
}

class Validator {
 public:
  Validator(absl::string_view root, const expr::Schema& attributes)
      : root_(root), attributes_(attributes) {}

  void Visit(const Node& node, const Node* parent, const std::string& path, int depth) {
    if (Full() || nodes_ > kMaxNodes) return;
    if (++nodes_ > kMaxNodes) {
      Add(root_,
          absl::StrCat("has more than ", kMaxNodes,
                       " nodes; move parts of it into processes of their own and call them"));
      return;
    }
    if (depth > kMaxDepth) {
      Add(path,
          absl::StrCat("lies more than ", kMaxDepth,
                       " levels deep; move an inner part into a process of its own and call it"));
      return;
    }
    CheckNode(node, path);
    CheckExpressions(node, parent, path);
    for (size_t i = 0; i < node.children.size(); ++i) {
      Visit(node.children[i], &node, absl::StrCat(path, ".", ChildField(node, i)), depth + 1);
    }
  }

  std::vector<base::FieldViolation> Take() { return std::move(violations_); }

 private:
  bool Full() const { return violations_.size() >= kMaxViolations; }

  void Add(absl::string_view field, absl::string_view description) {
    if (!Full()) violations_.push_back({std::string(field), std::string(description)});
  }

  void AddText(absl::string_view field, absl::string_view text, size_t min, size_t max) {
    const std::string fault = CheckText(text, min, max);
    if (!fault.empty()) Add(field, fault);
  }

  void CheckNode(const Node& node, const std::string& path) {
    if (!base::IsValidId(node.id)) {
      Add(absl::StrCat(path, ".id"),
          absl::StrCat(Quote(node.id), " is not an id: ", base::kIdRule));
    } else if (!ids_.insert(node.id).second) {
      Add(absl::StrCat(path, ".id"),
          absl::StrCat(Quote(node.id),
                       " is the id of an earlier node too; give every node its own"));
    }
    const bool decides = node.kind == NodeKind::kChoice || node.kind == NodeKind::kLoop;
    const bool step = node.kind == NodeKind::kStep && node.step.uses.empty();
    const bool titled = decides || step || node.optional;
    AddText(absl::StrCat(path, ".title"), node.title, titled ? 1 : 0, 200);
    CheckChildren(node, path);
    if (node.kind == NodeKind::kChoice)
      AddText(absl::StrCat(path, ".choice.decider"), node.decider, 0, 200);
    if (node.kind == NodeKind::kLoop)
      AddText(absl::StrCat(path, ".loop.decider"), node.decider, 0, 200);
    if (node.kind == NodeKind::kCall && !ParseCalled(node.called)) {
      Add(absl::StrCat(path, ".call.process"),
          absl::StrCat(Quote(node.called),
                       " names no process; write 'processes/{p}', 'processes/{p}@{tag}' or "
                       "'processes/{p}@{revision}' with a revision from 1"));
    }
    if (node.kind == NodeKind::kStep) CheckStep(node.step, absl::StrCat(path, ".step"));
  }

  void CheckExpressions(const Node& node, const Node* parent, const std::string& path) {
    std::vector<base::FieldViolation> faults;
    ValidateExpressions(node, parent, attributes_, path, &faults);
    for (const base::FieldViolation& fault : faults) Add(fault.field, fault.description);
  }

  void CheckChildren(const Node& node, const std::string& path) {
    const Shape shape = ShapeOf(node.kind);
    const size_t count = node.children.size();
    if (count >= shape.min && count <= shape.max) return;
    const std::string field = absl::StrCat(path, ".", shape.field);
    if (node.kind == NodeKind::kLoop && count == 0) {
      Add(field, "is required: what is repeated");
    } else if (shape.max == 0) {
      Add(field,
          absl::StrCat("has ", count,
                       " nodes below it; only sequence, parallel, choice and loop take any"));
    } else {
      Add(field, absl::StrCat("has ", count, " nodes; it takes ", shape.min, " to ", shape.max));
    }
  }

  void CheckStep(const StepDetails& step, const std::string& path) {
    // What uses a template may leave its role to it.
    AddText(absl::StrCat(path, ".role"), step.role, step.uses.empty() ? 1 : 0, 200);
    if (!step.uses.empty() && !ParseUses(step.uses)) {
      Add(absl::StrCat(path, ".uses"),
          absl::StrCat(Quote(step.uses),
                       " names no step of the library; write 'steps/{s}' or "
                       "'steps/{s}@{revision}' with a revision from 1"));
    }
    AddText(absl::StrCat(path, ".instructions"), step.instructions, 0, 8000);
    AddText(absl::StrCat(path, ".verifier"), step.verifier, 0, 200);
    AddText(absl::StrCat(path, ".waiver_approver"), step.waiver_approver, 0, 200);
    if (step.target) {
      std::vector<base::FieldViolation> faults;
      CheckDuration(*step.target, absl::StrCat(path, ".target"), &faults);
      for (const base::FieldViolation& fault : faults) Add(fault.field, fault.description);
    }
    if (step.earliest_day &&
        (*step.earliest_day < kAtOnce || *step.earliest_day > kLastEarliestDay)) {
      Add(absl::StrCat(path, ".earliest_day"),
          absl::StrCat("is ", *step.earliest_day, "; it takes ", kAtOnce, " to ", kLastEarliestDay,
                       " business days after day one"));
    }
    CheckIds(step.utilities, absl::StrCat(path, ".utilities"), kMaxUtilities);
    CheckIds(step.defect_kinds, absl::StrCat(path, ".defect_kinds"), kMaxStepItems);
    CheckChecklist(step.checklist, absl::StrCat(path, ".checklist"));
    if (step.automation) CheckAutomation(*step.automation, absl::StrCat(path, ".automation"));
  }

  // A program can give outputs and tick items as a person can: the step may ask for both.
  void CheckAutomation(const Automation& automation, const std::string& path) {
    if (!base::IsValidId(automation.webhook)) {
      Add(absl::StrCat(path, ".webhook"),
          absl::StrCat(Quote(automation.webhook), " is not the id of a webhook: ",
                       BareIdOr(automation.webhook, base::kIdRule)));
    }
    if (automation.answer_minutes < 0 || automation.answer_minutes > kMaxAnswerMinutes) {
      Add(absl::StrCat(path, ".answer_minutes"),
          absl::StrCat("is ", automation.answer_minutes, "; it takes 1 to ", kMaxAnswerMinutes,
                       " minutes, or nothing for 60"));
    }
  }

  // Adds what is wrong with the id of one item of a list whose earlier ids are in `seen`.
  void CheckItemId(const std::string& id, const std::string& field,
                   absl::flat_hash_set<absl::string_view>* seen) {
    if (!base::IsValidId(id)) {
      Add(field, absl::StrCat(Quote(id), " is not an id: ", BareIdOr(id, base::kIdRule)));
    } else if (!seen->insert(id).second) {
      Add(field, absl::StrCat(Quote(id), " stands twice in the list; leave one out"));
    }
  }

  void CheckCount(size_t count, size_t max, const std::string& path) {
    if (count > max) Add(path, absl::StrCat("has ", count, " entries; it takes up to ", max));
  }

  void CheckIds(const std::vector<std::string>& ids, const std::string& path, size_t max) {
    CheckCount(ids.size(), max, path);
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t i = 0; i < ids.size() && !Full(); ++i)
      CheckItemId(ids[i], absl::StrCat(path, "[", i, "]"), &seen);
  }

  void CheckChecklist(const std::vector<ChecklistItem>& items, const std::string& path) {
    CheckCount(items.size(), kMaxStepItems, path);
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t i = 0; i < items.size() && !Full(); ++i) {
      CheckItemId(items[i].id, absl::StrCat(path, "[", i, "].id"), &seen);
      AddText(absl::StrCat(path, "[", i, "].title"), items[i].title, 1, 500);
    }
  }

  absl::string_view root_;
  const expr::Schema& attributes_;
  int nodes_ = 0;
  absl::flat_hash_set<absl::string_view> ids_;
  std::vector<base::FieldViolation> violations_;
};

}  // namespace

std::vector<base::FieldViolation> Validate(const Node& root, const expr::Schema& attributes,
                                           absl::string_view path) {
  Validator validator(path, attributes);
  validator.Visit(root, nullptr, std::string(path), 1);
  return validator.Take();
}

std::vector<base::FieldViolation> Validate(const Node& root, absl::string_view path) {
  return Validate(root, expr::Schema(), path);
}

absl::Status ProcessInvalid(const std::vector<base::FieldViolation>& violations) {
  if (violations.empty()) return absl::OkStatus();
  std::string message = absl::StrCat(violations[0].field, ": ", violations[0].description);
  if (violations.size() > 1) absl::StrAppend(&message, " (and ", violations.size() - 1, " more)");
  base::Error error(base::Reason::ERROR_REASON_PROCESS_INVALID, message);
  for (const base::FieldViolation& v : violations) error.Field(v.field, v.description);
  return error;
}

std::string ChildField(const Node& parent, size_t i) {
  if (parent.kind == NodeKind::kLoop) return i == 0 ? "loop.body" : "loop.redo";
  return absl::StrCat(ShapeOf(parent.kind).field, "[", i, "]");
}

std::optional<CalledProcess> ParseCalled(absl::string_view called) {
  CalledProcess result;
  std::optional<absl::string_view> selector;
  if (!Split("processes/", called, &result.process, &selector)) return std::nullopt;
  if (!selector) return result;
  if (base::IsValidId(*selector)) {
    if (*selector != kLatest) result.tag = std::string(*selector);
  } else if (!ParseRevision(*selector, &result.revision)) {
    return std::nullopt;
  }
  return result;
}

std::optional<UsedStep> ParseUses(absl::string_view uses) {
  UsedStep result;
  std::optional<absl::string_view> revision;
  if (!Split("steps/", uses, &result.step, &revision)) return std::nullopt;
  if (revision && !ParseRevision(*revision, &result.revision)) return std::nullopt;
  return result;
}

std::string CheckText(absl::string_view text, size_t min, size_t max) {
  if (text.empty() && min > 0)
    return absl::StrCat("is required: ", min, " to ", max, " characters");
  const size_t count = CountCharacters(text);
  if (count > max)
    return absl::StrCat("has ", count, " characters; it takes up to ", max, ": shorten it");
  return "";
}

std::string ShortenText(absl::string_view text) {
  if (text.size() <= kMaxQuoted) return std::string(text);
  size_t end = kMaxQuoted;
  while (end > 0 && ContinuesCharacter(text[end])) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

void CheckDuration(const BusinessDuration& duration, absl::string_view path,
                   std::vector<base::FieldViolation>* violations) {
  if (duration.days < 0 || duration.days > kMaxDays) {
    violations->push_back(
        {absl::StrCat(path, ".days"),
         absl::StrCat("is ", duration.days, "; it takes 0 to ", kMaxDays, " business days")});
  }
  if (duration.minutes < 0 || duration.minutes > kMaxMinutes) {
    violations->push_back(
        {absl::StrCat(path, ".minutes"),
         absl::StrCat("is ", duration.minutes, "; it takes 0 to ", kMaxMinutes, " open minutes")});
  }
}

}  // namespace plumbline::flow
