// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_STATISTICS_LOG_GAMMA_H_
#define PLUMBLINE_COMMON_STATISTICS_LOG_GAMMA_H_

#include <math.h>

namespace plumbline::statistics {

// The logarithm of the gamma function of x > 0. std::lgamma writes the sign to a global, which two
// threads may not do at a time. O(1).
inline double LogGamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_LOG_GAMMA_H_
