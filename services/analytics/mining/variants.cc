// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/variants.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

// A case and the hash of its sequence.
struct Hashed {
  uint64_t hash;
  uint32_t case_number;
};

// A group of cases on its way to its place in the order.
struct Candidate {
  uint64_t head;  // the first activities, so that most comparisons need not look further
  uint32_t count;
  uint32_t cases_begin;
};

// Sequences of activities by case.
template <class T>
class Sequences {
 public:
  Sequences(const Traces& traces, std::span<const T> activity)
      : case_begin_(traces.case_begin()), activity_(activity) {}

  size_t cases() const { return case_begin_.size() - 1; }
  // Begins to bring near where a case lies, and what it holds: the way to memory takes longer than
  // a comparison.
  void PrefetchPlace(uint32_t c) const { __builtin_prefetch(&case_begin_[c]); }
  void Prefetch(uint32_t c) const { __builtin_prefetch(activity_.data() + case_begin_[c]); }
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

// Cases that have a row, sorted by hash, then number. First dealt out by the top bits of the hash,
// so that the pieces to be sorted stay in the processor's cache.
template <class T>
std::vector<Hashed> SortByHash(const Sequences<T>& sequences) {
  constexpr int kBits = 14;
  const absl::Hash<absl::string_view> hash;
  std::vector<Hashed> hashed;
  std::vector<size_t> next((1 << kBits) + 1, 0);
  hashed.reserve(sequences.cases());
  for (uint32_t c = 0; c < sequences.cases(); ++c) {
    if (sequences[c].empty()) continue;
    hashed.push_back({hash(sequences.BytesOf(c)), c});
    ++next[(hashed.back().hash >> (64 - kBits)) + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<Hashed> sorted(hashed.size());
  for (const Hashed& h : hashed) sorted[next[h.hash >> (64 - kBits)]++] = h;
  auto from = sorted.begin();
  for (size_t piece = 0; piece < size_t{1} << kBits; ++piece) {
    const auto to = sorted.begin() + static_cast<ptrdiff_t>(next[piece]);  // moved to its end
    std::sort(from, to, [](const Hashed& a, const Hashed& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.case_number < b.case_number;
    });
    from = to;
  }
  return sorted;
}

// Cuts the cases of one hash, [begin, end) of `cases`, into groups of equal sequences; nearly
// always one.
template <class T>
void Group(const Sequences<T>& sequences, std::vector<uint32_t>& cases, uint32_t begin,
           uint32_t end, std::vector<Candidate>& groups) {
  const auto same = [&](uint32_t i) {
    return sequences.BytesOf(cases[i]) == sequences.BytesOf(cases[begin]);
  };
  uint32_t to = begin + 1;
  while (to < end && same(to)) ++to;
  if (to < end) {  // different sequences with one hash
    const auto middle = std::stable_partition(
        cases.begin() + to, cases.begin() + end,
        [&](uint32_t c) { return sequences.BytesOf(c) == sequences.BytesOf(cases[begin]); });
    to = static_cast<uint32_t>(middle - cases.begin());
    Group(sequences, cases, to, end, groups);
  }
  groups.push_back({sequences.HeadOf(cases[begin]), to - begin, begin});
}

template <class T>
std::vector<Candidate> MakeGroups(const Sequences<T>& sequences, std::vector<uint32_t>& cases) {
  const std::vector<Hashed> sorted = SortByHash(sequences);
  cases.reserve(sorted.size());
  for (const Hashed& h : sorted) cases.push_back(h.case_number);
  std::vector<Candidate> groups;
  constexpr size_t kPlaces = 32, kSequences = 16;
  for (uint32_t begin = 0, end; begin < sorted.size(); begin = end) {
    end = begin;
    do {
      if (end + kPlaces < sorted.size()) sequences.PrefetchPlace(sorted[end + kPlaces].case_number);
      if (end + kSequences < sorted.size())
        sequences.Prefetch(sorted[end + kSequences].case_number);
      ++end;
    } while (end < sorted.size() && sorted[end].hash == sorted[begin].hash);
    Group(sequences, cases, begin, end, groups);
  }
  std::sort(groups.begin(), groups.end(), [&](const Candidate& a, const Candidate& b) {
    if (a.count != b.count) return a.count > b.count;
    if (a.head != b.head) return a.head < b.head;
    return sequences.Before(cases[a.cases_begin], cases[b.cases_begin]);
  });
  return groups;
}

}  // namespace

Variants::Variants(const Traces& traces) : case_count_(traces.case_count()) {
  traces.activity().Visit([&](auto activity) {
    const Sequences sequences(traces, activity);
    for (const Candidate& group : MakeGroups(sequences, cases_)) {
      groups_.push_back({group.count, group.cases_begin});
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
