// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/discovery/cut_splitter.h"

#include <algorithm>
#include <span>
#include <utility>

namespace plumbline::analytics {
namespace {

using Trace = std::span<const uint16_t>;

// How many events each group has in the log.
std::vector<int64_t> EventsOfGroups(const SubLog& log, const Cut& cut) {
  std::vector<int64_t> events(cut.groups);
  for (size_t i = 0; i < log.traces.size(); ++i) {
    for (const uint16_t activity : log.traces[i]) {
      events[cut.group_of[activity]] += log.traces.count(i);
    }
  }
  return events;
}

class Splitter {
 public:
  Splitter(const SubLog& log, const Cut& cut)
      : cut_(cut),
        local_(log.activity_count()),
        tally_(cut.groups),
        events_(EventsOfGroups(log, cut)),
        seen_in_(log.activity_count()) {
    for (size_t g = 0; g < cut.groups; ++g) {
      // A trace of a redo part may hold activities of other redo parts.
      const auto wanted = [&](size_t i) {
        const bool redo = cut.kind == ModelKind::kLoop && g > 0;
        return redo ? cut.group_of[i] > 0 : cut.group_of[i] == g;
      };
      parts_.push_back(EmptyPart(log, wanted, &local_));
    }
  }

  void Split(Trace trace, int64_t count) {
    switch (cut_.kind) {
      case ModelKind::kChoice:
        return SplitChoice(trace, count);
      case ModelKind::kSequence:
        return SplitSequence(trace, count);
      case ModelKind::kParallel:
        return SplitParallel(trace, count);
      default:
        return SplitLoop(trace, count);
    }
  }

  std::vector<SubLog> Take() { return std::move(parts_); }

 private:
  // The group with most in tally_; of several the one with fewest events in the log: what is rare
  // would not be found in the model otherwise. Then the first.
  size_t MostTallied() const {
    size_t best = 0;
    for (size_t g = 1; g < tally_.size(); ++g) {
      if (std::pair(tally_[g], -events_[g]) > std::pair(tally_[best], -events_[best])) best = g;
    }
    return best;
  }

  size_t GroupOf(uint16_t activity) const { return cut_.group_of[activity]; }

  void Push(size_t group, uint16_t activity) { parts_[group].Push(local_[activity]); }

  void SplitChoice(Trace trace, int64_t count) {
    std::fill(tally_.begin(), tally_.end(), 0);
    for (const uint16_t activity : trace) ++tally_[GroupOf(activity)];
    const size_t best = MostTallied();
    for (const uint16_t activity : trace) {
      if (GroupOf(activity) == best) Push(best, activity);
    }
    parts_[best].Close(count);
  }

  // Where the piece of `group` that begins at `begin` ends: the first place of least cost. An event
  // of its own saves 1, one of a later group costs 1. tally_ has how many events of each group are
  // still to come: no place can be better once they are past.
  size_t EndOfPiece(Trace trace, size_t group, size_t begin) const {
    int64_t cost = 0, least = 0, own = tally_[group];
    size_t end = begin;
    for (size_t i = begin; i < trace.size() && cost - own < least; ++i) {
      const size_t of = GroupOf(trace[i]);
      if (of == group) {
        --cost;
        --own;
      } else if (of > group) {
        ++cost;
      }
      if (cost < least) {
        least = cost;
        end = i + 1;
      }
    }
    return end;
  }

  void SplitSequence(Trace trace, int64_t count) {
    std::fill(tally_.begin(), tally_.end(), 0);
    for (const uint16_t activity : trace) ++tally_[GroupOf(activity)];
    size_t at = 0;
    for (size_t g = 0; g < cut_.groups; ++g) {
      const size_t end = EndOfPiece(trace, g, at);
      for (; at < end; ++at) {
        const size_t of = GroupOf(trace[at]);
        if (of == g) Push(g, trace[at]);
        --tally_[of];
      }
      parts_[g].Close(count);
    }
  }

  void SplitParallel(Trace trace, int64_t count) {
    for (const uint16_t activity : trace) Push(GroupOf(activity), activity);
    for (SubLog& part : parts_) part.Close(count);
  }

  void SplitLoop(Trace trace, int64_t count) {
    for (size_t i = 0; i < trace.size();) {
      const size_t begin = i;
      const bool redo = GroupOf(trace[i]) > 0;
      while (i < trace.size() && (GroupOf(trace[i]) > 0) == redo) ++i;
      AddPiece(trace.subspan(begin, i - begin), redo, count);
      // A trace ends with what is done, even if that is nothing.
      if (redo && i == trace.size()) parts_[0].Close(count);
    }
  }

  void AddPiece(Trace piece, bool redo, int64_t count) {
    size_t group = 0;
    if (redo) {
      std::fill(tally_.begin(), tally_.end(), 0);
      ++piece_;
      // Activities, not events: each counts once.
      for (const uint16_t activity : piece) {
        if (std::exchange(seen_in_[activity], piece_) != piece_) ++tally_[GroupOf(activity)];
      }
      group = MostTallied();
    }
    for (const uint16_t activity : piece) Push(group, activity);
    parts_[group].Close(count);
  }

  const Cut& cut_;
  std::vector<uint16_t> local_;  // the number of an activity in its part
  std::vector<int64_t> tally_;   // by group
  std::vector<SubLog> parts_;
  std::vector<int64_t> events_;   // of each group, in the whole log
  int64_t piece_ = 0;             // of a loop, numbered
  std::vector<int64_t> seen_in_;  // the last piece that an activity was seen in
};

}  // namespace

std::vector<SubLog> SplitLog(const SubLog& log, const Cut& cut) {
  Splitter splitter(log, cut);
  for (size_t i = 0; i < log.traces.size(); ++i) splitter.Split(log.traces[i], log.traces.count(i));
  return splitter.Take();
}

}  // namespace plumbline::analytics
