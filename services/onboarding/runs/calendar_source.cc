// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/runs/calendar_source.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "services/onboarding/upstream.h"

namespace plumbline::onboarding {
namespace {

constexpr char kGetCalendar[] = "/plumbline.catalog.v1.CalendarService/GetCalendar";

// For how long what was seen is believed, and of how many.
constexpr absl::Duration kSeenFor = absl::Seconds(1);
constexpr size_t kMostSeen = 1'000;
// As many calendars may inherit from one another (calendar.proto); a few more, should a later
// catalog allow them.
constexpr size_t kMostLayers = 16;

using catalog::v1::Calendar;

absl::Status NotFound(const std::string& field, const std::string& name) {
  return base::Error(base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND,
                     absl::StrCat(field, ": there is no calendar '", name,
                                  "' in the catalog; create it there, name another one, or leave "
                                  "the field out"))
      .With("field", field)
      .Resource("Calendar", name);
}

}  // namespace

absl::StatusOr<LayersPointer> CalendarSource::Fetch(const base::CallContext& context,
                                                    const std::string& field,
                                                    const std::string& name) {
  const std::string workspace = name.substr(0, name.rfind("/calendars/"));
  auto found = std::make_shared<CalendarLayers>();
  for (std::string next = name; !next.empty() && found->layers.size() < kMostLayers;) {
    catalog::v1::GetCalendarRequest request;
    request.set_name(next);
    catalog::v1::GetCalendarResponse response;
    const absl::Status status = catalog_.Call(context, kGetCalendar, request, &response);
    if (absl::IsNotFound(status)) return NotFound(field, next);
    if (!status.ok()) return UpstreamError("catalog", status);
    Calendar& layer = *response.mutable_calendar();
    if (found->zone.empty()) found->zone = layer.time_zone();
    absl::StrAppend(&found->digest, layer.name(), "\n", layer.etag(), "\n");
    next = layer.inherits();
    if (!next.empty() && !absl::StartsWith(next, "workspaces/"))
      next = absl::StrCat(workspace, "/", next);
    found->layers.push_back(std::move(layer));
  }
  return found;
}

CalendarSource::Seen CalendarSource::Known(const std::string& name) const {
  absl::MutexLock lock(&mutex_);
  const auto it = seen_.find(name);
  return it == seen_.end() ? Seen() : it->second;
}

absl::StatusOr<LayersPointer> CalendarSource::Get(const base::CallContext& context,
                                                  const std::string& field,
                                                  const std::string& name) {
  const Seen known = Known(name);
  const absl::Time now = clock_.Now();
  // A clock that was set back makes the age negative: then nothing is known.
  const absl::Duration age = now - known.time;
  if (known.layers != nullptr && age >= absl::ZeroDuration() && age <= kSeenFor)
    return known.layers;
  absl::StatusOr<LayersPointer> found = Fetch(context, field, name);
  if (absl::IsUnavailable(found.status()) && known.layers != nullptr) return known.layers;
  absl::MutexLock lock(&mutex_);
  if (!found.ok()) {
    // What is not there any more is not started by what was there.
    if (absl::IsNotFound(found.status())) seen_.erase(name);
    return found;
  }
  if (seen_.size() >= kMostSeen) seen_.clear();
  seen_[name] = {*found, now};
  return found;
}

absl::StatusOr<CalendarPointer> CalendarSource::Freeze(const CalendarLayers& layers,
                                                       const std::string& zone) {
  const Key key(layers.digest, zone);
  std::string id;
  {
    absl::MutexLock lock(&mutex_);
    const auto it = frozen_.find(key);
    if (it != frozen_.end()) id = it->second;
  }
  if (!id.empty()) {
    if (CalendarPointer known = calendars_.Get(id); known != nullptr) return known;
  }
  ASSIGN_OR_RETURN(CalendarPointer frozen, FreezeCalendar(layers.layers, zone));
  calendars_.Put(frozen);
  absl::MutexLock lock(&mutex_);
  if (frozen_.size() >= kMostSeen) frozen_.clear();
  frozen_.emplace(key, frozen->id);
  return frozen;
}

}  // namespace plumbline::onboarding
