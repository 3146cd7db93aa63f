// SPDX-License-Identifier: Apache-2.0
//
// Finds a person in texts, and takes them out.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Texts by which a person is known. An occurrence is one of them with no letter, digit or byte
// beyond ASCII beside it where it begins or ends with one; A to Z in either case. Immutable.
class Eraser {
 public:
  // `texts`: 1 or more, none empty. `replacement` has no occurrence.
  Eraser(const std::vector<std::string>& texts, std::string replacement);

  // O(texts * length).
  bool Holds(absl::string_view text) const;
  // `text` with each occurrence replaced, the longest first. The result has none.
  std::string Erase(absl::string_view text) const;
  // See Erasure.texts_digest in analytics.proto.
  std::string TextsDigest() const;

 private:
  // Place and length of the first occurrence; npos if there is none.
  std::pair<size_t, size_t> Find(const std::string& lower) const;

  std::vector<std::string> texts_;  // lower case, the longest first
  const std::string replacement_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASER_H_
