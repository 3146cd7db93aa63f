// SPDX-License-Identifier: Apache-2.0
//
// Keys of attributes as people type them: alone, or as filters and other commands write them.
#ifndef PLUMBLINE_CLIENTS_CLI_ATTRIBUTE_KEY_H_
#define PLUMBLINE_CLIENTS_CLI_ATTRIBUTE_KEY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace plumbline::cli {

// "region" of "region", "attributes.region" and "attribute:region"; "org:group" also of
// "attributes.\"org:group\"". O(length).
inline std::string AttributeKeyOf(absl::string_view typed) {
  absl::string_view key = typed;
  if (!absl::ConsumePrefix(&key, "attributes.") && !absl::ConsumePrefix(&key, "attribute:"))
    return std::string(typed);
  if (key.size() > 2 && key.front() == '"' && key.back() == '"')
    key = key.substr(1, key.size() - 2);
  return std::string(key);
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ATTRIBUTE_KEY_H_
