// SPDX-License-Identifier: Apache-2.0
//
// Durations of ISO 8601 as business time.
#ifndef PLUMBLINE_COMMON_FLOW_BPMN_DURATION_H_
#define PLUMBLINE_COMMON_FLOW_BPMN_DURATION_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/flow/tree.h"

namespace plumbline::flow::bpmn {

// "P2D", "PT4H", "P1DT30M", "P1W" (five business days), "PT1.5H". Seconds are rounded up to a
// minute. nullopt for anything else: months and years have no length, cycles and dates are no
// durations, and a day or minute count over nine digits is a mistake. O(length).
std::optional<BusinessDuration> ParseDuration(absl::string_view text);

// "P2D", "PT240M", "P1DT30M", "P0D"; ParseDuration gives the same value again.
std::string FormatDuration(const BusinessDuration& duration);

// "2 business days", "1 business day and 30 open minutes".
std::string DurationInWords(const BusinessDuration& duration);

}  // namespace plumbline::flow::bpmn

#endif  // PLUMBLINE_COMMON_FLOW_BPMN_DURATION_H_
