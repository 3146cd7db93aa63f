// SPDX-License-Identifier: Apache-2.0
//
// Characters of XML 1.0. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_TEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// ASCII characters that names begin with and go on with (XML 1.0, 2.3).
constexpr bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
// By byte.
inline constexpr std::array<bool, 256> kNameParts = [] {
  std::array<bool, 256> parts{};
  for (int c = 0; c < 128; ++c) {
    const char x = static_cast<char>(c);
    parts[static_cast<size_t>(c)] =
        IsNameStart(x) || (x >= '0' && x <= '9') || x == '-' || x == '.';
  }
  return parts;
}();
inline bool IsNamePart(char c) { return kNameParts[static_cast<unsigned char>(c)]; }

// Whether `text` is UTF-8 without characters that XML cannot hold (2.2). O(length).
bool IsXmlText(absl::string_view text);

// LF, CR, and CR with LF each end a line. O(length).
int64_t LineEnds(absl::string_view text);

// The value of an attribute as written between its quotes: references resolved, line ends and tabs
// as spaces (3.3.3). False if it has a '<' or a reference to none of the five entities and no
// character. O(length).
bool DecodeXmlValue(absl::string_view raw, std::string* value);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_XML_TEXT_H_
