// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/calendar.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::calendar {
namespace {

constexpr size_t kMaxZoneName = 64;

// The tz library also opens files by path; only names of the database may reach it.
bool IsZoneName(absl::string_view zone) {
  const bool plain = std::all_of(zone.begin(), zone.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  return plain && zone.size() <= kMaxZoneName && !absl::StartsWith(zone, "/") &&
         zone != "localtime";
}

}  // namespace

absl::StatusOr<absl::TimeZone> LoadZone(absl::string_view field, absl::string_view name) {
  if (name.empty()) return absl::UTCTimeZone();
  absl::TimeZone zone;
  if (IsZoneName(name) && absl::LoadTimeZone(name, &zone)) return zone;
  return base::FieldError(field,
                          absl::StrCat("'", name.substr(0, kMaxZoneName),
                                       "' is not a zone of the IANA tz database; write one like "
                                       "'Europe/Berlin' or leave it empty for UTC"));
}

absl::StatusOr<Calendar> Calendar::Create(absl::string_view zone) {
  ASSIGN_OR_RETURN(const absl::TimeZone loaded, LoadZone("time_zone", zone));
  return Calendar(loaded, nullptr);
}

absl::StatusOr<Calendar> Calendar::Compile(absl::Span<const Layer> layers) {
  const auto named = std::find_if(layers.begin(), layers.end(),
                                  [](const Layer& layer) { return !layer.zone.empty(); });
  ASSIGN_OR_RETURN(const absl::TimeZone zone,
                   LoadZone("time_zone", named == layers.end() ? "" : named->zone));
  return Calendar(zone, std::make_shared<const Timeline>(BuildTimeline(layers, zone)));
}

}  // namespace plumbline::calendar
