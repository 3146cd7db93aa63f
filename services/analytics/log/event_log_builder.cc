// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/analytics/log/builder_state.h"

namespace plumbline::analytics {
namespace {

// Appends a column of a batch in the numbers of the log's own dictionary. Texts that no row uses do
// not get into it.
void AppendTranslated(const Dictionary& from, const std::vector<uint32_t>& column, Dictionary& to,
                      GrowingColumn<uint32_t>& out) {
  std::vector<uint32_t> ids(from.size(), kNoText);
  uint32_t* row = out.Lengthen(column.size());
  for (const uint32_t id : column) {
    if (ids[id] == kNoText) ids[id] = to.Intern(from[id]);
    *row++ = ids[id];
  }
}

// The same where texts may be missing: numbers plus 1, kNone for a missing or empty one.
void AppendOptional(const Dictionary& from, const std::vector<uint32_t>& column, bool lower,
                    Dictionary& to, GrowingColumn<uint32_t>& out) {
  std::vector<uint32_t> ids(from.size(), kNone);
  uint32_t* row = out.Lengthen(column.size());
  for (const uint32_t id : column) {
    if (id != kNoText && ids[id] == kNone && !from[id].empty()) {
      ids[id] = 1 + (lower ? to.Intern(absl::AsciiStrToLower(from[id])) : to.Intern(from[id]));
    }
    *row++ = id == kNoText ? kNone : ids[id];
  }
}

// The ids from `first` on, in the order of their texts. Most comparisons are settled by the eight
// bytes after the prefix that all texts share.
std::vector<uint32_t> SortedIds(const Dictionary& dictionary, uint32_t first) {
  struct Entry {
    uint64_t head;
    uint32_t id;
  };
  size_t shared = first < dictionary.size() ? dictionary[first].size() : 0;
  for (uint32_t id = first; id < dictionary.size(); ++id) {
    const absl::string_view a = dictionary[first], b = dictionary[id];
    shared = std::min(shared, b.size());
    shared = std::mismatch(a.begin(), a.begin() + shared, b.begin()).first - a.begin();
  }
  std::vector<Entry> entries(dictionary.size() - first);
  for (uint32_t id = first; id < dictionary.size(); ++id) {
    const absl::string_view rest = dictionary[id].substr(shared);
    uint64_t head = 0;
    for (size_t i = 0; i < 8; ++i) {
      head = head << 8 | (i < rest.size() ? static_cast<uint8_t>(rest[i]) : 0);
    }
    entries[id - first] = {head, id};
  }
  std::sort(entries.begin(), entries.end(), [&dictionary](const Entry& a, const Entry& b) {
    return a.head != b.head ? a.head < b.head : dictionary[a.id] < dictionary[b.id];
  });
  std::vector<uint32_t> ids;
  ids.reserve(entries.size());
  for (const Entry& entry : entries) ids.push_back(entry.id);
  return ids;
}

}  // namespace

std::vector<std::string> TextsOf(const Dictionary& dictionary) {
  std::vector<std::string> texts;
  texts.reserve(dictionary.size());
  for (uint32_t i = 0; i < dictionary.size(); ++i) texts.emplace_back(dictionary[i]);
  return texts;
}

std::vector<uint32_t> EventLogBuilder::State::OrderCases() {
  const std::vector<uint32_t> fresh = SortedIds(cases, static_cast<uint32_t>(case_order.size()));
  std::vector<uint32_t> merged(case_order.size() + fresh.size()), rank_of_base;
  std::merge(case_order.begin(), case_order.end(), fresh.begin(), fresh.end(), merged.begin(),
             [this](uint32_t a, uint32_t b) { return cases[a] < cases[b]; });
  const std::vector<uint32_t> ranks = RanksOf(merged);
  for (const uint32_t id : case_order) rank_of_base.push_back(ranks[id]);
  case_order = std::move(merged);
  return rank_of_base;
}

EventLogBuilder::EventLogBuilder() : state_(std::make_unique<State>()) {
  auto empty = std::make_shared<LogSnapshot>();
  empty->case_begin = {0};
  state_->current = std::move(empty);
}

EventLogBuilder::~EventLogBuilder() = default;

void EventLogBuilder::Reserve(size_t rows) {
  PendingRows& pending = state_->pending;
  const size_t all = pending.time.size() + rows;
  for (auto* column :
       {&pending.case_id, &pending.activity, &pending.resource, &pending.transition}) {
    column->reserve(all);
  }
  pending.time.reserve(all);
}

void EventLogBuilder::Append(const EventBatch& batch) {
  State& s = *state_;
  PendingRows& pending = s.pending;
  const uint32_t first = static_cast<uint32_t>(pending.time.size());
  AppendTranslated(batch.cases, batch.case_id, s.cases, pending.case_id);
  AppendTranslated(batch.activities, batch.activity, s.activities, pending.activity);
  AppendOptional(batch.resources, batch.resource, false, s.resources, pending.resource);
  AppendOptional(batch.transitions, batch.transition, true, s.transitions, pending.transition);
  pending.time.Append(batch.time);
  if (std::any_of(batch.start.begin(), batch.start.end(), [](int64_t t) { return t != kNoTime; })) {
    pending.start.FillUpTo(first, kNoTime);
    pending.start.Append(batch.start);
  }
  for (const EventAttribute& attribute : batch.attributes) {
    const uint32_t key = s.keys.Intern(batch.attribute_keys[attribute.key]);
    pending.attributes.push_back({first + attribute.row, key, attribute.value});
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text != nullptr) pending.attribute_text_bytes += text->size();
  }
}

size_t EventLogBuilder::memory_bytes() const {
  const State& s = *state_;
  return s.cases.memory_bytes() + s.activities.memory_bytes() + s.resources.memory_bytes() +
         s.transitions.memory_bytes() + s.keys.memory_bytes() +
         (s.case_order.capacity() + s.activity_order.capacity()) * sizeof(uint32_t) +
         s.pending.memory_bytes() + s.links.memory_bytes() + s.current_bytes;
}

std::shared_ptr<const LogSnapshot> EventLogBuilder::Snapshot() {
  State& s = *state_;
  if (s.pending.time.empty()) return s.current;
  const std::vector<uint32_t> base_case_rank = s.OrderCases();
  const std::vector<uint32_t> activity_order = SortedIds(s.activities, 0);
  const std::vector<uint32_t> activity_rank = RanksOf(activity_order);
  std::vector<uint32_t> base_activity_rank;
  for (const uint32_t id : s.activity_order) base_activity_rank.push_back(activity_rank[id]);

  Merger merger(*s.current, s.pending);
  merger.OrderRows(s.cases.size(), base_case_rank, RanksOf(s.case_order));
  merger.FillTimes();
  merger.MoveAttributes();
  LogSnapshot& log = merger.log();
  log.activity = merger.Gather(s.current->activity, base_activity_rank, s.pending.activity,
                               activity_rank, s.activities.size());
  if (s.resources.size() > 0) {
    log.resource =
        merger.Gather(s.current->resource, {}, s.pending.resource, {}, s.resources.size());
  }
  if (s.transitions.size() > 0) {
    log.transition =
        merger.Gather(s.current->transition, {}, s.pending.transition, {}, s.transitions.size());
  }
  log.cases.reserve(s.case_order.size());
  for (const uint32_t id : s.case_order) log.cases.push_back(s.cases[id]);
  for (const uint32_t id : activity_order) log.activities.emplace_back(s.activities[id]);
  log.resources = TextsOf(s.resources);
  log.transitions = TextsOf(s.transitions);
  log.attribute_keys = TextsOf(s.keys);
  s.activity_order = activity_order;
  s.pending = PendingRows();
  s.links = CaseLinks();
  s.current = merger.Take();
  s.current_bytes = s.current->memory_bytes();
  return s.current;
}

}  // namespace plumbline::analytics
