// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_LABELLED_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_LABELLED_LOG_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "services/analytics/conformance/tree.h"

namespace plumbline::analytics::conformance {

// Cases that have the same activities in the same order.
struct LogVariant {
  std::vector<uint32_t> activities;
  int64_t cases = 0;
  // They have not ended: checked as the beginning of a run, to which more may come.
  bool beginning = false;
  uint32_t place = 0;  // among the variants of the log (see VariantLogOf)
};

// A log as its variants; no two are equal, but that one may be there for the cases that ended and
// again for those that did not.
struct VariantLog {
  std::vector<std::string> activities;  // names; no two are equal
  std::vector<LogVariant> variants;     // with numbers of activities
};

// A log in the numbers of a model: activities below `known` are its labels, the others do not occur
// in it.
struct LabelledLog {
  uint32_t known = 0;
  std::vector<std::string> names;    // labels, then the activities that the model does not know
  std::vector<LogVariant> variants;  // in the order of the log
};

// O(events + activities).
LabelledLog Label(const VariantLog& log, const Tree& tree);

// Numbers of variants in the order of their activities, so that common beginnings lie together.
// O(variants log variants * length).
std::vector<uint32_t> SortedVariants(const std::vector<LogVariant>& variants);
// How many activities two sequences have in common at their beginning.
size_t CommonLength(std::span<const uint32_t> a, std::span<const uint32_t> b);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_LABELLED_LOG_H_
