// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/live_defects.h"

#include "common/base/status_macros.h"

namespace plumbline::analytics {

absl::Status LiveYield::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const YieldSums more,
                   ReadYield(*cases.log, map_transitions_, options_, keep_on));
  sums_.Add(more, sign);
  return absl::OkStatus();
}

int64_t LiveYield::memory_bytes() const {
  return static_cast<int64_t>(sizeof(*this) + sums_.steps.capacity() * sizeof(YieldSums::Step));
}

absl::StatusOr<LogYield> LiveYield::Answer(const LiveWhole& whole,
                                           int64_t opportunities_per_case) const {
  YieldSums ranked = sums_;
  ranked.steps.assign(whole.rank.size(), {});
  for (size_t a = 0; a < sums_.steps.size(); ++a) ranked.steps[whole.rank[a]] = sums_.steps[a];
  return YieldOf(ranked, opportunities_per_case);
}

absl::Status LivePareto::Change(const LiveCases& cases, int sign, KeepOn keep_on) {
  ASSIGN_OR_RETURN(const ParetoSums more,
                   ReadPareto(*cases.log, map_transitions_, options_, keep_on));
  sums_.Add(more, sign);
  return absl::OkStatus();
}

int64_t LivePareto::memory_bytes() const {
  constexpr size_t kOfABar = 160;
  size_t bytes = sizeof(*this);
  for (const auto& [key, bar] : sums_.bars) bytes += kOfABar + key.first.size() + key.second.size();
  return static_cast<int64_t>(bytes);
}

absl::StatusOr<QualityPareto> LivePareto::Answer(const LiveWhole& whole) const {
  return ParetoOf(sums_, whole.names, /*empty=*/false, options_);
}

}  // namespace plumbline::analytics
