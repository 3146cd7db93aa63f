// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_CHOICE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_CHOICE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Which attributes of a file are kept, and which it has beside them.
class AttributeChoice {
 public:
  // `names`: keys; "*" = all.
  explicit AttributeChoice(const std::vector<std::string>& names);

  // Whether the attributes under `key` are kept. Notes the key. O(1) expected.
  bool Wants(absl::string_view key);
  // Whether any are; if not, nothing but their keys is of interest.
  bool any() const { return all_ || !wanted_.empty(); }

  // Keys that were asked for and are kept, ascending; the first 1,000 that came.
  std::vector<std::string> kept() const { return NotedAs(true); }
  // The others, ascending; the first 100 that came.
  std::vector<std::string> ignored() const { return NotedAs(false); }

 private:
  std::vector<std::string> NotedAs(bool kept) const;

  bool all_ = false;
  std::vector<std::string> wanted_;
  absl::flat_hash_map<std::string, bool> noted_;
  size_t kept_count_ = 0, ignored_count_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_CHOICE_H_
