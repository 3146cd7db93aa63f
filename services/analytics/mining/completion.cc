// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/completion.h"

#include <algorithm>
#include <utility>

#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics {
namespace {

// When a case first came to one of the activities; kNoTime for never.
int64_t FirstOf(const Traces& traces, const std::vector<bool>& of, uint32_t c) {
  int64_t first = kNoTime;
  VisitNamed(
      traces, c, [&](uint32_t activity) { return of[activity]; },
      [&](int64_t time) { first = first == kNoTime ? time : std::min(first, time); });
  return first;
}

// When a case had its last event, if that is of one of the activities, or it reached a milestone of
// them since.
int64_t LastOf(const Traces& traces, const std::vector<bool>& of, uint32_t c) {
  const uint32_t begin = traces.case_begin()[c], end = traces.case_begin()[c + 1];
  const bool any = begin < end;
  const int64_t last = any ? traces.time()[end - 1] : INT64_MIN;
  int64_t found = any && of[traces.activity()[end - 1]] ? last : kNoTime;
  // A milestone is reached with what was done for it, and told after it.
  for (const auto& [time, activity] : traces.milestones().Of(c)) {
    if (of[activity] && time >= last && found == kNoTime) found = time;
  }
  return found;
}

absl::StatusOr<std::vector<int64_t>> EndsOf(const Traces& traces, const Completion& completion,
                                            KeepOn keep_on) {
  const LogSnapshot& log = traces.log();
  std::vector<bool> of(log.activities.size());
  for (const uint32_t activity : completion.activities) of[activity] = true;
  const int64_t last = log.LastTime();
  std::vector<int64_t> ends(log.case_count(), kNoTime);
  const auto take = [&](uint32_t first, uint32_t end) {
    for (uint32_t c = first; c < end; ++c) {
      if (completion.rule == EndRule::kActivity) {
        ends[c] = FirstOf(traces, of, c);
      } else if (completion.rule == EndRule::kLastActivity) {
        ends[c] = LastOf(traces, of, c);
      } else if (last - CaseEnd(log, c) >= completion.idle) {
        ends[c] = CaseEnd(log, c);
      }
    }
  };
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, take));
  return ends;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const LogSnapshot>> WithEnds(
    const std::shared_ptr<const LogSnapshot>& log, const Traces& traces,
    const Completion& completion, KeepOn keep_on) {
  if (completion.rule == EndRule::kDefault || completion.rule == EndRule::kMarks || log->empty())
    return log;
  auto told = std::make_shared<LogSnapshot>(*log);
  told->marked_ends.clear();
  if (completion.rule != EndRule::kAll) {
    ASSIGN_OR_RETURN(told->marked_ends, EndsOf(traces, completion, keep_on));
  }
  told->seen_until = log->LastTime();
  return std::shared_ptr<const LogSnapshot>(std::move(told));
}

int64_t BytesOfEnds(const LogSnapshot& log) {
  const size_t cases = log.case_begin.size();
  return static_cast<int64_t>(log.cases.memory_bytes() + log.activity.memory_bytes() +
                              log.resource.memory_bytes() + log.transition.memory_bytes() +
                              cases * (sizeof(uint32_t) + sizeof(int64_t)));
}

}  // namespace plumbline::analytics
