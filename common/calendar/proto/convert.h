// SPDX-License-Identifier: Apache-2.0
//
// Calendars between their two forms: messages of calendar.proto and layers of common/calendar.
#ifndef PLUMBLINE_COMMON_CALENDAR_PROTO_CONVERT_H_
#define PLUMBLINE_COMMON_CALENDAR_PROTO_CONVERT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/calendar/layer.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "plumbline/catalog/v1/calendar.pb.h"

namespace plumbline::calendar {

using Violations = std::vector<base::FieldViolation>;

// The layer of a calendar whose field is at `path` ("calendar"). Appends every breach of the rules
// that calendar.proto states for hours, holidays and exceptions, with the paths of the proto
// fields; the layer is of use only if none was appended. Titles and what stands beside are checked
// by ValidateCalendar. O(size of the message).
Layer FromProto(const catalog::v1::Calendar& proto, absl::string_view path, Violations* violations);

// The same of parts.
DayHours HoursFromProto(const google::protobuf::RepeatedPtrField<catalog::v1::OpenHours>& proto,
                        const std::string& path, Violations* violations);
std::vector<Holiday> HolidaysFromProto(const catalog::v1::Calendar& proto, const std::string& path,
                                       Violations* violations);

// The messages of valid values. What is written so is read back as it was.
catalog::v1::Holiday ToProto(const Holiday& holiday);
void ToProto(const DayHours& hours,
             google::protobuf::RepeatedPtrField<catalog::v1::OpenHours>* proto);
catalog::v1::Weekday ToProto(absl::Weekday weekday);

}  // namespace plumbline::calendar

#endif  // PLUMBLINE_COMMON_CALENDAR_PROTO_CONVERT_H_
