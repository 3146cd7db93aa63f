// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/attainment.h"

#include <algorithm>

namespace plumbline::analytics {
namespace {

// What the attributes of a case say.
struct CaseFacts {
  int64_t due = kNoTime;
  int64_t finished = kNoTime;
};

bool IsSchedule(const LogSnapshot& log, uint32_t row) {
  const uint32_t transition = log.TransitionOf(row);
  return transition != kNoText && log.transitions[transition] == "schedule";
}

// `any_finished`: whether the log marks ends of cases at all.
std::vector<CaseFacts> ReadFacts(const LogSnapshot& log, bool* any_finished) {
  std::vector<CaseFacts> facts(log.case_count());
  const uint32_t due_key = log.FindAttributeKey("due_time");
  const uint32_t finished_key = log.FindAttributeKey("case_finished");
  *any_finished = false;
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    while (attribute.row >= log.case_begin[c + 1]) ++c;
    const auto* due = std::get_if<Instant>(&attribute.value);
    const auto* finished = std::get_if<bool>(&attribute.value);
    if (attribute.key == due_key && due != nullptr && attribute.row == log.case_begin[c] &&
        !IsSchedule(log, attribute.row)) {
      facts[c].due = due->micros;
    }
    if (attribute.key == finished_key && finished != nullptr && *finished) {
      facts[c].finished = std::max(facts[c].finished, log.time[attribute.row]);
      *any_finished = true;
    }
  }
  return facts;
}

}  // namespace

TargetAttainment MeasureAttainment(const Traces& traces, std::optional<int64_t> target_micros) {
  const LogSnapshot& log = traces.log();
  bool any_finished;
  std::vector<CaseFacts> facts = ReadFacts(log, &any_finished);
  const int64_t now = log.LastTime();
  TargetAttainment result;
  for (size_t c = 0; c < facts.size(); ++c) {
    const uint32_t begin = traces.case_begin()[c], end = traces.case_begin()[c + 1];
    const int64_t begun = begin != end ? traces.BeginOf(begin) : log.time[log.case_begin[c]];
    const int64_t due = target_micros ? begun + *target_micros : facts[c].due;
    if (due == kNoTime) continue;
    int64_t finished = facts[c].finished;
    if (!any_finished && begin != end) {
      finished = *std::max_element(traces.time().begin() + begin, traces.time().begin() + end);
    }
    ++result.case_count;
    const bool inside = finished != kNoTime && finished <= due;
    const bool outside = finished != kNoTime ? finished > due : now > due;
    result.inside_count += inside;
    result.outside_count += outside;
    result.undecided_count += !inside && !outside;
  }
  const int64_t decided = result.inside_count + result.outside_count;
  if (decided > 0) {
    result.share = static_cast<double>(result.inside_count) / static_cast<double>(decided);
  }
  return result;
}

}  // namespace plumbline::analytics
