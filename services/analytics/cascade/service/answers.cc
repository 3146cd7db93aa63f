// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/service/answers.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "common/base/status_macros.h"
#include "common/statistics/normal.h"
#include "common/statistics/proportions.h"
#include "common/statistics/sums.h"
#include "services/analytics/cascade/service/notes.h"
#include "services/analytics/cascade/targets.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using cascade::RunningMean;

constexpr double kSecond = 1e6;

void Set(const RunningMean& mean, v1::CascadeMean* answer, double unit = 1) {
  answer->set_mean(mean.mean() / unit);
  answer->set_standard_error(mean.error() / unit);
}

void Set(const forecast::TimeEstimate& estimate, v1::CascadeQuantile* answer) {
  answer->set_value(estimate.value / kSecond);
  answer->set_lower_value(estimate.low / kSecond);
  answer->set_upper_value(estimate.high / kSecond);
}

void Set(int64_t count, int64_t of, v1::CascadeShare* answer) {
  static const double z = statistics::NormalUpperQuantile(0.025);
  const statistics::Estimate share = statistics::Proportion(count, of, z);
  answer->set_share(share.value);
  answer->set_lower_share(share.lower);
  answer->set_upper_share(share.upper);
}

// Slips in ascending order, microseconds.
void Set(const std::vector<double>& ascending, v1::CascadeSlip* answer) {
  const auto runs = static_cast<int64_t>(ascending.size());
  const auto at = [&](int64_t place) { return ascending[static_cast<size_t>(place)]; };
  Set(forecast::QuantileAt<double>(0.5, 0.5, runs, at), answer->mutable_median_seconds());
  Set(forecast::QuantileAt<double>(0.9, 0.9, runs, at), answer->mutable_p90_seconds());
  RunningMean mean;
  for (const double slip : ascending) mean.Add(slip);
  Set(mean, answer->mutable_mean_seconds(), kSecond);
}

int64_t MedianOf(const int64_t* begin, int64_t runs) {
  std::vector<int64_t> sorted(begin, begin + runs);
  const auto middle = sorted.begin() + forecast::PlaceOf(0.5, runs);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

// Open cases as an answer names them.
class CaseWriter {
 public:
  explicit CaseWriter(const Simulated& all)
      : all_(all), runs_(all.tally.runs()), targets_(cascade::ReadCaseTimes(all.log, "due_time")) {}

  void Write(const cascade::CaseSlip& slip, v1::CascadeCase* answer) const {
    const cascade::OpenWork& work = all_.experience.open[slip.open];
    const auto day = static_cast<double>(all_.options.day);
    answer->set_case_id(std::string(all_.log.cases[work.case_number]));
    WriteSteps(work, answer);
    answer->set_age_seconds(static_cast<double>(all_.axis.now() - BeginOf(work)) / kSecond);
    Set(Slips(slip.open, false), answer->mutable_slip());
    Set(Slips(slip.open, true), answer->mutable_wall_slip());
    answer->set_median_slip_days(slip.median.value / day);
    answer->set_p90_slip_days(slip.p90.value / day);
    Set(slip.day_count, runs_, answer->mutable_day_slip());
    const int64_t* without = all_.tally.Ends(slip.open, false);
    const int64_t* with = all_.tally.Ends(slip.open, true);
    if (const auto date = all_.axis.Date(MedianOf(without, runs_)); date.has_value())
      *answer->mutable_finish_time() = ToTimestamp(*date);
    if (const auto date = all_.axis.Date(MedianOf(with, runs_)); date.has_value())
      *answer->mutable_disrupted_finish_time() = ToTimestamp(*date);
    const int64_t due = DueOf(work);
    if (due == kNoTime) return;
    *answer->mutable_due_time() = ToTimestamp(due);
    Set(LateCount(without, due), runs_, answer->mutable_late());
    Set(LateCount(with, due), runs_, answer->mutable_disrupted_late());
  }

  // How many of the cases with a target miss it, by future.
  void WriteLate(v1::CascadeTotals* totals) const {
    int64_t targeted = 0;
    std::vector<int64_t> late(static_cast<size_t>(runs_)), disrupted(late.size());
    for (size_t i = 0; i < all_.experience.open.size(); ++i) {
      const int64_t due = DueOf(all_.experience.open[i]);
      if (due == kNoTime) continue;
      ++targeted;
      const int64_t at = all_.axis.At(due);
      for (size_t r = 0; r < late.size(); ++r) {
        late[r] += all_.tally.Ends(i, false)[r] > at;
        disrupted[r] += all_.tally.Ends(i, true)[r] > at;
      }
    }
    totals->set_targeted_case_count(targeted);
    RunningMean mean, disrupted_mean;
    for (const int64_t count : late) mean.Add(static_cast<double>(count));
    for (const int64_t count : disrupted) disrupted_mean.Add(static_cast<double>(count));
    Set(mean, totals->mutable_late_case_count());
    Set(disrupted_mean, totals->mutable_disrupted_late_case_count());
  }

 private:
  int64_t BeginOf(const cascade::OpenWork& work) const {
    const uint32_t row = all_.log.case_begin[work.case_number];
    const bool starts = !all_.log.start.empty() && all_.log.start[row] != kNoTime;
    return starts ? std::min(all_.log.start[row], all_.log.time[row]) : all_.log.time[row];
  }
  int64_t DueOf(const cascade::OpenWork& work) const {
    return targets_.empty() ? kNoTime : targets_[work.case_number];
  }
  int64_t LateCount(const int64_t* ends, int64_t due) const {
    const int64_t at = all_.axis.At(due);
    return std::count_if(ends, ends + runs_, [at](int64_t end) { return end > at; });
  }

  void WriteSteps(const cascade::OpenWork& work, v1::CascadeCase* answer) const {
    for (const cascade::At& at : work.at) {
      const auto& steps = answer->at_steps();
      const std::string& name = all_.log.activities[at.activity];
      if (std::find(steps.begin(), steps.end(), name) == steps.end()) answer->add_at_steps(name);
    }
    if (work.at.empty() && !work.done.empty())
      answer->add_at_steps(all_.log.activities[work.done.back()]);
  }

  // By the wall clock each end is an instant; by the axis it is a number.
  std::vector<double> Slips(size_t open, bool wall) const {
    std::vector<double> slips;
    const bool same = !all_.axis.between();
    for (int64_t r = 0; r < runs_; ++r) {
      const int64_t without = all_.tally.Ends(open, false)[r],
                    with = all_.tally.Ends(open, true)[r];
      const bool instants = wall && !same && with != without;
      slips.push_back(static_cast<double>(
          instants ? all_.axis.Instant(with) - all_.axis.Instant(without) : with - without));
    }
    std::sort(slips.begin(), slips.end());
    return slips;
  }

  const Simulated& all_;
  const int64_t runs_;
  const std::vector<int64_t> targets_;  // by case
};

absl::Status WriteCases(const Simulated& all, absl::FunctionRef<absl::Status()> keep_on,
                        v1::SimulateCascadeResponse* answer) {
  const size_t open = all.experience.open.size();
  ASSIGN_OR_RETURN(const auto slips, cascade::RankSlips(all.tally, open, all.options.day, keep_on));
  const size_t shown = std::min(open, static_cast<size_t>(all.command.max_cases));
  const CaseWriter writer(all);
  statistics::CompensatedSum omitted, lost;
  for (size_t i = 0; i < open; ++i) {
    if (i < shown) RETURN_IF_ERROR(keep_on());
    if (i < shown) writer.Write(slips[i], answer->add_cases());
    lost.Add(std::max(0.0, slips[i].mean));
    if (i >= shown) omitted.Add(std::max(0.0, slips[i].mean));
  }
  answer->mutable_omitted_cases()->set_count(static_cast<int64_t>(open - shown));
  if (lost.value() > 0)
    answer->mutable_omitted_cases()->set_share(std::min(1.0, omitted.value() / lost.value()));
  v1::CascadeTotals& totals = *answer->mutable_totals();
  Set(all.tally.slipping, totals.mutable_slipping_case_count());
  Set(all.tally.open_lost, totals.mutable_open_lost_seconds());
  Set(all.tally.new_lost, totals.mutable_new_lost_seconds());
  Set(all.tally.new_cases, totals.mutable_new_case_count());
  writer.WriteLate(&totals);
  return keep_on();
}

void WriteModel(const Simulated& all, v1::CascadeModel* model) {
  const cascade::Experience& experience = all.experience;
  const int64_t until = all.axis.Instant(all.options.until);
  *model->mutable_as_of_time() = ToTimestamp(all.axis.now());
  *model->mutable_until_time() = ToTimestamp(until);
  model->set_ended_case_count(static_cast<int64_t>(experience.runs.runs.size()));
  model->set_open_case_count(static_cast<int64_t>(experience.open.size()));
  if (!experience.gaps.empty()) {
    const double days = static_cast<double>(until - all.axis.now()) / (86'400 * kSecond);
    const double come = static_cast<double>(all.options.until) / experience.mean_gap;
    if (days > 0) model->set_arrivals_per_day(come / days);
  }
  model->set_day_seconds(static_cast<double>(all.options.day) / kSecond);
  model->set_runs(all.tally.runs());
  model->set_seed(all.options.seed);
  model->set_event_count(all.tally.events);
  model->set_observed_duration_seconds(experience.mean_duration / kSecond);
  if (all.tally.new_duration.count() > 0)
    Set(all.tally.new_duration, model->mutable_simulated_duration_seconds());
  Set(all.tally.in_progress, model->mutable_in_progress());
  Set(all.tally.stay, model->mutable_arrivals_times_stay());
}

// Steps by what piles up there at most, then by name.
struct Piled {
  uint32_t activity = 0;
  size_t place = 0;  // of the most
  double most = -1;  // below 0 where no future came to it
};

std::vector<Piled> RankSteps(const cascade::Tally& tally) {
  std::vector<Piled> steps;
  for (uint32_t a = 0; a < tally.steps().size(); ++a) {
    const auto& extra = tally.steps()[a].extra;
    // Waits are of those that are there with and without.
    if (extra.empty() || tally.steps()[a].wait.count() == 0) continue;
    const size_t place = cascade::PeakOf(extra);
    steps.push_back({a, place, extra[place].mean()});
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Piled& a, const Piled& b) { return a.most > b.most; });
  return steps;
}

void WriteStep(const Simulated& all, const Piled& piled, v1::CascadeStep* answer) {
  const cascade::StepTally& tally = all.tally.steps()[piled.activity];
  const cascade::Stations& stations = all.experience.stations;
  const uint32_t station = stations.of_activity[piled.activity];
  answer->set_activity(all.log.activities[piled.activity]);
  answer->set_station(stations.names[station]);
  answer->set_servers(stations.servers[station]);
  const cascade::Need& need = all.needs[piled.activity];
  answer->set_role(need.role);
  for (const std::string& utility : need.utilities) answer->add_utilities(utility);
  const auto& disruptions = all.options.disruptions;
  answer->set_hit(std::any_of(disruptions.begin(), disruptions.end(), [&](const auto& one) {
    return std::binary_search(one.activities.begin(), one.activities.end(), piled.activity);
  }));
  Set(tally.wait, answer->mutable_wait_seconds());
  Set(tally.extra_wait, answer->mutable_extra_wait_seconds());
  Set(tally.extra[piled.place], answer->mutable_peak_extra_count());
  *answer->mutable_peak_time() = ToTimestamp(all.axis.Instant(all.tally.grid().At(piled.place)));
}

void WriteSteps(const Simulated& all, v1::SimulateCascadeResponse* answer) {
  const std::vector<Piled> steps = RankSteps(all.tally);
  const size_t shown = std::min(steps.size(), static_cast<size_t>(all.command.max_steps));
  double most = 0, omitted = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (i < shown) WriteStep(all, steps[i], answer->add_steps());
    most += std::max(0.0, steps[i].most);
    if (i >= shown) omitted += std::max(0.0, steps[i].most);
  }
  answer->mutable_omitted_steps()->set_count(static_cast<int64_t>(steps.size() - shown));
  if (most > 0) answer->mutable_omitted_steps()->set_share(omitted / most);
}

void WriteBacklog(const Simulated& all, const cascade::Recovery& recovery,
                  v1::CascadeBacklog* answer) {
  const cascade::Tally& tally = all.tally;
  const auto time = [&](int64_t at) { return ToTimestamp(all.axis.Instant(at)); };
  std::vector<int32_t> extra(static_cast<size_t>(tally.runs()));
  for (size_t p = 0; p <= cascade::Grid::kSteps; ++p) {
    v1::CascadePoint& point = *answer->add_points();
    *point.mutable_time() = time(tally.grid().At(p));
    Set(tally.counts()[p], point.mutable_count());
    Set(tally.extras()[p], point.mutable_extra_count());
    for (size_t r = 0; r < extra.size(); ++r) extra[r] = tally.extra_runs()[r][p];
    const auto place = extra.begin() + forecast::PlaceOf(0.9, tally.runs());
    std::nth_element(extra.begin(), place, extra.end());
    point.set_p90_extra_count(*place);
  }
  const size_t peak = cascade::PeakOf(tally.extras());
  Set(tally.extras()[peak], answer->mutable_peak_extra_count());
  *answer->mutable_peak_time() = time(tally.grid().At(peak));
  Set(recovery.piled, tally.runs(), answer->mutable_piled());
  Set(recovery.unrecovered, tally.runs(), answer->mutable_unrecovered());
  if (all.lasts()) return;
  if (recovery.median.has_value()) *answer->mutable_recovery_time() = time(*recovery.median);
  if (recovery.lower.has_value()) *answer->mutable_lower_recovery_time() = time(*recovery.lower);
  if (recovery.upper.has_value()) *answer->mutable_upper_recovery_time() = time(*recovery.upper);
  if (recovery.p90.has_value()) *answer->mutable_p90_recovery_time() = time(*recovery.p90);
}

}  // namespace

absl::Status ToProto(const Simulated& all, absl::FunctionRef<absl::Status()> keep_on,
                     v1::SimulateCascadeResponse* answer) {
  const cascade::Recovery recovery = cascade::MeasureRecovery(all.tally);
  WriteModel(all, answer->mutable_model());
  RETURN_IF_ERROR(WriteCases(all, keep_on, answer));
  WriteSteps(all, answer);
  WriteBacklog(all, recovery, answer->mutable_backlog());
  AddNotes(all, recovery, answer);
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
