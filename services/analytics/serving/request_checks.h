// SPDX-License-Identifier: Apache-2.0
//
// Checks that requests of several services share. Errors are FIELD_INVALID of the field at path
// `field`.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_REQUEST_CHECKS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_REQUEST_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/timestamp.pb.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/mining/periods.h"

namespace plumbline::analytics {

// `otherwise` for 0, else the value, if it is `least` to `most`.
absl::StatusOr<int64_t> NumberOr(absl::string_view field, int64_t value, int64_t otherwise,
                                 int64_t least, int64_t most);

// A time of the years 0001 to 9999, in microseconds since 1970 UTC.
absl::StatusOr<int64_t> ToMicros(const std::string& field, const google::protobuf::Timestamp& time);

// nullopt where it is not said.
absl::StatusOr<std::optional<PeriodLength>> ToPeriodLength(absl::string_view field,
                                                           v1::Period period);

// The number of an activity that a question names; nullopt for an empty name. An error where the
// log does not have it, with what was probably meant, and where no event of it counts and none may
// yet (none_yet.h); of a part that is said of all of its log. O(log activities + rows up to the
// first event of it), and O(rows) where none counts; O(activities) for what was probably meant.
absl::StatusOr<std::optional<uint32_t>> FindActivity(absl::string_view field, const LogView& view,
                                                     absl::string_view name);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_REQUEST_CHECKS_H_
