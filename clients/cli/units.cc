// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/units.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace plumbline::cli {

double Seconds(const google::protobuf::Duration& duration) {
  return static_cast<double>(duration.seconds()) + duration.nanos() * 1e-9;
}

std::string Span(const google::protobuf::Duration& duration) { return Span(Seconds(duration)); }

std::string Span(double seconds) {
  if (seconds < 0) return absl::StrCat("-", Span(-seconds));
  const auto with = [](double value, const char* unit, double whole_from) {
    return value < whole_from ? absl::StrFormat("%.1f %s", value, unit)
                              : absl::StrCat(Count(std::llround(value)), " ", unit);
  };
  if (seconds < 1 && seconds > 0) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (seconds < 60) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 3600) return with(seconds / 60, "min", 9.95);
  if (seconds < 86'400) return with(seconds / 3600, "h", 9.95);
  return with(seconds / 86'400, "d", 99.95);
}

std::string OpenHours(const google::protobuf::Duration& duration) {
  const double hours = Seconds(duration) / 3600;
  if (std::abs(hours) < 0.05) return "none";
  const std::string tenths = absl::StrFormat("%.1f", hours);
  return absl::StrCat(absl::StripSuffix(tenths, ".0"), " h");
}

std::string Count(int64_t n) {
  const std::string digits = absl::StrCat(n);
  const size_t first = n < 0 ? 1 : 0;
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > first && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string Number(int64_t n, absl::string_view one, absl::string_view many) {
  return absl::StrCat(Count(n), " ", n == 1 ? one : many);
}

std::string Percent(double share) {
  // Sums of the same parts in another order differ by less.
  constexpr double kRounding = 1e-9;
  if (share >= 0.9995 && share < 1 - kRounding) return "> 99.9 %";
  if (share < 0.0005 && share > kRounding) return "< 0.1 %";
  return absl::StrFormat("%.1f %%", share * 100);
}

std::string When(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string KindWords(absl::string_view name) {
  if (name.empty()) return "unknown";
  std::string words = absl::AsciiStrToLower(absl::StripPrefix(name, "KIND_"));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace plumbline::cli
