// SPDX-License-Identifier: Apache-2.0
//
// What speaks about attributes. Conditions stand where BPMN has them, in the sequence flows, and
// name their language (AIP-160). What BPMN has no place for (the attributes themselves, arguments,
// and what a step leaves to the library) stands in the extension of the process, by ids of nodes,
// so that editors that know nothing of it keep it.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_EXPRESSIONS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_EXPRESSIONS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/flow/bpmn/diagram.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/bpmn/xml_writer.h"
#include "common/flow/process.h"

namespace plumbline::flow::bpmn {

// The condition under which a flow is taken: of a branch of a choice or an optional node its own;
// of the way out of a loop `leave_when`. "" = none.
absl::string_view ConditionOf(const Flow& flow, const Diagram& diagram);

// The flow that is taken where no condition holds: of a choice the only branch without one. nullptr
// if there is none.
const Flow* DefaultOf(const Shape& shape, const Diagram& diagram);

// Writes a child of the sequence flow, which is open; nothing for "".
void WriteCondition(absl::string_view condition, XmlWriter* xml);

// The condition of a sequence flow (may be nullptr) in our language; "" = it has none.
std::string ReadCondition(const Element* flow);

// Writes the children of the process extension, which is open. O(size of the tree).
void WriteExpressions(const ProcessContent& content, XmlWriter* xml);

// The attributes among them.
std::vector<flow::Attribute> ReadAttributes(const Element& extension);

// Reads what they say of nodes into content whose tree has been read. Nodes that are not there any
// more are passed over. O(size of the tree).
void ReadExpressions(const Element& extension, ProcessContent* content);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_EXPRESSIONS_H_
