// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_LEFT_OVER_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_LEFT_OVER_H_

#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/reading.h"

namespace plumbline::flow::bpmn {

// Tells every gateway that is left when nothing can be reduced: it is not block-structured, and
// why. O(vertices + edges).
void TellLeftOver(const Graph& graph, Reading* reading);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_LEFT_OVER_H_
