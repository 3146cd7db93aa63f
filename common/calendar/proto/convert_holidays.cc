// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/proto/text.h"
#include "common/flow/validate.h"

namespace plumbline::calendar {
namespace {

namespace v1 = catalog::v1;

constexpr int kMaxHolidays = 500;
constexpr int kMaxDates = 200;
constexpr int kLongestHoliday = 62;  // days
constexpr int kLongestRange = 366;
constexpr int kLeapYear = 2000;
constexpr int kCommonYear = 2001;

// Reads one holiday and says what is wrong with it.
class HolidayReader {
 public:
  HolidayReader(const v1::Holiday& proto, std::string path, Violations* violations)
      : proto_(proto), path_(std::move(path)), violations_(*violations) {}

  Holiday Read() {
    holiday_.id = proto_.id();
    holiday_.title = proto_.title();
    if (!base::IsValidId(proto_.id())) {
      Add("id",
          absl::StrCat("'", flow::ShortenText(proto_.id()), "' is not an id: ", base::kIdRule));
    }
    holiday_.dropped = proto_.dropped();
    if (proto_.dropped()) {
      CheckDropped();
      return holiday_;
    }
    ReadRule();
    holiday_.dates = ReadDates(proto_.dates(), "dates", holiday_.dates);
    holiday_.skip = ReadDates(proto_.skip_dates(), "skip_dates", {});
    ReadLength();
    ReadYears();
    holiday_.hours = HoursFromProto(proto_.hours(), path_ + ".hours", &violations_);
    ReadObservance();
    return holiday_;
  }

 private:
  void Add(absl::string_view field, std::string fault) {
    violations_.push_back({absl::StrCat(path_, ".", field), std::move(fault)});
  }

  void CheckDropped() {
    v1::Holiday rest = proto_;
    rest.clear_id();
    rest.clear_title();
    rest.clear_dropped();
    if (rest.ByteSizeLong() > 0)
      Add("dropped", "is set, so nothing but id and title may be given; remove the rest");
  }

  void ReadRule() {
    switch (proto_.rule_case()) {
      case v1::Holiday::kRange:
        return ReadRange();
      case v1::Holiday::kYearly:
        holiday_.rule = MonthDay{proto_.yearly().month(), proto_.yearly().day()};
        return CheckMonthDay("yearly", proto_.yearly().month(), proto_.yearly().day(), kLeapYear);
      case v1::Holiday::kWeekdayOfMonth:
        return ReadWeekdayOfMonth();
      case v1::Holiday::kWeekdayFrom: {
        const v1::WeekdayFrom& from = proto_.weekday_from();
        holiday_.rule =
            WeekdayFrom{from.month(), from.day(), ReadWeekday("weekday_from", from.weekday())};
        return CheckMonthDay("weekday_from", from.month(), from.day(), kCommonYear);
      }
      case v1::Holiday::kEaster:
        holiday_.rule = EasterDay{proto_.easter().orthodox(), proto_.easter().days()};
        return CheckNumber("easter.days", proto_.easter().days(), -80, 200);
      case v1::Holiday::RULE_NOT_SET:
        if (proto_.dates().empty())
          Add("dates", "is required where there is no rule: when does the holiday fall?");
    }
  }

  void ReadRange() {
    const auto first = ParseDate(proto_.range().first());
    const auto last = ParseDate(proto_.range().last());
    if (!first.has_value()) Add("range.first", DateFault(proto_.range().first()));
    if (!last.has_value()) Add("range.last", DateFault(proto_.range().last()));
    if (!proto_.dates().empty())
      Add("dates", "cannot be given with a range; make them a holiday of their own");
    if (!first.has_value() || !last.has_value()) return;
    if (*last < *first || *last - *first >= kLongestRange) {
      Add("range.last",
          absl::StrCat("is ", proto_.range().last(), "; it must be ", proto_.range().first(),
                       " or up to ", kLongestRange - 1, " days after it"));
      return;
    }
    holiday_.dates = {*first};
    holiday_.days = static_cast<int>(*last - *first) + 1;
  }

  void ReadWeekdayOfMonth() {
    const v1::WeekdayOfMonth& rule = proto_.weekday_of_month();
    holiday_.rule =
        WeekdayOfMonth{rule.month(), ReadWeekday("weekday_of_month", rule.weekday()), rule.n()};
    CheckNumber("weekday_of_month.month", rule.month(), 1, 12);
    if (rule.n() == 0 || rule.n() < -5 || rule.n() > 5) {
      Add("weekday_of_month.n",
          absl::StrCat("is ", rule.n(), "; it takes 1 to 5, or -1 (the last) to -5"));
    }
  }

  absl::Weekday ReadWeekday(absl::string_view rule, v1::Weekday weekday) {
    if (weekday < v1::WEEKDAY_MONDAY || weekday > v1::WEEKDAY_SUNDAY) {
      Add(absl::StrCat(rule, ".weekday"), "is required: WEEKDAY_MONDAY to WEEKDAY_SUNDAY");
      return absl::Weekday::monday;
    }
    return static_cast<absl::Weekday>(weekday - v1::WEEKDAY_MONDAY);
  }

  void CheckMonthDay(absl::string_view rule, int month, int day, int year) {
    if (month < 1 || month > 12) {
      CheckNumber(absl::StrCat(rule, ".month"), month, 1, 12);
      return;
    }
    const int last = (absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1).day();
    CheckNumber(absl::StrCat(rule, ".day"), day, 1, last);
  }

  void CheckNumber(absl::string_view field, int number, int low, int high) {
    if (number < low || number > high)
      Add(field, absl::StrCat("is ", number, "; it takes ", low, " to ", high));
  }

  std::vector<absl::CivilDay> ReadDates(
      const google::protobuf::RepeatedPtrField<std::string>& proto, absl::string_view field,
      std::vector<absl::CivilDay> dates) {
    if (proto.size() > kMaxDates) {
      Add(field, absl::StrCat("has ", proto.size(), " entries; it takes up to ", kMaxDates));
      return dates;
    }
    for (int i = 0; i < proto.size(); ++i) {
      const auto date = ParseDate(proto[i]);
      if (date.has_value()) {
        dates.push_back(*date);
      } else {
        Add(absl::StrCat(field, "[", i, "]"), DateFault(proto[i]));
      }
    }
    return dates;
  }

  void ReadLength() {
    if (proto_.days() == 0) return;
    if (proto_.has_range()) {
      Add("days", "cannot be given with a range, which says how long it lasts");
      return;
    }
    CheckNumber("days", proto_.days(), 1, kLongestHoliday);
    holiday_.days = proto_.days();
  }

  void ReadYears() {
    if (proto_.first_year() != 0) {
      CheckNumber("first_year", proto_.first_year(), kFirstYear, kLastYear);
      holiday_.first_year = proto_.first_year();
    }
    if (proto_.last_year() != 0) {
      CheckNumber("last_year", proto_.last_year(), kFirstYear, kLastYear);
      holiday_.last_year = proto_.last_year();
    }
    if (holiday_.last_year < holiday_.first_year) {
      Add("last_year",
          absl::StrCat("is ", holiday_.last_year, ", before first_year, ", holiday_.first_year));
    }
  }

  void ReadObservance() {
    switch (proto_.observance()) {
      case v1::OBSERVANCE_UNSPECIFIED:
        return;
      case v1::OBSERVANCE_NEAREST_WORKING_DAY:
        holiday_.observed = Observance::kNearestWorkingDay;
        break;
      case v1::OBSERVANCE_NEXT_WORKING_DAY:
        holiday_.observed = Observance::kNextWorkingDay;
        break;
      default:
        Add("observance", absl::StrCat("is ", static_cast<int>(proto_.observance()),
                                       ", which is not known here; see Observance"));
        return;
    }
    if (holiday_.days > 1)
      Add("observance", "is for holidays of one day; give each day a holiday of its own");
  }

  const v1::Holiday& proto_;
  const std::string path_;
  Violations& violations_;
  Holiday holiday_;
};

struct RuleToProto {
  v1::Holiday* proto;

  void operator()(std::monostate) const {}
  void operator()(const MonthDay& rule) const {
    proto->mutable_yearly()->set_month(rule.month);
    proto->mutable_yearly()->set_day(rule.day);
  }
  void operator()(const WeekdayOfMonth& rule) const {
    proto->mutable_weekday_of_month()->set_month(rule.month);
    proto->mutable_weekday_of_month()->set_weekday(ToProto(rule.weekday));
    proto->mutable_weekday_of_month()->set_n(rule.n);
  }
  void operator()(const WeekdayFrom& rule) const {
    proto->mutable_weekday_from()->set_month(rule.month);
    proto->mutable_weekday_from()->set_day(rule.day);
    proto->mutable_weekday_from()->set_weekday(ToProto(rule.weekday));
  }
  void operator()(const EasterDay& rule) const {
    proto->mutable_easter()->set_days(rule.days);
    proto->mutable_easter()->set_orthodox(rule.orthodox);
  }
};

}  // namespace

std::vector<Holiday> HolidaysFromProto(const v1::Calendar& proto, const std::string& path,
                                       Violations* violations) {
  std::vector<Holiday> holidays;
  if (proto.holidays_size() > kMaxHolidays) {
    violations->push_back(
        {path + ".holidays",
         absl::StrCat("has ", proto.holidays_size(), " entries; it takes up to ", kMaxHolidays)});
    return holidays;
  }
  std::set<std::string> ids;
  for (int i = 0; i < proto.holidays_size() && violations->size() < flow::kMaxViolations; ++i) {
    const std::string field = absl::StrCat(path, ".holidays[", i, "]");
    holidays.push_back(HolidayReader(proto.holidays(i), field, violations).Read());
    if (!ids.insert(proto.holidays(i).id()).second) {
      violations->push_back(
          {field + ".id", absl::StrCat("'", flow::ShortenText(proto.holidays(i).id()),
                                       "' is the id of an earlier holiday too; "
                                       "give every holiday its own")});
    }
  }
  return holidays;
}

v1::Holiday ToProto(const Holiday& holiday) {
  v1::Holiday proto;
  proto.set_id(holiday.id);
  proto.set_title(holiday.title);
  proto.set_dropped(holiday.dropped);
  const bool range = std::holds_alternative<std::monostate>(holiday.rule) &&
                     holiday.dates.size() == 1 && holiday.days > 1;
  if (range) {
    proto.mutable_range()->set_first(FormatDate(holiday.dates[0]));
    proto.mutable_range()->set_last(FormatDate(holiday.dates[0] + holiday.days - 1));
  } else {
    std::visit(RuleToProto{&proto}, holiday.rule);
    for (absl::CivilDay date : holiday.dates) proto.add_dates(FormatDate(date));
    if (holiday.days > 1) proto.set_days(holiday.days);
  }
  for (absl::CivilDay date : holiday.skip) proto.add_skip_dates(FormatDate(date));
  if (holiday.first_year > kFirstYear) proto.set_first_year(holiday.first_year);
  if (holiday.last_year < kLastYear) proto.set_last_year(holiday.last_year);
  if (holiday.observed == Observance::kNearestWorkingDay)
    proto.set_observance(v1::OBSERVANCE_NEAREST_WORKING_DAY);
  if (holiday.observed == Observance::kNextWorkingDay)
    proto.set_observance(v1::OBSERVANCE_NEXT_WORKING_DAY);
  ToProto(holiday.hours, proto.mutable_hours());
  return proto;
}

}  // namespace plumbline::calendar
