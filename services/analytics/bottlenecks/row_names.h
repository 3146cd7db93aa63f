// SPDX-License-Identifier: Apache-2.0
//
// What an attribute, or the resource, calls the occurrences of steps: their role, their utility.
// Not for use outside this folder, but for sums that are kept (live/).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_ROW_NAMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_ROW_NAMES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "services/analytics/mining/occurrences.h"

namespace plumbline::analytics::bottlenecks {

// Numbers of names, from 0; 0 is the empty one, of what has none.
class Names {
 public:
  Names() { Intern(""); }
  uint32_t Intern(absl::string_view name) {
    const auto [found, added] =
        numbers_.try_emplace(std::string(name), static_cast<uint32_t>(texts_.size()));
    if (added) texts_.emplace_back(name);
    return found->second;
  }
  // Of a name that was interned.
  uint32_t NumberOf(absl::string_view name) const { return numbers_.find(name)->second; }
  const std::vector<std::string>& texts() const { return texts_; }
  // Near enough. O(names).
  size_t memory_bytes() const {
    constexpr size_t kInPlace = 16;  // what a string holds in itself
    size_t bytes = texts_.capacity() * sizeof(std::string) +
                   numbers_.capacity() * (sizeof(std::pair<std::string, uint32_t>) + 1);
    for (const std::string& text : texts_) bytes += text.size() < kInPlace ? 0 : 2 * text.size();
    return bytes;
  }

 private:
  std::vector<std::string> texts_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

// The last part of a full resource name: all of a log is of one workspace.
inline absl::string_view LastPart(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

// Impediments name utilities by an attribute of their own: the last parts of its texts become
// names. O(attributes).
void InternUtilities(const LogSnapshot& log, Names* names);

// Names of occurrences by an attribute of the event that ended one, else of the one that began it;
// by one of its case where the key begins with "case:" (the first event that has it); by the
// resource for the key "". Texts and whole numbers are names.
class RowNames {
 public:
  // `log` and `names` must outlive it. O(attributes).
  RowNames(const LogSnapshot& log, const std::string& key, Names* names);
  // Occurrences that have none by `key` are named as by `otherwise`.
  RowNames(const LogSnapshot& log, const std::string& key, const std::string& otherwise,
           Names* names);
  // Whether any event has one.
  bool any() const { return any_ || (otherwise_ != nullptr && otherwise_->any()); }
  // 0 where there is none.
  uint32_t Of(const Occurrence& o) const {
    const uint32_t name = Own(o);
    return name != 0 || otherwise_ == nullptr ? name : otherwise_->Of(o);
  }

 private:
  uint32_t Own(const Occurrence& o) const {
    if (of_case_) return by_row_[o.case_number];
    const uint32_t name = OfRow(o.end_row);
    return name != 0 ? name : OfRow(o.start_row);
  }
  uint32_t OfRow(uint32_t row) const {
    if (row == kNoText) return 0;
    if (!by_resource_) return by_row_.empty() ? 0 : by_row_[row];
    const uint32_t resource = log_.ResourceOf(row);
    return resource == kNoText ? 0 : of_resource_[resource];
  }

  const LogSnapshot& log_;
  bool by_resource_ = false, of_case_ = false, any_ = false;
  std::vector<uint32_t> of_resource_, by_row_;
  std::unique_ptr<const RowNames> otherwise_;  // null where there is no other
};

}  // namespace plumbline::analytics::bottlenecks

#endif  // PLUMBLINE_SERVICES_ANALYTICS_BOTTLENECKS_ROW_NAMES_H_
