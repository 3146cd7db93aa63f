// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/simulation/network.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::simulation {
namespace {

constexpr int64_t kEventsAtOnce = 1 << 18;

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

absl::Status Check(const Network& network, const Workload& workload) {
  for (size_t i = 0; i < network.stations.size(); ++i)
    RETURN_IF_ERROR(CheckStation(network.stations[i], absl::StrCat("stations[", i, "]")));
  for (size_t i = 0; i < network.utilities.size(); ++i)
    RETURN_IF_ERROR(CheckSlow(network.utilities[i].slow, absl::StrCat("utilities[", i, "]")));
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

// When a task can be done, and how fast: by a station and utilities. Tasks of one kind share one.
struct Hours {
  Opening opening;
  std::optional<Pace> pace;  // where it is not always its own

  int64_t Finish(int64_t time, int64_t duration) const {
    return pace.has_value() ? pace->Finish(time, duration) : opening.Finish(time, duration);
  }
};

class Openings {
 public:
  explicit Openings(const Network& network)
      : network_(network), of_station_(network.stations.size() + 1, kNobody) {}

  uint32_t Of(const Task& task) {
    if (!task.utilities.empty()) return OfKey(task);
    uint32_t& number = of_station_[task.station == kNobody ? 0 : 1 + task.station];
    if (number == kNobody) number = OfKey(task);
    return number;
  }
  const Hours& operator[](uint32_t number) const { return openings_[number]; }

 private:
  uint32_t OfKey(const Task& task) {
    std::vector<uint32_t> key(task.utilities.begin(), task.utilities.end());
    std::sort(key.begin(), key.end());
    key.push_back(task.station);
    const auto [it, added] = numbers_.try_emplace(std::move(key), 0);
    if (!added) return it->second;
    openings_.push_back(HoursOf(task));
    return it->second = static_cast<uint32_t>(openings_.size() - 1);
  }
  Hours HoursOf(const Task& task) const {
    Hours hours;
    std::vector<Slow> slow;
    if (task.station != kNobody) {
      hours.opening = network_.stations[task.station].opening;
      slow = network_.stations[task.station].slow;
    }
    for (const uint32_t utility : task.utilities) {
      const Utility& needed = network_.utilities[utility];
      hours.opening = hours.opening.Without(needed.opening);
      slow.insert(slow.end(), needed.slow.begin(), needed.slow.end());
    }
    if (!slow.empty()) hours.pace.emplace(hours.opening, slow);
    return hours;
  }

  const Network& network_;
  std::vector<uint32_t> of_station_;  // of tasks without utilities; first of those of nobody
  std::map<std::vector<uint32_t>, uint32_t> numbers_;
  std::vector<Hours> openings_;
};

class Simulation {
 public:
  Simulation(const Network& network, const Workload& workload, int64_t horizon)
      : network_(network),
        workload_(workload),
        horizon_(horizon),
        openings_(network),
        waiting_(network.stations.size()),
        free_(network.stations.size()) {
    outcome_.tasks.resize(workload.tasks.size());
    for (uint32_t s = 0; s < free_.size(); ++s) {
      free_[s] = network.stations[s].servers;
      if (free_[s] == 0) continue;
      for (const Change& change : network.stations[s].changes)
        events_.push({change.time, change.servers, kChanges, s});
    }
    Connect();
    Line();
  }

  absl::StatusOr<Outcome> Run(absl::FunctionRef<absl::Status()> keep_on) {
    int64_t next_look = kEventsAtOnce;
    for (Event event; Next(&event) && event.time <= horizon_;) {
      Handle(event);
      if (outcome_.events < next_look) continue;
      next_look = outcome_.events + kEventsAtOnce;
      RETURN_IF_ERROR(keep_on());
    }
    if (events_.empty()) RETURN_IF_ERROR(CheckAllCame());
    return std::move(outcome_);
  }

 private:
  // At one time those that waited for an opening line up first, then what is done frees its server,
  // so that it goes to whoever has been ready for longest; then come those that are ready now.
  // Before all of that come servers, and go.
  enum Kind : uint32_t { kChanges, kOpens, kDone, kArrives };
  struct Event {
    int64_t time = 0;
    int64_t ready = 0;  // kOpens: since when the task waits; kChanges: how many servers come
    Kind kind = kOpens;
    uint32_t task = 0;  // kChanges: the station
    bool operator>(const Event& other) const {
      if (time != other.time) return time > other.time;
      return std::tie(kind, ready, task) > std::tie(other.kind, other.ready, other.task);
    }
  };
  // Those that wait for a server, by when they were ready.
  using Place = std::pair<int64_t, uint32_t>;
  using Waiting = std::priority_queue<Place, std::vector<Place>, std::greater<>>;

  void Connect() {
    const auto& tasks = workload_.tasks;
    left_.resize(tasks.size());
    opening_.resize(tasks.size());
    after_begin_.assign(tasks.size() + 1, 0);
    for (size_t i = 0; i < tasks.size(); ++i) {
      opening_[i] = openings_.Of(tasks[i]);
      left_[i] = static_cast<uint32_t>(tasks[i].before.size());
      for (const uint32_t before : tasks[i].before) ++after_begin_[before + 1];
    }
    for (size_t i = 0; i < tasks.size(); ++i) after_begin_[i + 1] += after_begin_[i];
    after_.resize(after_begin_.back());
    std::vector<uint32_t> next(after_begin_.begin(), after_begin_.end() - 1);
    for (size_t i = 0; i < tasks.size(); ++i) {
      for (const uint32_t before : tasks[i].before)
        after_[next[before]++] = static_cast<uint32_t>(i);
    }
  }

  // The first that come, so that those that have not come yet burden no heap.
  void Line() {
    for (uint32_t task = 0; task < left_.size(); ++task) {
      if (left_[task] == 0)
        arrivals_.push_back({workload_.tasks[task].earliest, 0, kArrives, task});
    }
    std::sort(arrivals_.begin(), arrivals_.end(),
              [](const Event& a, const Event& b) { return b > a; });
  }

  bool Next(Event* event) {
    const bool arrives = next_arrival_ < arrivals_.size();
    if (!arrives && events_.empty()) return false;
    if (arrives && (events_.empty() || events_.top() > arrivals_[next_arrival_])) {
      *event = arrivals_[next_arrival_++];
    } else {
      *event = events_.top();
      events_.pop();
    }
    return true;
  }

  void Push(int64_t time, Kind kind, uint32_t task) {
    events_.push({time, kind == kOpens ? outcome_.tasks[task].ready : 0, kind, task});
  }

  void Handle(const Event& event) {
    switch (event.kind) {
      case kChanges:
        free_[event.task] += event.ready;
        Fill(event.task, event.time);
        break;
      case kArrives:
        Arrive(event.task, event.time);
        break;
      case kOpens:
        Admit(event.task, event.time);
        break;
      case kDone:
        Complete(event.task, event.time);
        break;
    }
  }

  void Arrive(uint32_t task, int64_t now) {
    outcome_.tasks[task].ready = now;
    ++outcome_.events;
    Admit(task, now);
  }

  // To the station, or to wait until it and the utilities are open.
  void Admit(uint32_t task, int64_t now) {
    const int64_t open = openings_[opening_[task]].opening.NextOpen(now);
    if (open > now) {
      Push(open, kOpens, task);
      return;
    }
    const uint32_t station = workload_.tasks[task].station;
    if (station == kNobody || network_.stations[station].servers == 0) {
      Begin(task, now);
    } else if (free_[station] > 0) {
      --free_[station];
      Begin(task, now);
    } else {
      waiting_[station].push({outcome_.tasks[task].ready, task});
    }
  }

  void Begin(uint32_t task, int64_t now) {
    const Task& work = workload_.tasks[task];
    outcome_.tasks[task].begun = now;
    const double slowness = work.station == kNobody ? 1 : network_.stations[work.station].slowness;
    const int64_t duration =
        slowness == 1 ? work.duration : std::llround(static_cast<double>(work.duration) * slowness);
    Push(openings_[opening_[task]].Finish(now, duration), kDone, task);
  }

  void Complete(uint32_t task, int64_t now) {
    outcome_.tasks[task].done = now;
    ++outcome_.events;
    for (uint32_t i = after_begin_[task]; i < after_begin_[task + 1]; ++i) {
      const uint32_t next = after_[i];
      if (--left_[next] > 0) continue;
      Push(std::max(now, workload_.tasks[next].earliest), kArrives, next);
    }
    const uint32_t station = workload_.tasks[task].station;
    if (station != kNobody && network_.stations[station].servers > 0) {
      ++free_[station];
      Fill(station, now);
    }
  }

  // Gives the servers that are free to the first that can begin.
  void Fill(uint32_t station, int64_t now) {
    Waiting& waiting = waiting_[station];
    while (free_[station] > 0 && !waiting.empty()) {
      const uint32_t task = waiting.top().second;
      waiting.pop();
      const int64_t open = openings_[opening_[task]].opening.NextOpen(now);
      if (open > now) {
        Push(open, kOpens, task);
        continue;
      }
      --free_[station];
      Begin(task, now);
    }
  }

  absl::Status CheckAllCame() const {
    for (size_t i = 0; i < left_.size(); ++i) {
      if (left_[i] == 0) continue;
      return base::FieldError(absl::StrCat("tasks[", i, "].before"),
                              "waits for itself, by way of the tasks before it");
    }
    return absl::OkStatus();
  }

  const Network& network_;
  const Workload& workload_;
  const int64_t horizon_;
  Openings openings_;
  std::vector<uint32_t> opening_;  // by task
  std::vector<uint32_t> left_;     // by task: those before it that are not done
  std::vector<uint32_t> after_begin_, after_;
  std::vector<Event> arrivals_;  // ascending
  size_t next_arrival_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Waiting> waiting_;
  std::vector<int64_t> free_;  // below 0: so many are to go when they are done
  Outcome outcome_;
};

}  // namespace

absl::StatusOr<Outcome> Simulate(const Network& network, const Workload& workload, int64_t horizon,
                                 absl::FunctionRef<absl::Status()> keep_on) {
  RETURN_IF_ERROR(Check(network, workload));
  return Simulation(network, workload, horizon).Run(keep_on);
}

}  // namespace plumbline::analytics::simulation
