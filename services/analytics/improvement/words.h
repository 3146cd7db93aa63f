// SPDX-License-Identifier: Apache-2.0
//
// Figures of improvement projects as people say them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_WORDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_WORDS_H_

#include <string>

#include "services/analytics/improvement/compare.h"

namespace plumbline::analytics::improvement {

struct Unit {
  ValueType type = ValueType::kTime;
  bool business = false;  // times are open hours
  std::string counted;    // kCount: "defects per case"
};

// "21.4 days", "33.5 open hours", "12.5 %", "0.31 defects per case".
std::string Level(double value, const Unit& unit);
// The same of a difference: a share's is in points, "4.2 points".
std::string Change(double value, const Unit& unit);
// "= 0.034", "< 0.0001".
std::string Chance(double p_value);

// The verdict, as in ImprovementComparison.sentence.
std::string Sentence(const Comparison& comparison, const Options& options, const Unit& unit);

}  // namespace plumbline::analytics::improvement

#endif  // PLUMBLINE_SERVICES_ANALYTICS_IMPROVEMENT_WORDS_H_
