// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "common/calendar/special_days.h"
#include "common/calendar/timeline.h"

namespace plumbline::calendar {
namespace {

constexpr int64_t kNanosOfSecond = 1'000'000'000;
constexpr int64_t kSecondsOfDay = 24 * 60 * 60;
// Local clocks are never further apart than this: so far from a change of the offset none of its
// effects is seen.
constexpr int64_t kNearChange = 2 * kSecondsOfDay;

// A zone that is asked about rising times: it remembers until when its offset stays.
class LocalClock {
 public:
  explicit LocalClock(absl::TimeZone zone) : zone_(zone) {}

  // The first second since 1970 at which the clock shows `local` (seconds since 1970 on it) or
  // more.
  int64_t FirstTimeOf(int64_t local) {
    if (Knows(local - offset_)) return local - offset_;
    const absl::TimeZone::TimeInfo info = zone_.At(absl::CivilSecond() + local);
    const absl::Time t = info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
    Learn(t);
    return absl::ToUnixSeconds(t);
  }

  int64_t OffsetAt(int64_t t) {
    if (!Knows(t)) Learn(absl::FromUnixSeconds(t));
    return Knows(t) ? offset_ : zone_.At(absl::FromUnixSeconds(t)).offset;
  }

  // The first change of the offset after `t`; the largest number if there is none.
  int64_t ChangeAfter(int64_t t) const {
    absl::TimeZone::CivilTransition change;
    if (!zone_.NextTransition(absl::FromUnixSeconds(t), &change))
      return std::numeric_limits<int64_t>::max();
    return absl::ToUnixSeconds(zone_.At(change.to).trans);
  }

 private:
  bool Knows(int64_t t) const { return t >= from_ && t < until_; }

  void Learn(absl::Time t) {
    absl::TimeZone::CivilTransition change;
    from_ = std::numeric_limits<int64_t>::min();
    if (zone_.PrevTransition(t + absl::Seconds(1), &change))
      from_ = absl::ToUnixSeconds(zone_.At(change.to).trans) + kNearChange;
    until_ = ChangeAfter(absl::ToUnixSeconds(t));
    if (until_ != std::numeric_limits<int64_t>::max()) until_ -= kNearChange;
    offset_ = zone_.At(t).offset;
  }

  const absl::TimeZone zone_;
  int64_t offset_ = 0;
  int64_t from_ = 0;   // the offset holds, and no change is near,
  int64_t until_ = 0;  // in between
};

class Builder {
 public:
  Builder(absl::Span<const Layer> layers, absl::TimeZone zone)
      : clock_(zone),
        week_(MergeWeeks(layers)),
        special_(SpecialDays(layers, kFirst, kLast)),
        hours_(kLast - kFirst + 1) {
    for (size_t i = 0; i < hours_.size(); ++i)
      hours_[i] = &week_[static_cast<size_t>(absl::GetWeekday(kFirst + i))];
    for (const SpecialDay& special : special_) hours_[special.date - kFirst] = &special.hours;
  }

  Timeline Build() {
    for (size_t i = 0; i < hours_.size(); ++i) AddDay(i);
    const int64_t last_length = open_ - (segments_.empty() ? 0 : segments_.back().open_before);
    return Timeline(std::move(segments_), std::move(days_), last_length);
  }

 private:
  void AddDay(size_t i) {
    const int64_t date = kFirst + i - absl::CivilDay(1970, 1, 1);
    const int64_t midnight = date * kSecondsOfDay;
    const WorkingDay day = {static_cast<int32_t>(date), static_cast<uint32_t>(segments_.size())};
    int32_t until = std::numeric_limits<int32_t>::max();
    // The next day takes over where it opens.
    if (i + 1 < hours_.size() && !hours_[i + 1]->empty())
      until = kMinutesOfDay + hours_[i + 1]->front().begin;
    for (const Hours& hours : *hours_[i]) {
      AddStretch(midnight, clock_.FirstTimeOf(midnight + hours.begin * 60),
                 clock_.FirstTimeOf(midnight + std::min(hours.end, until) * 60));
    }
    if (segments_.size() > day.first_segment) days_.push_back(day);
  }

  // Open from `begin` to `end` (seconds), on the day that begins at `midnight` of the local clock.
  void AddStretch(int64_t midnight, int64_t begin, int64_t end) {
    while (begin < end) {
      const int64_t offset = clock_.OffsetAt(begin);
      int64_t stop = end;
      if (clock_.OffsetAt(end - 1) != offset) stop = std::min(end, clock_.ChangeAfter(begin));
      segments_.push_back({begin * kNanosOfSecond, open_,
                           static_cast<int32_t>(begin + offset - midnight),
                           static_cast<int32_t>(days_.size())});
      open_ += (stop - begin) * kNanosOfSecond;
      begin = stop;
    }
  }

  static constexpr absl::CivilDay kFirst{kFirstYear, 1, 1};
  static constexpr absl::CivilDay kLast{kLastYear, 12, 31};

  LocalClock clock_;
  const std::array<DayHours, 7> week_;
  const std::vector<SpecialDay> special_;
  std::vector<const DayHours*> hours_;  // of every date
  std::vector<Segment> segments_;
  std::vector<WorkingDay> days_;
  int64_t open_ = 0;
};

}  // namespace

Timeline BuildTimeline(absl::Span<const Layer> layers, absl::TimeZone zone) {
  return Builder(layers, zone).Build();
}

}  // namespace plumbline::calendar
