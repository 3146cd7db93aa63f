// SPDX-License-Identifier: Apache-2.0
//
// Typed values as text, and back, so that a column of a CSV file keeps what it is.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// Ends the name of a column whose values are texts whatever they look like; no part of the key.
inline constexpr absl::string_view kTextColumn = " [text]";

// What a text is, by its looks: "true" and "false"; a whole number of 64 bits without leading
// zeros; digits, a point and digits, perhaps with an exponent; a date, "T", a time and a zone; else
// text. O(length).
AttributeValue ValueOfText(absl::string_view text);

// The text of a value; ValueOfText gives it back, unless it is a text that looks like another. A
// number that is not finite is "nan", "inf" or "-inf", which are read as texts.
std::string TextOfValue(const AttributeValue& value);

// Appends "2010-03-09T08:05:00.123456Z", without a fraction where there is none. Years 1 to 9999.
void AppendTime(int64_t micros, std::string* out);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_ATTRIBUTE_TEXT_H_
