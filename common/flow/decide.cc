// SPDX-License-Identifier: Apache-2.0
#include "common/flow/decide.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/expr/literal.h"
#include "common/expr/problem.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

std::vector<std::string> IdsOf(const std::vector<Attribute>& attributes) {
  std::vector<std::string> ids;
  for (const Attribute& attribute : attributes) ids.push_back(attribute.id);
  return ids;
}

std::string UnknownAttribute(absl::string_view id, const std::vector<Attribute>& attributes) {
  const std::vector<std::string> ids = IdsOf(attributes);
  return absl::StrCat("'", ShortenText(id), "' is no attribute of this process",
                      base::DidYouMean(id, ids), "; ",
                      ids.empty() ? "it has none" : "it has " + absl::StrJoin(ids, ", "));
}

// The value of one attribute among those given, or its default; nullopt if it has none that it
// takes.
std::optional<expr::Value> ValueOf(const Attribute& attribute, const AttributeValues& values) {
  const auto given = values.find(attribute.id);
  const std::string& text = given == values.end() ? attribute.default_value : given->second;
  if (text.empty()) return std::nullopt;
  absl::StatusOr<expr::Value> value = ReadValue(attribute, text);
  if (!value.ok()) return std::nullopt;
  return *std::move(value);
}

// What a call hands over to the attributes of what it calls.
AttributeValues Handed(const PlanScope& scope, const AttributeValues& caller) {
  AttributeValues values;
  for (const Argument& argument : scope.arguments) {
    if (argument.from.empty()) {
      values[argument.attribute] = argument.value;
    } else if (const auto it = caller.find(argument.from); it != caller.end()) {
      values[argument.attribute] = it->second;
    }
  }
  return values;
}

// What the attributes of a scope are given; `above` are the values of all scopes before it.
AttributeValues GivenTo(const Plan& plan, const AttributeValues& values,
                        const std::vector<AttributeValues>& above) {
  const auto index = static_cast<ScopeIndex>(above.size());
  const PlanScope& scope = plan.scopes()[above.size()];
  if (scope.parent < 0) return values;
  AttributeValues given = Handed(scope, above[static_cast<size_t>(scope.parent)]);
  const std::string prefix = KeyPrefix(plan, index);
  // Few runs have values of their own in calls.
  for (auto own = values.lower_bound(prefix); own != values.end(); ++own) {
    if (own->first.compare(0, prefix.size(), prefix) != 0) break;
    const std::string id = own->first.substr(prefix.size());
    if (FindAttribute(scope.attributes, id) != nullptr) given[id] = own->second;
  }
  return given;
}

absl::Status CompileOne(const std::string& text, const expr::Schema& schema,
                        const std::string& field, std::optional<expr::Condition>* condition) {
  if (text.empty()) return absl::OkStatus();
  std::vector<expr::Problem> problems;
  *condition = expr::Compile(text, schema, &problems);
  if (condition->has_value()) return absl::OkStatus();
  return ProcessInvalid(expr::ToViolations(field, text, problems));
}

// Adds "; amount is 5 USD and is compared with 1000 EUR: currencies differ, and are not converted"
// for every test of a condition of which that is true.
void AddCurrencies(const expr::Condition& condition, const expr::Record& record,
                   const expr::Schema& schema, std::string* reason) {
  for (const expr::Condition& child : condition.children)
    AddCurrencies(child, record, schema, reason);
  const expr::Test& test = condition.test;
  const bool compares = condition.kind == expr::Condition::Kind::kTest &&
                        test.type == expr::Type::kMoney && test.op != expr::Test::Op::kPresent;
  if (!compares || record.values(test.field).empty()) return;
  const expr::Value& value = record.values(test.field)[0];
  if (value.text == test.value.text) return;
  const expr::Field& field = schema.field(test.field);
  absl::StrAppend(reason, "; ", field.name, " is ", expr::ToText(field, value),
                  " and is compared with ", expr::ToText(field, test.value),
                  ": currencies differ, and are not converted");
}

}  // namespace

std::vector<base::FieldViolation> CheckValues(const std::vector<Attribute>& attributes,
                                              const AttributeValues& values,
                                              absl::string_view path) {
  std::vector<base::FieldViolation> violations;
  for (const auto& [id, text] : values) {
    const std::string field = absl::StrCat(path, "[", ShortenText(id), "]");
    const Attribute* attribute = FindAttribute(attributes, id);
    if (attribute == nullptr) {
      violations.push_back({field, UnknownAttribute(id, attributes)});
    } else if (const absl::Status status = TakeValue(*attribute, text).status(); !status.ok()) {
      violations.push_back({field, std::string(status.message())});
    }
  }
  for (const Attribute& attribute : attributes) {
    if (!attribute.required || !attribute.default_value.empty() || values.contains(attribute.id))
      continue;
    violations.push_back({absl::StrCat(path, "[", attribute.id, "]"),
                          absl::StrCat("has no value; the process needs one: ", attribute.title,
                                       ", ", expr::NameOf(attribute.type))});
  }
  if (violations.size() > kMaxViolations) violations.resize(kMaxViolations);
  return violations;
}

AttributeValues WithDefaults(const std::vector<Attribute>& attributes,
                             const AttributeValues& values) {
  const expr::Schema schema = SchemaOf(attributes);
  AttributeValues all;
  for (size_t i = 0; i < attributes.size(); ++i) {
    if (const std::optional<expr::Value> value = ValueOf(attributes[i], values))
      all[attributes[i].id] = expr::ToText(schema.field(static_cast<int>(i)), *value);
  }
  return all;
}

std::string KeyPrefix(const Plan& plan, ScopeIndex scope) {
  std::string prefix = plan.scopes()[static_cast<size_t>(scope)].prefix;
  const std::string& own = plan.scopes()[static_cast<size_t>(scope)].prefix;
  for (ScopeIndex above = plan.scopes()[static_cast<size_t>(scope)].parent;
       above >= 0 && plan.scopes()[static_cast<size_t>(above)].prefix == own;
       above = plan.scopes()[static_cast<size_t>(above)].parent)
    prefix.insert(prefix.begin(), '.');
  return prefix;
}

AttributeValues AllValues(const Plan& plan, const AttributeValues& values) {
  AttributeValues all;
  std::vector<AttributeValues> texts;
  for (const PlanScope& scope : plan.scopes()) {
    const std::string prefix = KeyPrefix(plan, static_cast<ScopeIndex>(texts.size()));
    texts.push_back(WithDefaults(scope.attributes, GivenTo(plan, values, texts)));
    for (const auto& [id, text] : texts.back()) all[absl::StrCat(prefix, id)] = text;
  }
  return all;
}

absl::StatusOr<Conditions> Conditions::Compile(const Plan& plan) {
  Conditions conditions;
  const bool any = std::any_of(plan.nodes().begin(), plan.nodes().end(), [](const PlanNode& node) {
    return !node.condition.empty() || !node.leave_when.empty();
  });
  if (!any) return conditions;
  for (const PlanScope& scope : plan.scopes())
    conditions.schemas_.push_back(SchemaOf(scope.attributes));
  conditions.nodes_.resize(static_cast<size_t>(plan.size()));
  for (NodeIndex i = 0; i < plan.size(); ++i) {
    const PlanNode& node = plan.node(i);
    OfNode& compiled = conditions.nodes_[static_cast<size_t>(i)];
    RETURN_IF_ERROR(CompileOne(node.condition, conditions.schemas_[plan.ConditionScope(i)],
                               absl::StrCat("node '", node.path, "', condition"),
                               &compiled.condition));
    RETURN_IF_ERROR(CompileOne(node.leave_when, conditions.schemas_[node.scope],
                               absl::StrCat("node '", node.path, "', leave_when"),
                               &compiled.leave_when));
  }
  return conditions;
}

std::set<AttributePlace> Conditions::AttributesOf(const Plan& plan, NodeIndex node,
                                                  bool whether) const {
  std::set<AttributePlace> places;
  if (empty()) return places;
  const auto add = [&](NodeIndex one) {
    const std::optional<expr::Condition>& condition = nodes_[static_cast<size_t>(one)].condition;
    if (!condition.has_value()) return;
    const ScopeIndex scope = plan.ConditionScope(one);
    for (const int field : expr::FieldsOf(*condition))
      places.emplace(scope, schemas_[static_cast<size_t>(scope)].field(field).name);
  };
  if (whether) {
    add(node);
  } else {
    for (const NodeIndex branch : plan.node(node).children) add(branch);
  }
  // Callers come before what they call.
  for (auto scope = static_cast<ScopeIndex>(plan.scopes().size()); scope-- > 0;) {
    const PlanScope& called = plan.scopes()[static_cast<size_t>(scope)];
    for (const Argument& argument : called.arguments) {
      if (!argument.from.empty() && places.contains({scope, argument.attribute}))
        places.emplace(called.parent, argument.from);
    }
  }
  return places;
}

Decider::Decider(const Plan& plan, const Conditions& conditions, const AttributeValues& values)
    : plan_(plan), conditions_(conditions) {
  if (conditions.empty()) return;
  std::vector<AttributeValues> texts;
  for (const PlanScope& scope : plan.scopes()) {
    const expr::Schema& schema = conditions.schemas_[records_.size()];
    const AttributeValues given = GivenTo(plan, values, texts);
    expr::Record& record = records_.emplace_back(schema);
    for (size_t i = 0; i < scope.attributes.size(); ++i) {
      const int field = static_cast<int>(i);
      if (std::optional<expr::Value> value = ValueOf(scope.attributes[i], given))
        record.Set(field, *std::move(value));
    }
    texts.push_back(WithDefaults(scope.attributes, given));
  }
}

expr::Verdict Decider::Evaluate(const expr::Condition& condition, ScopeIndex scope,
                                Ruling* ruling) const {
  const size_t index = static_cast<size_t>(scope);
  std::vector<std::string> unset;
  const expr::Verdict verdict =
      expr::Decide(condition, records_[index], conditions_.schemas_[index], &unset);
  for (const std::string& id : unset) {
    std::string name = absl::StrCat(plan_.scopes()[index].prefix, id);
    std::vector<std::string>& missing = ruling->missing;
    if (std::find(missing.begin(), missing.end(), name) == missing.end())
      missing.push_back(std::move(name));
  }
  return verdict;
}

Ruling Decider::YesOrNo(const std::optional<expr::Condition>& condition, absl::string_view text,
                        ScopeIndex scope, absl::string_view yes, absl::string_view no) const {
  Ruling ruling;
  if (!condition.has_value()) return ruling;
  const expr::Verdict verdict = Evaluate(*condition, scope, &ruling);
  if (verdict == expr::Verdict::kUnset) return ruling;
  const bool holds = verdict == expr::Verdict::kYes;
  ruling.option = std::string(holds ? yes : no);
  ruling.reason = absl::StrCat(text, holds ? " holds" : " does not hold");
  const size_t index = static_cast<size_t>(scope);
  AddCurrencies(*condition, records_[index], conditions_.schemas_[index], &ruling.reason);
  return ruling;
}

Ruling Decider::Branch(const PlanNode& choice) const {
  Ruling ruling;
  const PlanNode* otherwise = nullptr;
  std::string currencies;
  size_t without = 0;
  for (const NodeIndex child : choice.children) {
    const PlanNode& branch = plan_.node(child);
    const std::optional<expr::Condition>& condition =
        conditions_.nodes_[static_cast<size_t>(child)].condition;
    if (!condition.has_value()) {
      otherwise = &branch;
      ++without;
      continue;
    }
    const size_t scope = static_cast<size_t>(choice.scope);
    if (Evaluate(*condition, choice.scope, &ruling) != expr::Verdict::kYes) {
      AddCurrencies(*condition, records_[scope], conditions_.schemas_[scope], &currencies);
      continue;
    }
    if (!ruling.missing.empty()) return ruling;  // a branch before it may hold too
    ruling.option = std::string(IdOf(branch));
    ruling.reason = absl::StrCat(branch.condition, " holds", currencies);
    return ruling;
  }
  if (ruling.missing.empty() && without == 1) {
    ruling.option = std::string(IdOf(*otherwise));
    ruling.reason = absl::StrCat("no condition of another branch holds", currencies);
  }
  return ruling;
}

Ruling Decider::Ask(const OpenDecision& decision) const {
  if (conditions_.empty()) return {};
  const PlanNode& node = plan_.node(decision.node);
  const auto& compiled = conditions_.nodes_[static_cast<size_t>(decision.node)];
  if (decision.whether) {
    const bool branch = node.parent != kNoNode && plan_.node(node.parent).kind == NodeKind::kChoice;
    if (branch) return {};
    return YesOrNo(compiled.condition, node.condition, plan_.ConditionScope(decision.node), kDo,
                   kLeaveOut);
  }
  if (node.kind == NodeKind::kLoop)
    return YesOrNo(compiled.leave_when, node.leave_when, node.scope, kLeave, kAgain);
  return Branch(node);
}

}  // namespace plumbline::flow
