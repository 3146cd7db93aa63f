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
// What this share of the cases does not exceed says how old a log is until most of them have ended.
constexpr double kMost = 0.95;

// The sums of some cases.
class Summing {
 public:
  // Of cases that lasted `long_from` or longer it is kept how long.
  Summing(const Windows& windows, const Inflow& inflow, int64_t long_from)
      : windows_(windows),
        inflow_(inflow),
        long_from_(long_from),
        sums_(windows),
        after_(static_cast<size_t>(windows.size()) + 2) {}

  void Add(uint32_t number, const CaseFact& one) {
    const int begin = windows_.EndsAfter(one.begin);
    ++after_[static_cast<size_t>(begin)];
    AddDay(begin, one.begin, &sums_.begun);
    if (one.end != kNoTime) AddEnd(number, one);
    if (one.due != kNoTime) AddDue(one);
    sums_.tells_defects |= one.tells_defects;
    sums_.has_starts |= one.has_starts;
  }

  void Add(Summing& other) {
    for (size_t w = 0; w < kMostWindows; ++w) {
      sums_.of_ended[w].Add(other.sums_.of_ended[w]);
      AddTo(other.sums_.in_time[w], &sums_.in_time[w]);
    }
    sums_.expected.Add(other.sums_.expected);
    sums_.begun.Add(other.sums_.begun);
    sums_.ended.Add(other.sums_.ended);
    for (size_t i = 0; i < after_.size(); ++i) after_[i] += other.after_[i];
    sums_.any_due |= other.sums_.any_due;
    sums_.tells_defects |= other.sums_.tells_defects;
    sums_.has_starts |= other.sums_.has_starts;
    sums_.of_period.insert(sums_.of_period.end(), other.sums_.of_period.begin(),
                           other.sums_.of_period.end());
    ended_ += other.ended_;
    long_.insert(long_.end(), other.long_.begin(), other.long_.end());
  }

  // `cases`: all that were added.
  CaseSums Finish(absl::Span<const CaseFact> cases) {
    // There at the end of a window is what began before it and did not end before it.
    sums_.there.assign(static_cast<size_t>(windows_.size()), 0);
    int64_t there = 0;
    for (size_t after = after_.size() - 1; after > 0; --after) {
      there += after_[after];
      if (after <= sums_.there.size()) sums_.there[after - 1] = there;
    }
    sums_.most_last =
        MostLast(static_cast<int64_t>(ended_), [&](int64_t k) { return Lasted(cases, k); });
    return std::move(sums_);
  }

 private:
  void AddDay(int after, int64_t time, DayCounts* days) {
    if (after > 0 && after <= windows_.size()) days->Add(windows_, after - 1, time);
  }
  void AddEnd(uint32_t number, const CaseFact& one) {
    const int after = windows_.EndsAfter(one.end);
    --after_[static_cast<size_t>(after)];
    AddDay(after, one.end, &sums_.ended);
    ++ended_;
    if (one.end - one.begin >= long_from_) long_.push_back(one.end - one.begin);
    if (after == 0 || after > windows_.size()) return;
    const auto window = static_cast<size_t>(after - 1);
    if (window == kThis) sums_.of_period.push_back({number, one.rows});
    const EndedFact fact = EndedFactOf(one);
    sums_.of_ended[window].Add(fact);
    if (inflow_.any() && window <= kBefore)
      sums_.expected.Add(fact, inflow_.ShareOfThis(fact.lag, after - 1));
  }
  void AddDue(const CaseFact& one) {
    sums_.any_due = true;
    const int window = windows_.IndexOf(KnownAt(one));
    if (window < 0) return;
    sums_.in_time[static_cast<size_t>(window)].Add(InTime(one));
    if (inflow_.any() && window <= kBefore)
      sums_.expected.in_time.Add(inflow_.ShareOfThis(KnownLag(one), window), InTime(one));
  }
  // Of all by order, the k-th of which is among the long ones, or else of `cases`.
  int64_t Lasted(absl::Span<const CaseFact> cases, int64_t k) {
    const auto ended = static_cast<int64_t>(ended_);
    if (k < ended - static_cast<int64_t>(long_.size())) {
      long_.clear();
      for (const CaseFact& one : cases) {
        if (one.end != kNoTime) long_.push_back(one.end - one.begin);
      }
    }
    const auto at = long_.end() - (ended - k);
    std::nth_element(long_.begin(), at, long_.end());
    return *at;
  }

  const Windows& windows_;
  const Inflow& inflow_;
  const int64_t long_from_;
  CaseSums sums_;
  // Cases that began less those that ended, by how many ends of windows came later.
  std::vector<int64_t> after_;
  size_t ended_ = 0;
  std::vector<int64_t> long_;
};

// What a tenth of the cases lasts, by some of them: so few are looked at closely.
int64_t LongFrom(absl::Span<const CaseFact> cases) {
  constexpr size_t kSome = 4'096;
  constexpr double kLess = 0.9;
  static_assert(kLess < kMost);
  if (cases.size() < 4 * kSome) return INT64_MIN;
  std::vector<int64_t> some;
  for (size_t i = 0; i < cases.size(); i += cases.size() / kSome) {
    if (cases[i].end != kNoTime) some.push_back(cases[i].end - cases[i].begin);
  }
  if (some.empty()) return INT64_MIN;
  const auto at = some.begin() + static_cast<ptrdiff_t>(kLess * static_cast<double>(some.size()));
  std::nth_element(some.begin(), at, some.end());
  return *at;
}

}  // namespace

DayCounts::DayCounts(const Windows& windows) {
  for (int w = 0; w < windows.size(); ++w)
    counts_.emplace_back(static_cast<size_t>(std::floor(windows.Days(w) + 1e-9)) + 1);
}

void DayCounts::Add(const Windows& windows, int window, int64_t time) {
  std::vector<int64_t>& days = counts_[static_cast<size_t>(window)];
  const auto day = static_cast<size_t>((windows.end(window) - 1 - time) / kDayMicros);
  ++days[std::min(day, days.size() - 1)];
}

void DayCounts::Add(const Windows& windows, absl::FunctionRef<int64_t(int64_t time)> before) {
  for (int w = 0; w < windows.size(); ++w) {
    std::vector<int64_t>& days = counts_[static_cast<size_t>(w)];
    int64_t end = windows.end(w), until = before(end);
    for (size_t day = 0; day < days.size(); ++day) {
      const int64_t begin = day + 1 == days.size() ? windows.begin(w) : end - kDayMicros;
      const int64_t from = begin < end ? before(begin) : until;
      days[day] += until - from;
      end = begin;
      until = from;
    }
  }
}

void DayCounts::Add(const DayCounts& other) {
  for (size_t w = 0; w < counts_.size(); ++w) {
    for (size_t day = 0; day < counts_[w].size(); ++day) counts_[w][day] += other.counts_[w][day];
  }
}

std::vector<Sample> DayCounts::Samples() const {
  std::vector<Sample> samples(counts_.size());
  for (size_t w = 0; w < counts_.size(); ++w) {
    const std::vector<int64_t>& days = counts_[w];
    for (size_t day = 0; day + 1 < days.size(); ++day)
      samples[w].Add(static_cast<double>(days[day]));
  }
  return samples;
}

std::vector<Sample> DayCounts::Less(const DayCounts& other) const {
  std::vector<Sample> samples(counts_.size());
  for (size_t w = 0; w < counts_.size(); ++w) {
    const std::vector<int64_t>&days = counts_[w], &others = other.counts_[w];
    for (size_t day = 0; day + 1 < days.size(); ++day) {
      const bool first = day + 2 == days.size();
      const int64_t left = first ? days.back() - others.back() : 0;
      samples[w].Add(static_cast<double>(days[day] - others[day] + left));
    }
  }
  return samples;
}

CaseSums::CaseSums(const Windows& windows) : begun(windows), ended(windows) {}

std::optional<double> MostLast(int64_t count, absl::FunctionRef<int64_t(int64_t k)> at) {
  if (count == 0) return std::nullopt;
  // As statistics::Quantile.
  const double place = static_cast<double>(count - 1) * kMost, below = std::floor(place);
  const auto k = static_cast<int64_t>(below);
  const auto low = static_cast<double>(at(k));
  if (k + 1 == count) return low;
  return low + (place - below) * (static_cast<double>(at(k + 1)) - low);
}

absl::StatusOr<CaseSums> SumUp(absl::Span<const CaseFact> cases, const Windows& windows,
                               const Inflow& inflow, KeepOn keep_on) {
  const int64_t long_from = LongFrom(cases);
  std::array<Summing, 2> halves = {Summing(windows, inflow, long_from),
                                   Summing(windows, inflow, long_from)};
  RETURN_IF_ERROR(base::TryInThreads(base::ThreadsOfOneQuestion(), halves.size(), keep_on,
                                     [&](size_t half, KeepOn go_on) -> absl::Status {
                                       const size_t middle = cases.size() / 2;
                                       size_t next = half == 0 ? 0 : middle;
                                       const size_t end = half == 0 ? middle : cases.size();
                                       while (next < end) {
                                         RETURN_IF_ERROR(go_on());
                                         const size_t until = std::min(end, next + kPiece);
                                         for (; next < until; ++next)
                                           halves[half].Add(static_cast<uint32_t>(next),
                                                            cases[next]);
                                       }
                                       return absl::OkStatus();
                                     }));
  halves[0].Add(halves[1]);
  return halves[0].Finish(cases);
}

}  // namespace plumbline::analytics::review
