// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/variants.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

// Cases with equal sequences, on their way to their place in the order.
struct Candidate {
  uint64_t hash;
  uint64_t head;   // the first activities, so that most comparisons need not look further
  uint32_t first;  // case
  uint32_t count;
};

// Sequences of activities by case.
template <class T>
class Sequences {
 public:
  Sequences(const Traces& traces, std::span<const T> activity)
      : case_begin_(traces.case_begin()), activity_(activity) {}

  uint32_t cases() const { return static_cast<uint32_t>(case_begin_.size()) - 1; }
  std::span<const T> operator[](uint32_t c) const {
    return activity_.subspan(case_begin_[c], case_begin_[c + 1] - case_begin_[c]);
  }
  absl::string_view BytesOf(uint32_t c) const {
    const std::span<const T> sequence = (*this)[c];
    return {reinterpret_cast<const char*>(sequence.data()), sequence.size_bytes()};
  }
  // The first activities as a number that orders as they do.
  uint64_t HeadOf(uint32_t c) const {
    const std::span<const T> sequence = (*this)[c];
    uint64_t head = 0;
    for (size_t i = 0; i < 8 / sizeof(T); ++i) {
      head = head << (8 * sizeof(T)) | (i < sequence.size() ? sequence[i] : 0);
    }
    return head;
  }
  // Whether a's activities come before b's, by name (their numbers order as their names do).
  bool Before(uint32_t a, uint32_t b) const {
    const std::span<const T> x = (*this)[a], y = (*this)[b];
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end());
  }

 private:
  const std::span<const uint32_t> case_begin_;
  const std::span<const T> activity_;
};

// The groups of equal sequences, found by a table of their hashes.
template <class T>
class Grouping {
 public:
  explicit Grouping(const Sequences<T>& sequences) : sequences_(sequences), slots_(kLeastSlots) {}

  // By case, the number of its group in groups(); kNoText for a case without a row. Hashes go ahead
  // of the look-ups, whose way to memory takes longer than they do. O(rows) expected.
  std::vector<uint32_t> Run() {
    std::vector<uint32_t> group_of(sequences_.cases(), kNoText);
    const absl::Hash<absl::string_view> hash;
    std::array<uint64_t, kAhead> hashes;
    for (uint32_t begin = 0; begin < group_of.size(); begin += kAhead) {
      const auto end = static_cast<uint32_t>(std::min(group_of.size(), size_t{begin} + kAhead));
      for (uint32_t c = begin; c < end; ++c) {
        hashes[c - begin] = hash(sequences_.BytesOf(c));
        __builtin_prefetch(&slots_[SlotOf(hashes[c - begin])]);
      }
      for (uint32_t c = begin; c < end; ++c) {
        if (!sequences_[c].empty()) group_of[c] = GroupOf(c, hashes[c - begin]);
      }
    }
    return group_of;
  }

  std::vector<Candidate>& groups() { return groups_; }

 private:
  static constexpr uint32_t kAhead = 32;
  static constexpr size_t kLeastSlots = 1 << 12;  // a power of two
  // A group whose hash ends with `tag`; kNoText = none.
  struct Slot {
    uint32_t tag = 0;
    uint32_t group = kNoText;
  };

  // By the high bits; the low ones are the tag.
  size_t SlotOf(uint64_t hash) const { return (hash >> 32) & (slots_.size() - 1); }

  uint32_t GroupOf(uint32_t c, uint64_t hash) {
    size_t at = SlotOf(hash);
    const auto tag = static_cast<uint32_t>(hash);
    for (; slots_[at].group != kNoText; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].tag != tag) continue;
      Candidate& group = groups_[slots_[at].group];
      if (sequences_.BytesOf(group.first) != sequences_.BytesOf(c)) continue;
      ++group.count;
      return slots_[at].group;
    }
    const auto number = static_cast<uint32_t>(groups_.size());
    slots_[at] = {tag, number};
    groups_.push_back({hash, sequences_.HeadOf(c), c, 1});
    if (2 * groups_.size() > slots_.size()) Grow();
    return number;
  }

  void Grow() {
    slots_.assign(4 * slots_.size(), Slot());
    for (uint32_t number = 0; number < groups_.size(); ++number) {
      size_t at = SlotOf(groups_[number].hash);
      while (slots_[at].group != kNoText) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {static_cast<uint32_t>(groups_[number].hash), number};
    }
  }

  const Sequences<T>& sequences_;
  std::vector<Slot> slots_;
  std::vector<Candidate> groups_;
};

// The groups' numbers: most frequent first, then by names.
template <class T>
std::vector<uint32_t> OrderOf(const Sequences<T>& sequences, const std::vector<Candidate>& groups) {
  std::vector<uint32_t> order(groups.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t i, uint32_t j) {
    const Candidate &a = groups[i], &b = groups[j];
    if (a.count != b.count) return a.count > b.count;
    if (a.head != b.head) return a.head < b.head;
    return sequences.Before(a.first, b.first);
  });
  return order;
}

}  // namespace

Variants::Variants(const Traces& traces) : case_count_(traces.case_count()) {
  traces.activity().Visit([&](auto activity) {
    const Sequences sequences(traces, activity);
    Grouping grouping(sequences);
    const std::vector<uint32_t> group_of = grouping.Run();
    std::vector<uint32_t> next(grouping.groups().size());  // by group: where its next case goes
    uint32_t begin = 0;
    groups_.reserve(next.size());
    for (const uint32_t number : OrderOf(sequences, grouping.groups())) {
      const uint32_t count = grouping.groups()[number].count;
      groups_.push_back({count, begin});
      next[number] = begin;
      begin += count;
    }
    cases_.resize(begin);
    for (uint32_t c = 0; c < group_of.size(); ++c) {
      if (group_of[c] != kNoText) cases_[next[group_of[c]]++] = c;
    }
  });
  const CaseEnds ends(traces.log());
  for (size_t c = 0; ends.marked() && c < traces.log().case_count(); ++c)
    open_.push_back(!ends.HasEnded(c));
}

std::vector<uint32_t> Variants::PlacesOfCases(size_t cases) const {
  std::vector<uint32_t> places(cases, kNoText);
  for (uint32_t g = 0; g < groups_.size(); ++g) {
    const uint32_t begin = groups_[g].cases_begin;
    for (uint32_t i = begin; i < begin + groups_[g].count; ++i) places[cases_[i]] = g;
  }
  return places;
}

Variant Variants::Show(const Traces& traces, const Group& group, int64_t most_activities) const {
  Variant variant;
  variant.count = group.count;
  variant.share = static_cast<double>(group.count) / static_cast<double>(case_count_);
  const uint32_t sample = cases_[group.cases_begin];
  const uint32_t begin = traces.case_begin()[sample], end = traces.case_begin()[sample + 1];
  variant.activity_count = end - begin;
  const int64_t shown = std::min(variant.activity_count, most_activities);
  for (uint32_t row = begin; row < begin + shown; ++row)
    variant.activities.push_back(traces.activity()[row]);
  std::vector<int64_t> durations;
  durations.reserve(group.count);
  for (uint32_t c = group.cases_begin; c < group.cases_begin + group.count; ++c) {
    if (!open_.empty() && open_[cases_[c]]) {
      ++variant.open_case_count;
    } else {
      durations.push_back(CaseDuration(traces, cases_[c]));
    }
  }
  variant.duration = Describe(durations);
  return variant;
}

std::vector<Variant> Variants::Page(const Traces& traces, int64_t first,
                                    const VariantLimits& limits) const {
  std::vector<Variant> page;
  int64_t left = limits.all_activities;
  for (int64_t i = first; i < size() && i - first < limits.variants; ++i) {
    Variant variant = Show(traces, groups_[static_cast<size_t>(i)], limits.activities);
    const auto shown = static_cast<int64_t>(variant.activities.size());
    if (shown > left && !page.empty()) break;
    left -= shown;
    page.push_back(std::move(variant));
  }
  return page;
}

}  // namespace plumbline::analytics
