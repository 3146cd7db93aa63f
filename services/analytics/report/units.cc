// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/units.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace plumbline::analytics {

std::string DurationText(double seconds) {
  if (seconds == 0) return "0 seconds";
  constexpr struct {
    double seconds;
    const char* name;
  } kUnits[] = {{86'400, "days"}, {3'600, "hours"}, {60, "minutes"}, {1, "seconds"}};
  for (const auto& unit : kUnits) {
    const double value = seconds / unit.seconds;
    if (std::abs(value) < 2 && unit.seconds > 1) continue;
    if (std::abs(value) >= 99.95)
      return absl::StrCat(CountText(std::llround(value)), " ", unit.name);
    return absl::StrFormat("%.1f %s", value, unit.name);
  }
  return "";
}

std::string OpenText(double seconds) {
  const double hours = seconds / 3'600, size = std::abs(hours);
  if (size > 0 && size < 0.005) return "less than 0.01 open hours";
  return absl::StrCat(base::NumberText(hours, size >= 99.95   ? 0
                                              : size >= 9.995 ? 1
                                                              : 2),
                      " open hours");
}

std::string ShareText(double share) {
  const double percent = 100 * share;
  // Sums of the same parts in another order differ by less.
  constexpr double kRounding = 1e-9;
  if (percent >= 99.5 && share < 1 - kRounding) return "> 99 %";
  if (percent < 0.05 && share > kRounding) return "< 0.1 %";
  return percent >= 0.95 || percent == 0 ? absl::StrFormat("%.0f %%", percent)
                                         : absl::StrFormat("%.1f %%", percent);
}

}  // namespace plumbline::analytics
