// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/html/text.h"

#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace plumbline::analytics {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";
// U+FFFE and U+FFFF; U+202A to U+202E and U+2066 to U+2069.
constexpr const char* kBad[] = {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\xE2\x80\xAA", "\xE2\x80\xAB",
                                "\xE2\x80\xAC", "\xE2\x80\xAD", "\xE2\x80\xAE", "\xE2\x81\xA6",
                                "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"};

std::string AsText(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\n':
    case '\r':
    case '\t':
      return " ";
    default:
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? kReplacement : std::string(1, c);
  }
}

}  // namespace

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += AsText(c);
  for (const char* bad : kBad) absl::StrReplaceAll({{bad, kReplacement}}, &escaped);
  return escaped;
}

std::string DateText(const google::protobuf::Timestamp& time, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d", absl::FromUnixSeconds(time.seconds()), zone);
}

std::string Coordinate(double value) { return absl::StrFormat("%.1f", value); }

}  // namespace plumbline::analytics
