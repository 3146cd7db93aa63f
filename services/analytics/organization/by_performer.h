// SPDX-License-Identifier: Apache-2.0
//
// The items of a log, performer by performer. Not for use outside this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BY_PERFORMER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BY_PERFORMER_H_

#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "services/analytics/organization/work_items.h"

namespace plumbline::analytics {

// Numbers of items by performer, in the order of the items: case by case. Items without a performer
// are left out. Holds 4 bytes an item.
class ByPerformer {
 public:
  // O(items).
  explicit ByPerformer(const Work& work) : begin_(work.performers.size() + 1, 0) {
    for (const WorkItem& item : work.items) {
      if (item.performer != kNoText) ++begin_[item.performer + 1];
    }
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    items_.resize(begin_.back());
    std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (uint32_t i = 0; i < work.items.size(); ++i) {
      const uint32_t performer = work.items[i].performer;
      if (performer != kNoText) items_[next[performer]++] = i;
    }
  }
  std::span<const uint32_t> operator[](size_t performer) const {
    return std::span(items_).subspan(begin_[performer], begin_[performer + 1] - begin_[performer]);
  }
  size_t size() const { return begin_.size() - 1; }

 private:
  std::vector<uint32_t> begin_, items_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_BY_PERFORMER_H_
