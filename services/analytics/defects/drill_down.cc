// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/drill_down.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace plumbline::analytics {

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(
          text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"*", "\\*"}, {"\n", "\\n"}, {"\t", "\\t"}}),
      "\"");
}

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", absl::FromUnixMicros(micros),
                          absl::UTCTimeZone());
}

std::string Within(absl::string_view field, int64_t begin, int64_t end, bool closed) {
  return absl::StrCat(field, " >= ", TimeText(begin), " AND ", field, closed ? " <= " : " < ",
                      TimeText(end));
}

std::string ValueText(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return ValueLiteral(value);
}

std::string ValueLiteral(const AttributeValue& value) {
  struct Write {
    std::string operator()(const std::string& text) const { return Quoted(text); }
    std::string operator()(int64_t number) const { return absl::StrCat(number); }
    std::string operator()(double number) const { return absl::StrFormat("%.17g", number); }
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(const Instant& time) const { return TimeText(time.micros); }
  };
  return std::visit(Write(), value);
}

}  // namespace plumbline::analytics
