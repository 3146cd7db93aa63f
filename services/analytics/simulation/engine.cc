// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/simulation/engine.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::simulation {
namespace {

constexpr int64_t kMovesAtOnce = 1 << 18;

// The stations whose servers are always the same, and at which all need the same: nobody overtakes.
std::vector<bool> InTurn(const Network& network, std::span<const TaskKind> kinds) {
  std::vector<bool> in_turn(network.stations.size());
  for (size_t s = 0; s < in_turn.size(); ++s)
    in_turn[s] = network.stations[s].servers > 0 && network.stations[s].changes.empty();
  std::vector<const Numbers*> needed(network.stations.size(), nullptr);
  for (const TaskKind& kind : kinds) {
    if (kind.station == kNobody) continue;
    const Numbers*& first = needed[kind.station];
    if (first == nullptr) first = &kind.utilities;
    if (*first != kind.utilities) in_turn[kind.station] = false;
  }
  return in_turn;
}

}  // namespace

void Following::Read(const Work& work) {
  const size_t count = work.pieces.size();
  ascending_ = true;
  begin_.assign(count + 1, 0);
  for (size_t i = 0; i < count; ++i) {
    for (const uint32_t one : work.Before(i)) {
      ++begin_[one + 1];
      ascending_ = ascending_ && one < i;
    }
  }
  for (size_t i = 0; i < count; ++i) begin_[i + 1] += begin_[i];
  after_.resize(begin_.back());
  next_.assign(begin_.begin(), begin_.end() - 1);
  for (size_t i = 0; i < count; ++i) {
    for (const uint32_t one : work.Before(i)) after_[next_[one]++] = static_cast<uint32_t>(i);
  }
}

Engine::Engine(std::span<const Network* const> networks, std::span<const TaskKind> kinds)
    : queue_(ReadyOf{this}) {
  for (const Network* network : networks) networks_.push_back(Prepare(*network, kinds));
}

Engine::Engine(const Engine& other) : networks_(other.networks_), queue_(ReadyOf{this}) {}

Engine::Prepared Engine::Prepare(const Network& network, std::span<const TaskKind> kinds) {
  Prepared prepared;
  for (const TaskKind& kind : kinds) prepared.hours.push_back(HoursOf(network, kind));
  for (uint32_t s = 0; s < network.stations.size(); ++s) {
    prepared.servers.push_back(network.stations[s].servers);
    if (network.stations[s].servers == 0) continue;
    for (const Change& change : network.stations[s].changes)
      prepared.changes.push_back({change.time, change.servers, s});
  }
  const std::vector<bool> in_turn = InTurn(network, kinds);
  for (Hours& hours : prepared.hours)
    hours.in_turn = hours.station != kNobody && in_turn[hours.station];
  std::sort(prepared.changes.begin(), prepared.changes.end(),
            [](const StationChange& a, const StationChange& b) {
              return std::tie(a.time, a.servers, a.station) <
                     std::tie(b.time, b.servers, b.station);
            });
  return prepared;
}

Engine::Hours Engine::HoursOf(const Network& network, const TaskKind& kind) {
  Hours hours;
  std::vector<Slow> slow;
  if (kind.station != kNobody) {
    const Station& station = network.stations[kind.station];
    if (station.servers > 0) hours.station = kind.station;
    hours.opening = station.opening;
    hours.slowness = station.slowness;
    slow = station.slow;
  }
  for (const uint32_t utility : kind.utilities) {
    const Utility& needed = network.utilities[utility];
    hours.opening = hours.opening.Without(needed.opening);
    slow.insert(slow.end(), needed.slow.begin(), needed.slow.end());
  }
  if (!slow.empty()) hours.pace.emplace(hours.opening, slow);
  hours.always = hours.opening.always() && slow.empty() && hours.slowness == 1;
  return hours;
}

void Engine::Line::Clear() {
  places.clear();
  first = 0;
  before.clear();
}

void Engine::Line::Push(const Place& place) {
  if (first == places.size()) {
    places.clear();
    first = 0;
  }
  if (places.empty() || places.back() < place) {
    places.push_back(place);
    return;
  }
  before.push_back(place);
  std::push_heap(before.begin(), before.end(), std::greater<>());
}

uint32_t Engine::Line::Pop() {
  if (before.empty() || (first < places.size() && places[first] < before.front()))
    return places[first++].second;
  std::pop_heap(before.begin(), before.end(), std::greater<>());
  const uint32_t piece = before.back().second;
  before.pop_back();
  return piece;
}

int64_t Engine::Hours::Finish(int64_t begun, int64_t duration) const {
  if (always) return begun + duration;
  const int64_t slow =
      slowness == 1 ? duration : std::llround(static_cast<double>(duration) * slowness);
  return pace.has_value() ? pace->Finish(begun, slow) : opening.Finish(begun, slow);
}

void Engine::Busy::Begin(int64_t ends, int64_t servers) {
  if (static_cast<int64_t>(done.size()) < servers) {
    done.push_back(ends);
    std::push_heap(done.begin(), done.end(), std::greater<>());
    return;
  }
  const size_t size = done.size();
  size_t at = 0;
  for (size_t child = 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && done[child + 1] < done[child]) ++child;
    if (done[child] >= ends) break;
    done[at] = done[child];
    at = child;
  }
  done[at] = ends;
}

void Engine::Clear() {
  event_count_ = moved_ = 0;
  next_change_ = 0;
  arrivals_.clear();
  next_arrival_ = 0;
  free_ = network_->servers;
  waiting_.resize(free_.size());
  in_turn_ = horizon_ == kNever && following_->ascending();
  busy_.resize(free_.size());
  for (Busy& busy : busy_) busy.done.clear();
  for (Line& line : waiting_) line.Clear();
  done_.clear();
}

void Engine::Start(const Work& work) {
  const size_t count = work.pieces.size();
  Clear();
  states_.resize(count);
  uint32_t before = 0;
  for (size_t i = 0; i < count; ++i) {
    const Piece& piece = work.pieces[i];
    states_[i] = {.since = piece.earliest,
                  .lead = piece.lead,
                  .duration = piece.duration,
                  .kind = piece.kind,
                  .left = piece.before_end - before,
                  .after_begin = following_->begin(i),
                  .after_end = following_->begin(i + 1)};
    before = piece.before_end;
  }
  starting_ = true;
  for (uint32_t i = 0; i < count; ++i) {
    if (!work.Before(i).empty()) continue;
    Come(i, states_[i]);
    FollowAll();
  }
  starting_ = false;
  // Those that come in their order burden no queue.
  const auto after = [this](const Event& a, const Event& b) { return queue_.IsAfter(b, a); };
  const bool ordered = std::is_sorted(arrivals_.begin(), arrivals_.end(), after);
  queue_.Clear(ordered ? 0 : count);
  if (ordered) return;
  for (const Event& event : arrivals_) queue_.Push(event);
  arrivals_.clear();
}

absl::Status Engine::Run(size_t network, const Work& work, const Following& following,
                         int64_t horizon, absl::FunctionRef<absl::Status()> keep_on) {
  network_ = &networks_[network];
  horizon_ = horizon;
  following_ = &following;
  Start(work);
  int64_t next_look = kMovesAtOnce;
  while (Step()) {
    if (++moved_ < next_look) continue;
    next_look = moved_ + kMovesAtOnce;
    RETURN_IF_ERROR(keep_on());
  }
  if (First() != nullptr || next_change_ < network_->changes.size()) return absl::OkStatus();
  for (size_t i = 0; i < states_.size(); ++i) {
    if (states_[i].left == 0) continue;
    return base::FieldError(absl::StrCat("tasks[", i, "].before"),
                            "waits for itself, by way of the tasks before it");
  }
  return absl::OkStatus();
}

const Event* Engine::First() {
  const Event* first = queue_.First();
  if (next_arrival_ == arrivals_.size()) return first;
  const Event* arrival = &arrivals_[next_arrival_];
  return first == nullptr || queue_.IsAfter(*first, *arrival) ? arrival : first;
}

void Engine::Pop(const Event* first) {
  if (next_arrival_ < arrivals_.size() && first == &arrivals_[next_arrival_]) {
    ++next_arrival_;
  } else {
    queue_.Pop();
  }
}

// The next that happens by the horizon; false where nothing does.
bool Engine::Step() {
  const Event* first = First();
  // Before all else at one time come servers, and go.
  const auto& changes = network_->changes;
  if (next_change_ < changes.size() &&
      (first == nullptr || changes[next_change_].time <= first->time)) {
    const StationChange& change = changes[next_change_];
    if (change.time > horizon_) return false;
    ++next_change_;
    free_[change.station] += change.servers;
    Fill(change.station, change.time);
    return true;
  }
  if (first == nullptr || first->time > horizon_) return false;
  const Event event = *first;
  Pop(first);
  // What comes next is fetched meanwhile, with who mostly waits for it.
  if (const Event* next = queue_.Near()) {
    __builtin_prefetch(&states_[next->task]);
    __builtin_prefetch(&states_[next->task] + 1);
  }
  State& state = states_[event.task];
  if (event.what() == Happening::kDone) {
    Complete(state, event.time);
    return true;
  }
  if (event.what() == Happening::kArrives) {
    state.times.ready = event.time;
    Arrive(state);
    const Hours& hours = network_->hours[state.kind];
    if (in_turn_ && hours.in_turn) {
      Serve(state, hours, event.time);
      return true;
    }
  }
  Admit(event.task, state, event.time);
  return true;
}

void Engine::Arrive(State& state) { event_count_ += state.lead > 0 ? 3 : 1; }

// All before it are done. What is in nobody's hands needs no turn of its own: when it is done is
// known. Those that wait for it have higher numbers, so that they come in their turn.
void Engine::Come(uint32_t piece, State& state) {
  const int64_t ready = state.since + state.lead;
  const Hours& hours = network_->hours[state.kind];
  const bool alone = hours.station == kNobody && hours.always && following_->ascending();
  if (!alone || ready > horizon_ || ready + state.duration > horizon_) {
    const Event event(ready, Happening::kArrives, piece);
    starting_ ? arrivals_.push_back(event) : queue_.Push(event);
    return;
  }
  state.times = {ready, ready, ready + state.duration};
  Arrive(state);
  ++event_count_;
  done_.push_back(piece);
}

// Who comes is begun as soon as all that came before it are and one of the servers is done, so that
// it is known by then when it will be done (Kiefer and Wolfowitz 1955).
void Engine::Serve(State& state, const Hours& hours, int64_t now) {
  const int64_t servers = network_->servers[hours.station];
  Busy& busy = busy_[hours.station];
  const int64_t free = std::max(now, busy.FreeAt(servers));
  state.times.begun = hours.opening.always() ? free : hours.opening.NextOpen(free);
  state.times.done = hours.Finish(state.times.begun, state.duration);
  busy.Begin(state.times.done, servers);
  ++event_count_;
  Follow(state, state.times.done);
  FollowAll();
}

void Engine::Follow(const State& state, int64_t time) {
  const std::vector<uint32_t>& after = following_->after();
  for (uint32_t i = state.after_begin; i < state.after_end; ++i) {
    State& waiting = states_[after[i]];
    waiting.since = std::max(waiting.since, time);
    if (--waiting.left == 0) Come(after[i], waiting);
  }
}

void Engine::FollowAll() {
  while (!done_.empty()) {
    const State& state = states_[done_.back()];
    done_.pop_back();
    Follow(state, state.times.done);
  }
}

// To the station, or to wait until it and the utilities are open.
void Engine::Admit(uint32_t piece, State& state, int64_t now) {
  const Hours& hours = network_->hours[state.kind];
  const int64_t open = hours.opening.always() ? now : hours.opening.NextOpen(now);
  if (open > now) {
    queue_.Push({open, Happening::kOpens, piece});
  } else if (hours.station == kNobody) {
    Begin(piece, state, hours, now);
  } else if (free_[hours.station] > 0) {
    --free_[hours.station];
    Begin(piece, state, hours, now);
  } else {
    waiting_[hours.station].Push({state.times.ready, piece});
  }
}

void Engine::Begin(uint32_t piece, State& state, const Hours& hours, int64_t now) {
  state.times.begun = now;
  queue_.Push({hours.Finish(now, state.duration), Happening::kDone, piece});
}

void Engine::Complete(State& state, int64_t now) {
  state.times.done = now;
  ++event_count_;
  Follow(state, now);
  FollowAll();
  const uint32_t station = network_->hours[state.kind].station;
  if (station == kNobody) return;
  ++free_[station];
  Fill(station, now);
}

// Gives the servers that are free to the first that can begin.
void Engine::Fill(uint32_t station, int64_t now) {
  Line& waiting = waiting_[station];
  while (free_[station] > 0 && !waiting.empty()) {
    ++moved_;
    const uint32_t piece = waiting.Pop();
    State& state = states_[piece];
    const Hours& hours = network_->hours[state.kind];
    const int64_t open = hours.opening.always() ? now : hours.opening.NextOpen(now);
    if (open > now) {
      queue_.Push({open, Happening::kOpens, piece});
      continue;
    }
    --free_[station];
    Begin(piece, state, hours, now);
  }
}

}  // namespace plumbline::analytics::simulation
