// SPDX-License-Identifier: Apache-2.0
//
// The chi-square distribution, by the regularised incomplete gamma functions. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_CHI_SQUARE_H_
#define PLUMBLINE_COMMON_STATISTICS_CHI_SQUARE_H_

namespace plumbline::statistics {

// P(X <= x) and P(X > x) for `freedom` > 0 degrees of freedom, x >= 0: a series below the mean,
// a continued fraction above it (Press and others 2007, section 6.2), to about 1e-14.
double ChiSquareBelow(double x, double freedom);
double ChiSquareAbove(double x, double freedom);
// The x with P(X <= x) = p, 0 < p < 1: Wilson and Hilferty (1931) as the start, then Newton within
// a bracket.
double ChiSquareQuantile(double p, double freedom);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_CHI_SQUARE_H_
