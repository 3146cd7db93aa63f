// SPDX-License-Identifier: Apache-2.0
//
// Whether the cases after a change are of the same kinds as those before. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_MIX_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_MIX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace plumbline::analytics::improvement {

// How many cases have each value of an attribute.
struct Mix {
  std::string attribute;
  std::vector<std::string> values = {};  // ascending; "" = without it
  std::vector<int64_t> counts = {};      // as many
};

// See ImprovementMix in improvement.proto.
struct MixChange {
  std::string attribute;
  double p_value = 1;      // corrected for as many attributes (Holm 1979)
  std::string value = {};  // whose share changed most
  double before_share = 0;
  double after_share = 0;
};

// For each attribute of `before` that `after` has too: the chi-square test of whether both are
// mixed alike (Pearson 1900), values of which less than 5 are expected put together. Attributes of
// which fewer than two such values are left, and those of an empty side, are not told. The surest
// change first, then by name. O(values log values).
std::vector<MixChange> CompareMixes(absl::Span<const Mix> before, absl::Span<const Mix> after);

// From here on a change of the mix is worth a warning.
inline constexpr double kMixChanged = 0.01;

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_MIX_H_
