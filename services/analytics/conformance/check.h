// SPDX-License-Identifier: Apache-2.0
//
// Checks a log against a model: the whole of this folder in one call.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_CHECK_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_CHECK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
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
  size_t precision_states = kMostPrecisionStates;
  bool precision = true;  // false: not measured
};

// What the memory of a check depends on.
struct CheckSize {
  size_t nodes = 0;   // of the model
  double states = 0;  // of the model, at most; infinite where they are beyond a double
  size_t variants = 0;
  size_t events = 0;   // of all variants
  size_t longest = 0;  // events of the longest
};
// O(nodes + variants).
CheckSize SizeOf(const ModelNode& model, const VariantLog& log);

// What a check takes beside what it searches in: of its variants, in several copies, and of how
// each is explained. O(1).
int64_t BytesBeside(const CheckSize& size);

// Lowers the limits of a check to what one of this size can use, and until it takes no more than
// `bytes` beside the log and the result; returns what it takes at most then, about as little as the
// log and the model are small. What cannot be found in that is told as of `expired`. O(1).
int64_t FitInto(int64_t bytes, const CheckSize& size, CheckOptions& options);

// How much of a time budget there is for searching: the rest is for summing up what was found in so
// many events of variants, so that all of it ends in time.
absl::Duration SearchTime(absl::Duration budget, int64_t variant_events);

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
