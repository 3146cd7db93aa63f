// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/cascade.h"

#include <algorithm>
#include <atomic>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/sums.h"
#include "services/analytics/cascade/draw.h"
#include "services/analytics/simulation/engine.h"

namespace plumbline::analytics::cascade {
namespace {

// Up to so many tasks more than without disruptions are not a backlog, or this share of the most.
constexpr int32_t kNormal = 1;
constexpr int32_t kNormalOf = 20;
constexpr size_t kCasesAtOnce = 64;

// What a few minutes tell, say of a demonstration, is no rate of days.
absl::Status TooManyCome(const Experience& experience, const Drawer& drawer,
                         const CascadeOptions& options) {
  const double minutes = static_cast<double>(options.learned_from) / 60e6;
  const double a_day = static_cast<double>(options.day) / experience.mean_gap;
  return base::FieldError(
      "arrivals_per_day",
      absl::StrCat("is missing, and the log is too short to reckon it from: in ",
                   base::NumberText(minutes, 1), " min, ",
                   base::CountText(static_cast<int64_t>(experience.gaps.size()) + 1),
                   " cases came, which would be ", base::NumberText(a_day, 1), " in a day, and ",
                   options.runs, " runs of some ",
                   base::CountText(static_cast<int64_t>(drawer.ExpectedTasks())),
                   " tasks each; say how many new cases come a day"));
}

absl::Status CheckSize(const Experience& experience, const Drawer& drawer,
                       const CascadeOptions& options) {
  const auto runs = static_cast<double>(options.runs);
  const double tasks = drawer.ExpectedTasks() * runs;
  if (tasks > kMostTasks && options.learned_from > 0 && options.learned_from < options.day &&
      !experience.gaps.empty())
    return TooManyCome(experience, drawer, options);
  if (tasks > kMostTasks) {
    return base::FieldError(
        "runs", absl::StrCat(
                    options.runs, " runs of some ",
                    base::CountText(static_cast<int64_t>(drawer.ExpectedTasks())),
                    " tasks each are more than ", base::CountText(static_cast<int64_t>(kMostTasks)),
                    " tasks; take a nearer end of what happens (`end_time`), an earlier "
                    "until_time, fewer runs or fewer cases, or say arrivals_per_day where the log "
                    "shows too many"));
  }
  const auto open = static_cast<int64_t>(experience.open.size());
  if (open * options.runs > kMostEnds) {
    return base::FieldError(
        "runs", absl::StrCat(options.runs, " runs of ", open, " open cases are more than ",
                             kMostEnds, "; take fewer runs, or fewer cases"));
  }
  return forecast::CheckRange("runs", runs, kLeastRuns, kMostFutures);
}

// Draws and simulates futures, for one thread; its lists are filled anew where they are.
class Simulator {
 public:
  Simulator(const Experience& experience, const Networks& networks, const Drawer& drawer,
            const CascadeOptions& options)
      : drawer_(drawer),
        seed_(options.seed),
        engine_(std::vector<const simulation::Network*>{&networks.without, &networks.with},
                networks.kinds),
        counter_(experience, options.until, options.day) {}

  absl::Status Run(int64_t number, absl::FunctionRef<absl::Status()> keep_on, FutureTally* tally) {
    RETURN_IF_ERROR(keep_on());
    drawer_.Draw(seed_, static_cast<uint64_t>(number), &future_);
    following_.Read(future_.without.work);
    RETURN_IF_ERROR(engine_.Run(0, future_.without.work, following_, simulation::kNever, keep_on));
    counter_.CountWithout(future_, engine_, tally);
    const Drawn& drawn = future_.with.has_value() ? *future_.with : future_.without;
    if (future_.with.has_value()) following_.Read(drawn.work);
    RETURN_IF_ERROR(engine_.Run(1, drawn.work, following_, simulation::kNever, keep_on));
    counter_.CountWith(future_, engine_, tally);
    return absl::OkStatus();
  }

 private:
  const Drawer& drawer_;
  const uint64_t seed_;
  simulation::Engine engine_;
  Counter counter_;
  Future future_;
  simulation::Following following_;
};

// So many futures are held at a time, and then added.
size_t HeldOf(size_t activities, size_t open) {
  constexpr size_t kMost = 64, kBytes = size_t{32} << 20;
  const size_t of_one = 8 * activities * (Grid::kSteps + 1) + 16 * open + 1;
  return std::clamp(kBytes / of_one, size_t{2}, kMost);
}

// The last place at which there is a backlog, or -1: then nothing piled up.
int64_t LastOf(const std::vector<int32_t>& extra) {
  const int32_t most = *std::max_element(extra.begin(), extra.end());
  const int32_t normal = std::max(kNormal, most / kNormalOf);
  for (auto p = static_cast<int64_t>(extra.size()); p-- > 0;)
    if (extra[static_cast<size_t>(p)] > normal) return p;
  return -1;
}

}  // namespace

int64_t BytesOf(const Experience& experience, const CascadeOptions& options) {
  // A task with its times in both networks, its place in line and what it waits for, on two
  // threads.
  constexpr double kOfATask = 320 * 2;
  const Networks networks = MakeNetworks(experience.stations, options.disruptions);
  const Drawer drawer(experience, networks, options.disruptions, options.until);
  const auto ends = static_cast<double>(experience.open.size()) * static_cast<double>(options.runs);
  const auto places = static_cast<double>(experience.pools.size() * (Grid::kSteps + 1));
  const size_t held = HeldOf(experience.pools.size(), experience.open.size());
  const double of_a_future = 8 * places + 16 * static_cast<double>(experience.open.size());
  return static_cast<int64_t>(kOfATask * drawer.ExpectedTasks() + 16 * ends + 32 * places +
                              static_cast<double>(held) * of_a_future);
}

absl::StatusOr<Tally> Simulate(const Experience& experience, const CascadeOptions& options,
                               absl::FunctionRef<absl::Status()> keep_on) {
  const Networks networks = MakeNetworks(experience.stations, options.disruptions);
  RETURN_IF_ERROR(simulation::Check(networks.without));
  RETURN_IF_ERROR(simulation::Check(networks.with));
  const Drawer drawer(experience, networks, options.disruptions, options.until);
  RETURN_IF_ERROR(CheckSize(experience, drawer, options));
  const size_t activities = experience.pools.size(), open = experience.open.size();
  Tally tally(open, activities, options.until, options.runs);
  const int threads = base::ThreadsOfOneQuestion();
  std::vector<Simulator> simulators(static_cast<size_t>(threads),
                                    Simulator(experience, networks, drawer, options));
  std::vector<FutureTally> futures(HeldOf(activities, open));
  for (int64_t first = 0; first < options.runs; first += static_cast<int64_t>(futures.size())) {
    const size_t count = std::min(futures.size(), static_cast<size_t>(options.runs - first));
    std::atomic<size_t> next{0};
    const auto run = [&](size_t simulator, auto go_on) -> absl::Status {
      for (size_t i; (i = next++) < count;) {
        RETURN_IF_ERROR(
            simulators[simulator].Run(first + static_cast<int64_t>(i), go_on, &futures[i]));
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(base::TryInThreads(threads, simulators.size(), keep_on, run));
    // In their order, so that it does not matter which was done first, nor by how many threads.
    for (size_t i = 0; i < count; ++i) tally.Add(futures[i]);
  }
  return tally;
}

absl::StatusOr<std::vector<CaseSlip>> RankSlips(const Tally& tally, size_t open, int64_t day,
                                                absl::FunctionRef<absl::Status()> keep_on) {
  std::vector<CaseSlip> slips;
  std::vector<double> sorted(static_cast<size_t>(tally.runs()));
  for (size_t c = 0; c < open; ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    CaseSlip slip{.open = c};
    const int64_t *without = tally.Ends(c, false), *with = tally.Ends(c, true);
    for (size_t r = 0; r < sorted.size(); ++r) {
      sorted[r] = static_cast<double>(with[r] - without[r]);
      slip.day_count += with[r] - without[r] >= day;
    }
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](int64_t place) { return sorted[static_cast<size_t>(place)]; };
    slip.median = forecast::QuantileAt<double>(0.5, 0.5, tally.runs(), at);
    slip.p90 = forecast::QuantileAt<double>(0.9, 0.9, tally.runs(), at);
    slip.mean = statistics::Mean(sorted);
    slip.mean_error = sorted.size() < 2 ? 0
                                        : statistics::StandardDeviation(sorted) /
                                              std::sqrt(static_cast<double>(sorted.size()));
    slips.push_back(slip);
  }
  std::stable_sort(slips.begin(), slips.end(), [](const CaseSlip& a, const CaseSlip& b) {
    return std::tie(a.median.value, a.p90.value, a.mean) >
           std::tie(b.median.value, b.p90.value, b.mean);
  });
  return slips;
}

Recovery MeasureRecovery(const Tally& tally) {
  Recovery recovery;
  std::vector<int64_t> places;
  for (const std::vector<int32_t>& extra : tally.extra_runs()) {
    const int64_t last = LastOf(extra);
    if (last < 0) continue;
    ++recovery.piled;
    recovery.unrecovered += last + 1 == static_cast<int64_t>(extra.size());
    places.push_back(last + 1);
  }
  if (places.empty()) return recovery;
  std::sort(places.begin(), places.end());
  const auto at = [&](int64_t place) { return places[static_cast<size_t>(place)]; };
  const auto time = [&](int64_t place) -> std::optional<int64_t> {
    if (place > static_cast<int64_t>(Grid::kSteps)) return std::nullopt;
    return tally.grid().At(static_cast<size_t>(place));
  };
  const auto median = forecast::QuantileAt<int64_t>(0.5, 0.5, recovery.piled, at);
  recovery.median = time(median.value);
  recovery.lower = time(median.low);
  recovery.upper = time(median.high);
  recovery.p90 = time(forecast::QuantileAt<int64_t>(0.9, 0.9, recovery.piled, at).value);
  return recovery;
}

size_t PeakOf(const std::vector<RunningMean>& means) {
  const auto most = std::max_element(
      means.begin(), means.end(),
      [](const RunningMean& a, const RunningMean& b) { return a.mean() < b.mean(); });
  return static_cast<size_t>(most - means.begin());
}

}  // namespace plumbline::analytics::cascade
