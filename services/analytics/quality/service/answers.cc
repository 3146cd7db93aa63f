// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/answers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/completion.h"

namespace plumbline::analytics {
namespace {

constexpr double kSecondsPerHour = 3600, kSecondsPerDay = 86'400;

template <class Answer>
void AddAbsent(const char* field, const std::string& reason, Answer* answer) {
  v1::AbsentFigure* absent = answer->add_absent();
  absent->set_field(field);
  absent->set_reason(reason);
}

v1::DefectSource ToProto(DefectSource source) {
  return static_cast<v1::DefectSource>(static_cast<int>(source) + 1);
}

v1::Selection ToProto(const DrillDown& cases) {
  v1::Selection selection;
  selection.set_filter(cases.filter);
  selection.set_event_filter(cases.event_filter);
  return selection;
}

void AddProgress(const LogSnapshot& log, const Flow& flow, v1::FlowWorkInProgress* answer) {
  const WorkInProgress& progress = flow.progress;
  if (progress.average.has_value()) answer->set_average(*progress.average);
  answer->set_max(progress.most);
  answer->set_at_start(progress.at_begin);
  answer->set_at_end(progress.at_end);
  const OpenCases& open = flow.open;
  if (open.age.count > 0) ToProto(open.age, answer->mutable_age());
  if (open.above_median.has_value()) {
    answer->set_older_than_median_count(*open.above_median);
    answer->set_older_than_p85_count(*open.above_p85);
    answer->set_older_than_p95_count(*open.above_p95);
  }
  for (const OpenCase& one : open.oldest) {
    v1::FlowOpenCase* shown = answer->add_oldest();
    shown->set_case_id(std::string(log.cases[one.case_number]));
    shown->set_age_seconds(one.age_seconds);
  }
}

void AddTimes(const LeadTimes& times, v1::FlowTimes* answer) {
  if (times.lead.count > 0) ToProto(times.lead, answer->mutable_lead());
  if (times.touch.count > 0) {
    ToProto(times.touch, answer->mutable_touch());
    ToProto(times.wait, answer->mutable_wait());
    ToProto(times.blocked, answer->mutable_blocked());
    ToProto(times.planned, answer->mutable_planned());
  }
  if (times.efficiency.has_value()) answer->set_efficiency(*times.efficiency);
  if (times.median_efficiency.has_value()) answer->set_median_efficiency(*times.median_efficiency);
  answer->set_without_start_count(times.without_starts);
  if (times.median_with_open.has_value())
    answer->set_median_with_open_seconds(*times.median_with_open);
  if (times.p85_with_open.has_value()) answer->set_p85_with_open_seconds(*times.p85_with_open);
}

void AddLittle(const Flow& flow, v1::FlowLittlesLaw* answer) {
  if (flow.progress.average.has_value())
    answer->set_average_work_in_progress(*flow.progress.average);
  if (!flow.little.difference.has_value()) return;
  answer->set_arrivals_times_lead(*flow.little.arrivals_times_lead);
  answer->set_difference(*flow.little.difference);
  if (*flow.progress.average > 0)
    answer->set_relative_difference(*flow.little.difference / *flow.progress.average);
}

void AddPeriods(const Flow& flow, const LogSnapshot& log, v1::GetFlowResponse* answer) {
  for (const FlowPeriod& period : flow.progress.periods) {
    v1::FlowPeriod* shown = answer->add_periods();
    *shown->mutable_start_time() = ToTimestamp(period.begin);
    *shown->mutable_end_time() = ToTimestamp(period.end);
    shown->set_arrival_count(period.arrivals);
    shown->set_departure_count(period.departures);
    shown->set_cumulative_arrival_count(period.cumulative_arrivals);
    shown->set_cumulative_departure_count(period.cumulative_departures);
    shown->set_open_case_count(period.open_at_end);
    shown->set_max_open_case_count(period.most);
    if (period.average.has_value()) shown->set_average_open_case_count(*period.average);
  }
  for (const Stage& stage : flow.stages) {
    v1::FlowStage* shown = answer->add_stages();
    shown->set_activity(log.activities[stage.activity]);
    for (const int64_t count : stage.reached) shown->add_cumulative_case_counts(count);
  }
}

void AddSteps(const LogSnapshot& log, const FlowCommand& command, std::vector<StepDelay> steps,
              v1::GetFlowResponse* answer) {
  const Omitted omitted =
      KeepFirst(command.max_steps, steps, [](const StepDelay& step) { return step.delay_seconds; });
  if (omitted.count > 0) *answer->mutable_omitted_steps() = ToProto(omitted);
  int rank = 0;
  for (const StepDelay& step : steps) {
    v1::FlowStepDelay* shown = answer->add_steps();
    shown->set_rank(++rank);
    shown->set_activity(log.activities[step.activity]);
    shown->set_count(step.count);
    shown->set_case_count(step.case_count);
    if (step.waiting.count > 0) ToProto(step.waiting, shown->mutable_waiting());
    if (step.blocked.count > 0) ToProto(step.blocked, shown->mutable_blocked());
    shown->set_delay_seconds(step.delay_seconds);
    shown->set_delay_share(step.share);
    if (command.cost_per_hour > 0)
      shown->set_delay_cost(step.delay_seconds / kSecondsPerHour * command.cost_per_hour);
    shown->set_open_count(step.open_count);
    shown->set_open_delay_seconds(step.open_delay_seconds);
  }
}

void TellAbsent(const Flow& flow, v1::GetFlowResponse* answer) {
  const bool ended = flow.times.lead.count > 0;
  if (!flow.progress.average.has_value()) {
    AddAbsent("work_in_progress.average",
              "what was looked at has no (open) time, so that nothing has an average over it",
              answer);
  }
  if (flow.progress.periods.empty()) {
    AddAbsent(
        "periods",
        "the times are so far apart that they make more than 10,000 months; look at a part of "
        "them with `start_time` and `end_time`, and for cases with a wrong time among those "
        "that took longest",
        answer);
  }
  if (!ended) AddAbsent("times.lead", "no case ended in what was looked at", answer);
  if (ended && flow.times.touch.count == 0) {
    AddAbsent("times.touch",
              "no event of these cases has a start, so that work cannot be told from waiting",
              answer);
  }
  if (flow.times.touch.count > 0 && !flow.times.efficiency.has_value())
    AddAbsent("times.efficiency", "no case took any time, so that no share of it is work", answer);
  if (flow.times.touch.count > 0 && !flow.times.median_efficiency.has_value()) {
    AddAbsent("times.median_efficiency", "no case took any time, so that no share of it is work",
              answer);
  }
  if (flow.little.difference.has_value() && !(*flow.progress.average > 0)) {
    AddAbsent("littles_law.relative_difference",
              "nothing was there on average, so that no difference is a share of it", answer);
  }
  if (!flow.little.difference.has_value()) {
    AddAbsent("littles_law.difference",
              ended ? "what was looked at has no (open) time"
                    : "no case ended, so that none has a "
                      "lead time",
              answer);
  }
  if (!flow.times.median_with_open.has_value()) {
    AddAbsent("times.median_with_open_seconds",
              flow.case_count == 0
                  ? "no case was there"
                  : "too many cases are open to say within which time half of them end",
              answer);
  }
}

void AddRates(const Flow& flow, v1::GetFlowResponse* answer) {
  const double days =
      static_cast<double>(flow.horizon.end - flow.horizon.begin) / 1e6 / kSecondsPerDay;
  if (days > 0) {
    answer->set_arrivals_per_day(static_cast<double>(flow.progress.arrivals) / days);
    answer->set_departures_per_day(static_cast<double>(flow.progress.departures) / days);
  } else {
    AddAbsent("arrivals_per_day", "all of it is one moment, over which nothing has a rate", answer);
  }
  if (flow.mean_gap_seconds.has_value()) {
    answer->set_mean_arrival_gap_seconds(*flow.mean_gap_seconds);
  } else {
    AddAbsent("mean_arrival_gap_seconds", "fewer than two cases began", answer);
  }
}

// Counts that are not all 0.
void AddCounts(const SourceCounts& counts, bool only_defects, DefectSources sources,
               google::protobuf::RepeatedPtrField<v1::DefectSourceCount>* list) {
  for (const DefectSource source : kDefectSources) {
    const auto i = static_cast<size_t>(source);
    if (!sources.Has(source) || (only_defects && counts.defects[i] == 0)) continue;
    v1::DefectSourceCount* shown = list->Add();
    shown->set_source(ToProto(source));
    shown->set_defect_count(counts.defects[i]);
    shown->set_opportunity_count(counts.opportunities[i]);
  }
}

void AddHidden(const HiddenFactory& hidden, v1::GetYieldResponse* answer) {
  v1::HiddenFactory* shown = answer->mutable_hidden_factory();
  shown->set_rework_count(hidden.rework);
  shown->set_case_count(hidden.cases);
  shown->set_waiting_seconds(hidden.waiting_seconds);
  shown->set_blocked_seconds(hidden.blocked_seconds);
  shown->set_without_start_count(hidden.without_start);
  if (!hidden.any_start) {
    AddAbsent("hidden_factory.working_seconds",
              "no event of these cases has a start, so that nobody knows how long work took",
              answer);
    return;
  }
  shown->set_working_seconds(hidden.working_seconds);
  if (hidden.all_working_seconds > 0) {
    shown->set_working_share(hidden.working_seconds / hidden.all_working_seconds);
  } else {
    AddAbsent("hidden_factory.working_share", "no work took any time", answer);
  }
}

void AddRates(const LogYield& yield, v1::DefectRates* rates) {
  rates->set_defect_count(yield.defects);
  rates->set_unit_count(yield.units);
  rates->set_opportunity_count(yield.opportunities);
  rates->set_defects_per_unit(yield.rates->per_unit);
  rates->set_defects_per_opportunity(yield.rates->per_opportunity);
  rates->set_defects_per_million_opportunities(yield.rates->per_million_opportunities);
  rates->set_throughput_yield(yield.rates->yield_by_defects);
  rates->set_long_term_sigma_level(yield.rates->long_term_sigma);
  rates->set_sigma_level(yield.rates->sigma_level);
  rates->set_bounded(yield.rates->bounded);
}

void TellAbsent(const YieldCommand& command, const LogYield& yield, v1::GetYieldResponse* answer) {
  if (!yield.rolled.has_value()) {
    const std::string reason =
        yield.cases == 0 ? "no case came to a step" : WhyNoneTold(command.options.sources);
    if (yield.cases > 0) AddAbsent("right_case_count", reason, answer);
    AddAbsent("rolled_throughput_yield", reason, answer);
    if (yield.cases > 0) AddAbsent("steps", reason, answer);
    return AddAbsent("rates", reason, answer);
  }
  if (yield.open_cases == yield.cases) {
    const char* const kNoneEnded = "no case that came to a step has ended";
    AddAbsent("right_case_count", kNoneEnded, answer);
    AddAbsent("rates", kNoneEnded, answer);
  } else if (!yield.rates.has_value()) {
    AddAbsent("rates", "the cases that ended had no opportunity for these defects", answer);
  }
}

void AddYieldSteps(const LogSnapshot& log, const YieldCommand& command, LogYield& yield,
                   v1::GetYieldResponse* answer) {
  const Omitted omitted = KeepFirst(command.max_steps, yield.steps, [](const StepOfYield& step) {
    return step.counts.AllDefects();
  });
  if (omitted.count > 0) *answer->mutable_omitted_steps() = ToProto(omitted);
  for (const StepOfYield& step : yield.steps) {
    v1::StepYield* shown = answer->add_steps();
    shown->set_activity(log.activities[step.activity]);
    shown->set_case_count(step.cases);
    shown->set_right_case_count(step.right);
    shown->set_first_pass_yield(static_cast<double>(step.right) / static_cast<double>(step.cases));
    AddCounts(step.counts, true, yield.sources, shown->mutable_defects());
    shown->set_rework_count(step.rework);
    if (step.rework > step.rework_without_start)
      shown->set_rework_working_seconds(step.rework_working_seconds);
  }
}

}  // namespace

void ToProto(const LogSnapshot& log, const FlowCommand& command, Flow flow,
             v1::GetFlowResponse* answer) {
  const bool nothing = flow.case_count == 0 && flow.progress.periods.empty();
  if (nothing && flow.notes.empty()) {
    AddAbsent("start_time", "there is no case", answer);
    return;
  }
  *answer->mutable_start_time() = ToTimestamp(flow.horizon.begin);
  *answer->mutable_end_time() = ToTimestamp(flow.horizon.end);
  answer->set_measured_seconds(flow.measured_seconds);
  for (const std::string& note : flow.notes) answer->add_notes(note);
  if (nothing) {
    AddAbsent("case_count", "nothing is known of what was looked at", answer);
    return;
  }
  answer->set_case_count(flow.case_count);
  answer->set_arrival_count(flow.progress.arrivals);
  answer->set_departure_count(flow.progress.departures);
  answer->set_open_case_count(flow.open_count);
  AddRates(flow, answer);
  AddProgress(log, flow, answer->mutable_work_in_progress());
  AddTimes(flow.times, answer->mutable_times());
  AddLittle(flow, answer->mutable_littles_law());
  AddPeriods(flow, log, answer);
  AddSteps(log, command, std::move(flow.steps), answer);
  answer->set_unknown_step_open_case_count(flow.unknown.case_count);
  answer->set_unknown_step_open_delay_seconds(flow.unknown.seconds());
  TellAbsent(flow, answer);
}

void ToProto(const LogSnapshot& log, const YieldCommand& command, LogYield yield,
             v1::GetYieldResponse* answer) {
  AddCounts(yield.counts, false, yield.sources, answer->mutable_sources());
  for (const DefectSource source : kDefectSources) {
    if (!yield.sources.Has(source)) answer->add_unused_sources(ToProto(source));
  }
  answer->set_case_count(yield.cases);
  answer->set_right_case_count(yield.right_cases);
  answer->set_open_case_count(yield.open_cases);
  if (yield.rolled.has_value()) {
    answer->set_rolled_throughput_yield(yield.rolled->rolled);
    answer->set_normalized_yield(yield.rolled->normalized);
  }
  if (yield.rates.has_value()) AddRates(yield, answer->mutable_rates());
  TellAbsent(command, yield, answer);
  AddHidden(yield.hidden, answer);
  AddYieldSteps(log, command, yield, answer);
}

void ToProto(const QualityParetoCommand& command, QualityPareto pareto,
             v1::GetParetoResponse* answer) {
  const bool by_count = command.options.by_count;
  const Omitted omitted = KeepFirst(command.max_bars, pareto.bars, [&](const QualityBar& bar) {
    return by_count ? static_cast<double>(bar.count) : bar.lost_seconds;
  });
  if (omitted.count > 0) *answer->mutable_omitted_bars() = ToProto(omitted);
  const auto cost = [&](double seconds) {
    return seconds / kSecondsPerHour * command.cost_per_hour;
  };
  const bool of_defects = command.options.subject == QualityParetoOptions::Subject::kDefects;
  // Filters look at all events of a case, and its defects may be others by some of them.
  const bool filters_know = !of_defects || !command.selection.only_matching_events();
  for (const QualityBar& bar : pareto.bars) {
    v1::QualityBar* shown = answer->add_bars();
    shown->set_label(bar.label);
    shown->set_count(bar.count);
    shown->set_lost_seconds(bar.lost_seconds);
    if (command.cost_per_hour > 0) shown->set_cost(cost(bar.lost_seconds));
    shown->set_share(bar.share);
    shown->set_cumulative_share(bar.cumulative_share);
    shown->set_case_count(bar.case_count);
    if (!bar.cases.empty() && filters_know) {
      *shown->mutable_cases() = ToProto(bar.cases);
      // Whether a step that is not done is late depends on which cases are open.
      if (const CompletionText& ends = command.selection.completion(); ends.asked() && of_defects)
        *shown->mutable_cases()->mutable_completion() = ToProto(ends);
    }
  }
  answer->set_total_count(pareto.total_count);
  answer->set_total_lost_seconds(pareto.total_lost_seconds);
  if (command.cost_per_hour > 0) answer->set_total_cost(cost(pareto.total_lost_seconds));
  const bool untold = of_defects && pareto.sources.empty() &&
                      command.options.defects.sources != DefectSources::All();
  if (pareto.top_three_share.has_value()) {
    answer->set_top_three_share(*pareto.top_three_share);
  } else {
    AddAbsent("top_three_share",
              untold                ? WhyNoneTold(command.options.defects.sources)
              : pareto.bars.empty() ? "there is nothing to count"
                                    : "none of it lost any time",
              answer);
  }
  answer->set_open_count(pareto.open_count);
  for (const DefectSource source : kDefectSources) {
    if (pareto.sources.Has(source)) answer->add_sources(ToProto(source));
  }
}

}  // namespace plumbline::analytics
