// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_work.h"

#include <algorithm>

#include "common/base/threads.h"
#include "services/analytics/flow/case_time.h"

namespace plumbline::analytics {
namespace {

// So many performers are taken at a time: most have little to do.
constexpr size_t kPerformers = 256;

int64_t TimeOf(int64_t change) { return change >> 1; }
int32_t SignOf(int64_t change) { return (change & 1) == 0 ? 1 : -1; }

}  // namespace

WorkChanges::Block WorkChanges::Summarise(std::span<const int64_t> changes,
                                          const TimeBetween& between) {
  Block block;
  block.least = SignOf(changes.front());
  for (const int64_t change : changes) {
    block.sum += SignOf(change);
    block.least = std::min(block.least, block.sum);
  }
  int32_t sum = 0;
  for (size_t i = 0; i + 1 < changes.size(); ++i) {
    sum += SignOf(changes[i]);
    const int64_t from = TimeOf(changes[i]), to = TimeOf(changes[i + 1]);
    if (sum == block.least && from < to) block.idle += analytics::Measure(between, from, to);
  }
  return block;
}

void WorkChanges::Fold(const TimeBetween& between) {
  changes_.Fold([&](std::span<const int64_t> changes) { return Summarise(changes, between); });
}

bottlenecks::Busy WorkChanges::Measure(const TimeBetween& between) const {
  const auto& blocks = changes_.blocks();
  if (blocks.empty()) return {};
  int64_t going_on = 0, idle = 0, last = TimeOf(blocks.front().first);
  const int64_t first = last;
  for (const auto& block : blocks) {
    const int64_t begin = TimeOf(block.first);
    if (going_on == 0 && last < begin) idle += analytics::Measure(between, last, begin);
    if (going_on + block.summary.least == 0) idle += block.summary.idle;
    going_on += block.summary.sum;
    last = TimeOf(block.last);
  }
  const int64_t all = analytics::Measure(between, first, last);
  return {all - idle, all};
}

void LiveWork::Change(const bottlenecks::Stays& stays, const std::vector<uint32_t>& performers,
                      int sign) {
  for (size_t read = 0; read < stays.work().size(); ++read) {
    const uint32_t performer = performers[read];
    if (performer >= work_.size()) work_.resize(performer + 1);
    WorkChanges& work = work_[performer];
    for (const Stretch& stretch : stays.work()[read]) work.Change(stretch, sign);
    if (work.IsDue()) work.Fold(between_);
  }
}

void LiveWork::ChangePerformers(const bottlenecks::Stays& stays, size_t kind,
                                const std::vector<uint32_t>& parts,
                                const std::vector<uint32_t>& performers, int sign) {
  stays.performers(kind).ForEach([&](uint32_t part, uint32_t performer, int64_t times) {
    of_kind_[kind].Add(parts[part], performers[performer], sign * times);
  });
}

absl::Status LiveWork::Settle(KeepOn keep_on) {
  return base::TryInThreads(base::ThreadsOfOneQuestion(),
                            (work_.size() + kPerformers - 1) / kPerformers, keep_on,
                            [&](size_t piece, KeepOn go_on) {
                              const size_t first = piece * kPerformers;
                              const size_t end = std::min(work_.size(), first + kPerformers);
                              for (size_t i = first; i < end; ++i) work_[i].Fold(between_);
                              return go_on();
                            });
}

std::vector<bottlenecks::Busy> LiveWork::Measure() const {
  std::vector<bottlenecks::Busy> busy;
  busy.reserve(work_.size());
  for (const WorkChanges& work : work_) busy.push_back(work.Measure(between_));
  return busy;
}

size_t LiveWork::memory_bytes() const {
  size_t bytes = work_.capacity() * sizeof(WorkChanges);
  for (const WorkChanges& work : work_) bytes += work.memory_bytes();
  for (const auto& performers : of_kind_) bytes += performers.memory_bytes();
  return bytes;
}

}  // namespace plumbline::analytics
