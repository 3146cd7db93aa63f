// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/case_ends.h"

#include <algorithm>
#include <variant>

namespace plumbline::analytics {

CaseEnds::CaseEnds(const LogSnapshot& log) : times_(log.marked_ends) {
  if (log.seen_until != kNoTime) return;  // told, or a part, which may lack the event that ends it
  const uint32_t key = log.FindAttributeKey("case_finished");
  if (key == kNoText) return;
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    const auto* finished = std::get_if<bool>(&attribute.value);
    if (attribute.key != key || finished == nullptr) continue;
    times_.resize(log.case_count(), kNoTime);
    if (!*finished) continue;
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    times_[c] = std::max(times_[c], log.time[attribute.row]);
  }
}

EndedCases MeasureEndedCases(const Traces& traces) {
  const CaseEnds ends(traces.log());
  EndedCases ended;
  for (size_t c = 0; c < traces.log().case_count(); ++c) {
    if (!ends.HasEnded(c)) {
      ++ended.open_count;
    } else {
      ended.durations.push_back(CaseDuration(traces, c));
    }
  }
  return ended;
}

}  // namespace plumbline::analytics
