// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_

#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "common/flow/bpmn/reading.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// The timers at the edges of tasks, which are their targets: of several at one task the shortest,
// with eight hours to a day.
class Targets {
 public:
  // `boundary` outlives this.
  void Add(size_t host, const BusinessDuration& duration, const Element& boundary);

  // Gives the step of task `host` its target, unless it has one of its own. Timers that say another
  // one are told. Once for each task, after all of Add.
  void Apply(size_t host, StepDetails* step, Reading* reading);

  // Whether this timer says the target of its task, once that was applied.
  bool IsTarget(const Element& boundary) const { return kept_.contains(&boundary); }

 private:
  struct Timer {
    BusinessDuration duration;
    const Element* boundary = nullptr;
  };

  absl::flat_hash_map<size_t, std::vector<Timer>> timers_;  // by host
  absl::flat_hash_set<const Element*> kept_;
};

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_TARGETS_H_
