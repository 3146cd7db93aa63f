// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/flow.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/quantile.h"
#include "common/statistics/survival.h"
#include "services/analytics/flow/case_time.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics {
namespace {

constexpr double kMicros = 1e6;
double Seconds(int64_t micros) { return static_cast<double>(micros) / kMicros; }

std::vector<CaseSpan> SpansOf(const LogSnapshot& log) {
  const CaseEnds ends(log);
  std::vector<CaseSpan> spans(log.case_count());
  for (size_t c = 0; c < spans.size(); ++c)
    spans[c] = {CaseStart(log, c), CaseEnd(log, c), ends.HasEnded(c)};
  return spans;
}

absl::StatusOr<Horizon> HorizonOf(const LogSnapshot& log, const std::vector<CaseSpan>& cases,
                                  const FlowOptions& options) {
  Horizon horizon{.closed = !options.end.has_value()};
  bool any_open = false;
  if (!cases.empty()) horizon = {cases[0].begin, cases[0].end, horizon.closed};
  for (const CaseSpan& c : cases) {
    horizon.begin = std::min(horizon.begin, c.begin);
    horizon.end = std::max(horizon.end, c.end);
    any_open |= !c.ended;
  }
  if (any_open) horizon.end = std::max(horizon.end, log.LastTime());
  if (options.begin.has_value()) horizon.begin = *options.begin;
  if (options.end.has_value()) horizon.end = *options.end;
  if (horizon.begin < horizon.end || (horizon.closed && horizon.begin == horizon.end))
    return horizon;
  return base::FieldError(options.begin.has_value() ? "start_time" : "end_time",
                          options.begin.has_value() && options.end.has_value()
                              ? "is not before end_time; perhaps they are the wrong way round"
                          : options.begin.has_value() ? "is after the last event of these cases"
                                                      : "is before the first event of these cases");
}

// Up to when a case is known, and whether it ends in the horizon.
int64_t SeenUntil(const CaseSpan& c, const Horizon& horizon) {
  return c.ended && horizon.Holds(c.end) ? c.end : horizon.end;
}
bool EndsIn(const CaseSpan& c, const Horizon& horizon) { return c.ended && horizon.Holds(c.end); }
bool TouchesHorizon(const CaseSpan& c, const Horizon& horizon) {
  return (c.begin < horizon.end || horizon.Holds(c.begin)) && (!c.ended || c.end >= horizon.begin);
}

// One pass over the occurrences of a log.
class Pass {
 public:
  Pass(const LogSnapshot& log, const std::vector<CaseSpan>& cases, const Horizon& horizon,
       const FlowOptions& options)
      : cases_(cases),
        horizon_(horizon),
        options_(options),
        delays_(log.activities.size(), log.empty() ? 0 : log.LastTime(), options.between),
        stage_of_(log.activities.size(), kNoText),
        first_done_(options.stages.size()) {
    for (size_t i = 0; i < options.stages.size(); ++i)
      stage_of_[options.stages[i]] = static_cast<uint32_t>(i);
  }

  absl::Status Read(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                    absl::FunctionRef<absl::Status()> keep_on) {
    RETURN_IF_ERROR(ReadOccurrences(log, map_transitions,
                                    {.occurrence = [this](const Occurrence& o) { Take(o); },
                                     .impediment = {},
                                     .blocked =
                                         [this](std::span<const Stretch> blocked) {
                                           blocked_.assign(blocked.begin(), blocked.end());
                                         }},
                                    keep_on));
    GoTo(cases_.size());
    return absl::OkStatus();
  }

  std::vector<StepDelay> Delays() { return delays_.Finish(); }
  // Of each stage the times at which cases came through it for the first time, ascending.
  std::vector<std::vector<int64_t>>& first_done() { return first_done_; }
  LeadTimes Times();

 private:
  void Take(const Occurrence& o) {
    GoTo(o.case_number);
    if (EndsIn(cases_[o.case_number], horizon_)) {
      AddStretches(o, blocked_, &stretches_);
      any_start_ |= o.start != kNoTime && o.end != kNoTime;
    }
    if (TouchesHorizon(cases_[o.case_number], horizon_)) delays_.Add(o, blocked_);
    blocked_.clear();
    const uint32_t stage = stage_of_[o.activity];
    if (!o.completed || stage == kNoText) return;
    if (std::exchange(last_case_[stage], o.case_number) != o.case_number)
      first_done_[stage].push_back(o.end);
  }

  // Ends all cases before `next`.
  void GoTo(size_t next) {
    for (; case_ < next; ++case_) {
      if (EndsIn(cases_[case_], horizon_)) EndCase(cases_[case_]);
      stretches_.clear();
      any_start_ = false;
    }
  }

  void EndCase(const CaseSpan& c) {
    const CaseTime time = SplitCase(c.begin, c.end, stretches_, options_.between);
    lead_.push_back(time.lead);
    if (!any_start_) {
      ++without_starts_;
      return;
    }
    touch_.push_back(time.touch);
    wait_.push_back(time.wait);
    blocked_times_.push_back(time.blocked);
    planned_.push_back(time.planned);
    known_lead_ += Seconds(time.lead);
    if (time.lead > 0)
      efficiencies_.push_back(static_cast<double>(time.touch) / static_cast<double>(time.lead));
  }

  const std::vector<CaseSpan>& cases_;
  const Horizon& horizon_;
  const FlowOptions& options_;
  StepDelayBuilder delays_;
  std::vector<uint32_t> stage_of_;  // by activity
  std::vector<std::vector<int64_t>> first_done_;
  std::vector<uint32_t> last_case_ = std::vector<uint32_t>(first_done_.size(), kNoText);
  size_t case_ = 0;
  std::vector<Stretch> blocked_;
  std::vector<DoingStretch> stretches_;  // of the case
  bool any_start_ = false;
  std::vector<int64_t> lead_, touch_, wait_, blocked_times_, planned_;
  std::vector<double> efficiencies_;
  double known_lead_ = 0;
  int64_t without_starts_ = 0;
};

LeadTimes Pass::Times() {
  LeadTimes times{.lead = Describe(lead_),
                  .touch = Describe(touch_),
                  .wait = Describe(wait_),
                  .blocked = Describe(blocked_times_),
                  .planned = Describe(planned_)};
  times.without_starts = without_starts_;
  if (known_lead_ > 0) times.efficiency = times.touch.total / known_lead_;
  if (!efficiencies_.empty()) {
    std::sort(efficiencies_.begin(), efficiencies_.end());
    times.median_efficiency = statistics::Quantile(efficiencies_, 0.5);
  }
  return times;
}

// Lead times of those that ended in the horizon, and ages of those that had not.
void MeasureOpen(const std::vector<CaseSpan>& cases, const Horizon& horizon,
                 const FlowOptions& options, Flow* flow) {
  std::vector<statistics::Observation> observed;
  std::vector<int64_t> ages;
  std::vector<double> leads;
  for (size_t c = 0; c < cases.size(); ++c) {
    if (!TouchesHorizon(cases[c], horizon)) continue;
    ++flow->case_count;
    const int64_t known = Measure(options.between, cases[c].begin, SeenUntil(cases[c], horizon));
    const bool ended = EndsIn(cases[c], horizon);
    observed.push_back({Seconds(known), ended});
    if (ended) {
      leads.push_back(Seconds(known));
    } else {
      ages.push_back(known);
      flow->open.oldest.push_back({static_cast<uint32_t>(c), Seconds(known)});
    }
  }
  flow->open_count = static_cast<int64_t>(ages.size());
  auto& oldest = flow->open.oldest;
  std::stable_sort(oldest.begin(), oldest.end(), [](const OpenCase& a, const OpenCase& b) {
    return a.age_seconds > b.age_seconds;
  });
  if (!leads.empty()) {
    std::sort(leads.begin(), leads.end());
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
  flow->open.age = Describe(ages);
  const std::vector<statistics::SurvivalStep> curve = statistics::KaplanMeier(observed);
  flow->times.median_with_open = statistics::SurvivalQuantile(curve, 0.5);
  flow->times.p85_with_open = statistics::SurvivalQuantile(curve, 0.85);
}

void CheckLittle(Flow* flow) {
  const WorkInProgress& progress = flow->progress;
  if (!progress.average.has_value() || flow->times.lead.count == 0) return;
  const double rate = static_cast<double>(progress.arrivals) / flow->measured_seconds;
  flow->little.arrivals_times_lead = rate * flow->times.lead.mean;
  flow->little.difference = *flow->little.arrivals_times_lead - *progress.average;
}

std::optional<double> MeanGap(const std::vector<CaseSpan>& cases, const Horizon& horizon) {
  int64_t first = 0, last = 0, count = 0;
  for (const CaseSpan& c : cases) {
    if (!horizon.Holds(c.begin)) continue;
    first = count == 0 ? c.begin : std::min(first, c.begin);
    last = count == 0 ? c.begin : std::max(last, c.begin);
    ++count;
  }
  if (count < 2) return std::nullopt;
  return Seconds(last - first) / static_cast<double>(count - 1);
}

std::vector<Stage> StagesOf(std::vector<std::vector<int64_t>>& first_done, const Flow& flow,
                            const FlowOptions& options) {
  std::vector<Stage> stages;
  for (size_t i = 0; i < first_done.size(); ++i) {
    std::sort(first_done[i].begin(), first_done[i].end());
    Stage stage{options.stages[i], {}};
    for (const FlowPeriod& period : flow.progress.periods) {
      const bool last = &period == &flow.progress.periods.back();
      const auto until =
          last && flow.horizon.closed
              ? std::upper_bound(first_done[i].begin(), first_done[i].end(), period.end)
              : std::lower_bound(first_done[i].begin(), first_done[i].end(), period.end);
      stage.reached.push_back(until - first_done[i].begin());
    }
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace

absl::StatusOr<Flow> MeasureFlow(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const FlowOptions& options,
                                 absl::FunctionRef<absl::Status()> keep_on) {
  Flow flow;
  if (log.empty()) return flow;
  const std::vector<CaseSpan> cases = SpansOf(log);
  ASSIGN_OR_RETURN(flow.horizon, HorizonOf(log, cases, options));
  // A horizon that is not closed does not hold its end.
  const int64_t last = flow.horizon.closed ? flow.horizon.end : flow.horizon.end - 1;
  ASSIGN_OR_RETURN(const Periods periods,
                   Periods::Cover(options.period, options.zone, flow.horizon.begin, last));
  RETURN_IF_ERROR(keep_on());
  flow.progress = MeasureWorkInProgress(cases, flow.horizon, periods, options.between);
  flow.measured_seconds = Seconds(flow.progress.measured_micros);
  flow.mean_gap_seconds = MeanGap(cases, flow.horizon);
  RETURN_IF_ERROR(keep_on());
  Pass pass(log, cases, flow.horizon, options);
  RETURN_IF_ERROR(pass.Read(log, map_transitions, keep_on));
  RETURN_IF_ERROR(keep_on());
  flow.times = pass.Times();
  RETURN_IF_ERROR(keep_on());
  flow.steps = pass.Delays();
  RETURN_IF_ERROR(keep_on());
  MeasureOpen(cases, flow.horizon, options, &flow);
  RETURN_IF_ERROR(keep_on());
  CheckLittle(&flow);
  flow.stages = StagesOf(pass.first_done(), flow, options);
  return flow;
}

}  // namespace plumbline::analytics
