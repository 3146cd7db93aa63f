// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/variant_log.h"

#include <utility>

namespace plumbline::analytics::conformance {

VariantLog VariantLogOf(const Traces& traces, const Variants& variants) {
  VariantLog log;
  log.activities = traces.log().activities;
  log.variants.reserve(static_cast<size_t>(variants.size()));
  for (Variant& variant : variants.Page(traces, 0, {})) {
    log.variants.push_back({std::move(variant.activities), variant.count});
  }
  return log;
}

}  // namespace plumbline::analytics::conformance
