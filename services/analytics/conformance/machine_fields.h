// SPDX-License-Identifier: Apache-2.0
//
// Private to machine.cc and machine_steps.cc.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_FIELDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_FIELDS_H_

#include <cstdint>

#include "services/analytics/conformance/machine.h"

namespace plumbline::analytics::conformance {

// What a field says, by kind of node; 0 always means: not begun.
//   leaf      1 done
//   sequence  i: child i is next or under way (0: the first); children: done
//   choice    1 + i: child i is under way; 1 + children: done
//   parallel  1 under way, 2 done
//   loop      1 in the body, 2 after the body, 2 + i: in child i
inline constexpr uint32_t kUnderWay = 1, kJoined = 2, kInBody = 1, kAfterBody = 2;

inline constexpr SilentCost kFree{0, 0};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MACHINE_FIELDS_H_
