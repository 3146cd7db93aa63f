// SPDX-License-Identifier: Apache-2.0
#include "common/flow/aims.h"

#include <algorithm>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

constexpr size_t kMaxMilestones = 32;
constexpr size_t kMaxRules = 20;
constexpr size_t kMaxWatched = 100;
constexpr size_t kMaxLevels = 10;
constexpr size_t kMaxNotified = 10;
constexpr size_t kMostRelations = 10;

using Ids = absl::flat_hash_set<absl::string_view>;
using Nodes = absl::flat_hash_map<absl::string_view, const Node*>;

std::string Quote(absl::string_view text) { return absl::StrCat("'", ShortenText(text), "'"); }

void Index(const Node& node, Nodes* nodes) {
  nodes->emplace(node.id, &node);
  for (const Node& child : node.children) Index(child, nodes);
}

// Spans of which nothing but the calendar says how many minutes a day has: days count first.
bool Longer(const BusinessDuration& a, const BusinessDuration& b) {
  return std::tie(a.days, a.minutes) > std::tie(b.days, b.minutes);
}

class Checker {
 public:
  Checker(const Node& root, std::vector<base::FieldViolation>* violations)
      : violations_(violations) {
    Index(root, &nodes_);
  }

  void CheckMilestones(const std::vector<Milestone>& milestones, const std::string& path) {
    CheckCount(milestones.size(), 0, kMaxMilestones, path);
    Ids seen;
    for (size_t i = 0; i < milestones.size() && !Full(); ++i) {
      const Milestone& milestone = milestones[i];
      const std::string field = absl::StrCat(path, "[", i, "]");
      CheckId(milestone.id, absl::StrCat(field, ".id"), &seen);
      CheckLength(milestone.title, 1, 200, absl::StrCat(field, ".title"));
      CheckLength(milestone.description, 0, 2000, absl::StrCat(field, ".description"));
      if (!milestone.node.empty() && !nodes_.contains(milestone.node)) {
        Add(absl::StrCat(field, ".node"),
            absl::StrCat(Quote(milestone.node),
                         " is no node of this process; name one by its id, "
                         "or leave it out: then it is reported"));
      }
      if (milestone.target) CheckSpan(*milestone.target, absl::StrCat(field, ".target"));
    }
  }

  void CheckRules(const std::vector<EscalationRule>& rules, const std::string& path) {
    CheckCount(rules.size(), 0, kMaxRules, path);
    Ids seen;
    for (size_t i = 0; i < rules.size() && !Full(); ++i) {
      const std::string field = absl::StrCat(path, "[", i, "]");
      CheckId(rules[i].id, absl::StrCat(field, ".id"), &seen);
      if (Name(rules[i].trigger).empty()) {
        Add(absl::StrCat(field, ".trigger"),
            "is required: TRIGGER_DUE_SOON, TRIGGER_OVERDUE, TRIGGER_NOT_STARTED or "
            "TRIGGER_BLOCKED");
      }
      CheckWatched(rules[i].steps, absl::StrCat(field, ".steps"));
      CheckLevels(rules[i], absl::StrCat(field, ".levels"));
    }
  }

 private:
  bool Full() const { return violations_->size() >= kMaxViolations; }

  void Add(absl::string_view field, absl::string_view description) {
    if (!Full()) violations_->push_back({std::string(field), std::string(description)});
  }

  void CheckCount(size_t count, size_t least, size_t most, const std::string& path) {
    if (count > most)
      Add(path, absl::StrCat("has ", count, " entries; it takes up to ", most));
    else if (count < least)
      Add(path, absl::StrCat("is empty; it takes ", least, " to ", most));
  }

  void CheckLength(absl::string_view text, size_t least, size_t most, const std::string& field) {
    const std::string fault = CheckText(text, least, most);
    if (!fault.empty()) Add(field, fault);
  }

  void CheckId(const std::string& id, const std::string& field, Ids* seen) {
    if (!base::IsValidId(id)) {
      Add(field, absl::StrCat(Quote(id), " is not an id: ", base::kIdRule));
    } else if (!seen->insert(id).second) {
      Add(field, absl::StrCat(Quote(id), " stands twice in the list; give every entry its own"));
    }
  }

  void CheckSpan(const BusinessDuration& span, const std::string& path) {
    std::vector<base::FieldViolation> faults;
    CheckDuration(span, path, &faults);
    for (const base::FieldViolation& fault : faults) Add(fault.field, fault.description);
  }

  void CheckWatched(const std::vector<std::string>& steps, const std::string& path) {
    CheckCount(steps.size(), 0, kMaxWatched, path);
    Ids seen;
    for (size_t i = 0; i < steps.size() && !Full(); ++i) {
      const std::string field = absl::StrCat(path, "[", i, "]");
      const auto node = nodes_.find(steps[i]);
      if (node == nodes_.end() || node->second->kind != NodeKind::kStep) {
        Add(field, absl::StrCat(Quote(steps[i]),
                                " is no step of this process; name steps by ids, "
                                "or leave all out: then it watches every step"));
      } else if (!seen.insert(steps[i]).second) {
        Add(field, absl::StrCat(Quote(steps[i]), " stands twice in the list; leave one out"));
      }
    }
  }

  void CheckLevels(const EscalationRule& rule, const std::string& path) {
    CheckCount(rule.levels.size(), 1, kMaxLevels, path);
    const bool before = rule.trigger == EscalationTrigger::kDueSoon;
    for (size_t i = 0; i < rule.levels.size() && !Full(); ++i) {
      const EscalationLevel& level = rule.levels[i];
      const std::string field = absl::StrCat(path, "[", i, "]");
      CheckSpan(level.after, absl::StrCat(field, ".after"));
      CheckNotified(level.notify, absl::StrCat(field, ".notify"));
      if (i == 0) continue;
      const BusinessDuration& former = rule.levels[i - 1].after;
      const bool later = before ? Longer(former, level.after) : Longer(level.after, former);
      if (later) continue;
      Add(absl::StrCat(field, ".after"),
          before ? "is not shorter than that of the level before; levels of TRIGGER_DUE_SOON come "
                   "nearer to the due date, the longest first"
                 : "is not longer than that of the level before; each level comes later than the "
                   "one before");
    }
  }

  void CheckNotified(const std::vector<std::string>& notify, const std::string& path) {
    CheckCount(notify.size(), 1, kMaxNotified, path);
    Ids seen;
    for (size_t i = 0; i < notify.size() && !Full(); ++i) {
      const std::string field = absl::StrCat(path, "[", i, "]");
      const std::string fault = CheckNotify(notify[i]);
      if (!fault.empty()) {
        Add(field, fault);
      } else if (!seen.insert(notify[i]).second) {
        Add(field, absl::StrCat(Quote(notify[i]), " stands twice in the list; leave one out"));
      }
    }
  }

  Nodes nodes_;
  std::vector<base::FieldViolation>* violations_;
};

}  // namespace

void ValidateAims(const ProcessContent& content, absl::string_view path,
                  std::vector<base::FieldViolation>* violations) {
  if (content.milestones.empty() && content.escalations.empty()) return;
  Checker checker(content.root, violations);
  checker.CheckMilestones(content.milestones, absl::StrCat(path, ".milestones"));
  checker.CheckRules(content.escalations, absl::StrCat(path, ".escalations"));
}

std::string CheckNotify(absl::string_view notify) {
  absl::string_view relative = notify;
  if (!absl::ConsumePrefix(&relative, "@")) return CheckText(notify, 1, 200);
  absl::string_view group = relative;
  bool right = false;
  if (absl::ConsumePrefix(&group, "group:")) {
    right = base::IsValidId(group);
  } else {
    const std::vector<absl::string_view> relations = absl::StrSplit(relative, '.');
    right = relations.size() <= kMostRelations + (relations[0] == "assignee" ? 1 : 0) &&
            std::all_of(relations.begin(), relations.end(), base::IsValidId);
  }
  if (right) return "";
  return absl::StrCat(
      Quote(notify),
      " says not who is told; write '@assignee', '@assignee.manager', '@manager' or "
      "another relation, up to ",
      kMostRelations, " of them with '.' between, '@group:' and the id of a group, or a role");
}

absl::string_view Name(EscalationTrigger trigger) {
  switch (trigger) {
    case EscalationTrigger::kUnset:
      return "";
    case EscalationTrigger::kDueSoon:
      return "DUE_SOON";
    case EscalationTrigger::kOverdue:
      return "OVERDUE";
    case EscalationTrigger::kNotStarted:
      return "NOT_STARTED";
    case EscalationTrigger::kBlocked:
      return "BLOCKED";
  }
  return "";
}

}  // namespace plumbline::flow
