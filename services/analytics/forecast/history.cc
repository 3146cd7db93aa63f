// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/history.h"

#include <algorithm>
#include <cstddef>

#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::forecast {
namespace {

constexpr size_t kCasesAtOnce = 1 << 13;

}  // namespace

absl::StatusOr<std::vector<int64_t>> ReadFinishes(const LogSnapshot& log,
                                                  const HistoryQuestion& question,
                                                  absl::FunctionRef<absl::Status()> keep_on) {
  const CaseEnds ends(log);
  std::vector<int64_t> finishes;
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    if (ends.HasEnded(c))
      finishes.push_back(question.at_mark ? ends.MarkedTime(c) : CaseEnd(log, c));
  }
  return finishes;
}

absl::StatusOr<CompletionHistory> HistoryOf(const std::vector<int64_t>& finishes,
                                            int64_t first_time, int64_t last_time,
                                            const HistoryQuestion& question) {
  CompletionHistory history;
  if (finishes.empty()) return history;
  const int64_t last = std::max(finishes.back(), last_time);
  history.now = last;
  ASSIGN_OR_RETURN(const Periods periods,
                   Periods::Cover(question.period, question.zone, finishes.front(), last));
  const size_t end = periods.size() - (question.include_last ? 0 : 1);
  const size_t whole = first_time > periods.begin(0) ? 1 : 0;
  if (end <= whole) return history;
  const size_t most = end - whole;
  const size_t begin = question.most_periods > 0 && question.most_periods < most
                           ? end - question.most_periods
                           : whole;
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

absl::StatusOr<CompletionHistory> CompletionsOf(const LogSnapshot& log,
                                                const HistoryQuestion& question,
                                                absl::FunctionRef<absl::Status()> keep_on) {
  ASSIGN_OR_RETURN(std::vector<int64_t> finishes, ReadFinishes(log, question, keep_on));
  RETURN_IF_ERROR(statistics::SortAscending(&finishes, keep_on));
  if (finishes.empty()) return CompletionHistory();
  return HistoryOf(finishes, log.FirstTime(), log.LastTime(), question);
}

int64_t EndAfter(PeriodLength period, const absl::TimeZone& zone, int64_t from, int64_t periods) {
  const absl::Time begin = absl::FromUnixMicros(from);
  const int64_t fraction = from - absl::ToUnixSeconds(begin) * 1'000'000;
  const absl::CivilDay day = absl::ToCivilDay(begin, zone);
  absl::CivilDay end = day + (period == PeriodLength::kWeek ? 7 * periods : periods);
  if (period == PeriodLength::kMonth) {
    const absl::CivilMonth month = absl::CivilMonth(day) + periods;
    const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
    end = std::min(absl::CivilDay(month) + (day.day() - 1), last);
  }
  const absl::CivilSecond clock = absl::ToCivilSecond(begin, zone);
  const absl::CivilSecond at(end.year(), end.month(), end.day(), clock.hour(), clock.minute(),
                             clock.second());
  return absl::ToUnixMicros(absl::FromCivil(at, zone)) + fraction;
}

}  // namespace plumbline::analytics::forecast
