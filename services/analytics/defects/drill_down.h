// SPDX-License-Identifier: Apache-2.0
//
// Conditions that lead from a figure to the cases behind it; see Selection in selection.proto.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DRILL_DOWN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DRILL_DOWN_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// Texts of Selection.filter and Selection.event_filter; empty = no condition.
struct DrillDown {
  std::string filter;
  std::string event_filter;
  bool empty() const { return filter.empty() && event_filter.empty(); }
};

// `text` as a text of a condition: in quotes, and with no character that stands for others.
std::string Quoted(absl::string_view text);
// "2026-01-05T08:00:00.000001Z".
std::string TimeText(int64_t micros);
// "2026-01-05T08:00:00Z <= FIELD < ...": from `begin` until before `end`, or with `closed` until
// `end` itself.
std::string Within(absl::string_view field, int64_t begin, int64_t end, bool closed);
// What an attribute is called where people read it, and where it is compared.
std::string ValueText(const AttributeValue& value);
std::string ValueLiteral(const AttributeValue& value);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DEFECTS_DRILL_DOWN_H_
