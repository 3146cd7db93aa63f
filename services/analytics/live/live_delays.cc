// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_delays.h"

#include <algorithm>
#include <limits>

#include "services/analytics/bottlenecks/ranking.h"
#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

using bottlenecks::Queue;

QueueChanges::Block QueueChanges::Summarise(std::span<const int64_t> changes) {
  Block block;
  block.most = std::numeric_limits<int32_t>::min();
  for (const int64_t change : changes) {
    block.sum += (change & 1) != 0 ? 1 : -1;
    if ((change & 1) == 0 || block.sum <= block.most) continue;
    block.most = block.sum;
    block.most_at = change >> 1;
  }
  return block;
}

void QueueChanges::Fold() { changes_.Fold(Summarise); }

Queue QueueChanges::Measure(int64_t begin, int64_t end) const {
  int64_t length = 0, most = 0, most_at = kNoTime;
  for (const auto& block : changes_.blocks()) {
    if (length + block.summary.most > most) {
      most = length + block.summary.most;
      most_at = block.summary.most_at;
    }
    length += block.summary.sum;
  }
  Queue queue = bottlenecks::QueueOf(waited_, length, begin, end);
  queue.most = most;
  queue.most_at = most_at;
  return queue;
}

void LiveDelays::OfPart::Fold() {
  waits.Fold([](std::span<const int64_t>) { return Nothing(); });
  queue.Fold();
}

void LiveDelays::OfPart::ChangePeriod(int64_t begin, int64_t delay, int sign) {
  auto period =
      std::lower_bound(periods.begin(), periods.end(), begin,
                       [](const OfPeriod& one, int64_t time) { return one.begin < time; });
  if (period == periods.end() || period->begin != begin)
    period = periods.insert(period, {begin, {}});
  period->sums.count += sign;
  period->sums.delay += sign * absl::int128(delay);
  if (period->sums.count == 0) periods.erase(period);
}

Distribution LiveDelays::OfPart::Waiting() const {
  return DescribeRanked(static_cast<int64_t>(waits.size()), waited,
                        [this](int64_t rank) { return waits.At(static_cast<size_t>(rank)); });
}

void LiveDelays::Change(bottlenecks::Ledger& ledger, const bottlenecks::Stays& stays, size_t kind,
                        const std::vector<uint32_t>& numbers, const Periods& periods, int sign) {
  for (uint32_t read = 0; read < ledger.size(); ++read) {
    if (!ledger.Knows(read)) continue;
    const uint32_t number = numbers[read];
    if (number >= parts_.size()) parts_.resize(number + 1);
    OfPart& part = parts_[number];
    part.sums.Add(ledger.sums(read), sign);
    for (const int64_t wait : ledger.waits(read)) {
      part.waits.Change(wait, sign);
      part.waited += sign * absl::int128(wait);
    }
    for (const int64_t time : stays.joined(kind, read)) part.queue.ChangeJoined(time, sign);
    for (const int64_t time : stays.left(kind, read)) part.queue.ChangeLeft(time, sign);
    if (part.waits.IsDue() || part.queue.IsDue()) part.Fold();
  }
  for (const bottlenecks::HeldEnd& held : ledger.ends()) {
    const int64_t begin = periods.begin(periods.IndexOf(held.end));
    parts_[numbers[held.part]].ChangePeriod(begin, held.delay, sign);
  }
}

void LiveDelays::Settle() {
  for (OfPart& part : parts_) {
    part.Fold();
    part.periods.shrink_to_fit();
  }
  parts_.shrink_to_fit();
}

std::vector<uint32_t> LiveDelays::Used() const {
  std::vector<uint32_t> used;
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    if (parts_[part].sums.uses > 0) used.push_back(part);
  }
  return used;
}

bool LiveDelays::TellsTrends(const Periods& periods) const {
  const auto told = std::count_if(parts_.begin(), parts_.end(),
                                  [](const OfPart& part) { return part.sums.held_count > 0; });
  return bottlenecks::TellsTrends(static_cast<size_t>(told), periods);
}

bottlenecks::Delayed LiveDelays::Figures(uint32_t number, const Periods& periods, bool trends,
                                         int64_t first_time, int64_t last_time) {
  OfPart& part = parts_[number];
  part.Fold();
  bottlenecks::Delayed delayed = bottlenecks::DelayedOf(part.sums, part.Waiting());
  if (trends) {
    std::vector<bottlenecks::PeriodSums> sums(periods.size());
    for (const OfPeriod& period : part.periods) sums[periods.IndexOf(period.begin)] = period.sums;
    delayed.trend = TrendOf(sums, periods, delayed.waiting, first_time, last_time);
  }
  SetQueue(part.queue.Measure(first_time, last_time), &delayed);
  return delayed;
}

size_t LiveDelays::memory_bytes() const {
  size_t bytes = parts_.capacity() * sizeof(OfPart);
  for (const OfPart& part : parts_) {
    bytes += part.periods.capacity() * sizeof(OfPeriod) + part.waits.memory_bytes() +
             part.queue.memory_bytes();
  }
  return bytes;
}

}  // namespace plumbline::analytics
