// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/log_yield.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

double Seconds(int64_t micros) { return static_cast<double>(micros) / 1e6; }

void Count(const StepVisit& visit, SourceCounts* counts) {
  for (const DefectSource source : kDefectSources) {
    const auto i = static_cast<size_t>(source);
    counts->defects[i] += visit.defects.Has(source);
    counts->opportunities[i] += visit.told.Has(source);
  }
}

// Sums up visits.
class Sums {
 public:
  explicit Sums(size_t activities) : steps_(activities) {}

  void Take(const StepVisit& visit) {
    if (visit.case_number != case_) NextCase(visit.case_number);
    case_right_ &= visit.defects.empty();
    const int64_t rework = std::max<int64_t>(0, visit.completed - 1);
    case_rework_ |= rework > 0;
    StepOfYield& step = steps_[visit.activity];
    ++step.cases;
    step.right += visit.defects.empty();
    Count(visit, &step.counts);
    Count(visit, &yield_.counts);
    step.rework += rework;
    step.rework_without_start += visit.rework_without_start;
    rework_micros_[visit.activity] += visit.rework.working;
    HiddenFactory& hidden = yield_.hidden;
    hidden.rework += rework;
    hidden.without_start += visit.rework_without_start;
    hidden.any_start |= visit.without_start < visit.completed;
    working_ += visit.working;
    rework_.waiting += visit.rework.waiting;
    rework_.working += visit.rework.working;
    rework_.blocked += visit.rework.blocked;
  }

  LogYield Finish() {
    NextCase(kNoText);
    HiddenFactory& hidden = yield_.hidden;
    hidden.working_seconds = Seconds(rework_.working);
    hidden.waiting_seconds = Seconds(rework_.waiting);
    hidden.blocked_seconds = Seconds(rework_.blocked);
    hidden.all_working_seconds = Seconds(working_);
    for (uint32_t a = 0; a < steps_.size(); ++a) {
      if (steps_[a].cases == 0) continue;
      steps_[a].activity = a;
      steps_[a].rework_working_seconds = Seconds(rework_micros_[a]);
      yield_.steps.push_back(steps_[a]);
    }
    std::stable_sort(yield_.steps.begin(), yield_.steps.end(),
                     [](const StepOfYield& a, const StepOfYield& b) {
                       return static_cast<double>(a.right) * static_cast<double>(b.cases) <
                              static_cast<double>(b.right) * static_cast<double>(a.cases);
                     });
    for (const DefectSource source : kDefectSources) {
      if (yield_.counts.opportunities[static_cast<size_t>(source)] > 0) yield_.sources.Add(source);
    }
    return std::move(yield_);
  }

 private:
  void NextCase(uint32_t next) {
    if (case_ != kNoText) {
      ++yield_.cases;
      yield_.right_cases += case_right_;
      yield_.hidden.cases += case_rework_;
    }
    case_ = next;
    case_right_ = true;
    case_rework_ = false;
  }

  LogYield yield_;
  std::vector<StepOfYield> steps_;  // by activity
  std::vector<int64_t> rework_micros_ = std::vector<int64_t>(steps_.size());
  uint32_t case_ = kNoText;
  bool case_right_ = true, case_rework_ = false;
  StepTimes rework_;
  int64_t working_ = 0;
};

absl::Status AddRates(int64_t opportunities_per_case, LogYield* yield) {
  if (yield->cases == 0) return absl::OkStatus();
  std::vector<quality::StepYield> steps;
  for (const StepOfYield& step : yield->steps) steps.push_back({step.cases, step.right});
  ASSIGN_OR_RETURN(yield->rolled, quality::RolledYieldOf(steps));
  const int64_t defects = yield->counts.AllDefects();
  yield->opportunities = opportunities_per_case > 0 ? opportunities_per_case * yield->cases
                                                    : yield->counts.AllOpportunities();
  if (yield->opportunities < defects) {
    return base::FieldError(
        "opportunities_per_case",
        absl::StrCat("is ", opportunities_per_case, ", but the ", yield->cases, " cases have ",
                     defects, " defects; leave it out, or give more"));
  }
  if (yield->opportunities == 0) return absl::OkStatus();
  // By opportunities, then by units.
  ASSIGN_OR_RETURN(quality::DefectRates rates,
                   quality::DefectRatesOf(defects, yield->opportunities, 1));
  ASSIGN_OR_RETURN(const quality::DefectRates units,
                   quality::DefectRatesOf(defects, yield->cases, std::max<int64_t>(1, defects)));
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

absl::StatusOr<LogYield> MeasureYield(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      const DefectOptions& options, int64_t opportunities_per_case,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  Sums sums(log.activities.size());
  RETURN_IF_ERROR(ReadDefects(
      log, map_transitions, options, [&](const StepVisit& visit) { sums.Take(visit); }, keep_on));
  LogYield yield = sums.Finish();
  const CaseEnds ends(log);
  for (size_t c = 0; c < log.case_count(); ++c) yield.open_cases += !ends.HasEnded(c);
  RETURN_IF_ERROR(AddRates(opportunities_per_case, &yield));
  return yield;
}

}  // namespace plumbline::analytics
