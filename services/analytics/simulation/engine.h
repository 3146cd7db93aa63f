// SPDX-License-Identifier: Apache-2.0
//
// How a simulation runs: work in the form in which it is quick to go through, many times.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_ENGINE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/analytics/simulation/event_queue.h"
#include "services/analytics/simulation/network.h"
#include "services/analytics/simulation/opening.h"
#include "services/analytics/simulation/pace.h"

namespace plumbline::analytics::simulation {

// Where tasks are done and what they need; each kind is told once.
struct TaskKind {
  uint32_t station = kNobody;
  Numbers utilities;
};

// A task as in network.h.
struct Piece {
  int64_t earliest = 0;
  int64_t lead = 0;  // >= 0: it is ready only so long after it could be, in nobody's hands
  int64_t duration = 0;
  uint32_t kind = 0;
  uint32_t before_end = 0;  // in Work::before, from that of the piece before on
};

struct Work {
  std::vector<Piece> pieces;
  std::vector<uint32_t> before;  // numbers of pieces

  // The number of the piece.
  uint32_t Add(Piece piece, std::span<const uint32_t> all_before) {
    before.insert(before.end(), all_before.begin(), all_before.end());
    piece.before_end = static_cast<uint32_t>(before.size());
    pieces.push_back(piece);
    return static_cast<uint32_t>(pieces.size() - 1);
  }
  std::span<const uint32_t> Before(size_t i) const {
    const uint32_t begin = i == 0 ? 0 : pieces[i - 1].before_end;
    return {before.data() + begin, pieces[i].before_end - begin};
  }
  void Clear() {
    pieces.clear();
    before.clear();
  }
};

// Which pieces wait for which: the same in every network.
class Following {
 public:
  // O(pieces + what they wait for). Keeps its room.
  void Read(const Work& work);
  // Of all pieces one after the other; of one from begin(piece) to begin(piece + 1).
  const std::vector<uint32_t>& after() const { return after_; }
  uint32_t begin(size_t piece) const { return begin_[piece]; }
  // Whether pieces wait for such of lower numbers only.
  bool ascending() const { return ascending_; }

 private:
  std::vector<uint32_t> begin_, after_, next_;
  bool ascending_ = true;
};

// Simulates networks, one after the other, again and again. Not thread-safe.
class Engine {
 public:
  // Networks pass Check, and have the stations and utilities of `kinds`.
  Engine(std::span<const Network* const> networks, std::span<const TaskKind> kinds);
  // As one that has not run.
  Engine(const Engine& other);
  Engine& operator=(const Engine&) = delete;

  // As Simulate in network.h, of the network of this number, with 2 events more for each lead.
  // Errors of `keep_on`, and of a cycle. At most kMostTasksOfEvents pieces, of which no duration is
  // below 0.
  absl::Status Run(size_t network, const Work& work, const Following& following, int64_t horizon,
                   absl::FunctionRef<absl::Status()> keep_on);
  // Of the last run.
  size_t size() const { return states_.size(); }
  const Times& times(size_t piece) const { return states_[piece].times; }
  int64_t events() const { return event_count_; }

 private:
  // When pieces of a kind can be done, and how fast.
  struct Hours {
    uint32_t station = kNobody;  // of which some may be busy; kNobody: nothing queues
    bool in_turn = false;        // all that come there are begun in the order in which they come
    bool always = true;          // at its own pace and at any time
    Opening opening;
    std::optional<Pace> pace;  // where it is not always its own
    double slowness = 1;

    // When what is begun then is done.
    int64_t Finish(int64_t begun, int64_t duration) const;
  };
  // All that happens to a piece.
  struct alignas(64) State {  // a cache line
    Times times;
    int64_t since =
        0;  // when the last of those before it that are done was, and not before its own
    int64_t lead = 0;
    int64_t duration = 0;
    uint32_t kind = 0;
    uint32_t left = 0;  // so many before it are not done
    uint32_t after_begin = 0, after_end = 0;
  };
  struct ReadyOf {
    const Engine* engine;
    int64_t operator()(uint32_t piece) const { return engine->states_[piece].times.ready; }
  };
  // Those that wait for a server, by when they were ready.
  using Place = std::pair<int64_t, uint32_t>;
  struct Line {
    std::vector<Place> places;  // ascending
    size_t first = 0;
    std::vector<Place> before;  // those that came after who comes after them: a heap
    bool empty() const { return first == places.size() && before.empty(); }
    void Clear();
    // Both O(log tasks), and O(1) of those that come in their order.
    void Push(const Place& place);
    uint32_t Pop();
  };
  // When servers are done with what they have, the first of them first (a heap); those that never
  // had anything are not among them.
  struct Busy {
    std::vector<int64_t> done;
    // Since when one of the servers has nothing to do.
    int64_t FreeAt(int64_t servers) const {
      return static_cast<int64_t>(done.size()) < servers ? std::numeric_limits<int64_t>::min()
                                                         : done.front();
    }
    // The one that is free first has something until `ends`.
    void Begin(int64_t ends, int64_t servers);
  };
  struct StationChange {
    int64_t time = 0, servers = 0;
    uint32_t station = 0;
  };

  // A network as it is simulated.
  struct Prepared {
    std::vector<int64_t> servers;        // by station
    std::vector<Hours> hours;            // by kind
    std::vector<StationChange> changes;  // in the order in which they count
  };

  static Hours HoursOf(const Network& network, const TaskKind& kind);
  static Prepared Prepare(const Network& network, std::span<const TaskKind> kinds);
  void Clear();
  void Start(const Work& work);
  bool Step();
  const Event* First();
  void Pop(const Event* first);
  void Come(uint32_t piece, State& state);
  void Serve(State& state, const Hours& hours, int64_t now);
  void Arrive(State& state);
  // It is done: those that wait for it are told, and for those that were done thereby.
  void Follow(const State& state, int64_t time);
  void FollowAll();
  void Admit(uint32_t piece, State& state, int64_t now);
  void Begin(uint32_t piece, State& state, const Hours& hours, int64_t now);
  void Complete(State& state, int64_t now);
  void Fill(uint32_t station, int64_t now);

  std::vector<Prepared> networks_;
  // Of one run.
  const Prepared* network_ = nullptr;
  const Following* following_ = nullptr;
  int64_t horizon_ = kNever;
  std::vector<State> states_;
  int64_t event_count_ = 0;
  int64_t moved_ = 0;  // so often something happened, or one that waited was looked at
  EventQueue<ReadyOf> queue_;
  size_t next_change_ = 0;
  bool starting_ = false;
  std::vector<Event> arrivals_;  // those that are known as it starts, if they ascend
  size_t next_arrival_ = 0;
  bool in_turn_ = false;        // whether stations in which that is so serve in turn
  std::vector<Busy> busy_;      // by station, of those
  std::vector<Line> waiting_;   // by station
  std::vector<int64_t> free_;   // by station; below 0: so many are to go when they are done
  std::vector<uint32_t> done_;  // of whom those that wait are not told yet
};

}  // namespace plumbline::analytics::simulation

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_ENGINE_H_
