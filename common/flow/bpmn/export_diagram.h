// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_EXPORT_DIAGRAM_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_EXPORT_DIAGRAM_H_

#include <string>
#include <vector>

#include "common/flow/bpmn/diagram.h"
#include "common/flow/bpmn/palette.h"
#include "common/flow/bpmn/xml_writer.h"

namespace plumbline::flow::bpmn {

// Writes the BPMNDiagram element of the process element `id`. O(shapes and flows).
void WriteDiagram(const Diagram& diagram, const std::string& id, const Palette& palette,
                  const std::vector<LegendEntry>& legend, XmlWriter* xml);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_EXPORT_DIAGRAM_H_
