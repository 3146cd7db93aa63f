// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/facts.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics::review {
namespace {

// The same on all machines and in all releases: FNV-1a (Fowler, Noll and Vo 1991), whose high bits
// are little mixed, finished as SplitMix64 does (Steele, Lea and Flood 2014).
uint64_t HashOf(absl::string_view id) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

void KeepLeastHashes(size_t most, absl::FunctionRef<absl::string_view(uint32_t number)> name,
                     std::vector<uint32_t>* numbers) {
  if (numbers->size() <= most) return;
  std::vector<std::pair<uint64_t, uint32_t>> hashed;
  hashed.reserve(numbers->size());
  for (const uint32_t number : *numbers) hashed.emplace_back(HashOf(name(number)), number);
  const auto last = hashed.begin() + static_cast<ptrdiff_t>(most);
  // Numbers are no names: which of several of one hash is taken must not depend on them.
  std::nth_element(hashed.begin(), last, hashed.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : name(a.second) < name(b.second);
  });
  numbers->clear();
  for (auto one = hashed.begin(); one != last; ++one) numbers->push_back(one->second);
  std::sort(numbers->begin(), numbers->end());
}

}  // namespace

ChosenCases ChooseCases(absl::Span<const PeriodCase> of_period,
                        absl::FunctionRef<absl::string_view(uint32_t number)> name) {
  ChosenCases chosen;
  int64_t rows = 0;
  for (const PeriodCase& one : of_period) {
    ++chosen.ended;
    if (one.rows > kMostStepsOfCase) {
      ++chosen.too_long;
      continue;
    }
    chosen.numbers.push_back(one.number);
    rows += one.rows;
  }
  const auto all = static_cast<int64_t>(chosen.numbers.size());
  int64_t most = kMostGraphCases;
  if (rows > kMostGraphSteps)
    most = std::min(most, std::max<int64_t>(1, all * kMostGraphSteps / rows));
  KeepLeastHashes(static_cast<size_t>(most), name, &chosen.numbers);
  return chosen;
}

}  // namespace plumbline::analytics::review
