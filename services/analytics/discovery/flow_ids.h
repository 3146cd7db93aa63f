// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FLOW_IDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FLOW_IDS_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// An id as base::IsValidId wants it, near to `text`: lower case, everything but letters and digits
// of ASCII becomes "-". "step" where nothing is left. O(length).
std::string IdOf(absl::string_view text);

// At most `characters` characters of `text`, with "..." where it is cut, never within a character.
// What is no UTF-8 is cut anywhere. O(length).
std::string Shortened(absl::string_view text, size_t characters);

// Gives ids, each once.
class IdGiver {
 public:
  // IdOf(text), with a number where that was given: "send", "send-2", "send-3". O(length) expected.
  std::string Give(absl::string_view text);

 private:
  absl::flat_hash_set<std::string> given_;
  absl::flat_hash_map<std::string, int> last_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_FLOW_IDS_H_
