// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/live_variants.h"

#include <algorithm>
#include <utility>

#include "services/analytics/log/bytes.h"

namespace plumbline::analytics {
namespace {

// What a variant takes beside its sequence and its durations: its entry, its group, its count.
constexpr int64_t kBytesOfVariant = 120;

std::string Encode(const std::vector<uint32_t>& activities) {
  ByteWriter out;
  for (const uint32_t activity : activities) out.Unsigned(activity);
  return std::string(out.bytes());
}

std::vector<uint32_t> Decode(const std::string& sequence, const std::vector<uint32_t>& rank) {
  std::vector<uint32_t> activities;
  for (ByteReader in(sequence); in.left() > 0;)
    activities.push_back(rank[static_cast<size_t>(in.Unsigned())]);
  return activities;
}

// Whether a's activities come before b's, by name.
bool Before(const std::string& a, const std::string& b, const std::vector<uint32_t>& rank) {
  ByteReader x(a), y(b);
  while (x.left() > 0 && y.left() > 0) {
    const uint32_t i = rank[static_cast<size_t>(x.Unsigned())],
                   j = rank[static_cast<size_t>(y.Unsigned())];
    if (i != j) return i < j;
  }
  return x.left() == 0 && y.left() > 0;
}

int64_t BytesOf(const std::unique_ptr<TimeMultiset>& durations) {
  return durations == nullptr ? 0 : static_cast<int64_t>(durations->memory_bytes());
}

}  // namespace

uint32_t LiveVariants::NumberOf(const std::string& sequence) {
  const auto [it, fresh] = numbers_.try_emplace(sequence, 0);
  if (!fresh) return it->second;
  if (free_.empty()) {
    it->second = static_cast<uint32_t>(groups_.size());
    groups_.emplace_back();
    counts_.push_back(0);
  } else {
    it->second = free_.back();
    free_.pop_back();
  }
  groups_[it->second].sequence = &it->first;
  memory_bytes_ += kBytesOfVariant + static_cast<int64_t>(it->first.capacity());
  return it->second;
}

void LiveVariants::Add(const std::vector<uint32_t>& activities, int64_t duration, bool ended) {
  const uint32_t number = NumberOf(Encode(activities));
  Group& group = groups_[number];
  const uint32_t count = counts_[number]++;
  if (count > 0 && --variants_by_count_[count] == 0) variants_by_count_.erase(count);
  ++variants_by_count_[count + 1];
  ++case_count_;
  if (!ended) {
    ++group.open;
    return;
  }
  memory_bytes_ -= BytesOf(group.durations);
  const uint32_t ended_before = count - group.open;
  if (group.durations == nullptr && ended_before == 0) {
    group.only_duration = duration;
  } else {
    if (group.durations == nullptr) {
      group.durations = std::make_unique<TimeMultiset>();
      group.durations->Add(group.only_duration);
    }
    group.durations->Add(duration);
  }
  memory_bytes_ += BytesOf(group.durations);
}

void LiveVariants::Remove(const std::vector<uint32_t>& activities, int64_t duration, bool ended) {
  const auto found = numbers_.find(Encode(activities));
  if (found == numbers_.end()) return;  // never: what is removed was added
  const uint32_t number = found->second;
  Group& group = groups_[number];
  const uint32_t count = counts_[number]--;
  if (--variants_by_count_[count] == 0) variants_by_count_.erase(count);
  --case_count_;
  if (!ended) {
    --group.open;
  } else if (group.durations != nullptr) {
    memory_bytes_ -= BytesOf(group.durations);
    group.durations->Remove(duration);
    memory_bytes_ += BytesOf(group.durations);
  }
  if (count > 1) {
    ++variants_by_count_[count - 1];
    return;
  }
  memory_bytes_ -=
      kBytesOfVariant + static_cast<int64_t>(found->first.capacity()) + BytesOf(group.durations);
  group = Group();
  free_.push_back(number);
  numbers_.erase(found);
}

// The numbers of the first `count` variants in their order.
std::vector<uint32_t> LiveVariants::First(const std::vector<uint32_t>& rank, int64_t count) const {
  // Cases that the last of them has.
  uint32_t least = 1;
  int64_t so_far = 0;
  for (auto it = variants_by_count_.rbegin(); it != variants_by_count_.rend(); ++it) {
    least = it->first;
    so_far += it->second;
    if (so_far >= count) break;
  }
  std::vector<uint32_t> numbers;
  numbers.reserve(static_cast<size_t>(std::min(so_far, size())));
  for (uint32_t number = 0; number < counts_.size(); ++number) {
    if (counts_[number] >= least) numbers.push_back(number);
  }
  const auto end = numbers.begin() + std::min(count, static_cast<int64_t>(numbers.size()));
  std::partial_sort(numbers.begin(), end, numbers.end(), [&](uint32_t a, uint32_t b) {
    if (counts_[a] != counts_[b]) return counts_[a] > counts_[b];
    return Before(*groups_[a].sequence, *groups_[b].sequence, rank);
  });
  numbers.erase(end, numbers.end());
  return numbers;
}

Variant LiveVariants::Show(uint32_t number, const std::vector<uint32_t>& rank,
                           int64_t most_activities) {
  Group& group = groups_[number];
  Variant variant;
  variant.activities = Decode(*group.sequence, rank);
  variant.activity_count = static_cast<int64_t>(variant.activities.size());
  if (variant.activity_count > most_activities)
    variant.activities.resize(static_cast<size_t>(most_activities));
  variant.count = counts_[number];
  variant.open_case_count = group.open;
  variant.share = static_cast<double>(variant.count) / static_cast<double>(case_count_);
  TimeUnion durations;
  if (group.durations != nullptr) {
    durations.Add(*group.durations);
    variant.duration = durations.Describe();
  } else if (counts_[number] > group.open) {
    variant.duration = Describe(std::span(&group.only_duration, 1));
  }
  return variant;
}

std::vector<Variant> LiveVariants::Page(const std::vector<uint32_t>& rank, int64_t first,
                                        const VariantLimits& limits, int64_t* before) {
  const int64_t wanted = limits.variants < size() - first ? first + limits.variants : size();
  const std::vector<uint32_t> order = First(rank, wanted);
  if (before != nullptr) {
    *before = 0;
    for (int64_t i = 0; i < std::min(first, size()); ++i) *before += counts_[order[i]];
  }
  std::vector<Variant> page;
  int64_t left = limits.all_activities;
  for (int64_t i = first; i < wanted; ++i) {
    Variant variant = Show(order[static_cast<size_t>(i)], rank, limits.activities);
    const auto shown = static_cast<int64_t>(variant.activities.size());
    if (shown > left && !page.empty()) break;
    left -= shown;
    page.push_back(std::move(variant));
  }
  return page;
}

}  // namespace plumbline::analytics
