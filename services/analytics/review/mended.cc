// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/mended.h"

#include <algorithm>

namespace plumbline::analytics::review {

Mended::Mended(const StepIndex& index)
    : index_(index),
      graphs_(index.graphs()),
      ends_(graphs_.steps.size()),
      less_(graphs_.steps.size()),
      saved_(graphs_.cases.size()),
      in_time_(graphs_.cases.size()) {
  timed_.reserve(graphs_.steps.size());
  left_.reserve(graphs_.steps.size());
  for (const GraphStep& step : graphs_.steps) {
    timed_.push_back({step.end, step.stretch, step.before, step.planned});
    left_.push_back(WholeOf(step));
  }
  Room room;
  for (const CaseGraph& one : graphs_.cases) {
    if (one.count == 0) continue;
    Play(On::kUnmended, one, {}, &room);
    std::copy(room.ends.begin(), room.ends.end(), ends_.begin() + one.first);
  }
}

bool Mended::Try(On on, const Remedy& remedy, absl::Span<const uint32_t> steps, Room* room) const {
  room->left.clear();
  room->less.clear();
  bool any = false;
  for (const uint32_t i : steps) {
    const GraphStep& step = graphs_.steps[i];
    const Left left = on == On::kAdopted ? left_[i] : WholeOf(step);
    room->left.push_back(Apply(remedy, step, graphs_.CausesOf(step), left));
    room->less.push_back(left.all() - room->left.back().all());
    any |= room->less.back() != 0;
  }
  return any;
}

int64_t Mended::Play(On on, const CaseGraph& one, absl::Span<const uint32_t> steps,
                     Room* room) const {
  std::vector<int64_t>& ends = room->ends;
  ends.resize(one.count);
  // What comes before the first that is touched ends as it does.
  const uint32_t first = on == On::kAdopted ? steps.front() - one.first : 0;
  std::copy_n(ends_.begin() + one.first, first, ends.begin());
  size_t next = 0;
  for (uint32_t i = first; i < one.count; ++i) {
    const uint32_t number = one.first + i;
    const Timed& step = timed_[number];
    int64_t less = on == On::kAdopted ? less_[number] : 0;
    if (next < steps.size() && steps[next] == number) less += room->less[next++];
    const int64_t from = step.before > 0 ? ends[step.before - 1] : step.end - step.stretch;
    const int64_t end = step.planned ? step.end - less : from + step.stretch - less;
    ends[i] = i > 0 ? std::max(ends[i - 1], end) : end;
  }
  return timed_[one.first + one.count - 1].end - ends.back();
}

template <class Take>
void Mended::ForTouched(On on, const Remedy& remedy, Room* room, const Take& take) const {
  index_.ForCases(index_.Of(remedy), [&](size_t place, absl::Span<const uint32_t> steps) {
    if (!remedy.InCase(place) || !Try(on, remedy, steps, room)) return;
    take(place, steps, Play(on, graphs_.cases[place], steps, room));
  });
}

double Mended::InTime(const CaseGraph& one, absl::Span<const int64_t> ends) const {
  if (!one.due.has_value() || one.done <= *one.due) return 0;
  const int64_t saved = SavedUntil(graphs_.StepsOf(one), ends, one.done);
  return one.done - saved <= *one.due ? 1 : 0;
}

Saved Mended::By(const Remedy& remedy, Room* room) const {
  const size_t cases = graphs_.cases.size();
  Saved saved{std::vector<double>(cases), std::vector<double>(cases), std::vector<double>(cases)};
  ForTouched(On::kAdopted, remedy, room,
             [&](size_t place, absl::Span<const uint32_t> steps, int64_t now) {
               const CaseGraph& one = graphs_.cases[place];
               int64_t work = 0;
               for (size_t i = 0; i < steps.size(); ++i)
                 work += left_[steps[i]].working - room->left[i].working;
               saved.work[place] = static_cast<double>(work) / kMicrosOfHour;
               saved.in_time[place] = InTime(one, room->ends) - in_time_[place];
               saved.hours[place] = static_cast<double>(now - saved_[place]) / kMicrosOfHour;
             });
  return saved;
}

int64_t Mended::MicrosBy(const Remedy& remedy, Room* room) const {
  int64_t micros = 0;
  ForTouched(On::kAdopted, remedy, room,
             [&](size_t place, absl::Span<const uint32_t>, int64_t now) {
               micros += now - saved_[place];
             });
  return micros;
}

std::vector<int64_t> Mended::SavedAlone(const Remedy& remedy, Room* room) const {
  std::vector<int64_t> saved(graphs_.cases.size(), 0);
  ForTouched(On::kUnmended, remedy, room,
             [&](size_t place, absl::Span<const uint32_t>, int64_t now) { saved[place] = now; });
  return saved;
}

void Mended::Adopt(const Remedy& remedy, Room* room) {
  ForTouched(On::kAdopted, remedy, room,
             [&](size_t place, absl::Span<const uint32_t> steps, int64_t now) {
               const CaseGraph& one = graphs_.cases[place];
               saved_[place] = now;
               in_time_[place] = InTime(one, room->ends);
               for (size_t i = 0; i < steps.size(); ++i) {
                 left_[steps[i]] = room->left[i];
                 less_[steps[i]] += room->less[i];
               }
               std::copy(room->ends.begin(), room->ends.end(), ends_.begin() + one.first);
             });
}

}  // namespace plumbline::analytics::review
