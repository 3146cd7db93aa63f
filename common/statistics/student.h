// SPDX-License-Identifier: Apache-2.0
//
// Student's t distribution ("Student" 1908), by the regularised incomplete beta function. Pure
// functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_STUDENT_H_
#define PLUMBLINE_COMMON_STATISTICS_STUDENT_H_

namespace plumbline::statistics {

// P(T > t) for `freedom` > 0 degrees of freedom: half of the incomplete beta function at
// freedom / (freedom + t^2) (Abramowitz and Stegun 1964, 26.7.1), to about
// 1e-13 relative for some ten degrees of freedom, 1e-12 for hundreds, 1e-9 for a million.
double StudentAbove(double t, double freedom);
// The t with P(T > t) = p, 0 < p < 1: closed forms for 1 and 2 degrees of freedom, else a bracket
// from the normal quantile on, halved, and Newton within it. Infinity for 0, minus infinity for 1.
double StudentUpperQuantile(double p, double freedom);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_STUDENT_H_
