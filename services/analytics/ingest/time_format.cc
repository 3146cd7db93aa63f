// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/time_format.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/civil.h"

namespace plumbline::analytics {
namespace {

constexpr absl::string_view kIsoName = "%Y-%m-%dT%H:%M:%S%z";
constexpr absl::string_view kExcelName = "excel";
constexpr double kExcelDays = 2'958'466;  // the first day of the year 10000
constexpr absl::string_view kMonths[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};

bool ReadMonthName(TextCursor& text, int* month) {
  const absl::string_view rest(text.at, static_cast<size_t>(text.end - text.at));
  for (int i = 0; i < 12; ++i) {
    for (size_t length : {kMonths[i].size(), size_t{3}}) {
      if (!absl::StartsWithIgnoreCase(rest, kMonths[i].substr(0, length))) continue;
      text.at += length;
      *month = i + 1;
      return true;
    }
  }
  return false;
}

bool ReadHalfOfDay(TextCursor& text, int* pm) {
  const absl::string_view rest(text.at, static_cast<size_t>(text.end - text.at));
  if (rest.size() < 2 || absl::ascii_tolower(rest[1]) != 'm') return false;
  const char half = absl::ascii_tolower(rest[0]);
  if (half != 'a' && half != 'p') return false;
  *pm = half == 'p';
  text.at += 2;
  return true;
}

// One letter of a pattern.
bool ReadLetter(char letter, TextCursor& text, CivilTime& t, int* pm) {
  switch (letter) {
    case 'Y':
      return text.Number(4, 4, &t.year);
    case 'y':
      if (!text.Number(2, 2, &t.year)) return false;
      t.year += t.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return text.Number(1, 2, &t.month);
    case 'd':
      return text.Number(1, 2, &t.day);
    case 'b':
      return ReadMonthName(text, &t.month);
    case 'a':
      while (!text.done() && absl::ascii_isalpha(static_cast<unsigned char>(*text.at))) ++text.at;
      return true;
    case 'H':
      return text.Number(1, 2, &t.hour);
    case 'I':
      return text.Number(1, 2, &t.hour) && t.hour >= 1 && t.hour <= 12;
    case 'p':
      return ReadHalfOfDay(text, pm);
    case 'M':
      return text.Number(2, 2, &t.minute);
    case 's':
      return text.Number(2, 2, &t.second);  // without a fraction: %f follows
    case 'S':
      if (!text.Number(2, 2, &t.second)) return false;
      return !(text.Skip('.') || text.Skip(',')) || text.Fraction(&t.micros);
    case 'f':
      return text.Fraction(&t.micros);
    default:
      return t.ReadOffset(text);  // 'z', the last letter that Compile lets through
  }
}

}  // namespace

absl::StatusOr<std::vector<TimeFormat::Element>> TimeFormat::Compile(absl::string_view pattern) {
  const std::string plain = absl::StrReplaceAll(
      pattern,
      {{"%E*S", "%S"}, {"%Ez", "%z"}, {"%T", "%H:%M:%S"}, {"%R", "%H:%M"}, {"%F", "%Y-%m-%d"}});
  constexpr absl::string_view kLetters = "YymdebBhaAHIpMSfzZ";
  std::vector<Element> elements;
  for (size_t i = 0; i < plain.size(); ++i) {
    char c = plain[i];
    if (c != '%') {
      elements.push_back({0, absl::ascii_isspace(static_cast<unsigned char>(c)) ? ' ' : c});
      continue;
    }
    c = ++i < plain.size() ? plain[i] : ' ';
    if (c == '%') {
      elements.push_back({0, '%'});
    } else if (!absl::StrContains(kLetters, c)) {
      return base::FieldError(
          "csv.time_format",
          absl::StrCat("'", pattern, "' has '%", std::string(1, c),
                       "', which is not understood; use %Y %y %m %d %b %H %I %p %M %S %f %z"));
    } else if (c == 'S' && absl::StrContains(plain.substr(i), "%f")) {
      elements.push_back({'s', 0});
    } else {
      const char letter = c == 'e'               ? 'd'
                          : c == 'B' || c == 'h' ? 'b'
                          : c == 'A'             ? 'a'
                          : c == 'Z'             ? 'z'
                                                 : c;
      elements.push_back({letter, 0});
    }
  }
  return elements;
}

TimeFormat TimeFormat::Epoch(absl::string_view name, int64_t per_second,
                             const absl::TimeZone& zone) {
  TimeFormat format(Kind::kEpoch, name, zone);
  format.per_second_ = per_second;
  return format;
}

absl::StatusOr<TimeFormat> TimeFormat::Parse(absl::string_view name, const absl::TimeZone& zone) {
  if (name.empty() || name == "iso" || name == kIsoName)
    return TimeFormat(Kind::kIso, kIsoName, zone);
  if (name == "epoch_seconds") return Epoch(name, 1, zone);
  if (name == "epoch_millis") return Epoch(name, 1'000, zone);
  if (name == "epoch_micros") return Epoch(name, 1'000'000, zone);
  if (name == "epoch_nanos") return Epoch(name, 1'000'000'000, zone);
  if (name == kExcelName) return TimeFormat(Kind::kExcel, kExcelName, zone);
  if (!absl::StrContains(name, "%Y") && !absl::StrContains(name, "%y") &&
      !absl::StrContains(name, "%F")) {
    return base::FieldError(
        "csv.time_format",
        absl::StrCat("'", name, "' has no year (%Y, %y); an example: ", "'%d.%m.%Y %H:%M:%S'"));
  }
  TimeFormat format(Kind::kPattern, name, zone);
  ASSIGN_OR_RETURN(format.elements_, Compile(name));
  return format;
}

bool TimeFormat::Read(absl::string_view text, int64_t* micros, LastDay* last) const {
  // Hardly any has spaces around it.
  if (text.empty() || text.front() <= ' ' || text.back() <= ' ')
    text = absl::StripAsciiWhitespace(text);
  switch (kind_) {
    case Kind::kIso:
      return ReadIsoTime(text, zone_, micros, last);
    case Kind::kEpoch:
      return ReadEpoch(text, micros);
    case Kind::kExcel:
      return ReadExcel(text, micros);
    case Kind::kPattern:
      return ReadPattern(text, micros);
  }
  return false;
}

bool TimeFormat::ReadPattern(absl::string_view text, int64_t* micros) const {
  TextCursor in(text);
  CivilTime t;
  int pm = -1;
  for (const Element& element : elements_) {
    if (element.letter != 0) {
      if (!ReadLetter(element.letter, in, t, &pm)) return false;
    } else if (element.literal == ' ') {
      in.SkipSpaces();
    } else if (!in.Skip(element.literal)) {
      return false;
    }
  }
  if (pm >= 0) t.hour = t.hour % 12 + 12 * pm;
  return in.done() && t.ToMicros(zone_, micros);
}

bool TimeFormat::ReadEpoch(absl::string_view text, int64_t* micros) const {
  constexpr int64_t kFirst = -62'135'596'800'000'000, kLast = 253'402'300'799'999'999;
  int64_t value;
  if (absl::SimpleAtoi(text, &value)) {
    if (per_second_ > 1'000'000) {
      *micros = value / (per_second_ / 1'000'000);
    } else if (__builtin_mul_overflow(value, 1'000'000 / per_second_, micros)) {
      return false;
    }
    return *micros >= kFirst && *micros <= kLast;
  }
  double fraction;
  if (!absl::SimpleAtod(text, &fraction)) return false;
  const double result = fraction * (1e6 / static_cast<double>(per_second_));
  if (!(result >= static_cast<double>(kFirst) && result <= static_cast<double>(kLast)))
    return false;
  *micros = static_cast<int64_t>(result);
  return true;
}

bool TimeFormat::ReadExcel(absl::string_view text, int64_t* micros) const {
  double days;
  if (!absl::SimpleAtod(absl::StrReplaceAll(text, {{",", "."}}), &days)) return false;
  if (!(days >= 1 && days < kExcelDays)) return false;
  // A second is 0.0000116 days: what the digits of a sheet leave is rounded to milliseconds.
  const int64_t millis = std::llround(days * 86'400'000);
  const absl::CivilSecond civil = absl::CivilSecond(1899, 12, 30) + millis / 1'000;
  *micros = absl::ToUnixMicros(absl::FromCivil(civil, zone_)) + millis % 1'000 * 1'000;
  return true;
}

bool TimeFormat::LookLikeExcel(absl::Span<const absl::string_view> samples) {
  return !samples.empty() &&
         std::all_of(samples.begin(), samples.end(), [](absl::string_view sample) {
           double days;
           return absl::SimpleAtod(absl::StrReplaceAll(sample, {{",", "."}}), &days) &&
                  days >= 20'000 && days < 80'000;
         });
}

DateOrder TimeFormat::order() const {
  if (kind_ != Kind::kPattern) return DateOrder::kUnknown;
  auto place = [this](char letter) {
    return std::find_if(elements_.begin(), elements_.end(),
                        [letter](const Element& e) { return e.letter == letter; });
  };
  const auto day = place('d'), month = place('m'), year = std::min(place('Y'), place('y'));
  if (day == elements_.end() || month == elements_.end()) return DateOrder::kUnknown;
  if (year < day || year < month) return DateOrder::kUnknown;
  return day < month ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
}

std::optional<TimeFormat> TimeFormat::Rival() const {
  if (order() == DateOrder::kUnknown) return std::nullopt;
  TimeFormat rival = *this;
  for (Element& element : rival.elements_) {
    if (element.letter == 'd' || element.letter == 'm')
      element.letter = element.letter == 'd' ? 'm' : 'd';
  }
  rival.name_ =
      absl::StrReplaceAll(name_, {{"%%", "%%"}, {"%d", "%m"}, {"%e", "%m"}, {"%m", "%d"}});
  return rival;
}

}  // namespace plumbline::analytics
