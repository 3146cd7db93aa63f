// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_case_history.h"

#include <algorithm>
#include <memory>

#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/mining/occurrences.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {

void LiveCaseHistory::ChangeTraces(const LiveCases& cases, int sign) {
  const Traces traces(cases.log, {.transitions = map_transitions_});
  const auto begin = traces.case_begin();
  std::vector<uint32_t> steps;
  for (size_t c = 0; c + 1 < begin.size(); ++c) {
    steps.clear();
    for (uint32_t row = begin[c]; row < begin[c + 1]; ++row)
      steps.push_back(traces.activity()[row]);
    if (steps.empty()) continue;
    const uint32_t number = traces_.Add(steps, 1);
    if (sign > 0) continue;
    traces_.Remove(number);  // this one
    traces_.Remove(number);
  }
}

absl::StatusOr<std::vector<LiveCaseHistory::Case>> LiveCaseHistory::ReadCases(
    const LiveCases& cases, bool* settled, KeepOn keep_on) const {
  const LogSnapshot& log = *cases.log;
  const CaseEnds ends(log);
  std::vector<Case> all(log.case_count());
  for (size_t c = 0; c < all.size(); ++c) {
    all[c].open = !ends.HasEnded(c);
    all[c].ended = {ends.marked() ? ends.MarkedTime(c) : CaseEnd(log, c), cases.numbers[c],
                    log.case_begin[c + 1] - log.case_begin[c]};
    all[c].start = CaseStart(log, c);
    *settled = *settled && !all[c].open;
  }
  RETURN_IF_ERROR(ReadOccurrences(
      log, map_transitions_,
      {.occurrence = [&](const Occurrence& o) { *settled = *settled && o.end != kNoTime; },
       .impediment = [&](const Impediment& one) { *settled = *settled && !one.open; }},
      keep_on));
  return all;
}

absl::Status LiveCaseHistory::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  if (cases.numbers.empty()) return absl::OkStatus();
  if (discovers_) ChangeTraces(cases, sign);
  // What was put in for an answer goes next.
  if (sign < 0 && !beside_.empty()) {
    beside_.clear();
    return absl::OkStatus();
  }
  bool settled = true;
  ASSIGN_OR_RETURN(std::vector<Case> all, ReadCases(cases, &settled, keep_on));
  // All of them are settled, or none is.
  if (!settled) {
    beside_ = std::move(all);
    return absl::OkStatus();
  }
  for (const Case& one : all) {
    ended_.Change(one.ended, sign);
    if (one.start <= one.ended.time) continue;
    if (sign > 0) {
      early_[one.ended] = one.start;
    } else {
      early_.erase(one.ended);
    }
  }
  ended_count_ += sign * static_cast<int64_t>(all.size());
  return absl::OkStatus();
}

int64_t LiveCaseHistory::memory_bytes() const {
  constexpr size_t kOfANode = 80;
  return static_cast<int64_t>(sizeof(*this) + traces_.memory_bytes() + ended_.memory_bytes() +
                              early_.size() * kOfANode + beside_.capacity() * sizeof(Case));
}

int64_t LiveCaseHistory::answer_bytes() const {
  // What a miner takes of traces, and the copy of them.
  constexpr int64_t kTimes = 6, kOfATrace = 24;
  const causes::SequenceList& list = traces_.list();
  return kTimes *
         static_cast<int64_t>(list.steps.size() * sizeof(uint32_t) + list.size() * kOfATrace);
}

int64_t LiveCaseHistory::latest_bytes(size_t most_cases) const {
  // The columns and texts of rows, and their occurrences one case after the other.
  constexpr int64_t kOfARow = 128, kOfACase = 96;
  int64_t rows = 0, cases = 0, last = 0;
  const auto read = [&](const Ended& one) {
    rows += one.rows;
    last = one.time;
    ++cases;
  };
  for (const Case& one : beside_) read(one.ended);
  size_t taken = 0;
  ended_.ForEachBackwards([&](const Ended& one) {
    if (taken++ >= most_cases && one.time != last) return false;
    read(one);
    return true;
  });
  return rows * kOfARow + cases * kOfACase;
}

TraceBag LiveCaseHistory::Bag(const LiveWhole& whole) const {
  std::vector<std::string> names;  // by the builder's number
  for (const uint32_t rank : whole.rank) names.push_back(whole.names.activities[rank]);
  TraceBag bag(std::move(names));
  const causes::SequenceList& list = traces_.list();
  for (uint32_t i = 0; i < list.size(); ++i)
    if (list.count[i] > 0) bag.Add(list[i], list.count[i]);
  return bag;
}

std::optional<uint32_t> LiveCaseHistory::NumberOf(const LiveWhole& whole,
                                                  absl::string_view name) const {
  if (name.empty()) return std::nullopt;
  for (const Case& one : beside_)
    if (whole.case_name(one.ended.number) == name) return one.ended.number;
  const auto count = static_cast<uint32_t>(whole.case_count);
  for (uint32_t number = 0; number < count; ++number)
    if (whole.case_name(number) == name) return number;
  return std::nullopt;
}

LiveCaseHistory::Latest LiveCaseHistory::LatestOf(const LiveWhole& whole, size_t most_cases,
                                                  std::optional<uint32_t> without) const {
  Latest latest;
  std::vector<uint32_t> numbers;
  bool found = !without.has_value();  // what is left out
  for (const Case& one : beside_) {
    const bool left_out = without == one.ended.number;
    found |= left_out;
    if (left_out || one.start > whole.last_time) continue;
    ++(one.open ? latest.open_count : latest.ended_count);
    if (!one.open) numbers.push_back(one.ended.number);
  }
  latest.ended_count += ended_count_ - (found ? 0 : 1);
  const auto begins_later = [&](const Ended& one) {
    const auto early = early_.find(one);
    return early != early_.end() && early->second > whole.last_time;
  };
  for (const auto& [ended, start] : early_)
    latest.ended_count -= start > whole.last_time && without != ended.number;
  size_t taken = 0;
  int64_t last = 0;
  // With all that ended when the last of them did.
  ended_.ForEachBackwards([&](const Ended& one) {
    if (taken >= most_cases && one.time != last) return false;
    if (without == one.number || begins_later(one)) return true;
    numbers.push_back(one.number);
    last = one.time;
    ++taken;
    return true;
  });
  std::sort(numbers.begin(), numbers.end());
  latest.cases = whole.cases(std::move(numbers));
  return latest;
}

}  // namespace plumbline::analytics
