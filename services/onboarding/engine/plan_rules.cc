// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/plan_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace plumbline::onboarding {
namespace {

using catalog::v1::Process;

flow::EscalationLevel LevelOf(const catalog::v1::EscalationLevel& proto) {
  return {{proto.after().days(), proto.after().minutes()},
          {proto.notify().begin(), proto.notify().end()}};
}

PlanRule RuleOf(const catalog::v1::EscalationRule& proto, const std::string& prefix) {
  PlanRule rule{
      absl::StrCat(prefix, proto.id()), static_cast<flow::EscalationTrigger>(proto.trigger()), {}};
  for (const auto& level : proto.levels()) rule.levels.push_back(LevelOf(level));
  return rule;
}

class Rules {
 public:
  Rules(const flow::Plan& plan, std::vector<const Process*> processes)
      : plan_(plan), processes_(std::move(processes)), first_(processes_.size(), 0) {
    for (size_t scope = 0; scope < processes_.size(); ++scope) {
      first_[scope] = static_cast<int>(rules_.all.size());
      for (const auto& rule : processes_[scope]->escalations())
        rules_.all.push_back(RuleOf(rule, plan_.scopes()[scope].prefix));
    }
  }

  PlanRules Take() {
    if (rules_.all.empty()) return {};
    for (const flow::PlanNode& node : plan_.nodes()) {
      rules_.of.emplace_back();
      if (node.kind == flow::NodeKind::kStep) rules_.of.back() = Of(node);
    }
    return std::move(rules_);
  }

 private:
  // From the step outwards to the first process that has rules.
  std::vector<int> Of(const flow::PlanNode& node) const {
    flow::ScopeIndex scope = node.scope;
    while (scope > 0 && processes_[scope]->escalations().empty())
      scope = plan_.scopes()[scope].parent;
    std::vector<int> found;
    for (int i = 0; i < processes_[scope]->escalations_size(); ++i) {
      const auto& steps = processes_[scope]->escalations(i).steps();
      const bool named =
          scope == node.scope && std::find(steps.begin(), steps.end(), IdOf(node)) != steps.end();
      if (steps.empty() || named) found.push_back(first_[scope] + i);
    }
    return found;
  }

  // As its process calls it: what a process begins with goes by the name of its call in the plan.
  absl::string_view IdOf(const flow::PlanNode& node) const {
    const bool begins = plan_.nodes()[plan_.scopes()[node.scope].root].path == node.path;
    return node.scope > 0 && begins ? absl::string_view(processes_[node.scope]->root().id())
                                    : flow::IdOf(node);
  }

  const flow::Plan& plan_;
  const std::vector<const Process*> processes_;  // by scope
  std::vector<int> first_;                       // by scope: index of its first rule
  PlanRules rules_;
};

}  // namespace

PlanRules RulesOf(const flow::Plan& plan, std::vector<const Process*> processes) {
  return Rules(plan, std::move(processes)).Take();
}

const PlanRule* FindRule(const PlanRules& rules, absl::string_view id) {
  for (const PlanRule& rule : rules.all)
    if (rule.id == id) return &rule;
  return nullptr;
}

}  // namespace plumbline::onboarding
