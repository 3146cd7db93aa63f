// SPDX-License-Identifier: Apache-2.0
//
// How many cases it takes until an expected effect is seen. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_PROOF_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_PROOF_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace plumbline::analytics::review {

inline constexpr double kPower = 0.8, kLevel = 0.05;
// What takes more cases than this cannot be proven.
inline constexpr double kMostCasesOfProof = 1e6;
// Nor what takes longer at the rate of the period: two years.
inline constexpr double kMostWeeksOfProof = 104;

// What a project has before the change.
struct ProofBaseline {
  std::vector<double> values;  // seconds or times, of a case each
  double weight = 1;           // cases that each stands for
  bool counts = false;         // times; else seconds
};
// Cases after the change until a difference of `effect` from the mean of the baseline is seen,
// two-sided at kLevel with kPower: as improvement::WantedCases, which the project that begins with
// this baseline tells. nullopt where there is no difference, it takes more than kMostCasesOfProof,
// or the baseline is too small for any number. O(n log n).
std::optional<int64_t> CasesAfter(const ProofBaseline& baseline, double effect);

// As many before as after, n = (z_a + z_b)^2 2v / d^2 on each side (Lachin 1981, eq. 1) with the
// variance v that the project would take. At least improvement::kLeastCases. nullopt where there is
// no difference, or it takes more than kMostCasesOfProof. O(n log n).
std::optional<int64_t> CasesOnEachSide(const ProofBaseline& baseline, double effect);

// Cases that a longer period has, and cases after the change.
struct LongerPeriod {
  int64_t before = 0, after = 0;
};
// What shows an effect for which CasesAfter has no number, where as many before as after would be
// `each_side` (CasesOnEachSide) and the period has `has`. Of the cases before, a project keeps
// improvement::kMostKept: where `each_side` is more, so many, and the more after. nullopt where no
// longer period helps.
std::optional<LongerPeriod> LongerBaseline(int64_t each_side, int64_t has);

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_PROOF_H_
