// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/cases.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/cascade/targets.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cascade {
namespace {

constexpr int64_t kOpenEnd = std::numeric_limits<int64_t>::max();

// When cases ended; kOpenEnd of those that did not.
absl::StatusOr<std::vector<int64_t>> EndsOf(const LogSnapshot& log, KeepOn keep_on) {
  const CaseEnds marked(log);
  RETURN_IF_ERROR(CheckMarked(marked));
  std::vector<int64_t> ends(log.case_count(), kOpenEnd);
  const auto take = [&](uint32_t first, uint32_t end) {
    for (uint32_t c = first; c < end; ++c)
      if (marked.HasEnded(c)) ends[c] = CaseEnd(log, c);
  };
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, take));
  return ends;
}

std::vector<int64_t> DayOnesOf(const LogSnapshot& log, const std::vector<int64_t>& begins) {
  std::vector<int64_t> day_ones = begins;
  const std::vector<int64_t> told = ReadCaseTimes(log, "earliest_time");
  for (size_t c = 0; c < told.size(); ++c)
    if (told[c] != kNoTime) day_ones[c] = told[c];
  return day_ones;
}

}  // namespace

int64_t BeginOf(const LogSnapshot& log, uint32_t case_number) {
  const uint32_t row = log.case_begin[case_number];
  if (log.start.empty() || log.start[row] == kNoTime) return log.time[row];
  return std::min(log.start[row], log.time[row]);
}

absl::Status CheckMarked(const CaseEnds& ends) {
  if (ends.marked()) return absl::OkStatus();
  return base::FieldError("selection.completion",
                          "the log does not mark which cases have ended (\"case_finished\"), so "
                          "that none is open; name the activities that end a case");
}

absl::StatusOr<Cases> SortCases(const LogSnapshot& log, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> ends, EndsOf(log, keep_on));
  const auto count = static_cast<uint32_t>(ends.size());
  Cases cases{.kinds = std::vector<Cases::Kind>(count, Cases::kOlder)};
  std::vector<std::pair<int64_t, uint32_t>> ended;
  for (uint32_t c = 0; c < count; ++c) {
    cases.begins.push_back(BeginOf(log, c));
    if (ends[c] == kOpenEnd) {
      cases.kinds[c] = Cases::kOpen;
      cases.open.push_back(c);
    } else {
      ended.emplace_back(ends[c], c);
    }
  }
  cases.day_ones = DayOnesOf(log, cases.begins);
  const bool all = ended.size() <= kMostRuns;
  if (!all) {
    const auto middle = ended.end() - static_cast<std::ptrdiff_t>(kMostRuns);
    std::nth_element(ended.begin(), middle, ended.end());
    ended.erase(ended.begin(), middle);
  }
  int64_t first_end = kOpenEnd, first = kOpenEnd;
  for (const auto& [end, c] : ended) {
    cases.kinds[c] = Cases::kRun;
    first_end = std::min(first_end, end);
    first = std::min(first, cases.begins[c]);
  }
  for (uint32_t c = 0; c < count; ++c)
    if (cases.kinds[c] == Cases::kRun) cases.runs.push_back(c);
  cases.first_begin = first;
  cases.since = all ? (count == 0 ? 0 : *std::min_element(cases.begins.begin(), cases.begins.end()))
                    : first_end;
  return cases;
}

}  // namespace plumbline::analytics::cascade
