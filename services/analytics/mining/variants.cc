// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/variants.h"

#include <algorithm>
#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {
namespace {

constexpr uint32_t kNoVariant = 0xFFFFFFFF;

struct Class {
  uint32_t first_case;
  uint32_t count;
  uint64_t head;  // its first activities, so that most comparisons need not look further
};

// The first activities of a sequence as a number that orders as they do; shorter sequences come
// first.
template <class T>
uint64_t HeadOf(std::span<const T> activities) {
  constexpr size_t kFit = 8 / sizeof(T);
  uint64_t head = 0;
  for (size_t i = 0; i < kFit; ++i) {
    head = head << (8 * sizeof(T)) | (i < activities.size() ? activities[i] : 0);
  }
  return head;
}

// The variants of cases [0, n) and, of each case, its variant (kNoVariant where it has no row). A
// sequence is its own key: the bytes of its stretch of the activity column.
template <class T>
std::vector<Class> Classify(const Traces& traces, std::span<const T> activity,
                            std::vector<uint32_t>& class_of) {
  const std::span<const uint32_t> case_begin = traces.case_begin();
  std::vector<Class> classes;
  absl::flat_hash_map<absl::string_view, uint32_t> seen;
  for (uint32_t c = 0; c + 1 < case_begin.size(); ++c) {
    const auto sequence = activity.subspan(case_begin[c], case_begin[c + 1] - case_begin[c]);
    if (sequence.empty()) continue;
    const absl::string_view key(reinterpret_cast<const char*>(sequence.data()),
                                sequence.size_bytes());
    const auto [found, fresh] = seen.try_emplace(key, static_cast<uint32_t>(classes.size()));
    if (fresh) classes.push_back({c, 0, HeadOf(sequence)});
    ++classes[found->second].count;
    class_of[c] = found->second;
  }
  return classes;
}

// The numbers of classes, most frequent first, then by activities (whose numbers order as their
// names do).
template <class T>
std::vector<uint32_t> Order(const Traces& traces, std::span<const T> activity,
                            const std::vector<Class>& classes) {
  const auto sequence = [&](const Class& c) {
    const uint32_t begin = traces.case_begin()[c.first_case];
    return activity.subspan(begin, traces.case_begin()[c.first_case + 1] - begin);
  };
  std::vector<uint32_t> order(classes.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t x, uint32_t y) {
    const Class &a = classes[x], &b = classes[y];
    if (a.count != b.count) return a.count > b.count;
    if (a.head != b.head) return a.head < b.head;
    const auto left = sequence(a), right = sequence(b);
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
  });
  return order;
}

}  // namespace

Variants::Variants(const Traces& traces) : case_count_(traces.case_count()) {
  const size_t cases = traces.case_begin().size() - 1;
  std::vector<uint32_t> class_of(cases, kNoVariant), order;
  std::vector<Class> classes;
  traces.activity().Visit([&](auto activity) {
    classes = Classify(traces, activity, class_of);
    order = Order(traces, activity, classes);
  });
  std::vector<uint32_t> next(classes.size());
  uint32_t total = 0;
  groups_.reserve(classes.size());
  for (const uint32_t number : order) {
    groups_.push_back({classes[number].count, total});
    next[number] = total;
    total += classes[number].count;
  }
  cases_.resize(total);
  for (uint32_t c = 0; c < cases; ++c) {
    if (class_of[c] != kNoVariant) cases_[next[class_of[c]]++] = c;
  }
}

std::vector<Variant> Variants::Page(const Traces& traces, int64_t first, int64_t limit) const {
  std::vector<Variant> page;
  for (int64_t i = first; i < std::min(size(), first + limit); ++i) {
    const Group& group = groups_[static_cast<size_t>(i)];
    Variant variant;
    variant.count = group.count;
    variant.share = static_cast<double>(group.count) / static_cast<double>(case_count_);
    const uint32_t sample = cases_[group.cases_begin];
    for (uint32_t row = traces.case_begin()[sample]; row < traces.case_begin()[sample + 1]; ++row) {
      variant.activities.push_back(traces.activity()[row]);
    }
    std::vector<int64_t> durations;
    durations.reserve(group.count);
    for (uint32_t c = group.cases_begin; c < group.cases_begin + group.count; ++c) {
      durations.push_back(CaseDuration(traces, cases_[c]));
    }
    variant.duration = Describe(durations);
    page.push_back(std::move(variant));
  }
  return page;
}

}  // namespace plumbline::analytics
