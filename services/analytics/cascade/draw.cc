// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/draw.h"

#include <algorithm>
#include <cmath>

namespace plumbline::analytics::cascade {
namespace {

using statistics::Generator;

constexpr uint32_t kNone = 0xFFFFFFFF;

// What is still to come of a step that an open case is at.
struct Rest {
  uint32_t open = 0;  // number of the case
  uint32_t activity = 0;
  Spent spent;
  int64_t came = 0;
  int64_t earliest = 0;
  bool begun = false;
  uint32_t step = kNone;  // of a run, that it stands for
  uint32_t task = kNone;
};

}  // namespace

// Deals out one future.
class Drawer::Hand {
 public:
  Hand(const Drawer& drawer, Generator* random, Future* future)
      : experience_(drawer.experience_),
        nobody_(static_cast<uint32_t>(drawer.networks_.kinds.size() - 1)),
        random_(*random),
        future_(*future) {}

  // Those that are at work first, then those that wait, by when they came: so the first at a
  // station are those who were there first.
  void DealOpen(Drawn* drawn) {
    const auto& open = experience_.open;
    std::vector<Place> places(open.size());
    std::vector<std::pair<size_t, size_t>> rests_of(open.size());
    for (uint32_t i = 0; i < open.size(); ++i) {
      const State& state = experience_.states.states[open[i].state];
      if (!state.places.empty()) places[i] = state.places[random_.Below(state.places.size())];
      rests_of[i].first = rests_.size();
      DrawRests(i, places[i]);
      rests_of[i].second = rests_.size();
    }
    std::vector<Rest*> order;
    for (Rest& rest : rests_) order.push_back(&rest);
    std::stable_sort(order.begin(), order.end(), [](const Rest* a, const Rest* b) {
      return a->begun != b->begun ? a->begun : a->came < b->came;
    });
    for (Rest* rest : order)
      rest->task = AddStep(rest->open, rest->activity, rest->spent, rest->earliest, {}, drawn);
    for (uint32_t i = 0; i < open.size(); ++i) {
      const State& state = experience_.states.states[open[i].state];
      if (!state.places.empty())
        DealSteps(
            i, places[i], open[i].day_one, 0, state,
            std::span(rests_).subspan(rests_of[i].first, rests_of[i].second - rests_of[i].first),
            drawn);
    }
  }

  // Cases that come, from number `first` on: any run from its begin.
  void DealNew(uint32_t first, const std::vector<int64_t>& arrivals, Drawn* drawn) {
    const auto& runs = experience_.runs.runs;
    chosen_.clear();
    for (size_t i = 0; i < arrivals.size(); ++i)
      chosen_.push_back(static_cast<uint32_t>(random_.Below(runs.size())));
    for (size_t i = 0; i < arrivals.size(); ++i) {
      if (i + 2 < arrivals.size()) FetchSteps(runs[chosen_[i + 2]]);
      if (i + 1 < arrivals.size()) FetchBefore(runs[chosen_[i + 1]]);
      const Run& run = runs[chosen_[i]];
      DealSteps(first + static_cast<uint32_t>(i), {chosen_[i], run.begin},
                arrivals[i] + run.day_one, arrivals[i], {}, {}, drawn);
    }
  }

 private:
  // Runs lie anywhere: what is needed of those that come next is fetched meanwhile, first their
  // steps, then what these wait for.
  void FetchSteps(const Run& run) const {
    const size_t count = std::min<size_t>(kMostFetched, run.end - run.begin);
    Fetch(experience_.runs.steps.data() + run.begin, count * sizeof(RunStep));
  }
  void FetchBefore(const Run& run) const {
    if (run.begin == run.end) return;
    const size_t count = std::min<size_t>(kMostFetched, run.end - run.begin);
    Fetch(experience_.runs.before.data() + experience_.runs.steps[run.begin].before_begin,
          count * sizeof(uint32_t));
  }
  static void Fetch(const void* from, size_t bytes) {
    constexpr size_t kLine = 64;
    const auto* at = static_cast<const char*>(from);
    for (size_t i = 0; i < bytes; i += kLine) __builtin_prefetch(at + i);
  }

  // Of what an open case is at. Where the log does not say, it is at the next step of its run since
  // the last ended.
  void DrawRests(uint32_t i, const Place& place) {
    const OpenWork& work = experience_.open[i];
    const bool has_place = !experience_.states.states[work.state].places.empty();
    const size_t first = rests_.size();
    for (const At& at : work.at) rests_.push_back(DrawRest(i, at));
    if (work.at.empty() && has_place && experience_.states.states[work.state].done.empty()) {
      const RunStep& next = experience_.runs.steps[place.from];
      const int64_t since = work.last_end == kNoTime ? work.begin : work.last_end;
      if (!next.skipped) rests_.push_back(DrawSince(i, next.activity, since));
    }
    if (!has_place) return;
    const uint32_t end = experience_.runs.runs[place.run].end;
    for (uint32_t j = place.from; j < end; ++j) {
      for (size_t k = first; k < rests_.size(); ++k) {
        if (rests_[k].step != kNone || rests_[k].activity != experience_.runs.steps[j].activity)
          continue;
        rests_[k].step = j;
        break;
      }
    }
  }

  Rest DrawRest(uint32_t i, const At& at) {
    if (at.start == kNoTime && !experience_.starts_known[at.activity] &&
        (at.planned == kNoTime || at.planned <= 0)) {
      return DrawSince(i, at.activity, std::max(at.came, at.planned));
    }
    Rest rest{.open = i, .activity = at.activity, .came = at.came};
    const Pool& pool = experience_.pools[at.activity];
    if (pool.empty()) return rest;
    bool anew = false;
    if (at.start != kNoTime) {
      rest.begun = true;
      const int64_t elapsed = std::max<int64_t>(0, -at.start);
      rest.spent.service = pool.DrawLonger(Pool::kService, elapsed, &random_, &anew).service;
      if (!anew) rest.spent.service -= elapsed;
    } else if (at.planned != kNoTime && at.planned > 0) {
      rest.spent = Alone(pool.Draw(&random_));
      rest.earliest = at.planned;
    } else {
      const int64_t waited = std::max<int64_t>(0, -std::max(at.came, at.planned));
      const Spent& spent = pool.DrawLonger(Pool::kBefore, waited, &random_, &anew);
      rest.spent = anew ? Alone(spent) : After(spent, waited);
    }
    future_.anew += anew;
    return rest;
  }

  // Of what came at `since`, of which nothing more is known.
  Rest DrawSince(uint32_t i, uint32_t activity, int64_t since) {
    Rest rest{.open = i, .activity = activity, .came = since};
    const Pool& pool = experience_.pools[activity];
    if (pool.empty()) return rest;
    bool anew = false;
    const int64_t elapsed = std::max<int64_t>(0, -since);
    const Spent& spent = pool.DrawLonger(Pool::kAll, elapsed, &random_, &anew);
    rest.spent = anew ? Alone(spent) : After(spent, elapsed);
    rest.begun = !anew && elapsed > spent.delay + spent.queue;
    future_.anew += anew;
    return rest;
  }

  // Queues are what the simulation makes; none is drawn.
  static Spent Alone(const Spent& spent) { return {spent.delay, 0, spent.service}; }
  static Spent After(const Spent& spent, int64_t elapsed) {
    const int64_t begun = spent.delay + spent.queue;
    if (elapsed > begun) return {0, 0, spent.service - (elapsed - begun)};
    return {std::max<int64_t>(0, spent.delay - elapsed), 0, spent.service};
  }

  void DealSteps(uint32_t number, const Place& place, int64_t day_one, int64_t from,
                 const State& state, std::span<const Rest> rests, Drawn* drawn) {
    const Runs& runs = experience_.runs;
    const uint32_t end = runs.runs[place.run].end, first = runs.runs[place.run].begin;
    task_.assign(end - first, kNone);
    left_ = state.done;
    for (const Rest& rest : rests)
      if (rest.step != kNone) task_[rest.step - first] = rest.task;
    for (uint32_t j = place.from; j < end; ++j) {
      if (task_[j - first] != kNone) continue;
      const RunStep& step = runs.steps[j];
      if (TakeDone(step.activity)) continue;
      before_.clear();
      for (const uint32_t b : runs.Before(step))
        if (b >= first && task_[b - first] != kNone) before_.push_back(task_[b - first]);
      int64_t earliest = from;
      if (step.planned != kNoTime) earliest = std::max(earliest, day_one + step.planned);
      task_[j - first] = step.skipped
                             ? Add(number, {.earliest = earliest, .kind = nobody_}, before_, drawn)
                             : AddStep(number, step.activity, step.spent, earliest, before_, drawn);
    }
  }

  // Whether a step of the run is one that the case has done already.
  bool TakeDone(uint32_t activity) {
    for (auto& [done, count] : left_) {
      if (done != activity || count == 0) continue;
      --count;
      return true;
    }
    return false;
  }

  uint32_t AddStep(uint32_t number, uint32_t activity, const Spent& spent, int64_t earliest,
                   std::span<const uint32_t> before, Drawn* drawn) {
    return Add(
        number,
        {.earliest = earliest, .lead = spent.delay, .duration = spent.service, .kind = activity},
        before, drawn);
  }

  uint32_t Add(uint32_t number, const simulation::Piece& piece, std::span<const uint32_t> before,
               Drawn* drawn) {
    drawn->case_of.push_back(number);
    return drawn->work.Add(piece, before);
  }

  const Experience& experience_;
  const uint32_t nobody_;  // the kind of what nobody does
  Generator& random_;
  Future& future_;
  static constexpr size_t kMostFetched = 16;

  std::vector<Rest> rests_;
  std::vector<uint32_t> chosen_;  // runs, by case that comes
  std::vector<uint32_t> task_;    // by step of a run
  std::vector<uint32_t> before_;
  std::vector<std::pair<uint32_t, uint32_t>> left_;
};

Drawer::Drawer(const Experience& experience, const Networks& networks,
               const std::vector<Disruption>& disruptions, int64_t until)
    : experience_(experience), networks_(networks), until_(until) {
  for (const Disruption& one : disruptions)
    if (one.kind == Disruption::Kind::kArrivals) surges_.push_back(one);
}

// Those that come as ever; of these with fewer some do not come, with more others do.
void Drawer::Arrive(Generator* random, std::vector<int64_t>* both,
                    std::vector<int64_t>* only_without, std::vector<int64_t>* only_with) const {
  const auto& gaps = experience_.gaps;
  if (gaps.empty() || experience_.runs.runs.empty()) return;
  const auto gap = [&] {
    return static_cast<double>(gaps[random->Below(gaps.size())]) * experience_.stretch;
  };
  double time = gap() * random->Fraction();
  for (; time < static_cast<double>(until_); time += gap()) {
    const auto arrival = static_cast<int64_t>(time);
    double factor = 1, length = 0;
    int64_t begin = 0;
    for (const Disruption& surge : surges_) {
      if (arrival < surge.begin || arrival >= surge.end) continue;
      factor *= surge.factor;
      begin = surge.begin;
      length = static_cast<double>(std::min(surge.end, until_) - begin);
    }
    const bool stays = factor >= 1 || random->Fraction() < factor;
    (stays ? both : only_without)->push_back(arrival);
    for (double more = factor - 1; more > 0; --more) {
      if (more >= 1 || random->Fraction() < more)
        only_with->push_back(begin + static_cast<int64_t>(random->Fraction() * length));
    }
  }
}

void Drawer::Draw(uint64_t seed, uint64_t number, Future* future) const {
  // Its lists are filled anew where they are: those of one future are as long as those of another.
  Drawn reused = std::move(future->without);
  reused.work.Clear();
  reused.case_of.clear();
  *future = {};
  future->without = std::move(reused);
  // Streams of their own: the state is filled by SplitMix64, which scatters neighbours.
  Generator random(seed * 0x9E3779B97F4A7C15ull + number);
  std::vector<int64_t> both, only_without, only_with;
  Arrive(&random, &both, &only_without, &only_with);
  Hand hand(*this, &random, future);
  Drawn& drawn = future->without;
  hand.DealOpen(&drawn);
  auto next = static_cast<uint32_t>(experience_.open.size());
  hand.DealNew(next, both, &drawn);
  next += static_cast<uint32_t>(both.size());
  future->shared = drawn.work.pieces.size();
  future->shared_cases = both.size();
  future->new_without = static_cast<int64_t>(both.size() + only_without.size());
  future->arrivals = both;
  if (surges_.empty()) return;
  future->with = drawn;
  hand.DealNew(next, only_without, &drawn);
  hand.DealNew(next, only_with, &*future->with);
}

double Drawer::ExpectedTasks() const {
  const auto steps = static_cast<double>(experience_.runs.steps.size());
  const auto runs = static_cast<double>(std::max<size_t>(1, experience_.runs.runs.size()));
  double cases = static_cast<double>(experience_.open.size());
  if (!experience_.gaps.empty()) {
    double come = static_cast<double>(until_) / experience_.mean_gap;
    for (const Disruption& surge : surges_) {
      const auto length = static_cast<double>(std::min(surge.end, until_) - surge.begin);
      come += std::max(0.0, surge.factor - 1) * length / experience_.mean_gap;
    }
    cases += come;
  }
  return 2 * cases * steps / runs;
}

}  // namespace plumbline::analytics::cascade
