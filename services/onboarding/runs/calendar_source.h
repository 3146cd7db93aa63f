// SPDX-License-Identifier: Apache-2.0
//
// Calendars of the catalog as they are now, for what is about to start, kept in memory for a
// moment.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_SOURCE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_SOURCE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/calendar.pb.h"
#include "services/onboarding/engine/frozen_calendar.h"
#include "services/onboarding/runs/calendar_cache.h"

namespace plumbline::onboarding {

// A calendar with all that it inherits, as the catalog had it.
struct CalendarLayers {
  std::vector<catalog::v1::Calendar> layers;  // itself first
  std::string digest;                         // of names and etags
  std::string zone;                           // that they name; "" if none does
};
using LayersPointer = std::shared_ptr<const CalendarLayers>;

// Thread-safe. What it is given must outlive it.
class CalendarSource {
 public:
  CalendarSource(rpc::Channel& catalog, CalendarCache& calendars, const base::Clock& clock)
      : catalog_(catalog), calendars_(calendars), clock_(clock) {}

  // "workspaces/{w}/calendars/{c}" as it was at most a second ago; while the catalog does not
  // answer, as it was seen last. `field` is what names it. Errors: RESOURCE_NOT_FOUND (names the
  // field), DEPENDENCY_UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED.
  absl::StatusOr<LayersPointer> Get(const base::CallContext& context, const std::string& field,
                                    const std::string& name);

  // Those layers in `zone`, compiled once. Errors: as FreezeCalendar.
  absl::StatusOr<CalendarPointer> Freeze(const CalendarLayers& layers, const std::string& zone);

  // Monday to Friday, 09:00 to 17:00 in `zone`: as CalendarCache.
  absl::StatusOr<CalendarPointer> OfficeHours(const std::string& zone) {
    return calendars_.OfficeHours(zone);
  }

 private:
  using Key = std::pair<std::string, std::string>;  // digest and zone
  struct Seen {
    LayersPointer layers;
    absl::Time time;
  };
  absl::StatusOr<LayersPointer> Fetch(const base::CallContext& context, const std::string& field,
                                      const std::string& name);
  Seen Known(const std::string& name) const;

  rpc::Channel& catalog_;
  CalendarCache& calendars_;
  const base::Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Seen> seen_ ABSL_GUARDED_BY(mutex_);   // by name
  std::map<Key, std::string> frozen_ ABSL_GUARDED_BY(mutex_);  // ids of calendars
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_CALENDAR_SOURCE_H_
