// SPDX-License-Identifier: Apache-2.0
//
// What a single activity of a file says.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_ACTIVITIES_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_ACTIVITIES_H_

#include <optional>
#include <string>

#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// The step of a task or message event. `lane`: that of the sub-process around it. What a step
// cannot hold (an instruction too long, an id that is none) is dropped and told.
Node ReadStep(const Element& task, const std::string& lane, Reading* reading);

// The call of a call activity; a step where it names no process.
Node ReadCall(const Element& activity, const std::string& lane, Reading* reading);

// Puts a node that has a loop marker into a loop; tells of several instances, compensation and
// tokens that are counted.
Node WithMarkers(const Element& activity, Node node, Reading* reading);

// The target that one of our extensions gives; nullopt where it gives none, or where it is no
// duration, which is told.
std::optional<BusinessDuration> ReadTarget(const Element& extension, Reading* reading);

// Our extension `called` of an element; nullptr if there is none.
const Element* Extension(const Element& element, absl::string_view called);

// The documentation of an element that is text for people, "" if there is none.
std::string Documentation(const Element& element, const Reading& reading);

// The role that decides at a gateway: as our extension says, else the lane that it is in.
std::string DeciderOf(const Element& gateway, const Reading& reading);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_ACTIVITIES_H_
