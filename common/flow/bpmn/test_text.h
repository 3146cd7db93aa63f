// SPDX-License-Identifier: Apache-2.0
//
// Trees and files in short, for tests.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_TEST_TEXT_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_TEST_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// "seq(Ask, xor 'Good?' by boss(Ship, Return)?, and(A, B), loop 'Again?'(A; B), call processes/x@2,
// sub 'Named'(A))": titles of steps; "?" = optional; a sequence with a title is a sub.
std::string TextOf(const Node& node);

// A file of one process with these flow elements, in the namespace of BPMN without prefix. `flows`:
// "a>b a>c" makes the sequence flows, with the ids "a-b" and "a-c".
std::string FileOf(absl::string_view elements, absl::string_view flows);

// A task for each letter, with it as id and in capitals as name.
std::string Tasks(absl::string_view letters);

// A timer event at the edge of the task a.
std::string Timer(absl::string_view attributes, absl::string_view inner);

// "line 3 dropped boundaryEvent b: why", one line for each.
std::string TextOf(const std::vector<Finding>& findings);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_TEST_TEXT_H_
