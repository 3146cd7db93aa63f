// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_

#include <vector>

#include "services/analytics/conformance/labelled_log.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics::conformance {

// What becomes of cases that have not ended.
enum class OpenCases {
  kBeginnings,  // so far they fit where a run begins like them
  kLeftOut,
  kComplete,  // as if they had ended
};

// The variants of a log, in the order of Variants and with their places there. `open`: by case
// number, whether it has not ended; empty where all have. As beginnings, open cases of a variant
// come after those that ended. O(their activities + cases).
VariantLog VariantLogOf(const Traces& traces, const Variants& variants,
                        const std::vector<bool>& open = {},
                        OpenCases treatment = OpenCases::kComplete);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_
