// SPDX-License-Identifier: Apache-2.0
#include "common/base/counts.h"

#include "absl/strings/str_cat.h"

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

}  // namespace plumbline::base
