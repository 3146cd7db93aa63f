// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "services/analytics/log/builder_state.h"

namespace plumbline::analytics {
namespace {

// The attributes of rows [begin, end), of a list that ascends by row.
std::span<const EventAttribute> AttributesOf(const std::vector<EventAttribute>& all, size_t begin,
                                             size_t end) {
  const auto first =
      std::lower_bound(all.begin(), all.end(), begin,
                       [](const EventAttribute& a, size_t row) { return a.row < row; });
  auto last = first;
  while (last != all.end() && last->row < end) ++last;
  return {first, last};
}

// Copies the rows of some cases of the last snapshot, in its order.
class BasePart {
 public:
  BasePart(const LogSnapshot& base, const std::vector<uint32_t>& activity_order)
      : base_(base), activity_order_(activity_order) {
    part_.case_begin = {0};
  }

  void AddCase(size_t place) {
    const uint32_t begin = base_.case_begin[place], end = base_.case_begin[place + 1];
    for (EventAttribute attribute : AttributesOf(base_.attributes, begin, end)) {
      attribute.row = attribute.row - begin + static_cast<uint32_t>(rows_.size());
      attributes_.push_back(std::move(attribute));
    }
    for (uint32_t row = begin; row < end; ++row) rows_.push_back(row);
    EndCase();
  }
  void EndCase() { part_.case_begin.push_back(static_cast<uint32_t>(rows_.size())); }

  // `resources`: how many there may be, by the builder's numbers; 0 = they are left out.
  LogSnapshot Take(uint32_t activities, uint32_t transitions, uint32_t resources) {
    part_.activity = NarrowColumn(rows_.size(), activities);
    Fill(base_.activity, part_.activity,
         [this](uint32_t number) { return activity_order_[number]; });
    if (!base_.transition.empty()) {
      part_.transition = NarrowColumn(rows_.size(), transitions);
      Fill(base_.transition, part_.transition, [](uint32_t number) { return number; });
    }
    if (!base_.resource.empty() && resources > 0) {
      part_.resource = NarrowColumn(rows_.size(), resources);
      Fill(base_.resource, part_.resource, [](uint32_t number) { return number; });
    }
    part_.time = Gather(base_.time);
    if (!base_.start.empty()) {
      part_.start = Gather(base_.start);
      part_.arrival = Gather(base_.arrival);
    }
    part_.attributes = std::move(attributes_);
    return std::move(part_);
  }

 private:
  template <class T>
  std::vector<T> Gather(const SharedColumn<T>& column) const {
    std::vector<T> values;
    values.reserve(rows_.size());
    for (const uint32_t row : rows_) values.push_back(column[row]);
    return values;
  }
  template <class Translate>
  void Fill(const NarrowColumn& from, NarrowColumn& column, Translate translate) {
    from.Visit([&](auto values) {
      column.Fill([&](auto to) {
        using T = typename decltype(to)::value_type;
        for (size_t i = 0; i < rows_.size(); ++i)
          to[i] = static_cast<T>(translate(values[rows_[i]]));
      });
    });
  }

  const LogSnapshot& base_;
  const std::vector<uint32_t>& activity_order_;
  std::vector<uint32_t> rows_;
  std::vector<EventAttribute> attributes_;
  LogSnapshot part_;
};

// Numbers the resources of a part anew, in the order of first sight, and names these: a log may
// have very many, of which the part has few. `name_of`: by the numbers that it had, of which there
// are `count`.
template <class NameOf>
void NameResources(size_t count, const NameOf& name_of, LogSnapshot& part) {
  std::vector<uint32_t> numbers(count + 1, kNone);
  part.resource.Fill([&](auto column) {
    using T = typename decltype(column)::value_type;
    for (T& value : column) {
      if (value == kNone) continue;
      uint32_t& number = numbers[value];
      if (number == kNone) {
        part.resources.emplace_back(name_of(value - 1));
        number = static_cast<uint32_t>(part.resources.size());
      }
      value = static_cast<T>(number);
    }
  });
}

// What a part needs to be read by itself; texts by the builder's numbers.
std::shared_ptr<const LogSnapshot> Complete(LogSnapshot part, const LogSnapshot& texts) {
  for (size_t c = 0; c + 1 < part.case_begin.size(); ++c) part.cases.push_back("");
  part.transitions = texts.transitions;
  part.attribute_keys = texts.attribute_keys;
  return std::make_shared<const LogSnapshot>(std::move(part));
}

uint32_t RowsOf(const LogSnapshot& log, size_t place) {
  return log.case_begin[place + 1] - log.case_begin[place];
}

// Adds one pending row to those of a part, as one of case `case_number` there.
void CopyRow(const PendingRows& from, uint32_t row, uint32_t case_number, PendingRows& to) {
  const auto place = static_cast<uint32_t>(to.time.size());
  to.case_id.push_back(case_number);
  to.activity.push_back(from.activity[row]);
  to.resource.push_back(from.resource[row]);
  to.transition.push_back(from.transition[row]);
  to.time.push_back(from.time[row]);
  if (!from.start.empty()) to.start.push_back(from.StartOf(row));
  for (EventAttribute attribute : AttributesOf(from.attributes, row, row + 1)) {
    attribute.row = place;
    to.attributes.push_back(std::move(attribute));
  }
}

// Brings links up to the pending rows.
void Link(const std::vector<uint32_t>& case_order, const PendingRows& pending, size_t cases,
          CaseLinks& links) {
  if (links.base_place.size() != case_order.size()) links.base_place = RanksOf(case_order);
  links.last.resize(cases, 0);
  for (size_t row = links.before.size(); row < pending.case_id.size(); ++row) {
    uint32_t& last = links.last[pending.case_id[row]];
    links.before.push_back(last);
    last = static_cast<uint32_t>(row) + 1;
  }
}

// The pending rows of a case, in the order in which they came.
void PendingOf(const CaseLinks& links, uint32_t number, std::vector<uint32_t>* rows) {
  rows->clear();
  for (uint32_t row = links.last[number]; row != 0; row = links.before[row - 1])
    rows->push_back(row - 1);
  std::reverse(rows->begin(), rows->end());
}

// Rows that come to a part whose cases are all there, of which the first is number `first_arrival`
// in the order of arrival. `resources`: nullptr where they are left out.
std::shared_ptr<const LogSnapshot> MergePart(const LogSnapshot& part, PendingRows& rows,
                                             size_t first_arrival, const Dictionary& activities,
                                             const Dictionary& transitions, const Dictionary& keys,
                                             const Dictionary* resources) {
  std::vector<uint32_t> same(part.case_begin.size() - 1);
  std::iota(same.begin(), same.end(), 0);
  Merger merger(part, rows, static_cast<uint32_t>(first_arrival));
  merger.OrderRows(same.size(), same, same);
  merger.FillTimes();
  merger.MoveAttributes();
  LogSnapshot& merged = merger.log();
  merged.activity = merger.Gather(part.activity, {}, rows.activity, {}, activities.size());
  if (transitions.size() > 0)
    merged.transition = merger.Gather(part.transition, {}, rows.transition, {}, transitions.size());
  if (resources != nullptr && resources->size() > 0) {
    merged.resource = merger.Gather(part.resource, {}, rows.resource, {}, resources->size());
    NameResources(
        resources->size(), [&](uint32_t number) { return (*resources)[number]; }, merged);
  }
  for (size_t c = 0; c < same.size(); ++c) merged.cases.push_back("");
  merged.transitions = TextsOf(transitions);
  merged.attribute_keys = TextsOf(keys);
  return merger.Take();
}

}  // namespace

size_t EventLogBuilder::pending() const { return state_->pending.time.size(); }

std::vector<std::string> EventLogBuilder::ActivitiesFrom(size_t first) const {
  std::vector<std::string> names;
  for (size_t i = first; i < state_->activities.size(); ++i)
    names.emplace_back(state_->activities[static_cast<uint32_t>(i)]);
  return names;
}

const std::vector<uint32_t>& EventLogBuilder::ActivityNumbers() const {
  return state_->activity_order;
}

size_t EventLogBuilder::case_count() const { return state_->cases.size(); }

absl::string_view EventLogBuilder::CaseName(uint32_t number) const { return state_->cases[number]; }

const std::vector<uint32_t>& EventLogBuilder::CaseNumbers() const { return state_->case_order; }

std::vector<uint32_t> EventLogBuilder::TouchedNumbers(size_t from, size_t to) const {
  const uint32_t* const first = state_->pending.case_id.begin();
  std::vector<uint32_t> numbers(first + from, first + to);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

// In the order of `numbers`, be it another.
std::shared_ptr<const LogSnapshot> EventLogBuilder::Cases(std::span<const uint32_t> numbers,
                                                          size_t pending) {
  State& s = *state_;
  Link(s.case_order, s.pending, s.cases.size(), s.links);
  BasePart base(*s.current, s.activity_order);
  PendingRows rows;
  std::vector<uint32_t> of_case;
  for (uint32_t c = 0; c < numbers.size(); ++c) {
    if (numbers[c] < s.links.base_place.size()) {
      base.AddCase(s.links.base_place[numbers[c]]);
    } else {
      base.EndCase();
    }
    PendingOf(s.links, numbers[c], &of_case);
    for (const uint32_t row : of_case) {
      if (row < pending) CopyRow(s.pending, row, c, rows);
    }
  }
  return MergePart(base.Take(s.activities.size(), s.transitions.size(), s.resources.size()), rows,
                   s.current->size(), s.activities, s.transitions, s.keys, &s.resources);
}

TouchedCases EventLogBuilder::Touched(size_t from) {
  State& s = *state_;
  Link(s.case_order, s.pending, s.cases.size(), s.links);
  const std::vector<uint32_t> ids = TouchedNumbers(from, pending());
  BasePart base(*s.current, s.activity_order);
  PendingRows old_rows, new_rows;
  std::vector<uint32_t> rows;  // of one case
  for (uint32_t c = 0; c < ids.size(); ++c) {
    if (ids[c] < s.links.base_place.size()) {
      base.AddCase(s.links.base_place[ids[c]]);
    } else {
      base.EndCase();
    }
    PendingOf(s.links, ids[c], &rows);
    for (const uint32_t row : rows) CopyRow(s.pending, row, c, row < from ? old_rows : new_rows);
  }

  TouchedCases touched;
  const LogSnapshot part = base.Take(s.activities.size(), s.transitions.size(), 0);
  const size_t first_old = s.current->size(), first_new = first_old + old_rows.time.size();
  touched.before =
      MergePart(part, old_rows, first_old, s.activities, s.transitions, s.keys, nullptr);
  touched.after =
      MergePart(*touched.before, new_rows, first_new, s.activities, s.transitions, s.keys, nullptr);
  return touched;
}

std::shared_ptr<const LogSnapshot> CasesAt(const NumberedLog& log,
                                           std::span<const uint32_t> places) {
  BasePart part(log.log, log.numbers);
  for (const uint32_t place : places) part.AddCase(place);
  const std::vector<std::string>& resources = log.log.resources;
  LogSnapshot cases = part.Take(static_cast<uint32_t>(log.log.activities.size()),
                                static_cast<uint32_t>(log.log.transitions.size()),
                                static_cast<uint32_t>(resources.size()));
  NameResources(
      resources.size(), [&](uint32_t number) { return resources[number]; }, cases);
  return Complete(std::move(cases), log.log);
}

TouchedCases TouchedBetween(const NumberedLog& earlier, const NumberedLog& later) {
  const TextList &had = earlier.log.cases, &has = later.log.cases;
  BasePart before(earlier.log, earlier.numbers), after(later.log, later.numbers);
  for (size_t e = 0, l = 0; l < has.size(); ++l) {
    const bool known = e < had.size() && had[e] == has[l];
    if (!known || RowsOf(earlier.log, e) != RowsOf(later.log, l)) {
      if (known) {
        before.AddCase(e);
      } else {
        before.EndCase();
      }
      after.AddCase(l);
    }
    e += known;
  }
  // The later log has all texts of the earlier one under the same numbers, but for activities.
  const auto activities = static_cast<uint32_t>(later.log.activities.size());
  const auto transitions = static_cast<uint32_t>(later.log.transitions.size());
  return {Complete(before.Take(activities, transitions, 0), later.log),
          Complete(after.Take(activities, transitions, 0), later.log)};
}

}  // namespace plumbline::analytics
