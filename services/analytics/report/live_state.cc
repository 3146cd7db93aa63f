// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/live_state.h"

#include <algorithm>
#include <numeric>

#include "absl/memory/memory.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

template <class Map, class Key>
auto& At(Map& map, const Key& key) {
  auto& value = map[key];
  if (value == nullptr) value = std::make_unique<typename Map::mapped_type::element_type>();
  return *value;
}

void Count(std::map<std::string, int64_t>& counts, const std::string& key, int sign) {
  const auto it = counts.try_emplace(key, 0).first;
  if ((it->second += sign) == 0) counts.erase(it);
}

void Add(const ImpedimentFact& fact, int sign, LiveLoss& loss) {
  loss.count += sign;
  if (fact.end == kNoTime) {
    loss.open += sign;
    loss.begins += sign * fact.begin;
  } else {
    loss.lost += sign * (fact.end - fact.begin);
  }
}

}  // namespace

void LiveFigures::State::Change(TimeMultiset& set, int64_t value, int sign) const {
  if (sign < 0) {
    set.Remove(value);
  } else if (filling) {
    set.AddLater(value);
  } else {
    set.Add(value);
  }
}

LiveEdge& LiveFigures::State::EdgeOf(uint32_t from, uint32_t to) {
  return At(edges, std::pair(from, to));
}

void LiveFigures::State::Apply(const RowFact& row, int sign) {
  LiveNode& node = nodes[row.activity];
  rows += sign;
  node.count += sign;
  node.case_count += row.nth == 1 ? sign : 0;
  node.rework_case_count += row.nth == 2 ? sign : 0;
  if (row.service != kNoTime) Change(node.service, row.service, sign);
  if (row.previous == kNoText) {
    node.starts += sign;
    return;
  }
  LiveEdge& edge = EdgeOf(row.previous, row.activity);
  edge.case_count += row.first_of_edge ? sign : 0;
  Change(edge.wait, row.wait, sign);
  if (edge.wait.size() == 0) edges.erase(std::pair(row.previous, row.activity));
}

void LiveFigures::State::Apply(const OccurrenceFact& fact, int sign) {
  LiveStep& step = steps[fact.activity];
  step.count += sign;
  step.case_count += fact.nth == 1 ? sign : 0;
  step.rework_case_count += fact.nth == 2 ? sign : 0;
  step.repeats += fact.nth > 1 ? sign : 0;
  step.due += fact.has_due ? sign : 0;
  step.late += fact.late ? sign : 0;
  step.planned += sign * fact.planned;
  if (fact.has_working)
    Change(fact.nth == 1 ? step.first_working : step.more_working, fact.working, sign);
  if (fact.blocked > 0) Change(step.blocked, fact.blocked, sign);
  if (!fact.has_waiting) return;
  const WaitKey key{fact.previous, fact.activity, fact.nth == 1, fact.embedded, fact.scheduled};
  TimeMultiset& waiting = At(waits, key);
  Change(waiting, fact.waiting, sign);
  if (waiting.size() == 0) waits.erase(key);
  if (!fact.first_of_pair) return;
  const auto pair = std::pair(fact.previous, fact.activity);
  if ((pair_cases[pair] += sign) == 0) pair_cases.erase(pair);
}

void LiveFigures::State::Apply(const ImpedimentFact& fact, int sign) {
  LiveCause& cause = causes[fact.cause];
  Add(fact, sign, cause.all);
  cause.case_count += fact.first_of_cause ? sign : 0;
  LiveLoss& loss = cause.by_activity[fact.activity];
  Add(fact, sign, loss);
  if (loss.count == 0) cause.by_activity.erase(fact.activity);
  if (cause.all.count == 0) causes.erase(fact.cause);
}

void LiveFigures::State::Apply(const CaseFacts::Whole& whole, int sign) {
  if (!whole.there) return;
  cases += sign;
  plans.day_ones += whole.has_day_one ? sign : 0;
  const bool has_due = whole.due != kNoTime, ended = Ended(whole);
  if (has_due) {
    Change(plans.own_lengths, whole.due - whole.begin, sign);
    if (!whole.words.empty()) Count(plans.words, whole.words, sign);
  }
  if (!ended) {
    open_cases += sign;
    Change(plans.open_begins, whole.begin, sign);
    if (has_due) Change(plans.open_dues, whole.due, sign);
    return;
  }
  const int64_t end = marked ? whole.marked_end : whole.last_time;
  Change(durations, whole.duration, sign);
  Change(plans.spans, end - whole.begin, sign);
  plans.own_ended += has_due ? sign : 0;
  plans.own_inside += has_due && end <= whole.due ? sign : 0;
}

void LiveFigures::State::ApplyVariant(const CaseFacts& facts, int sign) {
  if (facts.rows.empty()) return;
  sequence.clear();
  for (const RowFact& row : facts.rows) sequence.push_back(row.activity);
  nodes[sequence.back()].ends += sign;
  if (sign > 0) {
    variants.Add(sequence, facts.whole.duration, Ended(facts.whole));
  } else {
    variants.Remove(sequence, facts.whole.duration, Ended(facts.whole));
  }
}

void LiveFigures::State::Apply(const CaseFacts& facts, size_t same_rows, size_t same_occurrences,
                               int sign) {
  for (size_t i = same_rows; i < facts.rows.size(); ++i) Apply(facts.rows[i], sign);
  for (size_t i = same_occurrences; i < facts.occurrences.size(); ++i)
    Apply(facts.occurrences[i], sign);
  for (const ImpedimentFact& impediment : facts.impediments) Apply(impediment, sign);
  Apply(facts.whole, sign);
  ApplyVariant(facts, sign);
}

// Most cases go on where they ended: what their beginnings have in common stays.
void LiveFigures::State::Replace(const CaseFacts& before, const CaseFacts& after) {
  const auto same = [](const auto& a, const auto& b) {
    const auto end = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first;
    return static_cast<size_t>(end - a.begin());
  };
  const size_t same_rows = same(before.rows, after.rows);
  const size_t same_occurrences = same(before.occurrences, after.occurrences);
  // In before out: nothing that is in both is gone in between.
  Apply(after, same_rows, same_occurrences, 1);
  Apply(before, same_rows, same_occurrences, -1);
}

void LiveFigures::State::Settle() {
  filling = false;
  for (LiveNode& node : nodes) node.service.Settle();
  for (auto& [ends, edge] : edges) edge->wait.Settle();
  for (auto& [key, waiting] : waits) waiting->Settle();
  for (LiveStep& step : steps) {
    for (TimeMultiset* set : {&step.first_working, &step.more_working, &step.blocked})
      set->Settle();
  }
  for (TimeMultiset* set :
       {&durations, &plans.spans, &plans.open_begins, &plans.own_lengths, &plans.open_dues})
    set->Settle();
}

void LiveFigures::State::Name(const std::vector<std::string>& more) {
  if (more.empty() && names != nullptr) return;
  texts.insert(texts.end(), more.begin(), more.end());
  nodes.resize(texts.size());
  steps.resize(texts.size());
  number.resize(texts.size());
  std::iota(number.begin(), number.end(), 0);
  std::sort(number.begin(), number.end(),
            [this](uint32_t a, uint32_t b) { return texts[a] < texts[b]; });
  rank.resize(texts.size());
  auto log = std::make_shared<LogSnapshot>();
  log->case_begin = {0};
  for (uint32_t r = 0; r < number.size(); ++r) {
    rank[number[r]] = r;
    log->activities.push_back(texts[number[r]]);
  }
  names = std::move(log);
}

LiveFigures::LiveFigures() : state_(std::make_unique<State>()) {}

LiveFigures::~LiveFigures() = default;

absl::StatusOr<std::unique_ptr<LiveFigures>> LiveFigures::Make(const LiveSource& source,
                                                               KeepOn keep_on) {
  auto figures = absl::WrapUnique(new LiveFigures());
  State& s = *figures->state_;
  s.map_transitions = source.map_transitions;
  s.Name(source.names);
  s.marked = CaseEnds(*source.log).marked();
  s.events = static_cast<int64_t>(source.log->size());
  s.last_time = source.log->LastTime();
  s.filling = true;
  RETURN_IF_ERROR(ReadFacts(
      source.log, s.map_transitions, source.numbers,
      [&s](uint32_t, const CaseFacts& facts) { s.Apply(facts, 0, 0, 1); }, keep_on));
  s.Settle();
  return figures;
}

absl::StatusOr<bool> LiveFigures::Update(const TouchedCases& cases,
                                         const std::vector<std::string>& names, KeepOn keep_on) {
  State& s = *state_;
  s.Name(names);
  std::vector<CaseFacts> before(cases.before->case_count());
  RETURN_IF_ERROR(ReadFacts(
      cases.before, s.map_transitions, {},
      [&before](uint32_t c, const CaseFacts& facts) { before[c] = facts; }, keep_on));
  bool begins_to_mark = false;
  RETURN_IF_ERROR(ReadFacts(
      cases.after, s.map_transitions, {},
      [&](uint32_t c, const CaseFacts& facts) {
        begins_to_mark |= facts.whole.says_end && !s.marked;
        if (!begins_to_mark) s.Replace(before[c], facts);
      },
      keep_on));
  s.events +=
      static_cast<int64_t>(cases.after->size()) - static_cast<int64_t>(cases.before->size());
  s.last_time = std::max(s.last_time, cases.after->LastTime());
  return !begins_to_mark;
}

}  // namespace plumbline::analytics
