// SPDX-License-Identifier: Apache-2.0
//
// What a person writes of a process: the tree and what stands beside it.
#ifndef PLUMBLINE_COMMON_FLOW_PROCESS_H_
#define PLUMBLINE_COMMON_FLOW_PROCESS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/flow/attribute.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// See process_aims.proto, which states the rules of the fields.
struct Milestone {
  std::string id;
  std::string title;
  std::string description;
  std::string node;  // "" = reported from outside
  std::optional<BusinessDuration> target;
  bool operator==(const Milestone&) const = default;
};

// The numbers are those of process_aims.proto.
enum class EscalationTrigger { kUnset = 0, kDueSoon, kOverdue, kNotStarted, kBlocked };

struct EscalationLevel {
  BusinessDuration after;
  std::vector<std::string> notify;
  bool operator==(const EscalationLevel&) const = default;
};

struct EscalationRule {
  std::string id;
  EscalationTrigger trigger = EscalationTrigger::kUnset;
  std::vector<std::string> steps;  // empty = all
  std::vector<EscalationLevel> levels;
  bool operator==(const EscalationRule&) const = default;
};

// See Process in process.proto, which states the rules of the fields.
struct ProcessContent {
  std::string title;
  std::string purpose;
  std::string owner;
  std::optional<BusinessDuration> target;
  std::map<std::string, std::string> labels;
  std::vector<Attribute> attributes;
  Node root;
  std::vector<Milestone> milestones = {};
  std::vector<EscalationRule> escalations = {};
  bool operator==(const ProcessContent&) const = default;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROCESS_H_
