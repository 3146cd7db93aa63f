// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/units.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/counts.h"

namespace plumbline::cli {

namespace {

std::string With(double value, const char* unit, double whole_from) {
  return value < whole_from ? absl::StrFormat("%.1f %s", value, unit)
                            : absl::StrCat(Count(std::llround(value)), " ", unit);
}

struct TimeUnit {
  double seconds;
  const char* name;
  double most;  // from so many on a longer one is read more easily
};

// From the longest on.
std::vector<TimeUnit> UnitsOf(double working_day) {
  const bool open = working_day > 0;
  return {{open ? working_day : 86'400, open ? "wd" : "d", 100'000},
          {3600, "h", 1'000},
          {60, "min", 600},
          {1, "s", 1'000}};
}

// The longest of which there is one at least; else the shortest.
TimeUnit UnitOf(const std::vector<TimeUnit>& units, double seconds) {
  for (const TimeUnit& unit : units)
    if (seconds >= unit.seconds) return unit;
  return units.back();
}

std::string InUnit(double value, int decimals, const char* unit) {
  if (value == 0) return absl::StrCat("0 ", unit);
  if (std::abs(value) >= 1000) return absl::StrCat(base::NumberText(value, 0), " ", unit);
  return absl::StrFormat("%.*f %s", decimals, value, unit);
}

// For three digits of a value.
int DecimalsOf(double value) { return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2; }

// Fewer decimals where all values are told as well by those.
int Needed(const std::vector<double>& values, int decimals) {
  const auto exact = [&](int few) {
    const double scale = std::pow(10.0, few);
    return std::all_of(values.begin(), values.end(), [&](double value) {
      return std::abs(value * scale - std::round(value * scale)) < 1e-6;
    });
  };
  while (decimals > 0 && exact(decimals - 1)) --decimals;
  return decimals;
}

// "17.1 d" and "22.3 d" as "17.1 to 22.3 d".
std::string RangeOf(std::string from, const std::string& to) {
  const size_t unit = from.rfind(' ');
  if (from.substr(unit) == to.substr(to.rfind(' '))) from.resize(unit);
  return absl::StrCat(from, " to ", to);
}

}  // namespace

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) + duration.nanos() * 1e-9;
}

std::string Span(const google::protobuf::Duration& duration) { return Span(Seconds(duration)); }

std::string Span(double seconds) {
  if (seconds < 0) return absl::StrCat("-", Span(-seconds));
  if (seconds < 1 && seconds > 0) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (seconds < 60) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 3600) return With(seconds / 60, "min", 9.95);
  if (seconds < 86'400) return With(seconds / 3600, "h", 9.95);
  return With(seconds / 86'400, "d", 99.95);
}

std::string SpanRange(double from_seconds, double to_seconds) {
  return RangeOf(Span(from_seconds), Span(to_seconds));
}

std::string SpanWords::operator()(double seconds) const {
  if (seconds < 0) return absl::StrCat("-", (*this)(-seconds));
  if (working_day_ == 0 || seconds < 3600) return Span(seconds);
  if (seconds < working_day_) return With(seconds / 3600, "h", 9.95);
  return With(seconds / working_day_, "wd", 99.95);
}

std::string SpanWords::operator()(const google::protobuf::Duration& duration) const {
  return (*this)(Seconds(duration));
}

std::string SpanWords::Range(double from_seconds, double to_seconds) const {
  return RangeOf((*this)(from_seconds), (*this)(to_seconds));
}

std::string SpanWords::Legend() const {
  if (working_day_ == 0) return "";
  const std::string hours = absl::StrFormat("%.1f", working_day_ / 3600);
  return absl::StrCat("Times are open hours; a working day (wd) has ",
                      absl::StripSuffix(hours, ".0"), " h.");
}

TimeScale::TimeScale(std::vector<double> seconds, double working_day) : working_day_(working_day) {
  std::vector<double> sizes;
  for (const double one : seconds)
    if (one != 0 && std::isfinite(one)) sizes.push_back(std::abs(one));
  if (sizes.empty()) return;
  std::sort(sizes.begin(), sizes.end());
  const double least = sizes.front(), most = sizes.back();
  const std::vector<TimeUnit> units = UnitsOf(working_day);
  const TimeUnit usual = UnitOf(units, sizes[sizes.size() / 2]);
  for (const TimeUnit& unit : units) {
    if (unit.seconds > usual.seconds) continue;
    if (least < 0.1 * unit.seconds || most >= unit.most * unit.seconds) continue;
    unit_ = unit.seconds;
    name_ = unit.name;
    for (double& size : sizes) size /= unit_;
    // Two decimals beside hundreds tell nothing.
    decimals_ = std::min(DecimalsOf(sizes.front()), sizes.back() >= 99.95 ? 1 : 2);
    decimals_ = Needed(sizes, decimals_);
    return;
  }
}

std::string TimeScale::operator()(double seconds) const {
  if (unit_ > 0) return InUnit(seconds / unit_, decimals_, name_);
  if (seconds < 0) return absl::StrCat("-", (*this)(-seconds));
  if (seconds == 0) return "0 s";
  if (seconds < 1) return seconds < 0.0005 ? "< 1 ms" : absl::StrFormat("%.0f ms", seconds * 1000);
  const TimeUnit unit = UnitOf(UnitsOf(working_day_), seconds);
  const double value = seconds / unit.seconds;
  return InUnit(value, unit.seconds == 1 ? 0 : DecimalsOf(value), unit.name);
}

std::string OpenHours(const google::protobuf::Duration& duration) {
  const double hours = Seconds(duration) / 3600;
  if (std::abs(hours) < 0.05) return "none";
  const std::string tenths = absl::StrFormat("%.1f", hours);
  return absl::StrCat(absl::StripSuffix(tenths, ".0"), " h");
}

std::string Count(int64_t n) { return base::CountText(n); }

std::string Tenths(double value) {
  if (std::abs(value) < 0.05) return "0";
  if (std::abs(value) >= 1000) return Count(std::llround(value));
  return absl::StrFormat("%.1f", value);
}

std::string Digits(double value, int digits) {
  const double size = std::abs(value);
  if (size == 0) return "0";
  if (size < 0.001) return value > 0 ? "< 0.001" : "> -0.001";
  const int decimals = std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(size))));
  std::string text = base::NumberText(value, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  return std::string(absl::StripSuffix(text, "."));
}

std::string Hundredths(double value) { return base::NumberText(value, 2); }

std::string Number(int64_t n, absl::string_view one, absl::string_view many) {
  return base::Counted(n, one, many);
}

std::string Percent(double share) {
  // Sums of the same parts in another order differ by less.
  constexpr double kRounding = 1e-9;
  if (share >= 0.9995 && share < 1 - kRounding) return "> 99.9 %";
  if (share < 0.0005 && share > kRounding) return "< 0.1 %";
  return absl::StrFormat("%.1f %%", share * 100);
}

std::string When(const google::protobuf::Timestamp& time) {
  // What a message does not have; one that it has may be of 1970-01-01.
  if (&time == &google::protobuf::Timestamp::default_instance()) return "";
  return absl::FormatTime("%E4Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string KindWords(absl::string_view name) {
  if (name.empty()) return "unknown";
  std::string words = absl::AsciiStrToLower(absl::StripPrefix(name, "KIND_"));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace plumbline::cli
