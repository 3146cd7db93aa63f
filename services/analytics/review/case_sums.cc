// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/case_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/threads.h"

namespace plumbline::analytics::review {
namespace {

constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;
// So many cases are read at a time.
constexpr size_t kPiece = 1 << 16;

// The sums of some cases.
class Summing {
 public:
  explicit Summing(const Windows& windows)
      : windows_(windows), sums_(windows), after_(static_cast<size_t>(windows.size()) + 2) {}

  void Add(uint32_t number, const CaseFact& one) {
    const int begin = windows_.EndsAfter(one.begin);
    ++after_[static_cast<size_t>(begin)];
    AddDay(begin, one.begin, 1, &sums_.begun);
    AddDay(begin, one.begin, 1, &sums_.net);
    if (one.end != kNoTime) AddEnd(number, one);
    if (one.due != kNoTime) AddDue(one);
    sums_.tells_defects |= one.tells_defects;
    sums_.has_starts |= one.has_starts;
  }

  void Add(Summing& other) {
    for (size_t w = 0; w < kMostWindows; ++w) {
      AddTo(other.sums_.lead[w], &sums_.lead[w]);
      AddTo(other.sums_.right[w], &sums_.right[w]);
      AddTo(other.sums_.defects[w], &sums_.defects[w]);
      AddTo(other.sums_.in_time[w], &sums_.in_time[w]);
    }
    sums_.begun.Add(other.sums_.begun);
    sums_.ended.Add(other.sums_.ended);
    sums_.net.Add(other.sums_.net);
    for (size_t i = 0; i < after_.size(); ++i) after_[i] += other.after_[i];
    sums_.any_due |= other.sums_.any_due;
    sums_.tells_defects |= other.sums_.tells_defects;
    sums_.has_starts |= other.sums_.has_starts;
    sums_.of_period.insert(sums_.of_period.end(), other.sums_.of_period.begin(),
                           other.sums_.of_period.end());
    lasted_.insert(lasted_.end(), other.lasted_.begin(), other.lasted_.end());
  }

  CaseSums Finish() {
    // There at the end of a window is what began before it and did not end before it.
    sums_.there.assign(static_cast<size_t>(windows_.size()), 0);
    int64_t there = 0;
    for (size_t after = after_.size() - 1; after > 0; --after) {
      there += after_[after];
      if (after <= sums_.there.size()) sums_.there[after - 1] = there;
    }
    sums_.most_last = MostLast();
    return std::move(sums_);
  }

 private:
  void AddDay(int after, int64_t time, int count, DayCounts* days) {
    if (after > 0 && after <= windows_.size()) days->Add(windows_, after - 1, time, count);
  }
  void AddEnd(uint32_t number, const CaseFact& one) {
    const int after = windows_.EndsAfter(one.end);
    --after_[static_cast<size_t>(after)];
    AddDay(after, one.end, 1, &sums_.ended);
    AddDay(after, one.end, -1, &sums_.net);
    lasted_.push_back(static_cast<double>(one.end - one.begin));
    if (after == 0 || after > windows_.size()) return;
    const auto window = static_cast<size_t>(after - 1);
    if (window == kThis) sums_.of_period.push_back(number);
    sums_.lead[window].Add(static_cast<double>(one.lead) / 1e6);
    if (!one.has_steps) return;
    sums_.right[window].Add(one.defects == 0);
    sums_.defects[window].Add(one.defects);
  }
  // Late ones count from when their time was over, be they open.
  void AddDue(const CaseFact& one) {
    sums_.any_due = true;
    const bool in_time = one.done != kNoTime && one.done <= one.due;
    const int window = windows_.IndexOf(in_time ? one.done : one.due + 1);
    if (window >= 0) sums_.in_time[static_cast<size_t>(window)].Add(in_time);
  }
  // As statistics::Quantile of all in their order.
  std::optional<double> MostLast() {
    if (lasted_.empty()) return std::nullopt;
    constexpr double kMost = 0.95;
    const double place = static_cast<double>(lasted_.size() - 1) * kMost;
    const auto below = lasted_.begin() + static_cast<ptrdiff_t>(std::floor(place));
    std::nth_element(lasted_.begin(), below, lasted_.end());
    const auto above = std::min_element(below + 1, lasted_.end());
    if (above == lasted_.end()) return *below;
    return *below + (place - std::floor(place)) * (*above - *below);
  }

  const Windows& windows_;
  CaseSums sums_;
  // Cases that began less those that ended, by how many ends of windows came later.
  std::vector<int64_t> after_;
  std::vector<double> lasted_;
};

}  // namespace

DayCounts::DayCounts(const Windows& windows) {
  for (int w = 0; w < windows.size(); ++w)
    counts_.emplace_back(static_cast<size_t>(std::floor(windows.Days(w) + 1e-9)) + 1);
}

void DayCounts::Add(const Windows& windows, int window, int64_t time, int count) {
  std::vector<int64_t>& days = counts_[static_cast<size_t>(window)];
  const auto day = static_cast<size_t>((windows.end(window) - 1 - time) / kDayMicros);
  days[std::min(day, days.size() - 1)] += count;
}

void DayCounts::Add(const DayCounts& other) {
  for (size_t w = 0; w < counts_.size(); ++w) {
    for (size_t day = 0; day < counts_[w].size(); ++day) counts_[w][day] += other.counts_[w][day];
  }
}

std::vector<Sample> DayCounts::Samples(bool all) const {
  std::vector<Sample> samples;
  for (const std::vector<int64_t>& days : counts_) {
    samples.emplace_back();
    const size_t whole = days.size() - 1;
    for (size_t day = 0; day < whole; ++day) {
      const int64_t left = all && day + 1 == whole ? days.back() : 0;
      samples.back().Add(static_cast<double>(days[day] + left));
    }
  }
  return samples;
}

CaseSums::CaseSums(const Windows& windows) : begun(windows), ended(windows), net(windows) {}

absl::StatusOr<CaseSums> SumUp(absl::Span<const CaseFact> cases, const Windows& windows,
                               KeepOn keep_on) {
  std::array<Summing, 2> halves = {Summing(windows), Summing(windows)};
  RETURN_IF_ERROR(base::TryInThreads(
      base::ThreadsOfOneQuestion(), halves.size(), keep_on,
      [&](size_t half, KeepOn go_on) -> absl::Status {
        const size_t middle = cases.size() / 2;
        size_t next = half == 0 ? 0 : middle;
        const size_t end = half == 0 ? middle : cases.size();
        while (next < end) {
          RETURN_IF_ERROR(go_on());
          const size_t until = std::min(end, next + kPiece);
          for (; next < until; ++next) halves[half].Add(static_cast<uint32_t>(next), cases[next]);
        }
        return absl::OkStatus();
      }));
  halves[0].Add(halves[1]);
  return halves[0].Finish();
}

}  // namespace plumbline::analytics::review
