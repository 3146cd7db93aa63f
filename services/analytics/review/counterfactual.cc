// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/counterfactual.h"

#include <algorithm>
#include <cmath>

namespace plumbline::analytics::review {

Left Apply(const Remedy& remedy, const GraphStep& step, absl::Span<const BlockedBy> causes,
           const Left& left) {
  Left less = left;
  if (remedy.kind == Remedy::Kind::kNoCause) {
    for (const BlockedBy& one : causes) {
      if (one.cause == remedy.cause) less.blocked -= std::min(less.blocked, one.micros);
    }
    return less;
  }
  if (step.activity != remedy.activity) return less;
  switch (remedy.kind) {
    case Remedy::Kind::kCapWait:
      less.waiting = std::min(less.waiting, remedy.cap);
      break;
    case Remedy::Kind::kScaleWait: {
      const double scaled = std::round(static_cast<double>(step.waiting) * remedy.scale);
      less.waiting = std::min(less.waiting, static_cast<int64_t>(scaled));
      break;
    }
    case Remedy::Kind::kNoRepeat:
      if (step.repeat) less = {};
      break;
    case Remedy::Kind::kNoCause:
      break;
  }
  return less;
}

int64_t SavedUntil(absl::Span<const GraphStep> steps, absl::Span<const int64_t> ends,
                   int64_t time) {
  const auto past = std::partition_point(steps.begin(), steps.end(),
                                         [&](const GraphStep& step) { return step.end <= time; });
  if (past == steps.begin()) return 0;
  const auto last = static_cast<size_t>(past - steps.begin()) - 1;
  return steps[last].end - ends[last];
}

}  // namespace plumbline::analytics::review
