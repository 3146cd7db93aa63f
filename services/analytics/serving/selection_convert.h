// SPDX-License-Identifier: Apache-2.0
//
// Selections and calendars of requests, as filters and mining take them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTION_CONVERT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTION_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/calendar/calendar.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {

// FIELD_INVALID with every violation; `field` is the path of the selection in its request.
absl::StatusOr<Selection> ToSelection(absl::string_view field, const v1::Selection& selection);
// The same of a request that has a field of its own, `own.field`, for activities that end a case;
// beside it `selection.completion` is an error.
absl::StatusOr<Selection> ToSelection(absl::string_view field, const v1::Selection& selection,
                                      const CompletionText& own);

// What is told of a selection by a key of the cache or a page token; "" of everything.
std::string DigestOf(const Selection& selection);
std::string DigestOf(const v1::BusinessTime& time);

// What the calendars say together. FIELD_INVALID. Milliseconds.
absl::StatusOr<calendar::Calendar> ToCalendar(absl::string_view field,
                                              const v1::BusinessTime& time);
// Time as they count it.
absl::StatusOr<TimeBetween> ToTimeBetween(absl::string_view field, const v1::BusinessTime& time);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTION_CONVERT_H_
