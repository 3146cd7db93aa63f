// SPDX-License-Identifier: Apache-2.0
//
// The beta distribution, by the regularised incomplete beta function. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_BETA_H_
#define PLUMBLINE_COMMON_STATISTICS_BETA_H_

namespace plumbline::statistics {

// P(X <= x) for a, b > 0 and 0 <= x <= 1: a continued fraction by Lentz's method (Press and others
// 2007, section 6.4), to about 1e-13.
double BetaBelow(double x, double a, double b);
// The x with P(X <= x) = p, 0 <= p <= 1, by bisection.
double BetaQuantile(double p, double a, double b);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_BETA_H_
