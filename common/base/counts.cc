// SPDX-License-Identifier: Apache-2.0
#include "common/base/counts.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace plumbline::base {

std::string CountText(int64_t count) {
  std::string digits = absl::StrCat(count);
  const size_t sign = count < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > sign + 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string Counted(int64_t count, absl::string_view one, absl::string_view many) {
  return absl::StrCat(CountText(count), " ", count == 1 ? one : many);
}

std::string NumberText(double value, int decimals) {
  constexpr double kMostCounted = 9e18;  // of an int64_t; beyond it, and of no number, none is told
  if (!(std::abs(value) < kMostCounted)) return absl::StrFormat("%.3g", value);
  if (std::abs(value) >= 999.5) return CountText(std::llround(value));
  const double unit = std::pow(10, decimals);
  return absl::StrFormat("%.*f", decimals, std::round(value * unit) / unit + 0.0);
}

std::string BytesText(int64_t bytes) {
  constexpr int64_t kKibi = 1 << 10;
  if (bytes < kKibi) return Counted(bytes, "byte", "bytes");
  double size = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* const next : {"KiB", "MiB", "GiB", "TiB"}) {
    size /= kKibi;
    unit = next;
    if (size < 999.5) break;
  }
  // Three digits: of two amounts that differ by less nobody needs to know which is larger.
  const int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  std::string digits =
      decimals == 0 ? CountText(std::llround(size)) : absl::StrFormat("%.*f", decimals, size);
  if (decimals > 0) digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return absl::StrCat(digits, " ", unit);
}

}  // namespace plumbline::base
