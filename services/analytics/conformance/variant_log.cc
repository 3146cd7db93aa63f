// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/variant_log.h"

#include <cstddef>
#include <cstdint>
#include <utility>

namespace plumbline::analytics::conformance {
namespace {

// By place of a variant, how many of its cases are open.
std::vector<int64_t> OpenByPlace(const Variants& variants, const std::vector<bool>& open) {
  std::vector<int64_t> counts(static_cast<size_t>(variants.size()));
  const std::vector<uint32_t> places = variants.PlacesOfCases(open.size());
  for (size_t c = 0; c < open.size(); ++c) {
    if (open[c] && places[c] != kNoText) ++counts[places[c]];
  }
  return counts;
}

}  // namespace

VariantLog VariantLogOf(const Traces& traces, const Variants& variants,
                        const std::vector<bool>& open, OpenCases treatment) {
  VariantLog log;
  log.activities = traces.log().activities;
  log.variants.reserve(static_cast<size_t>(variants.size()));
  const bool apart = !open.empty() && treatment != OpenCases::kComplete;
  const std::vector<int64_t> open_counts =
      apart ? OpenByPlace(variants, open) : std::vector<int64_t>();
  uint32_t place = 0;
  for (Variant& variant : variants.Page(traces, 0, {})) {
    const int64_t opened = apart ? open_counts[place] : 0;
    const bool as_beginning = opened > 0 && treatment == OpenCases::kBeginnings;
    if (as_beginning && variant.count > opened) {
      log.variants.push_back({variant.activities, variant.count - opened, false, place});
    }
    if (as_beginning) {
      log.variants.push_back({std::move(variant.activities), opened, true, place});
    } else if (variant.count > opened) {
      log.variants.push_back({std::move(variant.activities), variant.count - opened, false, place});
    }
    ++place;
  }
  return log;
}

}  // namespace plumbline::analytics::conformance
