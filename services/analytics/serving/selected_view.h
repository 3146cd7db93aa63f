// SPDX-License-Identifier: Apache-2.0
//
// The part of a log that a question is about.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTED_VIEW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTED_VIEW_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/memory/part_room.h"
#include "services/analytics/serving/completion.h"

namespace plumbline::analytics {

struct SelectedView {
  std::shared_ptr<const LogView> view;          // the part, as a log of its own
  std::optional<v1::SelectionSummary> summary;  // where a selection was asked for
  std::shared_ptr<const void> room;             // what the part takes of the room for parts
  int64_t bytes = 0;                            // so much that is; 0 for the whole log
  CompletionText completion = {};               // by what its cases have ended
};

// The rows of the view that the selection keeps, not copied; nullopt = all of them.
// DEADLINE_EXCEEDED, CANCELLED. O(rows) for each test of the selection.
absl::StatusOr<std::optional<Selected>> SelectRows(const base::CallContext& context,
                                                   const base::Clock& clock, const LogView& view,
                                                   const Selection& selection);
// What there is to say of such rows: `cases` and `events` of them.
v1::SelectionSummary SummaryOf(const LogSnapshot& whole, const Selected& selected, int64_t cases,
                               int64_t events);

// What a copy of a log takes, near enough: the log, and a bound for the columns that its own traces
// may have.
int64_t BytesOfCopy(const LogSnapshot& log);

// The whole view where the selection keeps all of it (with the ends that it tells, which shares the
// columns), else a copy of what it keeps: no more memory than the log takes. `held`: what the same
// call has taken of `room` already, and keeps. FIELD_INVALID (field "selection") where `room` never
// has so much beside that, OVERLOADED while others have it; DEADLINE_EXCEEDED, CANCELLED. O(rows)
// for each test of the selection.
absl::StatusOr<SelectedView> SelectFrom(const base::CallContext& context, const base::Clock& clock,
                                        const PartRoom& room,
                                        const std::shared_ptr<const LogView>& view,
                                        const Selection& selection, int64_t held = 0);

// Sets the summary of a response, if there is one, and where it tells them the ends.
template <class Response>
void Tell(const SelectedView& part, Response* response) {
  if (part.summary.has_value()) *response->mutable_selection() = *part.summary;
  if constexpr (requires { response->mutable_completion(); })
    *response->mutable_completion() = SummariseEnds(*part.view->log(), part.completion);
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_SELECTED_VIEW_H_
