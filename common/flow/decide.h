// SPDX-License-Identifier: Apache-2.0
//
// What the conditions of a plan say about the values of one run. Pure.
#ifndef PLUMBLINE_COMMON_FLOW_DECIDE_H_
#define PLUMBLINE_COMMON_FLOW_DECIDE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/expr/check.h"
#include "common/expr/evaluate.h"
#include "common/flow/attribute.h"
#include "common/flow/plan.h"
#include "common/flow/progress.h"

namespace plumbline::flow {

// Texts of values by the ids of attributes. What is not in it has no value. The values of a run may
// also hold some of called processes, with KeyPrefix before the id ("deal-desk.amount"): these take
// the place of what the call hands over.
using AttributeValues = std::map<std::string, std::string>;

// What is wrong with the values of a run: ids that `attributes` does not have, values that are not
// of the type, out of range or not allowed, and attributes that need a value and have none. The
// field of each is "{path}[{id}]"; each names the value, the limit and the remedy. O(values *
// attributes).
std::vector<base::FieldViolation> CheckValues(const std::vector<Attribute>& attributes,
                                              const AttributeValues& values,
                                              absl::string_view path);

// The values with the defaults of those that have none, each in its usual spelling
// (expr::ToText). What `attributes` does not take is left out. O(values).
AttributeValues WithDefaults(const std::vector<Attribute>& attributes,
                             const AttributeValues& values);

// What stands before the ids of a scope's attributes among the values of a run: the prefix of the
// scope, and a "." before it for every caller that has the same one, because the call is all of it.
std::string KeyPrefix(const Plan& plan, ScopeIndex scope);

// The values of all scopes of a plan with defaults, by KeyPrefix and id. O(scopes * attributes).
AttributeValues AllValues(const Plan& plan, const AttributeValues& values);

// An attribute of one scope of a plan, by its id.
using AttributePlace = std::pair<ScopeIndex, std::string>;

// The conditions of a plan, checked against the attributes that they speak about. Immutable.
class Conditions {
 public:
  // PROCESS_INVALID naming the node where one does not fit: publishing lets only those pass that
  // do. O(size of the plan).
  static absl::StatusOr<Conditions> Compile(const Plan& plan);

  // Whether there are none: people make all decisions.
  bool empty() const { return nodes_.empty(); }

  // What the conditions of a choice speak about, or where `whether` the one of an optional node:
  // with what calls hand over to that. O(size of the conditions * arguments).
  std::set<AttributePlace> AttributesOf(const Plan& plan, NodeIndex node, bool whether) const;

 private:
  friend class Decider;
  struct OfNode {
    std::optional<expr::Condition> condition;   // speaks about Plan::ConditionScope
    std::optional<expr::Condition> leave_when;  // speaks about the scope of the node
  };
  std::vector<expr::Schema> schemas_;  // by scope
  std::vector<OfNode> nodes_;          // by node
};

// What conditions say to a decision.
struct Ruling {
  std::string option;  // the option that they choose; "" = a person decides
  std::string reason;  // for people, why: "discount > 20 holds"
  // Attributes without a value for which no option is chosen: "amount", or "deal-desk.amount"
  // inside the call "deal-desk".
  std::vector<std::string> missing;
};

// Decides for one run.
class Decider {
 public:
  // `values` are those of the process itself; what calls hand over follows from them. A value that
  // a called process does not take counts as none there. Both must outlive it. O(scopes *
  // attributes).
  Decider(const Plan& plan, const Conditions& conditions, const AttributeValues& values);

  // By the rules of Node.condition and Loop.leave_when in process.proto:
  //   choice     the first branch whose condition holds, all before it being known not to; if all
  //              are known not to hold and one branch has none, that one
  //   optional   (but as a branch of a choice) whether its condition holds
  //   loop       "leave" if leave_when holds, "again" if not
  // An attribute without a value leaves open what speaks about it (expr::Decide). O(size of the
  // conditions).
  Ruling Ask(const OpenDecision& decision) const;

 private:
  expr::Verdict Evaluate(const expr::Condition& condition, ScopeIndex scope, Ruling* ruling) const;
  Ruling YesOrNo(const std::optional<expr::Condition>& condition, absl::string_view text,
                 ScopeIndex scope, absl::string_view yes, absl::string_view no) const;
  Ruling Branch(const PlanNode& choice) const;

  const Plan& plan_;
  const Conditions& conditions_;
  std::vector<expr::Record> records_;  // by scope
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_DECIDE_H_
