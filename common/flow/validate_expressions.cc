// SPDX-License-Identifier: Apache-2.0
#include "common/flow/validate_expressions.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/nearest.h"
#include "common/expr/check.h"
#include "common/expr/literal.h"
#include "common/expr/problem.h"
#include "common/flow/validate.h"

namespace plumbline::flow {
namespace {

using Violations = std::vector<base::FieldViolation>;

// Amounts in currencies that no value can be in, of the tests of a condition: none would ever hold.
void CheckCurrencies(const expr::Condition& condition, const expr::Schema& attributes,
                     absl::string_view field, Violations* violations) {
  for (const expr::Condition& child : condition.children)
    CheckCurrencies(child, attributes, field, violations);
  const expr::Test& test = condition.test;
  if (condition.kind != expr::Condition::Kind::kTest || test.type != expr::Type::kMoney ||
      test.op == expr::Test::Op::kPresent || IsCurrency(test.value.text))
    return;
  const expr::Field& attribute = attributes.field(test.field);
  // An attribute that has one says itself what is wrong with it.
  if (!attribute.currency.empty()) return;
  violations->push_back(
      {std::string(field),
       absl::StrCat("compares ", attribute.name, " with ", expr::ToText(attribute, test.value),
                    ", and '", test.value.text,
                    "' is not a currency of ISO 4217: it would never hold; write three letters "
                    "like EUR")});
}

void CheckExpression(absl::string_view text, const expr::Schema& attributes,
                     absl::string_view field, Violations* violations) {
  std::vector<expr::Problem> problems;
  const std::optional<expr::Condition> condition = expr::Compile(text, attributes, &problems);
  if (!condition) {
    const Violations found = expr::ToViolations(field, text, problems);
    violations->insert(violations->end(), found.begin(), found.end());
  } else if (condition->always()) {
    violations->push_back({std::string(field), "is blank; write a condition, or leave it out"});
  } else {
    CheckCurrencies(*condition, attributes, field, violations);
  }
}

void CheckArgumentList(const Node& call, const expr::Schema& attributes, absl::string_view path,
                       Violations* violations) {
  if (call.arguments.size() > kMaxAttributes) {
    violations->push_back(
        {std::string(path),
         absl::StrCat("has ", call.arguments.size(), " entries; it takes up to ", kMaxAttributes)});
    return;
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const Argument& argument = call.arguments[i];
    const std::string field = absl::StrCat(path, "[", i, "]");
    if (argument.attribute.empty()) {
      violations->push_back({absl::StrCat(field, ".attribute"),
                             "is required: an attribute of the process that is called"});
    } else if (!seen.insert(argument.attribute).second) {
      violations->push_back(
          {absl::StrCat(field, ".attribute"),
           absl::StrCat("'", ShortenText(argument.attribute), "' is given twice; leave one out")});
    }
    if (argument.from.empty() == argument.value.empty()) {
      violations->push_back(
          {field, "takes one of value and from: a value, or an attribute of this process"});
    } else if (!argument.from.empty() && !attributes.Find(argument.from)) {
      violations->push_back(
          {absl::StrCat(field, ".from"),
           absl::StrCat("'", ShortenText(argument.from), "' is no attribute of this process",
                        base::DidYouMean(argument.from, attributes.Names()))});
    }
  }
}

void CheckOutputs(const std::vector<std::string>& outputs, const expr::Schema& attributes,
                  absl::string_view path, Violations* violations) {
  constexpr size_t kMaxOutputs = 50;
  if (outputs.size() > kMaxOutputs) {
    violations->push_back(
        {std::string(path),
         absl::StrCat("has ", outputs.size(), " entries; it takes up to ", kMaxOutputs)});
    return;
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string field = absl::StrCat(path, "[", i, "]");
    const std::string quoted = absl::StrCat("'", ShortenText(outputs[i]), "'");
    if (!attributes.Find(outputs[i])) {
      violations->push_back(
          {field, absl::StrCat(quoted, " is no attribute of this process",
                               base::DidYouMean(outputs[i], attributes.Names()))});
    } else if (!seen.insert(outputs[i]).second) {
      violations->push_back({field, absl::StrCat(quoted, " stands twice; leave one out")});
    }
  }
}

std::string Names(const std::vector<Attribute>& attributes) {
  if (attributes.empty()) return "it has none";
  return absl::StrCat("it has ",
                      absl::StrJoin(attributes, ", ", [](std::string* out, const Attribute& one) {
                        absl::StrAppend(out, one.id);
                      }));
}

// What is wrong with one argument for an attribute that there is, and the field below its own.
base::FieldViolation CheckArgument(const Argument& argument, const Attribute& attribute,
                                   const std::vector<Attribute>& caller) {
  if (argument.from.empty()) {
    const absl::StatusOr<expr::Value> value = TakeValue(attribute, argument.value);
    return {".value", value.ok() ? "" : std::string(value.status().message())};
  }
  const Attribute* from = FindAttribute(caller, argument.from);
  return {".from", from == nullptr
                       ? absl::StrCat("'", argument.from, "' is no attribute of this process")
                       : CheckHandOver(*from, attribute)};
}

}  // namespace

void ValidateExpressions(const Node& node, const Node* parent, const expr::Schema& attributes,
                         absl::string_view path, Violations* violations) {
  if (!node.condition.empty()) {
    const std::string field = absl::StrCat(path, ".condition");
    if (parent == nullptr) {
      violations->push_back(
          {field, "is set at the root; give it to the calls of this process instead"});
    } else if (!node.optional && parent->kind != NodeKind::kChoice) {
      violations->push_back({field,
                             "is set, but the node is neither optional nor a branch of a choice; "
                             "make it optional, or leave the condition out"});
    } else {
      CheckExpression(node.condition, attributes, field, violations);
    }
  }
  if (!node.leave_when.empty())
    CheckExpression(node.leave_when, attributes, absl::StrCat(path, ".loop.leave_when"),
                    violations);
  if (!node.arguments.empty())
    CheckArgumentList(node, attributes, absl::StrCat(path, ".call.arguments"), violations);
  if (!node.step.outputs.empty())
    CheckOutputs(node.step.outputs, attributes, absl::StrCat(path, ".step.outputs"), violations);
}

Violations CheckArguments(const Node& call, const std::vector<Attribute>& caller,
                          const std::vector<Attribute>& called, absl::string_view path) {
  Violations violations;
  absl::flat_hash_set<absl::string_view> given;
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const Argument& argument = call.arguments[i];
    const std::string field = absl::StrCat(path, ".call.arguments[", i, "]");
    const Attribute* attribute = FindAttribute(called, argument.attribute);
    given.insert(argument.attribute);
    if (attribute == nullptr) {
      violations.push_back(
          {absl::StrCat(field, ".attribute"),
           absl::StrCat("'", ShortenText(argument.attribute), "' is no attribute of '", call.called,
                        "'; ", Names(called))});
      continue;
    }
    const base::FieldViolation fault = CheckArgument(argument, *attribute, caller);
    if (!fault.description.empty())
      violations.push_back({absl::StrCat(field, fault.field), fault.description});
  }
  for (const Attribute& attribute : called) {
    if (!attribute.required || !attribute.default_value.empty() || given.contains(attribute.id))
      continue;
    violations.push_back({absl::StrCat(path, ".call.arguments"),
                          absl::StrCat("has no value for '", attribute.id, "' (", attribute.title,
                                       "), which '", call.called, "' requires; add {attribute: ",
                                       attribute.id, ", from or value: ...}")});
  }
  if (violations.size() > kMaxViolations) violations.resize(kMaxViolations);
  return violations;
}

}  // namespace plumbline::flow
