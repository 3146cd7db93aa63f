// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/stays.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"

namespace plumbline::analytics::bottlenecks {
namespace {

constexpr size_t kPerformersBetweenChecks = 64;

template <class T>
T& At(std::vector<T>& list, size_t number) {
  if (number >= list.size()) list.resize(number + 1);
  return list[number];
}

}  // namespace

void Stays::Add(const Stay& stay) {
  const bool waits = stay.ready != kNoTime && stay.ready != stay.begin;
  const bool works = stay.start != kNoTime && stay.performer != kNoText;
  if (works) At(work_, stay.performer).emplace_back(stay.start, stay.end);
  for (const size_t kind : kinds_) {
    OfKind& of = of_kind_[kind];
    const uint32_t part = stay.part[kind];
    if (waits) At(of.joined, part).push_back(stay.ready);
    if (waits && stay.begin != kNoTime) At(of.left, part).push_back(stay.begin);
    if (works) of.performers.emplace(part, stay.performer);
  }
}

std::vector<Queue> Stays::TakeQueues(size_t kind, size_t parts, int64_t first_time,
                                     int64_t last_time) {
  OfKind& of = of_kind_[kind];
  of.joined.resize(parts);
  of.left.resize(parts);
  std::vector<Queue> queues;
  for (size_t p = 0; p < parts; ++p) {
    queues.push_back(MeasureQueue(of.joined[p], of.left[p], first_time, last_time));
    std::vector<int64_t>().swap(of.joined[p]);
    std::vector<int64_t>().swap(of.left[p]);
  }
  return queues;
}

Stays::Busy Stays::BusyOf(std::vector<Stretch>& work, const TimeBetween& between) {
  Busy result;
  if (work.empty()) return result;
  std::sort(work.begin(), work.end());
  int64_t last = work.front().first, busy = 0;
  for (const auto& [start, end] : work) {
    if (end <= last) continue;
    busy += Measure(between, std::max(start, last), end);
    last = end;
  }
  result.busy = static_cast<double>(busy) / 1e6;
  result.available = static_cast<double>(Measure(between, work.front().first, last)) / 1e6;
  return result;
}

absl::StatusOr<std::vector<Utilisation>> Stays::Utilisations(size_t kind, size_t parts,
                                                             const TimeBetween& between,
                                                             KeepOn keep_on) {
  while (busy_.size() < work_.size()) {
    if (busy_.size() % kPerformersBetweenChecks == 0) RETURN_IF_ERROR(keep_on());
    busy_.push_back(BusyOf(work_[busy_.size()], between));
  }
  // Sums in an order that does not depend on that of the cases.
  const auto& performers = of_kind_[kind].performers;
  std::vector<std::pair<uint32_t, uint32_t>> pairs(performers.begin(), performers.end());
  std::sort(pairs.begin(), pairs.end());
  std::vector<Utilisation> utilisations(parts);
  for (const auto& [part, performer] : pairs) {
    Utilisation& utilisation = utilisations[part];
    ++utilisation.performers;
    utilisation.busy_seconds += busy_[performer].busy;
    utilisation.available_seconds += busy_[performer].available;
  }
  return utilisations;
}

}  // namespace plumbline::analytics::bottlenecks
