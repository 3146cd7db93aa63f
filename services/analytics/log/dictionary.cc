// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/dictionary.h"

#include <limits>

namespace plumbline::analytics {

uint32_t Dictionary::Intern(absl::string_view text) {
  return ids_
      .lazy_emplace(text,
                    [&](const auto& construct) {
                      const uint32_t id = size();
                      texts_.emplace_back(text);
                      if (text.size() > 15) long_text_bytes_ += text.size() + 1;
                      construct(texts_.back(), id);
                    })
      ->second;
}

uint32_t Dictionary::Find(absl::string_view text) const {
  auto found = ids_.find(text);
  return found == ids_.end() ? std::numeric_limits<uint32_t>::max() : found->second;
}

size_t Dictionary::memory_bytes() const {
  // A string holds up to 15 bytes in itself; a slot of the table is its pair and one control byte.
  size_t bytes = texts_.size() * sizeof(std::string);
  bytes += ids_.capacity() * (sizeof(std::pair<absl::string_view, uint32_t>) + 1);
  return bytes + long_text_bytes_;
}

}  // namespace plumbline::analytics
