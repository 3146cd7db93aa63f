// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_READER_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_READER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/calendar/calendar.h"
#include "common/listing/query.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "services/catalog/calendars/command.h"
#include "services/catalog/calendars/memory.h"
#include "services/catalog/calendars/store.h"

namespace plumbline::catalog {

// Reads calendars from the store and answers what is asked of them. Thread-safe. Everything given
// must outlive it. Errors of all methods: RESOURCE_NOT_FOUND; of those that look for an instant:
// CALENDAR_CLOSED.
class CalendarReader {
 public:
  CalendarReader(CalendarStore& store, CalendarMemory& memory, const base::Clock& clock)
      : store_(store), memory_(memory), clock_(clock) {}

  absl::StatusOr<v1::Calendar> Get(const base::CallContext& context, const CalendarKey& key);

  using Page = listing::Page<v1::Calendar>;
  absl::StatusOr<Page> List(const base::CallContext& context, const ListCalendarsCommand& command);

  absl::StatusOr<v1::ExportCalendarResponse> Export(const base::CallContext& context,
                                                    const ExportCalendarCommand& command);
  // Also PAGE_TOKEN_INVALID.
  absl::StatusOr<listing::Page<v1::SpecialDay>> SpecialDays(const base::CallContext& context,
                                                            const SpecialDaysCommand& command);

  absl::StatusOr<v1::AddBusinessTimeResponse> Add(const base::CallContext& context,
                                                  const AddCommand& command);
  absl::StatusOr<v1::MeasureBusinessTimeResponse> Measure(const base::CallContext& context,
                                                          const MeasureCommand& command);
  absl::StatusOr<v1::CheckOpenResponse> CheckOpen(const base::CallContext& context,
                                                  const CheckOpenCommand& command);
  absl::StatusOr<v1::FindWorkingDayResponse> FindWorkingDay(const base::CallContext& context,
                                                            const FindWorkingDayCommand& command);

 private:
  // The calendar and all that it inherits from, itself first.
  absl::StatusOr<std::vector<v1::Calendar>> Chain(const base::CallContext& context,
                                                  const CalendarKey& key);
  // From memory, where no calendar of the workspace was written since (as far as releases tell that
  // note it), or the content of the whole chain is what it was.
  absl::StatusOr<calendar::Calendar> Compiled(const base::CallContext& context,
                                              const CalendarKey& key);

  CalendarStore& store_;
  CalendarMemory& memory_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_READER_H_
