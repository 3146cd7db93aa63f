// SPDX-License-Identifier: Apache-2.0
//
// Text within a page: whatever names a log has, it is text and nothing else.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace plumbline::analytics {

// UTF-8 as text of an element or an attribute in quotes. Characters that XML does not have, and
// those that turn the direction of what follows them, become U+FFFD.
std::string Escaped(absl::string_view text);
// "2026-01-05", in `zone`.
std::string DateText(const google::protobuf::Timestamp& time, const absl::TimeZone& zone);
// "12.5": a coordinate.
std::string Coordinate(double value);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_TEXT_H_
