// SPDX-License-Identifier: Apache-2.0
//
// What EventLogBuilder holds. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_BUILDER_STATE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_BUILDER_STATE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/analytics/log/dictionary.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/log/merger.h"

namespace plumbline::analytics {

// Where the pending rows of a case are. Made when it is first asked for.
struct CaseLinks {
  std::vector<uint32_t> base_place;  // by case number, of the cases that the last snapshot has
  std::vector<uint32_t> last;        // by case number: its last pending row plus 1; 0 = none
  std::vector<uint32_t> before;      // by pending row: the one before in its case plus 1; 0 = none

  size_t memory_bytes() const {
    return (base_place.capacity() + last.capacity() + before.capacity()) * sizeof(uint32_t);
  }
};

struct EventLogBuilder::State {
  Dictionary cases, activities, resources, transitions, keys;
  std::vector<uint32_t> case_order;      // ids of the cases of `current`, in its order
  std::vector<uint32_t> activity_order;  // likewise
  PendingRows pending;
  CaseLinks links;
  std::shared_ptr<const LogSnapshot> current;
  size_t current_bytes = 0;  // asked once: it costs a pass over the attributes

  // Puts the cases that are new into `case_order`; returns where those of `current` are in it now.
  std::vector<uint32_t> OrderCases();
};

// All texts in the order of their numbers.
std::vector<std::string> TextsOf(const Dictionary& dictionary);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_BUILDER_STATE_H_
