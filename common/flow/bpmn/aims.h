// SPDX-License-Identifier: Apache-2.0
//
// Milestones and rules of escalation in a file. BPMN has no place for them: they stand in our
// extension of the process (names.h). Not for use outside of Import and Export.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_AIMS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_AIMS_H_

#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/bpmn/xml_writer.h"
#include "common/flow/process.h"

namespace plumbline::flow::bpmn {

void WriteAims(const ProcessContent& content, XmlWriter* xml);

// Of the extension of the process.
void ReadAims(const Element& extension, Reading* reading, ProcessContent* content);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_AIMS_H_
