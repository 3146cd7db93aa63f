// SPDX-License-Identifier: Apache-2.0
//
// What the elements of BPMN 2.0 mean for a tree.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_KINDS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_KINDS_H_

#include <string>

#include "common/flow/bpmn/graph.h"
#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"

namespace plumbline::flow::bpmn {

enum class Kind {
  kStep,        // tasks, message events
  kCall,        // call activities
  kSubProcess,  // with parts of its own
  kPass,        // nothing is done there
  kGateway,
  kStart,
  kEnd,
  kBoundary,     // at the edge of an activity
  kFlow,         // a sequence flow
  kAside,        // not part of the flow: annotations, data
  kUnsupported,  // neither known nor part of the flow
  kSilent,       // belongs to the process itself: documentation, lanes
};

Kind KindOf(const Element& element);

// How a gateway joins and splits.
Logic LogicOf(const Element& gateway);

// The first event definition of an event ("timerEventDefinition"); nullptr: none.
const Element* Definition(const Element& event);

// Tells what is lost when an element is read as its kind. `splits`: it has several flows out.
void TellLoss(const Element& element, Kind kind, bool splits, Reading* reading);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_KINDS_H_
