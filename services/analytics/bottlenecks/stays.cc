// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/bottlenecks/stays.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::bottlenecks {
namespace {

constexpr size_t kPerformersBetweenChecks = 64;

struct Busy {
  double busy = 0, available = 0;  // seconds
};

Busy BusyOf(std::vector<Stretch>& work, const TimeBetween& between) {
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

absl::StatusOr<std::vector<Busy>> BusyPerformers(const std::vector<Stay>& stays,
                                                 const TimeBetween& between, KeepOn keep_on) {
  std::vector<std::vector<Stretch>> work;
  for (const Stay& stay : stays) {
    if (stay.performer == kNoText || stay.start == kNoTime) continue;
    if (stay.performer >= work.size()) work.resize(stay.performer + 1);
    work[stay.performer].emplace_back(stay.start, stay.end);
  }
  std::vector<Busy> busy;
  for (std::vector<Stretch>& one : work) {
    if (busy.size() % kPerformersBetweenChecks == 0) RETURN_IF_ERROR(keep_on());
    busy.push_back(BusyOf(one, between));
  }
  return busy;
}

}  // namespace

std::vector<Queue> QueuesOf(const std::vector<Stay>& stays, size_t kind, size_t parts,
                            int64_t first_time, int64_t last_time) {
  std::vector<size_t> waits(parts, 0);
  for (const Stay& stay : stays) waits[stay.part[kind]] += stay.ready != stay.begin ? 1 : 0;
  std::vector<std::vector<int64_t>> joined(parts), left(parts);
  for (size_t p = 0; p < parts; ++p) {
    joined[p].reserve(waits[p]);
    left[p].reserve(waits[p]);
  }
  for (const Stay& stay : stays) {
    if (stay.ready == kNoTime || stay.ready == stay.begin) continue;
    joined[stay.part[kind]].push_back(stay.ready);
    if (stay.begin != kNoTime) left[stay.part[kind]].push_back(stay.begin);
  }
  std::vector<Queue> queues;
  for (size_t p = 0; p < parts; ++p) {
    queues.push_back(MeasureQueue(std::move(joined[p]), std::move(left[p]), first_time, last_time));
  }
  return queues;
}

absl::StatusOr<std::vector<Utilisation>> UtilisationsOf(const std::vector<Stay>& stays, size_t kind,
                                                        size_t parts, const TimeBetween& between,
                                                        KeepOn keep_on) {
  ASSIGN_OR_RETURN(const std::vector<Busy> busy, BusyPerformers(stays, between, keep_on));
  std::vector<Utilisation> utilisations(parts);
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> seen;
  std::vector<std::pair<uint32_t, uint32_t>> pairs;
  for (const Stay& stay : stays) {
    if (stay.performer == kNoText || stay.start == kNoTime) continue;
    const std::pair<uint32_t, uint32_t> pair(stay.part[kind], stay.performer);
    if (seen.insert(pair).second) pairs.push_back(pair);
  }
  // Sums in an order that does not depend on that of the cases.
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [part, performer] : pairs) {
    Utilisation& utilisation = utilisations[part];
    ++utilisation.performers;
    utilisation.busy_seconds += busy[performer].busy;
    utilisation.available_seconds += busy[performer].available;
  }
  return utilisations;
}

}  // namespace plumbline::analytics::bottlenecks
