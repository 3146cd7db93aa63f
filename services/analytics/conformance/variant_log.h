// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_

#include "services/analytics/conformance/labelled_log.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics::conformance {

// The variants of a log, in the order and with the numbers of Variants. O(their activities).
VariantLog VariantLogOf(const Traces& traces, const Variants& variants);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_VARIANT_LOG_H_
