// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/labelled_log.h"

#include <algorithm>
#include <numeric>

namespace plumbline::analytics::conformance {

LabelledLog Label(const VariantLog& log, const Tree& tree) {
  LabelledLog labelled{tree.label_count(), tree.labels(), log.variants};
  std::vector<uint32_t> label_of;
  for (const std::string& activity : log.activities) {
    uint32_t label = tree.FindLabel(activity);
    if (label == kNoLabel) {
      label = static_cast<uint32_t>(labelled.names.size());
      labelled.names.push_back(activity);
    }
    label_of.push_back(label);
  }
  for (LogVariant& variant : labelled.variants) {
    for (uint32_t& activity : variant.activities) activity = label_of[activity];
  }
  return labelled;
}

std::vector<uint32_t> SortedVariants(const std::vector<LogVariant>& variants) {
  std::vector<uint32_t> order(variants.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return variants[a].activities < variants[b].activities;
  });
  return order;
}

size_t CommonLength(std::span<const uint32_t> a, std::span<const uint32_t> b) {
  const size_t shorter = std::min(a.size(), b.size());
  return static_cast<size_t>(std::mismatch(a.begin(), a.begin() + shorter, b.begin()).first -
                             a.begin());
}

}  // namespace plumbline::analytics::conformance
