// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/occurrences.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_events.h"

namespace plumbline::analytics {
namespace {

int64_t Overlap(int64_t begin, int64_t end, int64_t low, int64_t high) {
  return std::max<int64_t>(0, std::min(end, high) - std::max(begin, low));
}

// Fills waiting, working and blocked of an occurrence that has ended. `blocks`: [begin, end)
// stretches, in any order.
void SplitTime(std::vector<Stretch>& blocks, Occurrence& o) {
  if (o.start != kNoTime) o.start = std::min(o.start, o.end);
  const int64_t begun = o.start != kNoTime ? o.start : o.end;
  if (o.ready != kNoTime) o.ready = std::min(o.ready, begun);
  const int64_t known = o.ready != kNoTime ? o.ready : o.start;
  const int64_t low = o.scheduled != kNoTime ? std::min(o.scheduled, known) : known;
  if (o.ready != kNoTime) o.waiting = begun - o.ready;
  if (o.start != kNoTime) o.working = o.end - o.start;
  std::sort(blocks.begin(), blocks.end());
  int64_t covered = low;
  for (const auto& [begin, end] : blocks) {
    const int64_t from = std::max(begin, covered);
    o.blocked += Overlap(from, end, low, o.end);
    if (o.ready != kNoTime) o.waiting -= Overlap(from, end, o.ready, begun);
    if (o.start != kNoTime) o.working -= Overlap(from, end, o.start, o.end);
    covered = std::max(covered, end);
  }
}

// First in, first out; most hold one or two.
class Fifo {
 public:
  bool Empty() const { return head_ == items_.size(); }
  size_t Front() const { return items_[head_]; }
  size_t Pop() { return items_[head_++]; }
  void Push(size_t item) { items_.push_back(item); }

 private:
  std::vector<size_t> items_;
  size_t head_ = 0;
};

// Pairs the events of one case after another.
class Pairing {
 public:
  Pairing(const OccurrenceSink& sink, const LogSnapshot& log) : sink_(sink), log_(log) {}

  void Take(const EventView& e) {
    switch (e.role) {
      case Role::kSchedule:
        return Schedule(e);
      case Role::kStart:
        return Start(e);
      case Role::kSuspend:
        return Suspend(e);
      case Role::kResume:
        return Resume(e);
      case Role::kComplete:
        return End(e, true);
      case Role::kAbandon:
        return End(e, false);
      case Role::kIgnore:
        return;
    }
  }

  void FinishCase() {
    for (const Open& open : opens_) {
      if (open.o.end == kNoTime) TellOpen(open);
    }
    for (Impediment& block : blocks_) {
      block.open = block.end == kNoTime;
      if (block.open) block.end = EndOfOpen(block);
      if (sink_.impediment) sink_.impediment(block);
    }
    opens_.clear();
    queues_.clear();
    blocks_.clear();
    open_blocks_.clear();
    latest_end_ = kNoTime;
    latest_ended_ = kNoText;
    begun_ = 0;
  }

 private:
  struct Open {
    Occurrence o;
    std::vector<size_t> blocks;  // in blocks_
  };
  // Occurrences of one activity and task: ready, and begun; oldest first.
  struct Queues {
    Fifo ready, begun;
  };
  using Key = std::pair<uint32_t, std::string>;  // activity and task, or with a pair's impediment

  static Key KeyOf(const EventView& e) { return {e.activity, std::string(e.task)}; }
  static Key BlockKeyOf(const EventView& e) {
    return {e.activity, absl::StrCat(e.task.size(), ":", e.task, e.impediment)};
  }

  // An occurrence that this event is the first of, begun at `begin`.
  Occurrence Fresh(const EventView& e, int64_t begin) const {
    Occurrence o;
    o.case_number = e.case_number;
    o.activity = e.activity;
    o.previous = e.previous_activity;
    // The event before it may have ended before one that began earlier.
    o.ready = std::max(e.previous_time, latest_end_);
    o.embedded = begun_ > 0 || latest_end_ > begin;
    o.due = e.due;
    return o;
  }

  void Schedule(const EventView& e) {
    Occurrence o;
    o.case_number = e.case_number;
    o.activity = e.activity;
    o.previous = latest_ended_;
    o.scheduled = e.time;
    o.earliest = e.earliest;
    o.ready = std::max(e.time, e.earliest);
    o.due = e.due;
    queues_[KeyOf(e)].ready.Push(opens_.size());
    opens_.push_back({o, {}});
  }

  void Start(const EventView& e) {
    Queues& queues = queues_[KeyOf(e)];
    if (queues.ready.Empty()) {
      queues.ready.Push(opens_.size());
      opens_.push_back({Fresh(e, e.time), {}});
    }
    const size_t oldest = queues.ready.Pop();
    opens_[oldest].o.start = e.time;
    opens_[oldest].o.start_row = e.row;
    if (opens_[oldest].o.due == kNoTime) opens_[oldest].o.due = e.due;
    queues.begun.Push(oldest);
    ++begun_;
  }

  void Suspend(const EventView& e) {
    open_blocks_[BlockKeyOf(e)].Push(blocks_.size());
    if (auto found = queues_.find(KeyOf(e)); found != queues_.end()) {
      const Queues& queues = found->second;
      if (!queues.begun.Empty()) {
        opens_[queues.begun.Front()].blocks.push_back(blocks_.size());
      } else if (!queues.ready.Empty()) {
        opens_[queues.ready.Front()].blocks.push_back(blocks_.size());
      }
    }
    blocks_.push_back({e.case_number, e.activity, std::string(e.category), std::string(e.utility),
                       e.time, kNoTime});
  }

  void Resume(const EventView& e) {
    const auto found = open_blocks_.find(BlockKeyOf(e));
    if (found == open_blocks_.end()) return;
    Fifo& open = found->second;
    // The end of an occurrence may have closed it before.
    while (!open.Empty() && blocks_[open.Front()].end != kNoTime) open.Pop();
    if (!open.Empty()) blocks_[open.Pop()].end = e.time;
  }

  void End(const EventView& e, bool completed) {
    const auto found = queues_.empty() ? queues_.end() : queues_.find(KeyOf(e));
    if (found == queues_.end() || (found->second.begun.Empty() && found->second.ready.Empty())) {
      return EndUnopened(e, completed);
    }
    const bool begun = !found->second.begun.Empty();
    Open& open = opens_[begun ? found->second.begun.Pop() : found->second.ready.Pop()];
    begun_ -= begun;
    latest_end_ = std::max(latest_end_, e.time);
    latest_ended_ = e.activity;
    open.o.end = e.time;
    open.o.end_row = e.row;
    open.o.completed = completed;
    if (open.o.start == kNoTime) open.o.start = e.start;
    if (open.o.due == kNoTime) open.o.due = e.due;
    stretches_.clear();
    for (const size_t b : open.blocks) {
      if (blocks_[b].end == kNoTime) blocks_[b].end = e.time;
      stretches_.emplace_back(blocks_[b].begin, blocks_[b].end);
    }
    SplitTime(stretches_, open.o);
    Tell(open.o);
  }

  void EndUnopened(const EventView& e, bool completed);

  // `o` with stretches_.
  void Tell(const Occurrence& o) {
    if (sink_.blocked && !stretches_.empty()) sink_.blocked(stretches_);
    sink_.occurrence(o);
  }

  // Few logs are asked, and finding it out takes all their rows.
  int64_t EndOfOpen(const Impediment& block) {
    if (!last_time_.has_value()) last_time_ = log_.LastTime();
    return std::max(block.begin, *last_time_);
  }

  void TellOpen(const Open& open) {
    stretches_.clear();
    for (const size_t b : open.blocks) {
      const Impediment& block = blocks_[b];
      stretches_.emplace_back(block.begin, block.end == kNoTime ? EndOfOpen(block) : block.end);
    }
    std::sort(stretches_.begin(), stretches_.end());
    Tell(open.o);
  }

  const OccurrenceSink& sink_;
  const LogSnapshot& log_;
  std::optional<int64_t> last_time_;
  std::vector<Open> opens_;
  absl::flat_hash_map<Key, Queues> queues_;
  std::vector<Impediment> blocks_;
  absl::flat_hash_map<Key, Fifo> open_blocks_;
  std::vector<Stretch> stretches_;
  int64_t latest_end_ = kNoTime;     // of the events so far
  uint32_t latest_ended_ = kNoText;  // activity of the event that ended an occurrence last
  int64_t begun_ = 0;                // occurrences that are begun and not ended
};

// An event that is all that is known of its occurrence.
void Pairing::EndUnopened(const EventView& e, bool completed) {
  Occurrence o = Fresh(e, e.start != kNoTime ? e.start : e.time);
  o.start = e.start;
  o.end = e.time;
  o.end_row = e.row;
  o.completed = completed;
  latest_end_ = std::max(latest_end_, e.time);
  latest_ended_ = e.activity;
  stretches_.clear();
  SplitTime(stretches_, o);
  sink_.occurrence(o);
}

}  // namespace

absl::Status ReadOccurrences(const LogSnapshot& log,
                             const std::vector<std::string>& map_transitions, CaseRange cases,
                             const OccurrenceSink& sink,
                             absl::FunctionRef<absl::Status()> keep_on) {
  constexpr size_t kRowsBetweenChecks = 1 << 18;
  CaseEvents events(log, map_transitions);
  Pairing pairing(sink, log);
  size_t next_check = log.case_begin[cases.first] + kRowsBetweenChecks;
  for (uint32_t c = cases.first; c < cases.end; ++c) {
    events.Visit(c, [&pairing](const EventView& event) { pairing.Take(event); });
    pairing.FinishCase();
    if (log.case_begin[c + 1] < next_check) continue;
    next_check = log.case_begin[c + 1] + kRowsBetweenChecks;
    RETURN_IF_ERROR(keep_on());
  }
  return absl::OkStatus();
}

absl::Status ReadOccurrences(const LogSnapshot& log,
                             const std::vector<std::string>& map_transitions,
                             const OccurrenceSink& sink,
                             absl::FunctionRef<absl::Status()> keep_on) {
  const CaseRange all = {0, static_cast<uint32_t>(log.case_count())};
  return ReadOccurrences(log, map_transitions, all, sink, keep_on);
}

std::vector<CaseRange> CutCases(const LogSnapshot& log, size_t pieces) {
  std::vector<CaseRange> cut;
  const auto cases = static_cast<uint32_t>(log.case_count());
  for (uint32_t first = 0; first < cases;) {
    const size_t rows = log.size() * (cut.size() + 1) / pieces;
    const auto past =
        std::lower_bound(log.case_begin.begin() + first + 1, log.case_begin.begin() + cases, rows);
    const auto end = static_cast<uint32_t>(past - log.case_begin.begin());
    cut.push_back({first, end});
    first = end;
  }
  return cut;
}

void ReadOccurrences(const LogSnapshot& log, const std::vector<std::string>& map_transitions,
                     const OccurrenceSink& sink) {
  ReadOccurrences(log, map_transitions, sink, [] { return absl::OkStatus(); }).IgnoreError();
}

}  // namespace plumbline::analytics
