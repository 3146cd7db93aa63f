// SPDX-License-Identifier: Apache-2.0
//
// Many short texts in one piece of memory: what a million case ids take in a vector of strings is
// three times as much.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_TEXT_LIST_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_TEXT_LIST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Append-only. Views are valid until the next push_back.
class TextList {
 public:
  void push_back(absl::string_view text) {
    bytes_.append(text.data(), text.size());
    ends_.push_back(bytes_.size());
  }
  void reserve(size_t texts) { ends_.reserve(texts); }
  absl::string_view operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return absl::string_view(bytes_).substr(begin, ends_[i] - begin);
  }
  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  size_t memory_bytes() const { return bytes_.capacity() + ends_.capacity() * sizeof(size_t); }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

// The place of `text` in an ascending list that has it; in one that has not, that of the last text
// before it, or 0. O(log texts).
inline size_t PlaceOf(const TextList& ascending, absl::string_view text) {
  size_t low = 0, high = ascending.size();
  while (high > low + 1) {
    const size_t middle = (low + high) / 2;
    (ascending[middle] <= text ? low : high) = middle;
  }
  return low;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_TEXT_LIST_H_
