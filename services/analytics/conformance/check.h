// SPDX-License-Identifier: Apache-2.0
//
// Checks a log against a model: the whole of this folder in one call.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_CHECK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_CHECK_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/conformance/align.h"
#include "services/analytics/conformance/deviations.h"
#include "services/analytics/conformance/precision.h"
#include "services/analytics/conformance/replay.h"

namespace plumbline::analytics::conformance {

enum class Method {
  kReplay,  // tokens: an estimate, in milliseconds
  kAlign,   // optimal alignments
};

struct CheckOptions {
  Method method = Method::kAlign;
  ReplayOptions replay;  // of kReplay
  AlignOptions align;    // of kAlign
};

struct CheckResult {
  LabelledLog log;  // what labels and variants are
  Method method = Method::kAlign;
  ReplayResult replay;                // of kReplay
  std::vector<Alignment> alignments;  // of kAlign, by variant
  AlignedLog aligned;                 // of kAlign
  std::vector<StepDeviations> steps;  // of kAlign, by label
  Precision precision;                // kReplay: over traces as far as they fit
};

// INVALID_ARGUMENT for a model that CheckModel refuses. When the method's `expired` or its limits
// end the work, the result says of what it is.
absl::StatusOr<CheckResult> Check(const ModelNode& model, const VariantLog& log,
                                  const CheckOptions& options);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_CHECK_H_
