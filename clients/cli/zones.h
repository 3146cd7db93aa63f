// SPDX-License-Identifier: Apache-2.0
//
// Times of a question that has a time zone: a date is a day of that zone, both where it is typed
// and where it is told.
#ifndef PLUMBLINE_CLIENTS_CLI_ZONES_H_
#define PLUMBLINE_CLIENTS_CLI_ZONES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"
#include "plumbline/analytics/v1/selection.pb.h"

namespace plumbline::cli {

// That of --zone; else that of the first calendar that names one; else UTC. UTC also of a name that
// is no zone: the service refuses it.
absl::TimeZone ZoneOf(const std::string& zone, const analytics::v1::BusinessTime& calendars);

// The same; FIELD_INVALID (of --zone) of a name that is no zone. For questions that do not tell the
// service the zone.
absl::StatusOr<absl::TimeZone> NamedZone(const std::string& zone,
                                         const analytics::v1::BusinessTime& calendars);

// As SetTime, but what names no zone itself is a time of `zone`.
absl::Status SetTimeIn(const absl::TimeZone& zone, absl::string_view flag, absl::string_view text,
                       google::protobuf::Message* request, absl::string_view field);

// As When, in `zone`, without its name.
std::string WhenIn(const absl::TimeZone& zone, const google::protobuf::Timestamp& time);
// "2026-01-05".
std::string DayIn(const absl::TimeZone& zone, const google::protobuf::Timestamp& time);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_ZONES_H_
