// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/case_plans.h"

#include <string>
#include <variant>

#include "services/analytics/mining/case_due.h"

namespace plumbline::analytics {
namespace {

bool IsSchedule(const LogSnapshot& log, uint32_t row) {
  const uint32_t transition = log.TransitionOf(row);
  return transition != kNoText && log.transitions[transition] == "schedule";
}

}  // namespace

std::vector<CasePlan> ReadCasePlans(const LogSnapshot& log) {
  std::vector<CasePlan> plans(log.case_count());
  for (size_t c = 0; c < plans.size(); ++c) {
    const uint32_t first = log.case_begin[c];
    const bool has_start = !log.start.empty() && log.start[first] != kNoTime;
    plans[c].begin = has_start ? log.start[first] : log.time[first];
  }
  const uint32_t earliest_key = log.FindAttributeKey("earliest_time");
  const uint32_t target_key = log.FindAttributeKey("target");
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    if (attribute.row != log.case_begin[c] || IsSchedule(log, attribute.row)) continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr && attribute.key == target_key) plans[c].words = *text;
    const auto* instant = std::get_if<Instant>(&attribute.value);
    if (instant == nullptr) continue;
    if (attribute.key == earliest_key) {
      plans[c].begin = instant->micros;
      plans[c].has_day_one = true;
    }
  }
  const std::vector<int64_t> dues = DuesOfCases(log);
  for (c = 0; c < plans.size(); ++c) plans[c].due = dues[c];
  return plans;
}

}  // namespace plumbline::analytics
