// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_DICTIONARY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_DICTIONARY_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Text to number and back; numbers from 0 in the order of first sight. Append-only; views stay
// valid as long as the dictionary lives, moves included. Not copyable (the views of a copy would
// point into the original).
class Dictionary {
 public:
  Dictionary() = default;
  Dictionary(Dictionary&&) = default;
  Dictionary& operator=(Dictionary&&) = default;

  // Makes room for so many texts, so that the table does not grow while they come.
  void Reserve(size_t texts) { ids_.reserve(texts); }
  // O(1) expected.
  uint32_t Intern(absl::string_view text);
  // The number of a text, or kNoText's value (2^32 - 1) if it was never seen.
  uint32_t Find(absl::string_view text) const;
  absl::string_view operator[](uint32_t id) const { return texts_[id]; }
  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }
  // Bytes held, near enough. O(1).
  size_t memory_bytes() const;

 private:
  std::deque<std::string> texts_;
  size_t long_text_bytes_ = 0;  // of texts that a string does not hold in itself
  absl::flat_hash_map<absl::string_view, uint32_t> ids_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_DICTIONARY_H_
