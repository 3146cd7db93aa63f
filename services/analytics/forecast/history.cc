// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/history.h"

#include <algorithm>
#include <cstddef>
#include <functional>

#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr size_t kCasesAtOnce = 1 << 13;

int64_t FirstTime(const Traces& traces, size_t c, uint32_t activity) {
  int64_t first = kNoTime;
  for (uint32_t row = traces.case_begin()[c]; row < traces.case_begin()[c + 1]; ++row) {
    if (traces.activity()[row] != activity) continue;
    const int64_t time = traces.time()[row];
    if (first == kNoTime || time < first) first = time;
  }
  return first;
}

// When cases were finished, ascending.
absl::StatusOr<std::vector<int64_t>> Finishes(const Traces& traces, const HistoryQuestion& question,
                                              absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = traces.log();
  const CaseEnds ends(log);
  std::vector<int64_t> finishes;
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    const int64_t time = question.completion.has_value()
                             ? FirstTime(traces, c, *question.completion)
                         : ends.HasEnded(c) ? CaseEnd(log, c)
                                            : kNoTime;
    if (time != kNoTime) finishes.push_back(time);
  }
  RETURN_IF_ERROR(base::SortSteadily(finishes, std::less<>(), keep_on));
  return finishes;
}

}  // namespace

absl::StatusOr<CompletionHistory> CompletionsOf(const Traces& traces,
                                                const HistoryQuestion& question,
                                                absl::FunctionRef<absl::Status()> keep_on) {
  CompletionHistory history;
  ASSIGN_OR_RETURN(const std::vector<int64_t> finishes, Finishes(traces, question, keep_on));
  if (finishes.empty()) return history;
  const int64_t last = std::max(finishes.back(), traces.log().LastTime());
  ASSIGN_OR_RETURN(const Periods periods,
                   Periods::Cover(question.period, question.zone, finishes.front(), last));
  const size_t end = periods.size() - (question.include_last ? 0 : 1);
  if (end == 0) return history;
  const size_t begin =
      question.most_periods > 0 && question.most_periods < end ? end - question.most_periods : 0;
  history.begin = periods.begin(begin);
  history.end = periods.end(end - 1);
  auto finish = std::lower_bound(finishes.begin(), finishes.end(), history.begin);
  for (size_t i = begin; i < end; ++i) {
    const auto next = std::lower_bound(finish, finishes.end(), periods.end(i));
    history.counts.push_back(next - finish);
    finish = next;
  }
  return history;
}

int64_t EndAfter(PeriodLength period, const absl::TimeZone& zone, int64_t from, int64_t periods) {
  const absl::CivilDay day(absl::ToCivilDay(absl::FromUnixMicros(from), zone));
  const absl::CivilDay end = period == PeriodLength::kDay ? day + periods
                             : period == PeriodLength::kWeek
                                 ? day + 7 * periods
                                 : absl::CivilDay(absl::CivilMonth(day) + periods);
  return absl::ToUnixMicros(absl::FromCivil(end, zone));
}

}  // namespace plumbline::analytics::forecast
