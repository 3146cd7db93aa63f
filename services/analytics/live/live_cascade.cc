// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_cascade.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/base/status_macros.h"
#include "services/analytics/cascade/cases.h"
#include "services/analytics/cascade/doings.h"
#include "services/analytics/cascade/runs.h"
#include "services/analytics/cascade/stations.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics {
namespace {

using cascade::Busy;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Leaves the first of them, as many as are learned from, in no order. O(cases) expected.
template <class Cases, class Before>
void TakeFirst(Cases* cases, const Before& before) {
  if (cases->size() <= cascade::kMostRuns) return;
  const auto end = cases->begin() + static_cast<std::ptrdiff_t>(cascade::kMostRuns);
  std::nth_element(cases->begin(), end, cases->end(), before);
  cases->erase(end, cases->end());
}

// Calls take(station, wait) for each wait at one.
template <class Take>
void ForEachWait(const cascade::Learning& learning, const Take& take) {
  for (const cascade::Done& done : learning.doings.done) {
    if (done.end == kNoTime || done.skipped) continue;
    const auto wait = cascade::WaitOf(done);
    if (wait.has_value()) take(learning.stations.of_activity[done.activity], *wait);
  }
}

// By station, when somebody waited there; times as they are kept, from `first` to `now`.
std::vector<Wanted> WantedOf(const cascade::Learning& learning, int64_t first, int64_t now) {
  std::vector<size_t> counts(learning.stations.names.size());
  ForEachWait(learning, [&](uint32_t station, const auto&) { ++counts[station]; });
  std::vector<Wanted> wanted;
  wanted.reserve(counts.size());
  for (const size_t count : counts) wanted.emplace_back(first, now, count);
  ForEachWait(learning, [&](uint32_t station, const simulation::Stretch& wait) {
    wanted[station].Add({wait.begin + now, wait.end + now});
  });
  for (Wanted& one : wanted) one.Sum();
  return wanted;
}

}  // namespace

absl::StatusOr<LiveCascade::Read> LiveCascade::ReadCases(const LiveCases& cases,
                                                         KeepOn keep_on) const {
  const LogSnapshot& log = *cases.log;
  Read read;
  read.rows = static_cast<int64_t>(log.size());
  read.starts.resize(log.activities.size());
  const CaseEnds ends(log);
  RETURN_IF_ERROR(cascade::CheckMarked(ends));
  std::vector<int64_t> busy_from(log.case_count(), kNever);
  const auto take = [&](const Occurrence& o) {
    read.starts[o.activity].Count(o);
    read.settled = read.settled && o.end != kNoTime;
    if (o.end == kNoTime || !ends.HasEnded(o.case_number)) return;
    const std::optional<Busy> busy = cascade::BusyOf(o, origin_);
    if (!busy.has_value()) return;
    read.busy.push_back(*busy);
    int64_t& from = busy_from[o.case_number];
    from = std::min(from, busy->when.begin);
  };
  const auto see = [&](const Impediment& one) { read.settled = read.settled && !one.open; };
  RETURN_IF_ERROR(
      ReadOccurrences(log, map_transitions_, {.occurrence = take, .impediment = see}, keep_on));
  for (uint32_t c = 0; c < log.case_count(); ++c) {
    const int64_t begin = cascade::BeginOf(log, c);
    if (ends.HasEnded(c)) {
      read.ended.push_back({.time = CaseEnd(log, c),
                            .number = cases.numbers[c],
                            .rows = log.case_begin[c + 1] - log.case_begin[c],
                            .begin = begin,
                            .busy_from = busy_from[c]});
    } else {
      read.open.emplace_back(cases.numbers[c], begin);
      read.settled = false;
    }
  }
  return read;
}

LiveCascade::OfActivity& LiveCascade::Of(uint32_t activity) {
  while (by_activity_.size() <= activity) by_activity_.emplace_back();
  return by_activity_[activity];
}

void LiveCascade::ChangeStarts(const Read& read, int sign) {
  for (uint32_t a = 0; a < read.starts.size(); ++a) {
    if (read.starts[a].all == 0) continue;
    OfActivity& kept = Of(a);
    kept.starts.all += sign * read.starts[a].all;
    kept.starts.begun += sign * read.starts[a].begun;
  }
}

absl::Status LiveCascade::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  if (cases.numbers.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(heard_.Hear(*cases.log, sign, keep_on));
  // What was put in for an answer goes next.
  if (sign < 0 && beside_.rows > 0) {
    ChangeStarts(beside_, -1);
    beside_ = Read();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Read read, ReadCases(cases, keep_on));
  ChangeStarts(read, sign);
  // All of them are settled, or none is.
  if (!read.settled) {
    beside_ = std::move(read);
    return absl::OkStatus();
  }
  for (const Ended& one : read.ended) {
    ended_.Change(one, sign);
    begins_.Change(one.begin, sign);
  }
  if (begins_.IsDue()) begins_.Fold([](std::span<const int64_t>) { return Nothing(); });
  for (const Busy& one : read.busy) {
    OfActivity& kept = Of(one.activity);
    (one.begun ? kept.begun : kept.unbegun).Change(one.when, sign);
  }
  return absl::OkStatus();
}

void LiveCascade::Settle() {
  ended_.Settle();
  Fold();
}

void LiveCascade::Fold() {
  begins_.Fold([](std::span<const int64_t>) { return Nothing(); });
  for (OfActivity& one : by_activity_) {
    one.begun.Fold();
    one.unbegun.Fold();
  }
}

int64_t LiveCascade::memory_bytes() const {
  size_t bytes = sizeof(*this) + heard_.memory_bytes() + ended_.memory_bytes() +
                 begins_.memory_bytes() + by_activity_.capacity() * sizeof(OfActivity) +
                 beside_.busy.capacity() * sizeof(Busy) + beside_.ended.capacity() * sizeof(Ended) +
                 beside_.open.capacity() * sizeof(beside_.open[0]);
  for (const OfActivity& one : by_activity_)
    bytes += one.begun.memory_bytes() + one.unbegun.memory_bytes();
  return static_cast<int64_t>(bytes);
}

int64_t LiveCascade::answer_bytes() const {
  // The rows of cases that are read, what was done, what it waited for and when that matters; names
  // with what they need, and stations of one activity each with who is at work.
  constexpr int64_t kOfARow = 240 + Wanted::kBytesOfAStretch, kOfACase = 240, kOfAnActivity = 480,
                    kMostOfABlock = 192;
  const std::vector<Ended> latest = LatestEnded();
  int64_t rows = beside_.rows, cases = 0, first = kNever, last = kNever;
  const auto read = [&](const Ended& one) {
    rows += one.rows;
    ++cases;
  };
  // Of those that ended at one time it is not known yet which are read: those with the most rows,
  // and such that the first of all begins as early, or as late, as it may.
  std::vector<Ended> runs = latest;
  TakeFirst(&runs, [](const Ended& a, const Ended& b) {
    return a.time != b.time ? a.time > b.time : a.rows > b.rows;
  });
  for (const Ended& one : runs) read(one);
  runs = latest;
  TakeFirst(&runs, [](const Ended& a, const Ended& b) {
    return a.time != b.time ? a.time > b.time : a.begin > b.begin;
  });
  for (const Ended& one : latest) first = std::min(first, one.begin);
  for (const Ended& one : runs) last = std::min(last, one.begin);
  const int64_t from = last == kNever ? kNever : origin_.At(last);
  ended_.ForEach(first, kNever, [&](const Ended& one) {
    if (one.busy_from < from) read(one);
  });
  // Of those who are at work at stations of many activities a block of each may be looked at.
  int64_t changes = 0;
  for (const OfActivity& one : by_activity_)
    for (const BusyChanges* list : {&one.begun, &one.unbegun})
      if (!list->blocks().empty()) changes += kMostOfABlock;
  return rows * kOfARow + cases * kOfACase + changes * static_cast<int64_t>(sizeof(int64_t)) +
         static_cast<int64_t>(2 * latest.size() * sizeof(Ended)) +
         kOfAnActivity * static_cast<int64_t>(by_activity_.size());
}

cascade::Needs LiveCascade::NeedsOf(const LiveWhole& whole,
                                    const std::vector<cascade::AskedNeed>& asked) const {
  std::vector<std::string> names;  // by the builder's number
  for (const uint32_t rank : whole.rank) names.push_back(whole.names.activities[rank]);
  cascade::Needs by_number = heard_.Decide(names, asked);
  cascade::Needs needs(by_number.size());
  for (size_t a = 0; a < needs.size(); ++a) needs[whole.rank[a]] = std::move(by_number[a]);
  return needs;
}

std::vector<LiveCascade::Ended> LiveCascade::LatestEnded() const {
  std::vector<Ended> latest = beside_.ended;
  size_t taken = 0;
  int64_t last = 0;
  ended_.ForEachBackwards([&](const Ended& one) {
    if (taken >= cascade::kMostRuns && one.time != last) return false;
    latest.push_back(one);
    last = one.time;
    ++taken;
    return true;
  });
  return latest;
}

LiveCascade::Chosen LiveCascade::Choose(const LiveWhole& whole) const {
  Chosen chosen;
  std::vector<Ended> runs = LatestEnded();
  // Of the same end those with greater ids are later.
  TakeFirst(&runs, [&](const Ended& a, const Ended& b) {
    if (a.time != b.time) return a.time > b.time;
    return whole.case_name(a.number) > whole.case_name(b.number);
  });
  int64_t first = kNever, since = kNever;
  for (const Ended& one : runs) {
    chosen.numbers.push_back(one.number);
    first = std::min(first, one.begin);
    since = std::min(since, one.time);
  }
  if (static_cast<int64_t>(runs.size()) < whole.case_count - whole.open_case_count)
    chosen.since = since;
  // Those in which somebody was at work when the first of these began.
  const int64_t from = first == kNever ? kNever : origin_.At(first);
  ended_.ForEach(first, kNever, [&](const Ended& one) {
    if (one.busy_from < from) chosen.numbers.push_back(one.number);
  });
  for (const Ended& one : beside_.ended) chosen.numbers.push_back(one.number);
  for (const auto& [number, begin] : beside_.open) chosen.numbers.push_back(number);
  std::sort(chosen.numbers.begin(), chosen.numbers.end());
  chosen.numbers.erase(std::unique(chosen.numbers.begin(), chosen.numbers.end()),
                       chosen.numbers.end());
  return chosen;
}

std::vector<int64_t> LiveCascade::BeginsSince(int64_t since) const {
  std::vector<int64_t> begins;
  for (auto block = begins_.blocks().rbegin(); block != begins_.blocks().rend(); ++block) {
    if (block->last < since) break;
    Unpack(block->steps, block->first, block->count, &begins);
  }
  for (const Ended& one : beside_.ended) begins.push_back(one.begin);
  for (const auto& [number, begin] : beside_.open) begins.push_back(begin);
  std::sort(begins.begin(), begins.end());
  begins.erase(begins.begin(), std::lower_bound(begins.begin(), begins.end(), since));
  return begins;
}

void LiveCascade::AskBeside(const LiveCases& part, const cascade::Learning& learning, int64_t now,
                            std::vector<AtWorkQuestion>* questions) const {
  std::vector<uint32_t> beside;
  for (const Ended& one : beside_.ended) beside.push_back(one.number);
  std::sort(beside.begin(), beside.end());
  for (const Busy& one : learning.doings.busy) {
    if (!one.begun && learning.starts_known[one.activity]) continue;
    const bool is_beside =
        learning.cases.kinds[one.case_number] == cascade::Cases::kOpen ||
        std::binary_search(beside.begin(), beside.end(), part.numbers[one.case_number]);
    AtWorkQuestion& question = (*questions)[learning.stations.of_activity[one.activity]];
    for (const int64_t change :
         {ChangeAt(one.when.begin + now, true), ChangeAt(one.when.end + now, false)})
      if (is_beside || change <= question.from) question.other.push_back(change);
  }
  for (AtWorkQuestion& question : *questions)
    std::sort(question.other.begin(), question.other.end());
}

absl::StatusOr<std::vector<cascade::AtWork>> LiveCascade::AtWorkOf(
    const LiveWhole& whole, const LiveCases& part, const cascade::Learning& learning,
    const cascade::Axis& axis, KeepOn keep_on) const {
  const cascade::Stations& stations = learning.stations;
  const int64_t now = origin_.At(axis.now()), first = origin_.At(learning.cases.first_begin);
  const std::vector<Wanted> wanted = WantedOf(learning, first, now);
  std::vector<AtWorkQuestion> questions(stations.names.size());
  for (size_t s = 0; s < questions.size(); ++s) {
    questions[s] = {
        .from = ChangeAt(first, false), .servers = stations.servers[s], .wanted = &wanted[s]};
  }
  for (uint32_t a = 0; a < by_activity_.size(); ++a) {
    const uint32_t rank = whole.rank[a];
    AtWorkQuestion& question = questions[stations.of_activity[rank]];
    question.kept.push_back(&by_activity_[a].begun);
    if (!learning.starts_known[rank]) question.kept.push_back(&by_activity_[a].unbegun);
  }
  AskBeside(part, learning, now, &questions);
  std::vector<cascade::AtWork> at_work;
  for (const AtWorkQuestion& question : questions) {
    ASSIGN_OR_RETURN(cascade::AtWork found, FindAtWork(question, keep_on));
    for (auto& [time, change] : found.steps) time -= now;
    at_work.push_back(std::move(found));
  }
  return at_work;
}

absl::StatusOr<LiveCascade::Learned> LiveCascade::Learn(const LiveWhole& whole,
                                                        const cascade::Needs& needs,
                                                        const cascade::Axis& axis,
                                                        const cascade::LearnOptions& options,
                                                        KeepOn keep_on) {
  Fold();
  const Chosen chosen = Choose(whole);
  const LiveCases part = whole.cases(chosen.numbers);
  RETURN_IF_ERROR(keep_on());
  Learned learned{.log = part.log};
  cascade::Learning learning;
  ASSIGN_OR_RETURN(learning.cases, cascade::SortCases(*part.log, keep_on));
  RETURN_IF_ERROR(cascade::CheckRuns(learning.cases));
  if (chosen.since.has_value()) learning.cases.since = *chosen.since;
  ASSIGN_OR_RETURN(learning.doings,
                   cascade::ReadDoings(*part.log, map_transitions_, learning.cases, axis, keep_on));
  learning.starts_known.resize(whole.rank.size());
  for (uint32_t a = 0; a < by_activity_.size(); ++a)
    learning.starts_known[whole.rank[a]] = by_activity_[a].starts.known();
  ASSIGN_OR_RETURN(learning.stations, cascade::NameStations(part.log->activities, needs,
                                                            options.by_role, options.servers));
  RETURN_IF_ERROR(keep_on());
  ASSIGN_OR_RETURN(const std::vector<cascade::AtWork> at_work,
                   AtWorkOf(whole, part, learning, axis, keep_on));
  SetServers(at_work, &learning.stations);
  for (const int64_t begin : BeginsSince(learning.cases.since))
    learning.arrivals.push_back(axis.At(begin));
  ASSIGN_OR_RETURN(learned.experience, cascade::MakeExperience(std::move(learning), axis, keep_on));
  return learned;
}

}  // namespace plumbline::analytics
