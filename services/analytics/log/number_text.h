// SPDX-License-Identifier: Apache-2.0
//
// Numbers of attributes as people read them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_NUMBER_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_NUMBER_TEXT_H_

#include <charconv>
#include <string>

namespace plumbline::analytics {

// The shortest text that is this number and no other: "0.1", "1234567.5", "1e+300".
inline std::string ShortestText(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), value);
  return {digits, end.ptr};
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_NUMBER_TEXT_H_
