// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/flow/case_time.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace plumbline::analytics {
namespace {

constexpr size_t kDoings = 4;

// The begin or the end of a stretch.
struct Bound {
  int64_t time;
  size_t doing;
  int change;
};

std::vector<Bound> BoundsOf(int64_t begin, int64_t end, std::span<const DoingStretch> stretches) {
  std::vector<Bound> bounds;
  for (const DoingStretch& stretch : stretches) {
    const int64_t from = std::max(begin, stretch.begin), to = std::min(end, stretch.end);
    if (from >= to) continue;
    bounds.push_back({from, static_cast<size_t>(stretch.doing), 1});
    bounds.push_back({to, static_cast<size_t>(stretch.doing), -1});
  }
  std::sort(bounds.begin(), bounds.end(),
            [](const Bound& a, const Bound& b) { return a.time < b.time; });
  return bounds;
}

// Calls take(begin, end) for what of [low, high) lies in no stretch of `blocked`.
template <class Take>
void ForEachFree(int64_t low, int64_t high, std::span<const Stretch> blocked, const Take& take) {
  int64_t free_from = low;
  for (const auto& [begin, end] : blocked) {
    if (begin >= high) break;
    if (begin > free_from) take(free_from, begin);
    free_from = std::max(free_from, end);
  }
  if (free_from < high) take(free_from, high);
}

// From when blocks of an occurrence count.
int64_t KnownSince(const Occurrence& o) {
  const int64_t known = o.ready != kNoTime ? o.ready : o.start;
  return o.scheduled != kNoTime ? std::min(o.scheduled, known) : known;
}

int64_t Begun(const Occurrence& o) { return o.start != kNoTime ? o.start : o.end; }

}  // namespace

CaseTime SplitCase(int64_t begin, int64_t end, std::span<const DoingStretch> stretches,
                   const TimeBetween& between) {
  CaseTime time{.lead = Measure(between, begin, end)};
  std::array<int, kDoings> open{};
  int64_t since = begin;
  for (const Bound& bound : BoundsOf(begin, end, stretches)) {
    if (bound.time > since) {
      const int64_t passed = Measure(between, since, bound.time);
      if (open[0] > 0) {
        time.touch += passed;
      } else if (open[1] > 0) {
        time.blocked += passed;
      } else if (open[2] == 0 && open[3] > 0) {
        time.planned += passed;
      }
      since = bound.time;
    }
    open[bound.doing] += bound.change;
  }
  time.wait = time.lead - time.touch - time.blocked - time.planned;
  return time;
}

void AddStretches(const Occurrence& o, std::span<const Stretch> blocked,
                  std::vector<DoingStretch>* stretches) {
  if (o.end == kNoTime) return;
  if (o.start != kNoTime) {
    ForEachFree(o.start, o.end, blocked, [&](int64_t begin, int64_t end) {
      stretches->push_back({begin, end, Doing::kWorking});
    });
  }
  for (const auto& [begin, end] : blocked)
    stretches->push_back({begin, std::min(end, o.end), Doing::kBlocked});
  // Only where something is planned does it matter whether something else is ready.
  if (o.scheduled == kNoTime) return;
  const int64_t begun = Begun(o);
  stretches->push_back({o.ready, begun, Doing::kReady});
  if (o.earliest != kNoTime)
    stretches->push_back({o.scheduled, std::min(o.earliest, begun), Doing::kPlanned});
}

StepTimes MeasureStep(const Occurrence& o, std::span<const Stretch> blocked,
                      const TimeBetween& between) {
  if (!between) return {o.waiting, o.working, o.blocked};
  StepTimes times;
  const auto add_to = [&](int64_t* sum) {
    return [&between, sum](int64_t from, int64_t to) { *sum += between(from, to); };
  };
  if (o.ready != kNoTime) ForEachFree(o.ready, Begun(o), blocked, add_to(&times.waiting));
  if (o.start != kNoTime) ForEachFree(o.start, o.end, blocked, add_to(&times.working));
  if (blocked.empty()) return times;
  const int64_t low = KnownSince(o);
  if (low >= o.end) return times;
  int64_t free = 0;
  ForEachFree(low, o.end, blocked, add_to(&free));
  times.blocked = between(low, o.end) - free;
  return times;
}

}  // namespace plumbline::analytics
