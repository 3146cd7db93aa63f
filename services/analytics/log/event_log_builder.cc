// SPDX-License-Identifier: Apache-2.0
//
// How a snapshot is made: the rows of the last snapshot ("base") are in order already, those that
// came since ("pending") are dealt out to their cases, sorted there and merged in. A row is known
// by its source: base rows by their place, pending ones by the base's size plus theirs, so that
// among rows with equal times the lesser source came first.
#include <algorithm>
#include <numeric>
#include <span>

#include "absl/strings/ascii.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNone = 0;  // of resource and transition, whose numbers are stored plus 1

struct PendingRows {
  std::vector<uint32_t> case_id, activity, resource, transition;
  std::vector<int64_t> time, start;  // start may be shorter: kNoTime from there on
  std::vector<EventAttribute> attributes;

  size_t attribute_text_bytes = 0;

  int64_t StartOf(size_t row) const { return row < start.size() ? start[row] : kNoTime; }
  size_t memory_bytes() const {
    return (case_id.capacity() + activity.capacity() + resource.capacity() +
            transition.capacity()) *
               sizeof(uint32_t) +
           (time.capacity() + start.capacity()) * sizeof(int64_t) +
           attributes.capacity() * sizeof(EventAttribute) + attribute_text_bytes;
  }
};

// Appends a column of a batch in the numbers of the log's own dictionary. Texts that no row uses do
// not get into it.
void AppendTranslated(const Dictionary& from, const std::vector<uint32_t>& column, Dictionary& to,
                      std::vector<uint32_t>& out) {
  std::vector<uint32_t> ids(from.size(), kNoText);
  for (const uint32_t id : column) {
    if (ids[id] == kNoText) ids[id] = to.Intern(from[id]);
    out.push_back(ids[id]);
  }
}

// The same where texts may be missing: numbers plus 1, kNone for a missing or empty one.
void AppendOptional(const Dictionary& from, const std::vector<uint32_t>& column, bool lower,
                    Dictionary& to, std::vector<uint32_t>& out) {
  std::vector<uint32_t> ids(from.size(), kNone);
  for (const uint32_t id : column) {
    if (id != kNoText && ids[id] == kNone && !from[id].empty()) {
      ids[id] = 1 + (lower ? to.Intern(absl::AsciiStrToLower(from[id])) : to.Intern(from[id]));
    }
    out.push_back(id == kNoText ? kNone : ids[id]);
  }
}

std::vector<std::string> TextsOf(const Dictionary& dictionary) {
  std::vector<std::string> texts;
  texts.reserve(dictionary.size());
  for (uint32_t i = 0; i < dictionary.size(); ++i) texts.emplace_back(dictionary[i]);
  return texts;
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

std::vector<uint32_t> RanksOf(const std::vector<uint32_t>& order) {
  std::vector<uint32_t> ranks(order.size());
  for (uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

// Makes one snapshot of a base and pending rows.
class Merger {
 public:
  Merger(const LogSnapshot& base, PendingRows& pending)
      : base_(base),
        pending_(pending),
        base_rows_(static_cast<uint32_t>(base.size())),
        has_starts_(!base.start.empty() || !pending.start.empty()),
        log_(std::make_shared<LogSnapshot>()) {}

  LogSnapshot& log() { return *log_; }
  std::shared_ptr<const LogSnapshot> Take() { return std::move(log_); }

  // Cases: `base_case_rank` of each case of the base and `case_rank` of each id of a pending row in
  // the new order of `cases`.
  void OrderRows(size_t cases, const std::vector<uint32_t>& base_case_rank,
                 const std::vector<uint32_t>& case_rank) {
    std::vector<uint32_t>& begin = log_->case_begin;
    begin.assign(cases + 1, 0);
    for (uint32_t c = 0; c < base_case_rank.size(); ++c) {
      begin[base_case_rank[c] + 1] += base_.case_begin[c + 1] - base_.case_begin[c];
    }
    for (const uint32_t id : pending_.case_id) ++begin[case_rank[id] + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());

    source_.resize(begin.back());
    std::vector<uint32_t> next(begin.begin(), begin.end() - 1);
    for (uint32_t c = 0; c < base_case_rank.size(); ++c) {
      uint32_t& to = next[base_case_rank[c]];
      for (uint32_t row = base_.case_begin[c]; row < base_.case_begin[c + 1]; ++row) {
        source_[to++] = row;
      }
    }
    const std::vector<uint32_t> pending_begin = next;
    for (uint32_t i = 0; i < pending_.case_id.size(); ++i) {
      source_[next[case_rank[pending_.case_id[i]]]++] = base_rows_ + i;
    }
    for (size_t c = 0; c < cases; ++c) SortCase(begin[c], pending_begin[c], begin[c + 1]);
  }

  void FillTimes() {
    log_->time.resize(source_.size());
    for (size_t i = 0; i < source_.size(); ++i) log_->time[i] = TimeOf(source_[i]);
    if (!has_starts_) return;
    log_->start.resize(source_.size());
    log_->arrival.resize(source_.size());
    for (size_t i = 0; i < source_.size(); ++i) {
      log_->start[i] = StartOf(source_[i]);
      log_->arrival[i] = ArrivalOf(source_[i]);
    }
  }

  // A column whose pending values are `values`, translated by `base_ids` and `ids` (empty = as they
  // are).
  NarrowColumn Gather(const NarrowColumn& base, const std::vector<uint32_t>& base_ids,
                      const std::vector<uint32_t>& values, const std::vector<uint32_t>& ids,
                      uint32_t max) const {
    NarrowColumn column(source_.size(), max);
    column.Fill([&](auto to) {
      using T = typename decltype(to)::value_type;
      base.Visit([&](auto from) {
        for (size_t i = 0; i < to.size(); ++i) {
          const uint32_t source = source_[i];
          uint32_t value;
          if (source >= base_rows_) {
            value = values[source - base_rows_];
            if (!ids.empty()) value = ids[value];
          } else {
            value = from.empty() ? kNone : from[source];
            if (!base_ids.empty()) value = base_ids[value];
          }
          to[i] = static_cast<T>(value);
        }
      });
    });
    return column;
  }

  void MoveAttributes() {
    std::vector<EventAttribute>& all = log_->attributes;
    if (base_.attributes.empty() && pending_.attributes.empty()) return;
    const std::vector<uint32_t> row_of = RanksOf(source_);
    all.reserve(base_.attributes.size() + pending_.attributes.size());
    for (const EventAttribute& attribute : base_.attributes) {
      all.push_back(attribute);
      all.back().row = row_of[attribute.row];
    }
    for (EventAttribute& attribute : pending_.attributes) {
      attribute.row = row_of[base_rows_ + attribute.row];
      all.push_back(std::move(attribute));
    }
    const auto by_row = [](const EventAttribute& a, const EventAttribute& b) {
      return a.row < b.row;
    };
    const auto middle = all.begin() + static_cast<ptrdiff_t>(base_.attributes.size());
    std::stable_sort(middle, all.end(), by_row);
    std::inplace_merge(all.begin(), middle, all.end(), by_row);  // the base's kept their order
  }

 private:
  int64_t TimeOf(uint32_t source) const {
    return source < base_rows_ ? base_.time[source] : pending_.time[source - base_rows_];
  }
  int64_t StartOf(uint32_t source) const {
    if (source >= base_rows_) return pending_.StartOf(source - base_rows_);
    return base_.start.empty() ? kNoTime : base_.start[source];
  }
  uint32_t ArrivalOf(uint32_t source) const {
    return source < base_rows_ && !base_.arrival.empty() ? base_.arrival[source] : source;
  }
  // The canonical order, but for the arrival, which stable sorting and merging keep.
  bool Before(uint32_t a, uint32_t b) const {
    const int64_t time_a = TimeOf(a), time_b = TimeOf(b);
    if (has_starts_) {
      const int64_t start_a = StartOf(a), start_b = StartOf(b);
      const int64_t begin_a = start_a == kNoTime ? time_a : start_a;
      const int64_t begin_b = start_b == kNoTime ? time_b : start_b;
      if (begin_a != begin_b) return begin_a < begin_b;
    }
    return time_a < time_b;
  }

  // Rows [begin, middle) of the base are in order; [middle, end) came since.
  void SortCase(uint32_t begin, uint32_t middle, uint32_t end) {
    const auto before = [this](uint32_t a, uint32_t b) { return Before(a, b); };
    const auto first = source_.begin() + begin, mid = source_.begin() + middle,
               last = source_.begin() + end;
    if (!std::is_sorted(mid, last, before)) std::stable_sort(mid, last, before);
    if (first != mid && mid != last && before(*mid, *(mid - 1))) {
      std::inplace_merge(first, mid, last, before);
    }
  }

  const LogSnapshot& base_;
  PendingRows& pending_;
  const uint32_t base_rows_;
  const bool has_starts_;
  std::vector<uint32_t> source_;  // of each row of the new log
  std::shared_ptr<LogSnapshot> log_;
};

}  // namespace

struct EventLogBuilder::State {
  Dictionary cases, activities, resources, transitions, keys;
  std::vector<uint32_t> case_order;      // ids of the cases of `current`, in its order
  std::vector<uint32_t> activity_order;  // likewise
  PendingRows pending;
  std::shared_ptr<const LogSnapshot> current;
  size_t current_bytes = 0;  // asked once: it costs a pass over the attributes

  // Puts the cases that are new into `case_order`; returns where those of `current` are in it now.
  std::vector<uint32_t> OrderCases() {
    const std::vector<uint32_t> fresh = SortedIds(cases, static_cast<uint32_t>(case_order.size()));
    std::vector<uint32_t> merged(case_order.size() + fresh.size()), rank_of_base;
    std::merge(case_order.begin(), case_order.end(), fresh.begin(), fresh.end(), merged.begin(),
               [this](uint32_t a, uint32_t b) { return cases[a] < cases[b]; });
    const std::vector<uint32_t> ranks = RanksOf(merged);
    for (const uint32_t id : case_order) rank_of_base.push_back(ranks[id]);
    case_order = std::move(merged);
    return rank_of_base;
  }
};

EventLogBuilder::EventLogBuilder() : state_(std::make_unique<State>()) {
  auto empty = std::make_shared<LogSnapshot>();
  empty->case_begin = {0};
  state_->current = std::move(empty);
}

EventLogBuilder::~EventLogBuilder() = default;

void EventLogBuilder::Append(const EventBatch& batch) {
  State& s = *state_;
  PendingRows& pending = s.pending;
  const uint32_t first = static_cast<uint32_t>(pending.time.size());
  AppendTranslated(batch.cases, batch.case_id, s.cases, pending.case_id);
  AppendTranslated(batch.activities, batch.activity, s.activities, pending.activity);
  AppendOptional(batch.resources, batch.resource, false, s.resources, pending.resource);
  AppendOptional(batch.transitions, batch.transition, true, s.transitions, pending.transition);
  pending.time.insert(pending.time.end(), batch.time.begin(), batch.time.end());
  if (std::any_of(batch.start.begin(), batch.start.end(), [](int64_t t) { return t != kNoTime; })) {
    pending.start.resize(first, kNoTime);
    pending.start.insert(pending.start.end(), batch.start.begin(), batch.start.end());
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
         s.pending.memory_bytes() + s.current_bytes;
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
  s.current = merger.Take();
  s.current_bytes = s.current->memory_bytes();
  return s.current;
}

}  // namespace plumbline::analytics
