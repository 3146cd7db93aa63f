// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_IMPACT_NAMES_H_
#define PLUMBLINE_SERVICES_CATALOG_IMPACT_NAMES_H_

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plumbline::catalog::impact {

// Stands for a text among Names. Small: the largest is below the most texts that were ever held at
// once.
using Id = uint32_t;
inline constexpr Id kNoId = ~Id{0};

// Texts, each kept once for as long as somebody holds it. Not thread-safe.
class Names {
 public:
  // The id of `text`; it stays until it was released as often as it was acquired. O(length).
  Id Acquire(absl::string_view text);
  void Release(Id id);

  // kNoId if nobody holds it. O(length).
  Id Find(absl::string_view text) const;
  // Lives until the id is released.
  const std::string& Text(Id id) const { return entries_[id].text; }
  // All ids are below it.
  size_t size() const { return entries_.size(); }
  // Memory of texts and tables, about.
  int64_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string text;
    int64_t holders = 0;
  };
  std::deque<Entry> entries_;  // addresses stay: ids_ holds views of the texts
  std::vector<Id> free_;
  absl::flat_hash_map<absl::string_view, Id> ids_;
  int64_t bytes_ = 0;
};

}  // namespace plumbline::catalog::impact

#endif  // PLUMBLINE_SERVICES_CATALOG_IMPACT_NAMES_H_
