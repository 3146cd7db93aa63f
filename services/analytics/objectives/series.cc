// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/series.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace plumbline::analytics::objectives {
namespace {

size_t CountUpTo(const std::vector<int64_t>& ascending, int64_t time) {
  const auto past = std::upper_bound(ascending.begin(), ascending.end(), time);
  return static_cast<size_t>(past - ascending.begin());
}

// Of outcomes with their ends, ascending: those after `after` that had ended by `until`.
int64_t CountOver(const std::vector<std::pair<int64_t, int64_t>>& ends, int64_t after,
                  int64_t until) {
  auto at = std::upper_bound(ends.begin(), ends.end(), std::pair(after, INT64_MAX));
  int64_t count = 0;
  for (; at != ends.end() && at->first <= until; ++at) count += at->second <= until;
  return count;
}

// What is in order already, as that of a log whose outcomes are kept, is left alone.
template <class T, class Less = std::less<>>
void SortUnlessSorted(std::vector<T>* list, const Less& less = {}) {
  if (!std::is_sorted(list->begin(), list->end(), less))
    std::sort(list->begin(), list->end(), less);
}

}  // namespace

Series::Series(Raw raw)
    : begins_(std::move(raw.begins)),
      is_over_(std::move(raw.bad_is_over)),
      over_(std::move(raw.over)),
      failed_(std::move(raw.failed)),
      since_(raw.since) {
  SortUnlessSorted(&begins_);
  SortUnlessSorted(&is_over_);
  SortUnlessSorted(&over_);
  SortUnlessSorted(&failed_);
  SortUnlessSorted(&raw.outcomes,
                   [](const Outcome& a, const Outcome& b) { return a.time < b.time; });
  Tally tally;
  for (const Outcome& outcome : raw.outcomes) {
    tally.count += outcome.count;
    tally.bad += outcome.bad;
    if (times_.empty() || times_.back() != outcome.time) {
      times_.push_back(outcome.time);
      up_to_.push_back(tally);
    } else {
      up_to_.back() = tally;
    }
  }
  times_.shrink_to_fit();
  up_to_.shrink_to_fit();
  if (since_ == kNoTime && !times_.empty()) since_ = times_.front();
}

Tally Series::UpTo(int64_t time) const {
  const size_t place = CountUpTo(times_, time);
  return place == 0 ? Tally{} : up_to_[place - 1];
}

Tally Series::Count(int64_t after, int64_t until) const {
  if (after >= until) return {};
  const Tally from = UpTo(after), to = UpTo(until);
  return {to.count - from.count, to.bad - from.bad};
}

int64_t Series::Pending(int64_t at) const {
  return static_cast<int64_t>(CountUpTo(begins_, at)) - UpTo(at).count;
}

int64_t Series::Overdue(int64_t at) const {
  return UpTo(at).bad - static_cast<int64_t>(CountUpTo(is_over_, at));
}

int64_t Series::OverdueSince(int64_t after, int64_t at) const {
  return Count(after, at).bad - CountOver(over_, after, at);
}

int64_t Series::Failed(int64_t after, int64_t until) const {
  return CountOver(failed_, after, until);
}

size_t Series::memory_bytes() const {
  return times_.capacity() * sizeof(int64_t) + up_to_.capacity() * sizeof(Tally) +
         (begins_.capacity() + is_over_.capacity() + 2 * over_.capacity() +
          2 * failed_.capacity()) *
             sizeof(int64_t);
}

}  // namespace plumbline::analytics::objectives
