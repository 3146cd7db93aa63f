// SPDX-License-Identifier: Apache-2.0
//
// For tests: trees and bags in short form.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/discovery/model_tree.h"
#include "services/analytics/discovery/trace_bag.h"

namespace plumbline::analytics {

// What TextOf writes, and what the tool behind the references writes, which has no "\" before a "'"
// within a name. Names that are not in `names` fail the test.
ModelTree ParseTree(absl::string_view text, const std::vector<std::string>& names);

// {{"abc", 3}, {"", 1}}: a letter is an activity; names are the letters, ascending.
TraceBag BagOf(const std::vector<std::pair<std::string, int64_t>>& traces);

// The tree that is mined from BagOf(traces), as text without quotes and spaces: "->(a,X(tau,b))".
// "error: ..." if it fails.
std::string MinedText(const std::vector<std::pair<std::string, int64_t>>& traces, double noise = 0);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TREE_TEXT_H_
