// SPDX-License-Identifier: Apache-2.0
//
// The rules of a whole calendar, but for what it inherits from.
#ifndef PLUMBLINE_COMMON_CALENDAR_PROTO_CALENDAR_RULES_H_
#define PLUMBLINE_COMMON_CALENDAR_PROTO_CALENDAR_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "plumbline/catalog/v1/calendar.pb.h"

namespace plumbline::calendar {

// Every breach of the rules that calendar.proto states for what a person writes (title to labels);
// `name`, `etag` and the output-only fields are not looked at. `path` is the field of the calendar
// in the request ("calendar"). Empty = valid. At most flow::kMaxViolations. O(size of the message).
std::vector<base::FieldViolation> ValidateCalendar(const catalog::v1::Calendar& calendar,
                                                   absl::string_view path);

// The id in "calendars/{c}"; nullopt when `inherits` has not that form.
std::optional<std::string> ParseInherits(absl::string_view inherits);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_PROTO_CALENDAR_RULES_H_
