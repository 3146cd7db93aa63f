// SPDX-License-Identifier: Apache-2.0
//
// The standard normal distribution. Pure functions.
#ifndef PLUMBLINE_COMMON_STATISTICS_NORMAL_H_
#define PLUMBLINE_COMMON_STATISTICS_NORMAL_H_

namespace plumbline::statistics {

// The density at z.
double NormalDensity(double z);
// P(Z <= z) and P(Z > z), each to full relative precision in its own tail.
double NormalBelow(double z);
double NormalAbove(double z);
// The z with P(Z <= z) = p, 0 < p < 1: a rational start (Acklam 2003) and two steps of Halley, to
// about 1e-15 relative. Minus infinity for 0, infinity for 1.
double NormalQuantile(double p);
// The z with P(Z > z) = p: as exact for p near 0 as NormalQuantile is there.
double NormalUpperQuantile(double p);

}  // namespace plumbline::statistics

#endif  // PLUMBLINE_COMMON_STATISTICS_NORMAL_H_
