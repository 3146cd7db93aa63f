// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/attainment.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

// What is promised of a case.
struct CasePlan {
  int64_t begin = kNoTime;
  int64_t due = kNoTime;  // its own
};

bool IsSchedule(const LogSnapshot& log, uint32_t row) {
  const uint32_t transition = log.TransitionOf(row);
  return transition != kNoText && log.transitions[transition] == "schedule";
}

std::vector<CasePlan> ReadPlans(const LogSnapshot& log) {
  std::vector<CasePlan> plans(log.case_count());
  for (size_t c = 0; c < plans.size(); ++c) {
    const uint32_t first = log.case_begin[c];
    const bool has_start = !log.start.empty() && log.start[first] != kNoTime;
    plans[c].begin = has_start ? log.start[first] : log.time[first];
  }
  const uint32_t due_key = log.FindAttributeKey("due_time");
  const uint32_t earliest_key = log.FindAttributeKey("earliest_time");
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    const auto* instant = std::get_if<Instant>(&attribute.value);
    if (instant == nullptr) continue;
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    if (attribute.row != log.case_begin[c] || IsSchedule(log, attribute.row)) continue;
    if (attribute.key == due_key) plans[c].due = instant->micros;
    if (attribute.key == earliest_key) plans[c].begin = instant->micros;
  }
  return plans;
}

// The latest time of the events of a case that count; kNoTime if none does.
int64_t LastTime(const Traces& traces, size_t c) {
  const auto times = traces.time().subspan(traces.case_begin()[c],
                                           traces.case_begin()[c + 1] - traces.case_begin()[c]);
  return times.empty() ? kNoTime : *std::max_element(times.begin(), times.end());
}

}  // namespace

TargetAttainment MeasureAttainment(const Traces& traces, std::optional<int64_t> target_micros) {
  const LogSnapshot& log = traces.log();
  const CaseEnds ends(log);
  const std::vector<CasePlan> plans = ReadPlans(log);
  const int64_t now = log.LastTime();
  TargetAttainment result;
  for (size_t c = 0; c < plans.size(); ++c) {
    const int64_t due = target_micros ? plans[c].begin + *target_micros : plans[c].due;
    const int64_t end = ends.marked() ? ends.MarkedTime(c) : LastTime(traces, c);
    if (due == kNoTime || (!ends.marked() && end == kNoTime)) continue;
    ++result.case_count;
    if (end == kNoTime && now <= due) {
      ++result.undecided_count;
    } else if (end != kNoTime && end <= due) {
      ++result.inside_count;
    } else {
      ++result.outside_count;
    }
  }
  const int64_t decided = result.inside_count + result.outside_count;
  if (decided > 0) {
    result.share = static_cast<double>(result.inside_count) / static_cast<double>(decided);
  }
  return result;
}

}  // namespace plumbline::analytics
