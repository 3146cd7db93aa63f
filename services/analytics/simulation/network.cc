// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/simulation/network.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/simulation/engine.h"

namespace plumbline::analytics::simulation {
namespace {

bool IsSlowness(double times) { return std::isfinite(times) && times > 0; }

absl::Status CheckSlow(const std::vector<Slow>& slow, const std::string& path) {
  for (const Slow& one : slow) {
    if (!IsSlowness(one.times) || one.when.begin >= one.when.end)
      return base::FieldError(absl::StrCat(path, ".slow"),
                              "has a stretch that is none, or no number above 0");
  }
  return absl::OkStatus();
}

// In the order of time.
std::vector<Change> Sorted(std::vector<Change> changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Change& a, const Change& b) { return a.time < b.time; });
  return changes;
}

absl::Status CheckStation(const Station& station, const std::string& path) {
  if (station.servers < 0) return base::FieldError(absl::StrCat(path, ".servers"), "is below 0");
  if (!IsSlowness(station.slowness))
    return base::FieldError(absl::StrCat(path, ".slowness"), "is not a number above 0");
  RETURN_IF_ERROR(CheckSlow(station.slow, path));
  int64_t servers = station.servers;
  const std::vector<Change> changes = Sorted(station.changes);
  for (size_t i = 0; i < changes.size(); ++i) {
    servers += changes[i].servers;
    const bool passes = i + 1 < changes.size() && changes[i + 1].time == changes[i].time;
    const int64_t least = i + 1 == changes.size() && station.servers > 0 ? 1 : 0;
    if (!passes && station.servers > 0 && servers < least)
      return base::FieldError(absl::StrCat(path, ".changes"),
                              absl::StrCat("leave ", servers, " servers"));
  }
  return absl::OkStatus();
}

absl::Status CheckTasks(const Network& network, const Workload& workload) {
  const size_t count = workload.tasks.size();
  for (size_t i = 0; i < count; ++i) {
    const Task& task = workload.tasks[i];
    const auto error = [&](const char* field, const char* what) {
      return base::FieldError(absl::StrCat("tasks[", i, "].", field), what);
    };
    if (task.duration < 0) return error("duration", "is below 0");
    if (task.station != kNobody && task.station >= network.stations.size())
      return error("station", "is none of the network");
    for (const uint32_t utility : task.utilities) {
      if (utility >= network.utilities.size())
        return error("utilities", "has one that is none of the network");
    }
    for (const uint32_t before : task.before) {
      if (before >= count) return error("before", "has one that is none of the workload");
    }
  }
  return absl::OkStatus();
}

// The workload in pieces, with their kinds: tasks that are done in one place and need the same.
class Converter {
 public:
  explicit Converter(const Network& network) : of_station_(network.stations.size() + 1, kNobody) {}

  void Add(const Task& task) {
    uint32_t kind = 0;
    if (task.utilities.empty()) {
      uint32_t& known = of_station_[task.station == kNobody ? 0 : 1 + task.station];
      if (known == kNobody) known = KindOf(task);
      kind = known;
    } else {
      kind = KindOf(task);
    }
    work.Add({.earliest = task.earliest, .duration = task.duration, .kind = kind}, task.before);
  }

  std::vector<TaskKind> kinds;
  Work work;

 private:
  uint32_t KindOf(const Task& task) {
    std::vector<uint32_t> key(task.utilities.begin(), task.utilities.end());
    std::sort(key.begin(), key.end());
    key.push_back(task.station);
    const auto [kind, added] =
        numbers_.try_emplace(std::move(key), static_cast<uint32_t>(kinds.size()));
    if (added) kinds.push_back({task.station, task.utilities});
    return kind->second;
  }

  std::vector<uint32_t> of_station_;  // of tasks without utilities; first of those of nobody
  std::map<std::vector<uint32_t>, uint32_t> numbers_;
};

}  // namespace

absl::Status Check(const Network& network) {
  for (size_t i = 0; i < network.stations.size(); ++i)
    RETURN_IF_ERROR(CheckStation(network.stations[i], absl::StrCat("stations[", i, "]")));
  for (size_t i = 0; i < network.utilities.size(); ++i)
    RETURN_IF_ERROR(CheckSlow(network.utilities[i].slow, absl::StrCat("utilities[", i, "]")));
  return absl::OkStatus();
}

absl::StatusOr<Outcome> Simulate(const Network& network, const Workload& workload, int64_t horizon,
                                 absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(Check(network));
  RETURN_IF_ERROR(CheckTasks(network, workload));
  if (workload.tasks.size() > kMostTasksOfEvents)
    return base::FieldError("tasks", absl::StrCat("are more than ", kMostTasksOfEvents));
  Converter converted(network);
  for (const Task& task : workload.tasks) converted.Add(task);
  Following following;
  following.Read(converted.work);
  const Network* const networks[] = {&network};
  Engine engine(networks, converted.kinds);
  RETURN_IF_ERROR(engine.Run(0, converted.work, following, horizon, keep_on));
  Outcome outcome{.events = engine.events()};
  outcome.tasks.reserve(engine.size());
  for (size_t i = 0; i < engine.size(); ++i) outcome.tasks.push_back(engine.times(i));
  return outcome;
}

}  // namespace plumbline::analytics::simulation
