// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/flow.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "common/statistics/quantile.h"
#include "common/statistics/survival.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/flow/flow_lists.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;
double Seconds(int64_t micros) { return static_cast<double>(micros) / kMicros; }

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

// Why nothing is known of a horizon that is asked for, of events from `begin` to `end`; "" where
// something is.
std::string WhyNothing(const Horizon& horizon, const FlowOptions& options, int64_t begin,
                       int64_t end) {
  const bool some = horizon.begin < horizon.end || (horizon.closed && horizon.begin == horizon.end);
  if (options.begin.has_value() && (!some || horizon.begin > end)) {
    return absl::StrCat("`start_time` is after the last event of these cases, ", TimeText(end),
                        " UTC: nothing is known of what is to be looked at");
  }
  if (options.end.has_value() && (!some || horizon.end < begin)) {
    return absl::StrCat("`end_time` is before the first event of these cases, ", TimeText(begin),
                        " UTC: nothing had begun");
  }
  return "";
}

// What to mind of a horizon that is asked for: `begin` and `end` are those of the events.
std::vector<std::string> NotesOf(const Horizon& horizon, int64_t begin, int64_t end) {
  std::vector<std::string> notes;
  // The rest of a day, or of a month, changes little.
  const int64_t little = (horizon.end - horizon.begin) / 10;
  if (begin - horizon.begin > little) {
    notes.push_back(absl::StrCat(
        "`start_time` is before the first event of these cases, ", TimeText(begin),
        " UTC: rates a day and averages count the time before, of which nothing is known"));
  }
  if (horizon.end - end > little) {
    notes.push_back(absl::StrCat(
        "`end_time` is after the last event of these cases, ", TimeText(end),
        " UTC: rates a day and averages count the time since then, of which nothing is known"));
  }
  return notes;
}

absl::Status CheckOrder(const FlowOptions& options) {
  if (!options.begin.has_value() || !options.end.has_value() || *options.begin < *options.end)
    return absl::OkStatus();
  return base::FieldError("start_time",
                          "is not before end_time; perhaps they are the wrong way round");
}

// Of what is asked for, or of the events, of which there are some. `nothing`: as WhyNothing; the
// horizon then may be a moment.
Horizon HorizonOf(const LogSnapshot& log, const std::vector<CaseSpan>& cases,
                  const FlowOptions& options, std::vector<std::string>* notes,
                  std::string* nothing) {
  Horizon horizon{cases[0].begin, cases[0].end, !options.end.has_value()};
  bool any_open = false;
  for (const CaseSpan& c : cases) {
    horizon.begin = std::min(horizon.begin, c.begin);
    horizon.end = std::max(horizon.end, c.end);
    any_open |= !c.ended;
  }
  if (any_open) horizon.end = std::max(horizon.end, log.LastTime());
  const Horizon known = horizon;
  if (options.begin.has_value()) horizon.begin = *options.begin;
  if (options.end.has_value()) horizon.end = *options.end;
  *nothing = WhyNothing(horizon, options, known.begin, known.end);
  if (nothing->empty()) {
    *notes = NotesOf(horizon, known.begin, known.end);
  } else if (options.end.has_value()) {
    horizon.begin = std::min(horizon.begin, horizon.end);
  } else {
    horizon.end = std::max(horizon.begin, horizon.end);
  }
  return horizon;
}

// nullopt where nothing was asked and even months are too many.
absl::StatusOr<std::optional<Periods>> PeriodsOf(const Horizon& horizon,
                                                 const FlowOptions& options) {
  // A horizon that is not closed does not hold its end.
  const int64_t last = horizon.closed ? horizon.end : horizon.end - 1;
  const auto cover = [&](PeriodLength length) {
    return Periods::Cover(length, options.zone, horizon.begin, last);
  };
  if (options.period.has_value()) {
    ASSIGN_OR_RETURN(Periods periods, cover(*options.period));
    return std::optional<Periods>(std::move(periods));
  }
  for (const PeriodLength length : {PeriodLength::kWeek, PeriodLength::kMonth}) {
    absl::StatusOr<Periods> periods = cover(length);
    if (periods.ok()) return std::optional<Periods>(*std::move(periods));
  }
  return std::optional<Periods>();
}

// With what is known of the cases that had not ended.
void MeasureOpen(FlowParts& parts, const FlowOptions& options, Flow* flow) {
  std::vector<double> leads, ages;
  leads.reserve(parts.leads.size());
  for (const int64_t lead : parts.leads) leads.push_back(Seconds(lead));
  // Those of sums that are kept are in order already.
  if (!std::is_sorted(leads.begin(), leads.end())) statistics::SortAscending(&leads);
  auto& oldest = flow->open.oldest;
  for (size_t i = 0; i < parts.open_cases.size(); ++i) {
    ages.push_back(Seconds(parts.open_ages[i]));
    oldest.push_back({parts.open_cases[i], ages.back()});
  }
  flow->open_count = static_cast<int64_t>(ages.size());
  std::stable_sort(oldest.begin(), oldest.end(), [](const OpenCase& a, const OpenCase& b) {
    return a.age_seconds > b.age_seconds;
  });
  if (!leads.empty()) {
    const auto above = [&](double q) {
      const double lead = statistics::Quantile(leads, q);
      return std::count_if(oldest.begin(), oldest.end(),
                           [&](const OpenCase& open) { return open.age_seconds > lead; });
    };
    flow->open.above_median = above(0.5);
    flow->open.above_p85 = above(0.85);
    flow->open.above_p95 = above(0.95);
  }
  if (oldest.size() > options.oldest) oldest.resize(options.oldest);
  flow->open.age = Describe(parts.open_ages);
  statistics::SortAscending(&ages);
  const auto quantiles = statistics::SurvivalQuantiles(leads, ages, {0.5, 0.85});
  flow->times.median_with_open = quantiles[0];
  flow->times.p85_with_open = quantiles[1];
}

void CheckLittle(Flow* flow) {
  const WorkInProgress& progress = flow->progress;
  if (!progress.average.has_value() || flow->times.lead.count == 0) return;
  const double rate = static_cast<double>(progress.arrivals) / flow->measured_seconds;
  flow->little.arrivals_times_lead = rate * flow->times.lead.mean;
  flow->little.difference = *flow->little.arrivals_times_lead - *progress.average;
}

std::optional<double> MeanGap(const std::vector<int64_t>& arrivals) {
  if (arrivals.size() < 2) return std::nullopt;
  return Seconds(arrivals.back() - arrivals.front()) / static_cast<double>(arrivals.size() - 1);
}

LeadTimes TimesOf(FlowLists& lists) {
  LeadTimes times{.lead = Describe(lists.lead),
                  .touch = Describe(lists.touch),
                  .wait = Describe(lists.wait),
                  .blocked = Describe(lists.blocked),
                  .planned = Describe(lists.planned)};
  times.without_starts = lists.without_starts;
  if (lists.known_lead > 0)
    times.efficiency = times.touch.total / (static_cast<double>(lists.known_lead) / kMicros);
  if (!lists.efficiencies.empty()) {
    statistics::SortAscending(&lists.efficiencies);
    times.median_efficiency = statistics::Quantile(lists.efficiencies, 0.5);
  }
  return times;
}

// A log rests, and who looks at its last week every day is told so. Ages of its open cases, and a
// series since then, would be of nothing that is known.
Flow NothingIn(const Horizon& horizon, const FlowOptions& options, std::string why) {
  Flow flow;
  flow.horizon = horizon;
  flow.measured_seconds = Seconds(Measure(options.between, horizon.begin, horizon.end));
  flow.notes.push_back(std::move(why));
  return flow;
}

}  // namespace

absl::StatusOr<Flow> PutTogether(FlowParts parts, const FlowOptions& options,
                                 absl::FunctionRef<int64_t(size_t, int64_t)> reached,
                                 absl::FunctionRef<absl::Status()> keep_on) {
  Flow flow;
  flow.horizon = parts.horizon;
  ASSIGN_OR_RETURN(const std::optional<Periods> periods, PeriodsOf(flow.horizon, options));
  RETURN_IF_ERROR(keep_on());
  flow.progress = MeasureWorkInProgress(
      parts.comings, flow.horizon,
      periods.has_value() ? *periods : Periods::Whole(flow.horizon.begin, flow.horizon.end),
      options.between);
  if (!periods.has_value()) flow.progress.periods.clear();
  flow.measured_seconds = Seconds(flow.progress.measured_micros);
  flow.mean_gap_seconds = MeanGap(parts.comings.arrivals);
  RETURN_IF_ERROR(keep_on());
  flow.case_count = parts.case_count;
  flow.times = std::move(parts.times);
  flow.steps = std::move(parts.steps);
  flow.unknown = parts.unknown;
  MeasureOpen(parts, options, &flow);
  RETURN_IF_ERROR(keep_on());
  CheckLittle(&flow);
  for (size_t i = 0; i < options.stages.size(); ++i) {
    Stage stage{options.stages[i], {}};
    for (const FlowPeriod& period : flow.progress.periods) {
      const bool closed = &period == &flow.progress.periods.back() && flow.horizon.closed;
      stage.reached.push_back(reached(i, closed ? period.end : period.end - 1));
    }
    flow.stages.push_back(std::move(stage));
  }
  return flow;
}

absl::StatusOr<Flow> MeasureFlow(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const FlowOptions& options,
                                 absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(CheckOrder(options));
  if (log.empty()) return Flow();
  FlowParts parts;
  std::vector<std::string> notes;
  std::string nothing;
  const std::vector<CaseSpan> cases = SpansOf(log);
  parts.horizon = HorizonOf(log, cases, options, &notes, &nothing);
  if (!nothing.empty()) return NothingIn(parts.horizon, options, std::move(nothing));
  // Too many periods are told before anything is read.
  RETURN_IF_ERROR(PeriodsOf(parts.horizon, options).status());
  RETURN_IF_ERROR(keep_on());
  parts.comings = ComingsOf(cases, parts.horizon);
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(FlowLists lists,
                   ReadFlow(log, cases, parts.horizon, map_transitions, options, keep_on));
  for (uint32_t c = 0; c < cases.size(); ++c) {
    if (!TouchesHorizon(cases[c], parts.horizon)) continue;
    ++parts.case_count;
    if (EndsIn(cases[c], parts.horizon)) continue;
    parts.open_cases.push_back(c);
    parts.open_ages.push_back(
        Measure(options.between, cases[c].begin, SeenUntil(cases[c], parts.horizon)));
  }
  RETURN_IF_ERROR(keep_on());
  parts.times = TimesOf(lists);
  parts.leads = std::move(lists.lead);
  RETURN_IF_ERROR(keep_on());
  parts.steps = DelaysOf(lists.steps);
  parts.unknown = lists.unknown;
  for (std::vector<int64_t>& times : lists.first_done) std::sort(times.begin(), times.end());
  const auto reached = [&](size_t stage, int64_t time) {
    const std::vector<int64_t>& times = lists.first_done[stage];
    return std::upper_bound(times.begin(), times.end(), time) - times.begin();
  };
  ASSIGN_OR_RETURN(Flow flow, PutTogether(std::move(parts), options, reached, keep_on));
  flow.notes = std::move(notes);
  return flow;
}

}  // namespace plumbline::analytics
