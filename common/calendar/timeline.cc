// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/timeline.h"

#include <algorithm>
#include <utility>

namespace plumbline::calendar {
namespace {

constexpr int64_t kNanosOfSecond = 1'000'000'000;
constexpr int64_t kNanosOfMinute = 60 * kNanosOfSecond;
// More minutes than all years have; their nanoseconds still fit.
constexpr int64_t kMostMinutes = 200LL * 366 * 24 * 60;

}  // namespace

Timeline::Timeline(std::vector<Segment> segments, std::vector<WorkingDay> days, int64_t last_length)
    : segments_(std::move(segments)),
      days_(std::move(days)),
      origin_(segments_.empty() ? 0 : segments_.front().begin),
      by_end_(0, [](size_t) { return 0; }),
      by_open_(0, [](size_t) { return 0; }) {
  Segment end;
  if (!segments_.empty()) {
    end = segments_.back();
    end.open_before += last_length;
    end.begin += last_length;
  }
  end.day = static_cast<int32_t>(days_.size());
  segments_.push_back(end);
  days_.push_back({.first_segment = static_cast<uint32_t>(count())});
  segments_.shrink_to_fit();
  days_.shrink_to_fit();
  by_end_ = Steps(count(), [this](size_t i) { return EndOf(i) - origin_; });
  by_open_ = Steps(count(), [this](size_t i) { return segments_[i + 1].open_before; });
}

size_t Timeline::bytes() const {
  return sizeof(Timeline) + segments_.capacity() * sizeof(Segment) +
         days_.capacity() * sizeof(WorkingDay) + by_end_.bytes() + by_open_.bytes();
}

size_t Timeline::EndingAfter(int64_t t) const {
  if (t < origin_) return 0;
  if (t >= segments_.back().begin) return count();
  return by_end_.FirstAbove(t - origin_, [this](size_t i) { return EndOf(i) - origin_; });
}

int64_t Timeline::OpenBefore(int64_t t) const {
  const size_t i = EndingAfter(t);
  const int64_t within = i < count() ? std::max<int64_t>(0, t - segments_[i].begin) : 0;
  return segments_[i].open_before + within;
}

bool Timeline::IsOpen(absl::Time t) const {
  const int64_t nanos = absl::ToUnixNanos(t);
  const size_t i = EndingAfter(nanos);
  return i < count() && segments_[i].begin <= nanos;
}

absl::Time Timeline::NextOpening(absl::Time t) const {
  const int64_t nanos = absl::ToUnixNanos(t);
  const size_t i = EndingAfter(nanos);
  if (i == count()) return absl::InfiniteFuture();
  return segments_[i].begin <= nanos ? t : absl::FromUnixNanos(segments_[i].begin);
}

absl::Duration Timeline::Between(absl::Time from, absl::Time to) const {
  return absl::Nanoseconds(OpenBefore(absl::ToUnixNanos(to)) - OpenBefore(absl::ToUnixNanos(from)));
}

std::optional<Timeline::Point> Timeline::Forwards(int64_t t) const {
  const size_t i = EndingAfter(t);
  if (i == count()) return std::nullopt;
  return Point{i, std::max<int64_t>(0, t - segments_[i].begin)};
}

std::optional<Timeline::Point> Timeline::Backwards(int64_t t) const {
  const size_t i = EndingAfter(t);
  if (i < count() && segments_[i].begin <= t) return Point{i, t - segments_[i].begin};
  if (i == 0) return std::nullopt;
  return Point{i - 1, LengthOf(i - 1)};
}

bool Timeline::MoveDays(int64_t days, Point* point) const {
  const Segment& from = segments_[point->segment];
  const int64_t number = NumberAfter(from.day, days);
  if (!IsNumber(number)) return false;
  const int64_t clock = from.clock * kNanosOfSecond + point->within;
  const size_t first = days_[number].first_segment;
  const size_t last = days_[number + 1].first_segment - 1;
  const auto within = [&](size_t i) { return clock - segments_[i].clock * kNanosOfSecond; };
  size_t i;
  if (days > 0) {
    for (i = first; i < last && within(i) > LengthOf(i);) ++i;
  } else {
    for (i = last; i > first && within(i) < 0;) --i;
  }
  *point = {i, std::clamp<int64_t>(within(i), 0, LengthOf(i))};
  return true;
}

bool Timeline::MoveOpenTime(int64_t open, Point* point) const {
  const int64_t before = segments_[point->segment].open_before + point->within;
  if (open < -before || open > segments_.back().open_before - before) return false;
  const int64_t target = before + open;
  // Forwards an end that two segments share is the closing of the first, backwards the opening of
  // the second.
  const int64_t above = open > 0 ? target - 1 : target;
  const size_t i =
      by_open_.FirstAbove(above, [this](size_t s) { return segments_[s + 1].open_before; });
  *point = {i, target - segments_[i].open_before};
  return true;
}

absl::Time Timeline::Add(absl::Time start, int64_t days, int64_t minutes) const {
  const bool backwards = days < 0 || (days == 0 && minutes < 0);
  const absl::Time nowhere = backwards ? absl::InfinitePast() : absl::InfiniteFuture();
  const int64_t nanos = absl::ToUnixNanos(start);
  std::optional<Point> point = backwards ? Backwards(nanos) : Forwards(nanos);
  if (!point.has_value()) return nowhere;
  if (days != 0 && !MoveDays(days, &*point)) return nowhere;
  minutes = std::clamp(minutes, -kMostMinutes, kMostMinutes);
  if (minutes != 0 && !MoveOpenTime(minutes * kNanosOfMinute, &*point))
    return minutes < 0 ? absl::InfinitePast() : absl::InfiniteFuture();
  return absl::FromUnixNanos(segments_[point->segment].begin + point->within);
}

int64_t Timeline::NumberAfter(int64_t number, int64_t days) const {
  const int64_t most = static_cast<int64_t>(days_.size());
  return number + std::clamp(days, -most, most);
}

int64_t Timeline::NumberOf(absl::CivilDay day) const {
  const int64_t date = day - absl::CivilDay(1970, 1, 1);
  return std::lower_bound(days_.begin(), days_.end() - 1, date,
                          [](const WorkingDay& d, int64_t wanted) { return d.date < wanted; }) -
         days_.begin();
}

absl::Time Timeline::OpeningOfDay(absl::CivilDay day, int64_t offset) const {
  const int64_t number = NumberAfter(NumberOf(day), offset);
  if (!IsNumber(number)) return number < 0 ? absl::InfinitePast() : absl::InfiniteFuture();
  return absl::FromUnixNanos(segments_[days_[number].first_segment].begin);
}

int64_t Timeline::WorkingDays(absl::CivilDay from, absl::CivilDay to) const {
  return NumberOf(to) - NumberOf(from);
}

}  // namespace plumbline::calendar
