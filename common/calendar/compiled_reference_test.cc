// SPDX-License-Identifier: Apache-2.0
//
// Compiled calendars against a reference that looks at every minute: random layers in zones of all
// kinds, at random times, more often than not around a change of the clocks.
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/calendar/calendar.h"
#include "common/calendar/test_reference.h"
#include "gtest/gtest.h"

namespace plumbline::calendar {
namespace {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  // low to high, both included.
  int From(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool OneIn(int n) { return From(1, n) == 1; }

 private:
  std::mt19937_64 random_;
};

DayHours RandomHours(Dice& dice, bool night_shifts) {
  DayHours hours;
  int from = dice.From(0, 10) * 60;
  for (int left = dice.From(0, 3); left > 0 && from < kMinutesOfDay; --left) {
    const int begin = from + dice.From(0, 120);
    if (begin >= kMinutesOfDay) break;
    int end = begin + (dice.OneIn(10) ? 1 : dice.From(30, 480));
    if (end > kMinutesOfDay && !night_shifts) end = kMinutesOfDay;
    hours.push_back({begin, end});
    from = end + (dice.OneIn(8) ? 0 : dice.From(1, 90));
  }
  return hours;
}

absl::Weekday RandomWeekday(Dice& dice) { return static_cast<absl::Weekday>(dice.From(0, 6)); }

Rule RandomRule(Dice& dice, absl::CivilDay around) {
  const absl::CivilDay near = around + dice.From(-20, 20);
  switch (dice.From(0, 4)) {
    case 0:
      return MonthDay{near.month(), near.day()};
    case 1: {
      const int n = dice.From(1, 5);
      return WeekdayOfMonth{near.month(), RandomWeekday(dice), dice.OneIn(2) ? n : -n};
    }
    case 2:
      if (near.month() == 2 && near.day() == 29) return MonthDay{2, 29};
      return WeekdayFrom{near.month(), near.day(), RandomWeekday(dice)};
    case 3: {
      const bool orthodox = dice.OneIn(2);
      return EasterDay{orthodox, dice.From(-80, 80)};
    }
    default:
      return std::monostate();
  }
}

Holiday RandomHoliday(Dice& dice, absl::CivilDay around) {
  Holiday holiday;
  holiday.id = absl::StrCat("holiday-", dice.From(1, 6));
  holiday.rule = RandomRule(dice, around);
  for (int i = dice.From(0, 2); i > 0; --i) holiday.dates.push_back(around + dice.From(-20, 20));
  for (int i = dice.From(0, 2); i > 0; --i) holiday.skip.push_back(around + dice.From(-20, 20));
  if (dice.OneIn(4)) {
    holiday.days = dice.From(2, 5);
  } else if (dice.OneIn(3)) {
    holiday.observed = dice.OneIn(2) ? Observance::kNearestWorkingDay : Observance::kNextWorkingDay;
  }
  if (dice.OneIn(5)) holiday.first_year = static_cast<int>(around.year()) + dice.From(-1, 1);
  if (dice.OneIn(5)) holiday.last_year = static_cast<int>(around.year()) + dice.From(-1, 1);
  if (dice.OneIn(4)) holiday.hours = RandomHours(dice, false);
  holiday.dropped = dice.OneIn(8);
  return holiday;
}

std::vector<Layer> RandomLayers(Dice& dice, absl::CivilDay around, const std::string& zone) {
  std::vector<Layer> layers(dice.From(1, 3));
  layers.back().zone = zone;
  const bool night_shifts = dice.OneIn(2);
  for (Layer& layer : layers) {
    for (auto& hours : layer.week) {
      if (dice.OneIn(2)) hours = RandomHours(dice, night_shifts);
    }
    for (int i = dice.From(0, 6); i > 0; --i) layer.holidays.push_back(RandomHoliday(dice, around));
    for (int i = dice.From(0, 2); i > 0; --i) {
      const absl::CivilDay first = around + dice.From(-15, 15);
      layer.exceptions.push_back(
          {first, first + dice.From(0, 2), "", RandomHours(dice, night_shifts)});
    }
  }
  return layers;
}

// The day after which the clocks change more often than not.
absl::CivilDay RandomDay(Dice& dice, absl::TimeZone zone) {
  const absl::CivilDay day(dice.From(1974, 2145), dice.From(1, 12), dice.From(1, 28));
  absl::TimeZone::CivilTransition change;
  if (dice.OneIn(4) || !zone.NextTransition(absl::FromCivil(day, zone), &change)) return day;
  const absl::CivilDay changed(change.from);
  return changed.year() > 2145 ? day : changed;
}

class CompiledReferenceTest : public testing::TestWithParam<std::string> {
 protected:
  CompiledReferenceTest() { EXPECT_TRUE(absl::LoadTimeZone(GetParam(), &zone_)); }

  // A minute near `day`.
  absl::Time RandomTime(absl::CivilDay day) {
    return absl::FromCivil(day, zone_) + absl::Minutes(dice_.From(-5 * 1440, 5 * 1440));
  }
  void Compare(const Calendar& calendar, const Reference& reference, absl::CivilDay day) {
    const absl::Time t = RandomTime(day);
    const int days = dice_.OneIn(3) ? 0 : dice_.From(-5, 5);
    const int minutes = dice_.OneIn(3) ? 0 : dice_.From(-2000, 2000);
    SCOPED_TRACE(absl::StrCat(absl::FormatTime(t, zone_), " + ", days, " d ", minutes, " min"));
    ASSERT_EQ(calendar.IsOpen(t), reference.IsOpen(t));
    if (const auto opening = reference.NextOpening(t)) {
      ASSERT_EQ(calendar.NextOpening(t), *opening);
    }
    if (const auto end = reference.Add(t, days, minutes)) {
      ASSERT_EQ(calendar.Add(t, days, minutes), *end);
      ++added_;
    }
    const absl::Time later = t + absl::Minutes(dice_.From(0, 8 * 1440));
    const absl::Duration open = absl::Minutes(reference.OpenMinutesBetween(t, later));
    ASSERT_EQ(calendar.Between(t, later), open);
    ASSERT_EQ(calendar.Between(later, t), -open);
    const absl::CivilDay date = day + dice_.From(-5, 5);
    if (const auto opening = reference.OpeningOfDay(date, days)) {
      ASSERT_EQ(calendar.OpeningOfDay(date, days), *opening);
    }
  }

  absl::TimeZone zone_;
  Dice dice_{20260323};
  int added_ = 0;
};

TEST_P(CompiledReferenceTest, EqualsMinuteByMinute) {
  constexpr int kCalendars = 12;
  constexpr int kTimes = 60;
  for (int i = 0; i < kCalendars; ++i) {
    const absl::CivilDay day = RandomDay(dice_, zone_);
    const std::vector<Layer> layers = RandomLayers(dice_, day, GetParam());
    const Calendar calendar = Calendar::Compile(layers).value();
    const Reference reference(layers, zone_, day - 25, day + 25);
    SCOPED_TRACE(absl::StrCat("calendar ", i, " around ", absl::FormatCivilTime(day)));
    for (int k = 0; k < kTimes; ++k) {
      Compare(calendar, reference, day);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(added_, kCalendars * kTimes / 3) << "the window is too small to compare anything";
}

INSTANTIATE_TEST_SUITE_P(Zones, CompiledReferenceTest,
                         testing::Values("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata",
                                         "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
                                         "America/St_Johns", "Africa/Casablanca",
                                         "America/Sao_Paulo"),
                         [](const auto& row) {
                           std::string name;
                           for (char c : row.param) name += c == '/' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace plumbline::calendar
