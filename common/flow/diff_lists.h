// SPDX-License-Identifier: Apache-2.0
//
// Lists whose entries have ids, compared. Not for use outside Diff.
#ifndef PLUMBLINE_COMMON_FLOW_DIFF_LISTS_H_
#define PLUMBLINE_COMMON_FLOW_DIFF_LISTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/flow/diff_fields.h"

namespace plumbline::flow {

struct ListItem {
  absl::string_view id;  // unique in its list
  std::string text;
  bool optional = false;
};

// What the entries of a list are, and why one more or one less of them is compatible. Their texts
// are for people, unless `changed` says why another text is compatible.
struct ListRule {
  DifferenceKind kind;
  absl::string_view path;
  absl::string_view added;
  absl::string_view removed;
  absl::string_view changed = "";
};

// A difference for every entry that was removed, changed or added, and one for another order of
// those that are in both. O(items).
void CompareItems(const ListRule& rule, const std::vector<ListItem>& before,
                  const std::vector<ListItem>& after, DifferenceSink sink);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_DIFF_LISTS_H_
