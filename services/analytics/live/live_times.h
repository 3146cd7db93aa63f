// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_TIMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_TIMES_H_

#include <cstdint>
#include <vector>

#include "services/analytics/mining/distribution.h"
#include "services/analytics/mining/time_multiset.h"

namespace plumbline::analytics {

// Times that are put in and taken out; those that come first are sorted together.
class LiveTimes {
 public:
  void Change(int64_t value, int sign) {
    if (sign < 0) {
      set_.Remove(value);
    } else if (filling_) {
      set_.AddLater(value);
    } else {
      set_.Add(value);
    }
  }
  void Change(const std::vector<int64_t>& values, int sign) {
    for (const int64_t value : values) Change(value, sign);
  }
  void Settle() {
    set_.Settle();
    filling_ = false;
  }

  TimeUnion All() {
    TimeUnion all;
    all.Add(set_);
    return all;
  }
  Distribution Describe() { return All().Describe(); }
  int64_t size() const { return set_.size(); }
  size_t memory_bytes() const { return set_.memory_bytes(); }

 private:
  TimeMultiset set_;
  bool filling_ = true;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_TIMES_H_
