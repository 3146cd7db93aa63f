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

// See Process in process.proto, which states the rules of the fields.
struct ProcessContent {
  std::string title;
  std::string purpose;
  std::string owner;
  std::optional<BusinessDuration> target;
  std::map<std::string, std::string> labels;
  std::vector<Attribute> attributes;
  Node root;
  bool operator==(const ProcessContent&) const = default;
};

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_PROCESS_H_
