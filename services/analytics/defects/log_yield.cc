// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/log_yield.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics {
namespace {

double Seconds(absl::int128 micros) { return static_cast<double>(micros) / 1e6; }

void Count(const StepVisit& visit, SourceCounts* counts) {
  for (const DefectSource source : kDefectSources) {
    const auto i = static_cast<size_t>(source);
    counts->defects[i] += visit.defects.Has(source);
    counts->opportunities[i] += visit.told.Has(source);
  }
}

int64_t SizeOf(DefectSources sources) {
  int64_t size = 0;
  for (const DefectSource source : kDefectSources) size += sources.Has(source);
  return size;
}

void AddCounts(const SourceCounts& more, int sign, SourceCounts* counts) {
  for (size_t i = 0; i < kDefectSourceCount; ++i) {
    counts->defects[i] += sign * more.defects[i];
    counts->opportunities[i] += sign * more.opportunities[i];
  }
}

// Sums up visits.
class Summing {
 public:
  explicit Summing(size_t activities) { sums_.steps.resize(activities); }

  void Take(const StepVisit& visit) {
    if (visit.case_number != case_) NextCase(visit.case_number);
    case_ended_ = visit.case_ended;
    case_right_ &= visit.defects.empty();
    const int64_t rework = std::max<int64_t>(0, visit.completed - 1);
    case_rework_ |= rework > 0;
    auto& [step, rework_micros] = sums_.steps[visit.activity];
    ++step.cases;
    step.right += visit.defects.empty();
    Count(visit, &step.counts);
    Count(visit, &sums_.counts);
    if (visit.case_ended) {
      sums_.ended_defects += SizeOf(visit.defects);
      sums_.ended_opportunities += SizeOf(visit.told);
    }
    step.rework += rework;
    step.rework_without_start += visit.rework_without_start;
    rework_micros += visit.rework.working;
    sums_.rework += rework;
    sums_.rework_without_start += visit.rework_without_start;
    sums_.with_start += visit.without_start < visit.completed;
    sums_.working_micros += visit.working;
    sums_.rework_micros.waiting += visit.rework.waiting;
    sums_.rework_micros.working += visit.rework.working;
    sums_.rework_micros.blocked += visit.rework.blocked;
  }

  YieldSums Finish() {
    NextCase(kNoText);
    return std::move(sums_);
  }

 private:
  void NextCase(uint32_t next) {
    if (case_ != kNoText) {
      ++sums_.cases;
      sums_.ended_cases += case_ended_;
      sums_.right_cases += case_ended_ && case_right_;
      sums_.rework_cases += case_rework_;
    }
    case_ = next;
    case_right_ = true;
    case_rework_ = false;
  }

  YieldSums sums_;
  uint32_t case_ = kNoText;
  bool case_ended_ = true, case_right_ = true, case_rework_ = false;
};

HiddenFactory HiddenOf(const YieldSums& sums) {
  HiddenFactory hidden;
  hidden.rework = sums.rework;
  hidden.cases = sums.rework_cases;
  hidden.working_seconds = Seconds(sums.rework_micros.working);
  hidden.waiting_seconds = Seconds(sums.rework_micros.waiting);
  hidden.blocked_seconds = Seconds(sums.rework_micros.blocked);
  hidden.all_working_seconds = Seconds(sums.working_micros);
  hidden.without_start = sums.rework_without_start;
  hidden.any_start = sums.with_start > 0;
  return hidden;
}

std::vector<StepOfYield> StepsOf(const YieldSums& sums) {
  std::vector<StepOfYield> steps;
  for (uint32_t a = 0; a < sums.steps.size(); ++a) {
    StepOfYield step = sums.steps[a].known;
    if (step.cases == 0) continue;
    step.activity = a;
    step.rework_working_seconds = Seconds(sums.steps[a].rework_micros);
    steps.push_back(step);
  }
  std::stable_sort(steps.begin(), steps.end(), [](const StepOfYield& a, const StepOfYield& b) {
    return static_cast<double>(a.right) * static_cast<double>(b.cases) <
           static_cast<double>(b.right) * static_cast<double>(a.cases);
  });
  return steps;
}

absl::Status AddRates(int64_t opportunities_per_case, LogYield* yield) {
  if (yield->cases == 0 || yield->sources.empty()) return absl::OkStatus();
  std::vector<quality::StepYield> steps;
  for (const StepOfYield& step : yield->steps) steps.push_back({step.cases, step.right});
  ASSIGN_OR_RETURN(yield->rolled, quality::RolledYieldOf(steps));
  const int64_t defects = yield->defects;
  if (opportunities_per_case > 0) yield->opportunities = opportunities_per_case * yield->units;
  if (yield->opportunities < defects) {
    return base::FieldError(
        "opportunities_per_case",
        absl::StrCat("is ", opportunities_per_case, ", but the ", yield->units,
                     " cases that ended have ", defects, " defects; leave it out, or give more"));
  }
  if (yield->opportunities == 0) return absl::OkStatus();
  // By opportunities, then by units.
  ASSIGN_OR_RETURN(quality::DefectRates rates,
                   quality::DefectRatesOf(defects, yield->opportunities, 1));
  ASSIGN_OR_RETURN(const quality::DefectRates units,
                   quality::DefectRatesOf(defects, yield->units, std::max<int64_t>(1, defects)));
  rates.per_unit = units.per_unit;
  rates.yield_by_defects = units.yield_by_defects;
  yield->rates = rates;
  return absl::OkStatus();
}

}  // namespace

int64_t SourceCounts::AllDefects() const {
  return std::accumulate(defects.begin(), defects.end(), int64_t{0});
}
int64_t SourceCounts::AllOpportunities() const {
  return std::accumulate(opportunities.begin(), opportunities.end(), int64_t{0});
}

void YieldSums::Add(const YieldSums& more, int sign) {
  cases += sign * more.cases;
  ended_cases += sign * more.ended_cases;
  right_cases += sign * more.right_cases;
  rework_cases += sign * more.rework_cases;
  AddCounts(more.counts, sign, &counts);
  ended_defects += sign * more.ended_defects;
  ended_opportunities += sign * more.ended_opportunities;
  if (steps.size() < more.steps.size()) steps.resize(more.steps.size());
  for (size_t a = 0; a < more.steps.size(); ++a) {
    Step& step = steps[a];
    const Step& other = more.steps[a];
    step.known.cases += sign * other.known.cases;
    step.known.right += sign * other.known.right;
    AddCounts(other.known.counts, sign, &step.known.counts);
    step.known.rework += sign * other.known.rework;
    step.known.rework_without_start += sign * other.known.rework_without_start;
    step.rework_micros += sign * other.rework_micros;
  }
  rework += sign * more.rework;
  rework_without_start += sign * more.rework_without_start;
  with_start += sign * more.with_start;
  rework_micros.waiting += sign * more.rework_micros.waiting;
  rework_micros.working += sign * more.rework_micros.working;
  rework_micros.blocked += sign * more.rework_micros.blocked;
  working_micros += sign * more.working_micros;
}

absl::StatusOr<YieldSums> ReadYield(const LogSnapshot& log,
                                    const std::vector<std::string>& map_transitions,
                                    const DefectOptions& options,
                                    absl::FunctionRef<absl::Status()> keep_on) {
  Summing summing(log.activities.size());
  RETURN_IF_ERROR(ReadDefects(
      log, map_transitions, options, [&](const StepVisit& visit) { summing.Take(visit); },
      keep_on));
  return summing.Finish();
}

absl::StatusOr<LogYield> YieldOf(const YieldSums& sums, int64_t opportunities_per_case) {
  LogYield yield;
  yield.cases = sums.cases;
  yield.open_cases = sums.cases - sums.ended_cases;
  yield.counts = sums.counts;
  yield.hidden = HiddenOf(sums);
  for (const DefectSource source : kDefectSources) {
    if (yield.counts.opportunities[static_cast<size_t>(source)] > 0) yield.sources.Add(source);
  }
  // Where nothing would tell of a defect, nothing is known to be right.
  if (!yield.sources.empty()) {
    yield.right_cases = sums.right_cases;
    yield.steps = StepsOf(sums);
    yield.defects = sums.ended_defects;
    yield.units = sums.ended_cases;
    yield.opportunities = sums.ended_opportunities;
  }
  RETURN_IF_ERROR(AddRates(opportunities_per_case, &yield));
  return yield;
}

absl::StatusOr<LogYield> MeasureYield(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      const DefectOptions& options, int64_t opportunities_per_case,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  ASSIGN_OR_RETURN(const YieldSums sums, ReadYield(log, map_transitions, options, keep_on));
  return YieldOf(sums, opportunities_per_case);
}

}  // namespace plumbline::analytics
