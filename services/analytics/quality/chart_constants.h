// SPDX-License-Identifier: Apache-2.0
//
// What the range and the standard deviation of small samples say of the standard deviation of a
// normal population. Pure functions.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_CONSTANTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_CONSTANTS_H_

#include <cstdint>

namespace plumbline::analytics::quality {

inline constexpr int kMaxSubgroup = 100;

// Of samples of n values of a normal population with standard deviation 1 (Montgomery 2013,
// appendix VI; the names are those of the field).
struct ChartConstants {
  double d2 = 0;  // mean of the range
  double d3 = 0;  // standard deviation of the range
  double c4 = 0;  // mean of the standard deviation by n - 1

  // Factors of charts, by the average range or the average standard deviation.
  double A2(int n) const;  // of means by ranges
  double A3(int n) const;  // of means by standard deviations
  double D3() const;       // lower limit of ranges
  double D4() const;       // upper limit of ranges
  double B3() const;       // lower limit of standard deviations
  double B4() const;       // upper limit of standard deviations
};

// For n from 2 to kMaxSubgroup, to about 1e-12: d2 and d3 are integrated, and kept. Thread-safe.
const ChartConstants& ConstantsOf(int n);

// c4, and the standard deviation of the standard deviation, of samples of n >= 2 of any size, to
// about 1e-8 relative or better.
double MeanOfDeviation(int64_t n);
double DeviationOfDeviation(int64_t n);

}  // namespace plumbline::analytics::quality

#endif  // PLUMBLINE_SERVICES_ANALYTICS_QUALITY_CHART_CONSTANTS_H_
