// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/sub_log.h"

#include <utility>

namespace plumbline::analytics {

int64_t SubLog::trace_count() const {
  int64_t count = empty_count;
  for (size_t i = 0; i < traces.size(); ++i) count += traces.count(i);
  return count;
}

SubLog WholeLog(const TraceBag& bag) {
  const std::vector<uint32_t> by_name = bag.ByName();
  std::vector<bool> used(bag.activity_count());
  for (size_t i = 0; i < bag.size(); ++i) {
    for (const uint32_t activity : bag[i]) used[activity] = true;
  }
  SubLog log;
  std::vector<uint16_t> local(bag.activity_count());
  for (uint32_t rank = 0; rank < by_name.size(); ++rank) {
    if (!used[by_name[rank]]) continue;
    local[by_name[rank]] = static_cast<uint16_t>(log.activities.size());
    log.activities.push_back(rank);
  }
  for (size_t i = 0; i < bag.size(); ++i) {
    for (const uint32_t activity : bag[i]) log.Push(local[activity]);
    log.Close(bag.count(i));
  }
  return log;
}

void DropUnused(SubLog* log) {
  std::vector<bool> used(log->activity_count());
  for (const uint16_t activity : log->traces.events()) used[activity] = true;
  std::vector<uint16_t> local(log->activity_count());
  SubLog part = EmptyPart(
      *log, [&used](size_t i) { return used[i]; }, &local);
  if (part.activity_count() == log->activity_count()) return;
  // The traces stay as distinct as they were: only their numbers change.
  for (size_t i = 0; i < log->traces.size(); ++i) {
    for (const uint16_t activity : log->traces[i]) part.Push(local[activity]);
    part.Close(log->traces.count(i));
  }
  part.empty_count = log->empty_count;
  *log = std::move(part);
}

}  // namespace plumbline::analytics
