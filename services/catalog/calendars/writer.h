// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_CALENDARS_WRITER_H_
#define PLUMBLINE_SERVICES_CATALOG_CALENDARS_WRITER_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/calendars/change.h"
#include "services/catalog/calendars/store.h"
#include "services/catalog/processes/convert.h"

namespace plumbline::catalog {

// Carries changes of calendars out. Thread-safe. Everything given must outlive it.
class CalendarWriter {
 public:
  CalendarWriter(CalendarStore& store, const base::Clock& clock) : store_(store), clock_(clock) {}

  // What the change is, as a function of the snapshot that it is carried out on.
  template <typename Response>
  using Plan =
      absl::FunctionRef<absl::StatusOr<CalendarChange<Response>>(CalendarSnapshot&, const Author&)>;

  // Carries out `plan`, once for all calls with the same request, and answers it.
  template <typename Response>
  absl::StatusOr<Response> Write(const base::CallContext& context, const WriteRequest& request,
                                 Plan<Response> plan) {
    const Author author{context.identity.subject, clock_.Now()};
    ASSIGN_OR_RETURN(const Answer answer,
                     store_.Write(context, request, author.time,
                                  [&](CalendarChanges& changes) -> absl::StatusOr<std::string> {
                                    ASSIGN_OR_RETURN(CalendarChange<Response> change,
                                                     plan(changes, author));
                                    RETURN_IF_ERROR(CarryOut(changes, change));
                                    ASSIGN_OR_RETURN(const int64_t position, changes.Position());
                                    change.response.set_freshness_token(ToFreshnessToken(position));
                                    return change.response.SerializeAsString();
                                  }));
    Response response;
    if (!response.ParseFromString(answer.bytes))
      return base::Internal("a remembered answer is not a message of its type");
    return response;
  }

  // What Write would answer; nothing is written and the request is not remembered.
  template <typename Response>
  absl::StatusOr<Response> Validate(const base::CallContext& context, Plan<Response> plan) {
    const Author author{context.identity.subject, clock_.Now()};
    Response response;
    RETURN_IF_ERROR(store_.Read(context, [&](CalendarSnapshot& snapshot) -> absl::Status {
      ASSIGN_OR_RETURN(CalendarChange<Response> change, plan(snapshot, author));
      ASSIGN_OR_RETURN(const int64_t position, snapshot.Position());
      response = std::move(change.response);
      response.set_freshness_token(ToFreshnessToken(position));
      return absl::OkStatus();
    }));
    return response;
  }

 private:
  template <typename Response>
  static absl::Status CarryOut(CalendarChanges& changes, const CalendarChange<Response>& change) {
    for (const CalendarPut& put : change.puts)
      RETURN_IF_ERROR(changes.PutCalendar(put.key, put.kept, put.entry));
    if (!change.removed.has_value()) return absl::OkStatus();
    return changes.RemoveCalendar(change.removed->key, change.removed->entry);
  }

  CalendarStore& store_;
  const base::Clock& clock_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_CALENDARS_WRITER_H_
