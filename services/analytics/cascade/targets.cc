// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/targets.h"

#include <cstddef>
#include <span>
#include <variant>

#include "absl/strings/str_cat.h"
#include "services/analytics/mining/case_due.h"

namespace plumbline::analytics::cascade {

namespace {

// The attributes of the event that has the one at `at`.
bool IsOfTask(std::span<const EventAttribute> of_case, size_t at, uint32_t task) {
  const uint32_t row = of_case[at].row;
  while (at > 0 && of_case[at - 1].row == row) --at;
  for (; at < of_case.size() && of_case[at].row == row; ++at)
    if (of_case[at].key == task) return true;
  return false;
}

}  // namespace

std::vector<int64_t> ReadCaseTimes(const LogSnapshot& log, absl::string_view key) {
  const uint32_t asked = log.FindAttributeKey(key), task = log.FindAttributeKey("task");
  const uint32_t own = log.FindAttributeKey(absl::StrCat("case:", key));
  std::vector<int64_t> targets;
  const CaseDue due(log);
  size_t next = 0;
  for (size_t c = 0; (asked != kNoText || own != kNoText) && c < log.case_count(); ++c) {
    const uint32_t first = log.case_begin[c];
    const auto of_case = TakeAttributes(log, log.case_begin[c + 1], &next);
    bool said = false;  // of the case, whatever the event
    for (size_t i = 0; i < of_case.size(); ++i) {
      const auto* instant = std::get_if<Instant>(&of_case[i].value);
      const bool of_its_own = of_case[i].key == own;
      if ((of_case[i].key != asked && !of_its_own) || instant == nullptr) continue;
      if (!of_its_own &&
          (said || due.IsOfStep(of_case, first, of_case[i].row) || IsOfTask(of_case, i, task)))
        continue;
      said |= of_its_own;
      targets.resize(log.case_count(), kNoTime);
      targets[c] = instant->micros;
    }
  }
  return targets;
}

}  // namespace plumbline::analytics::cascade
