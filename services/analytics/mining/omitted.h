// SPDX-License-Identifier: Apache-2.0
//
// Lists that are cut say what they left out.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MINING_OMITTED_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MINING_OMITTED_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace plumbline::analytics {

inline constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// The entries that a list left out, and their share, 0 to 1, of the weight of all entries.
struct Omitted {
  int64_t count = 0;
  double share = 0;
};

// Keeps the first `limit` (0 or more) entries of `list`. `weight(entry)` is what an entry counts in
// the share, 0 or more; where nothing has weight the share is 0. O(n).
template <class T, class Weight>
Omitted KeepFirst(int64_t limit, std::vector<T>& list, Weight weight) {
  if (static_cast<int64_t>(list.size()) <= limit) return {};
  const size_t kept = static_cast<size_t>(limit);
  double all = 0, rest = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    const double w = static_cast<double>(weight(list[i]));
    all += w;
    if (i >= kept) rest += w;
  }
  Omitted omitted{static_cast<int64_t>(list.size() - kept), all > 0 ? rest / all : 0};
  list.resize(kept);
  return omitted;
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MINING_OMITTED_H_
