// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/trace_bag.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace plumbline::analytics {

TraceBag::TraceBag(const Traces& traces, int64_t until) : names_(traces.log().activities) {
  const std::span<const uint32_t> begin = traces.case_begin();
  traces.activity().Visit([&](auto activity) {
    for (size_t c = 0; c + 1 < begin.size(); ++c) {
      for (uint32_t row = begin[c]; row < begin[c + 1]; ++row) {
        if (traces.time()[row] <= until) traces_.Push(activity[row]);
      }
      if (traces_.open_length() == 0) continue;
      traces_.Close(1);
      ++case_count_;
    }
  });
}

void TraceBag::Add(std::span<const uint32_t> activities, int64_t count) {
  for (const uint32_t activity : activities) traces_.Push(activity);
  traces_.Close(count);
  case_count_ += count;
}

std::vector<uint32_t> TraceBag::ByName() const {
  std::vector<uint32_t> order(names_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
  return order;
}

absl::Status CheckModelSize(const TraceBag& bag) {
  std::vector<bool> used(bag.activity_count());
  for (size_t i = 0; i < bag.size(); ++i) {
    for (const uint32_t activity : bag[i]) used[activity] = true;
  }
  const auto count = static_cast<size_t>(std::count(used.begin(), used.end(), true));
  if (count <= kMaxModelActivities) return absl::OkStatus();
  return base::FieldError(
      "event_log",
      absl::StrCat("has ", count, " activities; a model is mined from up to ", kMaxModelActivities,
                   ": ask for a part of it (`selection`: `event_filter` with "
                   "`only_matching_events` leaves rare ones out), or give similar activities one "
                   "name and import it again"));
}

}  // namespace plumbline::analytics
