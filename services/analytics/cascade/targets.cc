// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/targets.h"

#include <cstddef>
#include <variant>

namespace plumbline::analytics::cascade {

std::vector<int64_t> ReadCaseTimes(const LogSnapshot& log, absl::string_view key) {
  const uint32_t due = log.FindAttributeKey(key), task = log.FindAttributeKey("task");
  std::vector<int64_t> targets;
  if (due == kNoText) return targets;
  const auto& attributes = log.attributes;
  size_t c = 0;
  for (size_t begin = 0, end = 0; begin < attributes.size(); begin = end) {
    const uint32_t row = attributes[begin].row;
    int64_t time = kNoTime;
    bool of_task = false;
    for (; end < attributes.size() && attributes[end].row == row; ++end) {
      const auto* instant = std::get_if<Instant>(&attributes[end].value);
      if (attributes[end].key == due && instant != nullptr) time = instant->micros;
      of_task = of_task || attributes[end].key == task;
    }
    if (time == kNoTime || of_task) continue;
    targets.resize(log.case_count(), kNoTime);
    while (row >= log.case_begin[c + 1]) ++c;
    targets[c] = time;
  }
  return targets;
}

}  // namespace plumbline::analytics::cascade
