// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_LEVEL_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_LEVEL_H_

#include <string>
#include <vector>

#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// What is done, in order, in a process or sub-process; what cannot be read is told. `lane`: the
// lane that the sub-process is in. Recursive: the depth of the file bounds it.
std::vector<Node> ReadLevel(const Element& level, const std::string& lane, Reading* reading);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_LEVEL_H_
