// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/next_steps.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics {
namespace {

constexpr int64_t kDayMicros = int64_t{86400} * 1'000'000;
constexpr size_t kRowsBetweenChecks = base::kSteadyPiece;

// Of each case what followed an activity the first time. Calls take(from, to, time).
template <class Take>
absl::Status VisitSteps(const Traces& traces, absl::FunctionRef<absl::Status()> keep_on,
                        const Take& take) {
  const CaseEnds ends(traces.log());
  std::vector<uint32_t> last_case(traces.log().activities.size(), kNoText);
  size_t next_check = kRowsBetweenChecks;
  RETURN_IF_ERROR(keep_on());
  for (uint32_t c = 0; c + 1 < traces.case_begin().size(); ++c) {
    const uint32_t begin = traces.case_begin()[c], end = traces.case_begin()[c + 1];
    if (begin == end) continue;
    take(kCaseBegin, traces.activity()[begin], traces.BeginOf(begin));
    for (uint32_t row = begin; row < end; ++row) {
      const uint32_t from = traces.activity()[row];
      if (last_case[from] == c) continue;
      last_case[from] = c;
      if (row + 1 < end) {
        take(from, traces.activity()[row + 1], traces.BeginOf(row + 1));
      } else if (ends.marked() && ends.HasEnded(c)) {
        take(from, kCaseEnd, ends.MarkedTime(c));
      }
    }
    if (end < next_check) continue;
    next_check = end + kRowsBetweenChecks;
    RETURN_IF_ERROR(keep_on());
  }
  return absl::OkStatus();
}

// From when until when steps count.
struct Span {
  int64_t first = INT64_MAX, last = INT64_MIN;
  void Take(int64_t time) {
    first = std::min(first, time);
    last = std::max(last, time);
  }
  bool Has(int64_t time) const { return first <= time && time <= last; }
};

// `all`: of all steps.
Span WithoutEdges(const Traces& traces, const Span& all) {
  const LogSnapshot& log = traces.log();
  std::vector<int64_t> durations;
  Span begins;
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (traces.case_begin()[c] == traces.case_begin()[c + 1]) continue;
    durations.push_back(CaseDuration(traces, c));
    begins.Take(CaseStart(log, c));
  }
  const auto most = durations.begin() + static_cast<ptrdiff_t>(durations.size() * 9 / 10);
  std::nth_element(durations.begin(), most, durations.end());
  const int64_t quarter = (all.last - all.first) / 4;
  return {all.first + std::min(*most, quarter),
          std::clamp(begins.last, all.last - quarter, all.last)};
}

PeriodLength Choose(int64_t first, int64_t last) {
  const int64_t days = (last - first) / kDayMicros;
  return days >= 180 ? PeriodLength::kMonth : days >= 42 ? PeriodLength::kWeek : PeriodLength::kDay;
}

// Counts by pair and period.
class Table {
 public:
  Table(size_t periods, size_t most_cells) : periods_(periods), most_cells_(most_cells) {}

  // False where it has grown too large.
  bool Add(uint32_t from, uint32_t to, size_t period) {
    const auto [found, fresh] = numbers_.try_emplace(uint64_t{from} << 32 | to, steps_.size());
    if (fresh) {
      if ((steps_.size() + 1) * periods_ > most_cells_) return false;
      steps_.push_back({from, to, std::vector<uint32_t>(periods_, 0)});
    }
    ++steps_[found->second].until[period];
    return true;
  }

  void MoveTo(NextSteps& answer) {
    std::sort(steps_.begin(), steps_.end(), [](const NextStep& a, const NextStep& b) {
      return std::pair(a.from, a.to) < std::pair(b.from, b.to);
    });
    for (size_t s = 0; s < steps_.size(); ++s) {
      std::vector<uint32_t>& until = steps_[s].until;
      std::partial_sum(until.begin(), until.end(), until.begin());
      if (s == 0 || steps_[s].from != steps_[s - 1].from) answer.from_begin.push_back(s);
    }
    answer.from_begin.push_back(steps_.size());
    answer.steps = std::move(steps_);
  }

 private:
  const size_t periods_, most_cells_;
  absl::flat_hash_map<uint64_t, size_t> numbers_;
  std::vector<NextStep> steps_;
};

}  // namespace

absl::StatusOr<NextSteps> CountNextSteps(const Traces& traces, const NextStepOptions& options,
                                         absl::FunctionRef<absl::Status()> keep_on) {
  NextSteps answer;
  Span span;
  RETURN_IF_ERROR(
      VisitSteps(traces, keep_on, [&](uint32_t, uint32_t, int64_t time) { span.Take(time); }));
  if (span.first > span.last) return answer;
  if (!options.include_edges) span = WithoutEdges(traces, span);
  RETURN_IF_ERROR(keep_on());
  answer.first_time = span.first;
  answer.last_time = span.last;
  answer.length = options.length.value_or(Choose(span.first, span.last));
  ASSIGN_OR_RETURN(answer.periods,
                   Periods::Cover(answer.length, options.zone, span.first, span.last,
                                  static_cast<int64_t>(options.most_periods)));
  Table table(answer.period_count(), options.most_cells);
  bool fits = true;
  RETURN_IF_ERROR(VisitSteps(traces, keep_on, [&](uint32_t from, uint32_t to, int64_t time) {
    if (!span.Has(time)) return;
    fits = fits && table.Add(from, to, answer.periods.IndexOf(time));
  }));
  if (!fits) {
    return base::FieldError(
        "period", absl::StrCat("makes more than ", options.most_cells,
                               " counts (pairs of activities times periods); take longer periods, "
                               "or select fewer activities with selection.event_filter and "
                               "only_matching_events"));
  }
  table.MoveTo(answer);
  return answer;
}

}  // namespace plumbline::analytics
