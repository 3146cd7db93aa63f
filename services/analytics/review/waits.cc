// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/waits.h"

#include <algorithm>
#include <utility>

namespace plumbline::analytics::review {
namespace {

// Of more steps most come seldom, each in few windows.
constexpr size_t kLargestTable = size_t{1} << 16;

}  // namespace

WindowWaits::WindowWaits(const Windows& windows, size_t activities)
    : windows_(static_cast<size_t>(windows.size())) {
  if (activities * windows_ <= kLargestTable) table_.resize(activities * windows_);
}

template <class Take>
void WindowWaits::ForEach(const Take& take) const {
  const auto tell = [&](size_t place, const Sample& sample) {
    take(static_cast<uint32_t>(place / windows_), place % windows_, sample);
  };
  for (size_t place = 0; place < table_.size(); ++place) {
    if (table_[place].count > 0) tell(place, table_[place]);
  }
  for (const auto& [place, sample] : sparse_) tell(place, sample);
}

void WindowWaits::Add(const WindowWaits& other) {
  other.ForEach([this](uint32_t activity, size_t window, const Sample& sample) {
    Add(activity, static_cast<int>(window), sample);
  });
  for (const auto& [activity, expected] : other.expected_) expected_[activity].Add(expected);
}

StepWaits WindowWaits::Most() const {
  absl::flat_hash_map<uint32_t, std::array<double, 2>> seconds;
  ForEach([&](uint32_t activity, size_t window, const Sample& sample) {
    if (window <= kBefore) seconds[activity][window] = sample.sum;
  });
  std::vector<std::pair<double, uint32_t>> most;
  for (const auto& [activity, sums] : seconds) most.emplace_back(-(sums[0] + sums[1]), activity);
  std::sort(most.begin(), most.end());
  if (most.size() > kMostWaits) most.resize(kMostWaits);
  StepWaits waits;
  for (const auto& [sum, activity] : most) waits[activity] = {};
  ForEach([&](uint32_t activity, size_t window, const Sample& sample) {
    const auto found = waits.find(activity);
    if (found != waits.end()) found->second.samples[window] = sample;
  });
  for (auto& [activity, wait] : waits) {
    const auto found = expected_.find(activity);
    if (found != expected_.end()) wait.expected = found->second;
  }
  return waits;
}

}  // namespace plumbline::analytics::review
