// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// The timers at the edges of tasks, which are their targets: of several at one task the shortest,
// with eight hours to a day. The others are told.
class Targets {
 public:
  void Add(size_t host, const BusinessDuration& duration, const Element& boundary,
           Reading* reading);

  // Whether this timer is the target of its task `host`.
  bool Has(size_t host, const Element& boundary) const;

  // Gives the step of task `host` its target, unless it has one of its own.
  void Apply(size_t host, StepDetails* step, Reading* reading) const;

 private:
  struct Timer {
    BusinessDuration duration;
    const Element* boundary = nullptr;
  };

  static void Tell(const Timer& timer, const BusinessDuration& target, Reading* reading);

  absl::flat_hash_map<size_t, Timer> timers_;
};

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_
