// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/attribute_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {
namespace {

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "5", "-17"; not "007", "+5", "-0".
bool LooksWhole(absl::string_view text) {
  const bool minus = !text.empty() && text[0] == '-';
  text.remove_prefix(minus ? 1 : 0);
  return AllDigits(text) && (text[0] != '0' || (text.size() == 1 && !minus));
}

// "5.0", "-0.25", "1.5e-7".
bool LooksReal(absl::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  const size_t point = text.find('.');
  if (point == absl::string_view::npos || !AllDigits(text.substr(0, point))) return false;
  absl::string_view fraction = text.substr(point + 1);
  const size_t mark = fraction.find_first_of("eE");
  if (mark == absl::string_view::npos) return AllDigits(fraction);
  absl::string_view exponent = fraction.substr(mark + 1);
  if (!exponent.empty() && (exponent[0] == '+' || exponent[0] == '-')) exponent.remove_prefix(1);
  return AllDigits(fraction.substr(0, mark)) && AllDigits(exponent) && exponent.size() <= 4;
}

// "2010-03-09T08:05:00Z", "...+01:00": nothing else is meant as an instant for sure.
bool LooksLikeInstant(absl::string_view text) {
  if (text.size() < 20 || text.size() > 40 || text[4] != '-' || text[10] != 'T') return false;
  return text.back() == 'Z' || text.find_first_of("+-", 19) != absl::string_view::npos;
}

std::string TextOfDouble(double value) {
  if (!std::isfinite(value)) return absl::StrCat(value);
  std::string text;
  for (int digits = 15; digits <= 17; ++digits) {
    text = absl::StrFormat("%.*g", digits, value);
    if (std::strtod(text.c_str(), nullptr) == value) break;
  }
  if (text.find('.') == std::string::npos) text.insert(std::min(text.find('e'), text.size()), ".0");
  return text;
}

// Year, month and day of days since 1970 in the proleptic Gregorian calendar: years of 365.2425
// days that begin in March, in eras of 400.
struct Date {
  int64_t year, month, day;
};
Date DateOf(int64_t days) {
  constexpr int64_t kEra = 146'097;
  const int64_t shifted = days + 719'468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - kEra + 1) / kEra;
  const int64_t day_of_era = shifted - era * kEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;
  return {year_of_era + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
          day_of_year - (153 * month + 2) / 5 + 1};
}

void AppendNumber(int64_t value, int digits, std::string* out) {
  const size_t at = out->size();
  out->resize(at + static_cast<size_t>(digits), '0');
  for (size_t i = out->size(); i > at && value > 0; value /= 10)
    (*out)[--i] = static_cast<char>('0' + value % 10);
}

}  // namespace

AttributeValue ValueOfText(absl::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  int64_t whole;
  if (LooksWhole(text) && absl::SimpleAtoi(text, &whole)) return whole;
  double real;
  if (LooksReal(text) && absl::SimpleAtod(text, &real) && std::isfinite(real)) return real;
  int64_t micros;
  if (LooksLikeInstant(text) && ReadIsoTime(text, absl::UTCTimeZone(), &micros))
    return Instant{micros};
  return std::string(text);
}

std::string TextOfValue(const AttributeValue& value) {
  struct Visitor {
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(int64_t number) const { return absl::StrCat(number); }
    std::string operator()(double number) const { return TextOfDouble(number); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(Instant instant) const {
      std::string text;
      AppendTime(instant.micros, &text);
      return text;
    }
  };
  return std::visit(Visitor(), value);
}

void AppendTime(int64_t micros, std::string* out) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t days = micros >= 0 ? micros / kDay : -((-(micros + 1)) / kDay) - 1;
  const int64_t rest = micros - days * kDay, second = rest / 1'000'000;
  const Date date = DateOf(days);
  AppendNumber(date.year, 4, out);
  out->push_back('-');
  AppendNumber(date.month, 2, out);
  out->push_back('-');
  AppendNumber(date.day, 2, out);
  out->push_back('T');
  AppendNumber(second / 3'600, 2, out);
  out->push_back(':');
  AppendNumber(second / 60 % 60, 2, out);
  out->push_back(':');
  AppendNumber(second % 60, 2, out);
  if (rest % 1'000'000 != 0) {
    out->push_back('.');
    AppendNumber(rest % 1'000'000, 6, out);
  }
  out->push_back('Z');
}

}  // namespace plumbline::analytics
