// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/experience.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::cascade {
namespace {

// Calls take(span of doings of a case) for each run that has some.
template <class Take>
absl::Status ForRuns(const std::vector<Done>& done, const Cases& cases, KeepOn keep_on,
                     const Take& take) {
  for (size_t begin = 0, end = 0; begin < done.size(); begin = end) {
    while (end < done.size() && done[end].case_number == done[begin].case_number) ++end;
    if (cases.kinds[done[begin].case_number] != Cases::kRun) continue;
    RETURN_IF_ERROR(keep_on());
    take(std::span(done).subspan(begin, end - begin));
  }
  return absl::OkStatus();
}

absl::Status LearnRuns(const Doings& doings, const Cases& cases, const Axis& axis, KeepOn keep_on,
                       Experience* experience) {
  Order order(experience->pools.size());
  const bool ordered = doings.scheduled;
  if (ordered) {
    RETURN_IF_ERROR(
        ForRuns(doings.done, cases, keep_on, [&](std::span<const Done> own) { order.Learn(own); }));
  }
  RETURN_IF_ERROR(ForRuns(doings.done, cases, keep_on, [&](std::span<const Done> own) {
    const uint32_t c = own.front().case_number;
    AddRun(own, axis.At(cases.begins[c]), axis.At(cases.day_ones[c]), experience->stations,
           ordered ? &order : nullptr, &experience->runs);
  }));
  for (const Done& done : doings.done) {
    if (done.end != kNoTime && !done.skipped)
      experience->pools[done.activity].Add(SpentOf(done, experience->stations));
  }
  for (Pool& pool : experience->pools) pool.Seal();
  return keep_on();
}

absl::Status FindOpen(const Doings& doings, const Cases& cases, const Axis& axis, KeepOn keep_on,
                      Experience* experience) {
  size_t next = 0;
  for (const uint32_t c : cases.open) {
    OpenWork work{.case_number = c, .begin = axis.At(cases.begins[c])};
    work.day_one = axis.At(cases.day_ones[c]);
    while (next < doings.done.size() && doings.done[next].case_number < c) ++next;
    for (; next < doings.done.size() && doings.done[next].case_number == c; ++next) {
      const Done& done = doings.done[next];
      if (done.end == kNoTime) {
        work.at.push_back({done.activity, done.came, done.start, done.planned});
        continue;
      }
      work.done.push_back(done.activity);
      work.last_end = done.end;
    }
    experience->open.push_back(std::move(work));
  }
  ASSIGN_OR_RETURN(experience->states, FindStates(experience->runs, experience->pools.size(),
                                                  doings.scheduled, keep_on, &experience->open));
  return absl::OkStatus();
}

void LearnArrivals(const std::vector<int64_t>& times, int64_t since, Experience* experience) {
  if (times.size() < 2) return;
  statistics::CompensatedSum sum;
  for (size_t i = 1; i < times.size(); ++i) {
    experience->gaps.push_back(times[i] - times[i - 1]);
    sum.Add(static_cast<double>(experience->gaps.back()));
  }
  const auto window = static_cast<double>(-since);
  experience->mean_gap = window / static_cast<double>(times.size());
  const double mean = sum.value() / static_cast<double>(experience->gaps.size());
  if (!(mean > 0) || !(window > 0)) {
    experience->gaps.clear();
    return;
  }
  experience->stretch = experience->mean_gap / mean;
}

}  // namespace

void SetArrivals(double mean_gap, Experience* experience) {
  constexpr int kGaps = 1'000;
  std::vector<int64_t>& gaps = experience->gaps;
  if (mean_gap <= 0) gaps.clear();
  experience->mean_gap = mean_gap;
  if (mean_gap <= 0) return;
  if (gaps.empty()) {
    for (int i = 0; i < kGaps; ++i)
      gaps.push_back(std::llround(-mean_gap * std::log1p(-(i + 0.5) / kGaps)));
  }
  statistics::CompensatedSum sum;
  for (const int64_t gap : gaps) sum.Add(static_cast<double>(gap));
  experience->stretch = mean_gap * static_cast<double>(gaps.size()) / sum.value();
}

absl::Status CheckRuns(const Cases& cases) {
  if (!cases.runs.empty()) return absl::OkStatus();
  return base::FieldError("selection",
                          "no case has ended yet, so that nothing is known of how cases go on: "
                          "wait until some have, select more, or say which have ended "
                          "(`selection.completion`)");
}

absl::StatusOr<Experience> MakeExperience(Learning learning, const Axis& axis, KeepOn keep_on) {
  Experience experience;
  experience.pools.resize(learning.stations.of_activity.size());
  experience.stations = std::move(learning.stations);
  experience.starts_known = std::move(learning.starts_known);
  RETURN_IF_ERROR(LearnRuns(learning.doings, learning.cases, axis, keep_on, &experience));
  RETURN_IF_ERROR(FindOpen(learning.doings, learning.cases, axis, keep_on, &experience));
  LearnArrivals(learning.arrivals, axis.At(learning.cases.since), &experience);
  statistics::CompensatedSum durations;
  for (const Run& run : experience.runs.runs) durations.Add(static_cast<double>(run.duration));
  if (!experience.runs.runs.empty())
    experience.mean_duration = durations.value() / static_cast<double>(experience.runs.runs.size());
  RETURN_IF_ERROR(keep_on());
  return experience;
}

absl::StatusOr<Experience> Learn(const LogSnapshot& log,
                                 const std::vector<std::string>& map_transitions,
                                 const Needs& needs, const Axis& axis, const LearnOptions& options,
                                 KeepOn keep_on) {
  Learning learning;
  ASSIGN_OR_RETURN(learning.cases, SortCases(log, keep_on));
  RETURN_IF_ERROR(CheckRuns(learning.cases));
  ASSIGN_OR_RETURN(learning.doings,
                   ReadDoings(log, map_transitions, learning.cases, axis, keep_on));
  const Doings& doings = learning.doings;
  for (const StartCount& count : doings.starts) learning.starts_known.push_back(count.known());
  ASSIGN_OR_RETURN(learning.stations,
                   NameStations(log.activities, needs, options.by_role, options.servers));
  SetServers(FindAtWork(learning.stations, doings.busy, doings.starts), &learning.stations);
  RETURN_IF_ERROR(keep_on());
  for (const int64_t begin : learning.cases.begins)
    if (begin >= learning.cases.since) learning.arrivals.push_back(axis.At(begin));
  std::sort(learning.arrivals.begin(), learning.arrivals.end());
  return MakeExperience(std::move(learning), axis, keep_on);
}

}  // namespace plumbline::analytics::cascade
