// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/selected_view.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/filter/select_by_defects.h"
#include "services/analytics/filter/uncounted.h"

namespace plumbline::analytics {
namespace {

bool KeepsAll(const Selected& selected) {
  return !selected.rows.has_value() && selected.cases.All();
}

// What a part takes: its share of what a copy of all of it does.
int64_t BytesOf(const LogSnapshot& log, const Selected& selected) {
  const double rows = static_cast<double>(RowsOf(log, selected));
  const double share = rows / static_cast<double>(log.size());
  return static_cast<int64_t>(share * static_cast<double>(BytesOfCopy(log)));
}

// Why there is no room for a part of so many rows beside what is held.
absl::Status NoRoom(const PartRoom& room, int64_t bytes, size_t rows, int64_t held) {
  const int64_t most = std::max<int64_t>(0, room.bytes() - held);
  if (bytes > most) {
    const auto fitting = static_cast<int64_t>(
        static_cast<double>(most) / static_cast<double>(bytes) * static_cast<double>(rows));
    return base::FieldError(
        "selection",
        absl::StrCat("keeps ", base::CountText(static_cast<int64_t>(rows)), " events, which take ",
                     base::BytesText(bytes), " of the ", base::BytesText(most),
                     " that there are (log_memory_bytes); select some ", base::CountText(fitting),
                     " events or fewer, or ask about the whole log"));
  }
  return base::Error(base::Reason::ERROR_REASON_OVERLOADED,
                     absl::StrCat("this selection takes ", base::BytesText(bytes),
                                  ", and others that are being answered take the rest of the "
                                  "memory for logs (log_memory_bytes); ask again"))
      .RetryAfter(absl::Seconds(1));
}

// The whole view with the ends that were told.
absl::StatusOr<SelectedView> Ending(const PartRoom& room,
                                    const std::shared_ptr<const LogView>& view,
                                    const CompletionText& completion, int64_t held,
                                    KeepOn keep_on) {
  SelectedView part{view, std::nullopt, nullptr, BytesOfEnds(*view, completion), completion};
  if (part.bytes > 0) {
    part.room = room.Take(part.bytes);
    if (part.room == nullptr) return NoRoom(room, part.bytes, view->log()->size(), held);
  }
  ASSIGN_OR_RETURN(part.view, WithEnds(view, completion, keep_on));
  return part;
}

}  // namespace

v1::SelectionSummary SummaryOf(const LogSnapshot& whole, const Selected& selected, int64_t cases,
                               int64_t events) {
  v1::SelectionSummary summary;
  summary.set_case_count(cases);
  summary.set_total_case_count(static_cast<int64_t>(whole.case_count()));
  summary.set_event_count(events);
  summary.set_total_event_count(static_cast<int64_t>(whole.size()));
  for (const std::string& note : selected.notes) summary.add_notes(note);
  return summary;
}

absl::StatusOr<std::optional<Selected>> SelectRows(const base::CallContext& context,
                                                   const base::Clock& clock, const LogView& view,
                                                   const Selection& selection) {
  if (selection.keeps_all()) return std::nullopt;
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(Selected selected, Select(selection,
                                             {*view.log(), view.traces(),
                                              [&]() -> const Variants& { return view.variants(); }},
                                             view.map_transitions(), keep_on));
  if (selection.cases().has_value())
    NoteUncounted(*selection.cases(), view.traces(), selected.notes);
  RETURN_IF_ERROR(keep_on());
  return std::optional<Selected>(std::move(selected));
}

int64_t BytesOfCopy(const LogSnapshot& log) {
  return static_cast<int64_t>(log.memory_bytes()) + 24 * static_cast<int64_t>(log.size());
}

absl::StatusOr<SelectedView> SelectFrom(const base::CallContext& context, const base::Clock& clock,
                                        const PartRoom& room,
                                        const std::shared_ptr<const LogView>& view,
                                        const Selection& selection, int64_t held) {
  if (selection.everything()) return SelectedView{view, std::nullopt, nullptr};
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(SelectedView part, Ending(room, view, selection.completion(), held, keep_on));
  // By the ends that were told: a filter may ask which cases are open.
  const std::shared_ptr<const LogView> whole = part.view;
  ASSIGN_OR_RETURN(const std::optional<Selected> rows,
                   SelectRows(context, clock, *whole, selection));
  if (!rows.has_value()) return part;
  const LogSnapshot& log = *whole->log();
  const Selected& selected = *rows;
  if (!KeepsAll(selected)) {
    const int64_t bytes = BytesOf(log, selected);
    std::shared_ptr<const void> taken = room.Take(bytes);
    if (taken == nullptr) return NoRoom(room, bytes, RowsOf(log, selected), held + part.bytes);
    part.view = std::make_shared<const LogView>(view->watermark(), PartOf(log, selected),
                                                view->map_transitions(), whole);
    part.room = std::move(taken);
    part.bytes = bytes;
    RETURN_IF_ERROR(keep_on());
  }
  const LogSnapshot& left = *part.view->log();
  part.summary = SummaryOf(log, selected, static_cast<int64_t>(left.case_count()),
                           static_cast<int64_t>(left.size()));
  return part;
}

}  // namespace plumbline::analytics
