// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/selected_view.h"

#include <string>

#include "common/base/status_macros.h"
#include "services/analytics/filter/log_part.h"

namespace plumbline::analytics {
namespace {

bool KeepsAll(const Selected& selected) {
  return !selected.rows.has_value() && selected.cases.All();
}

v1::SelectionSummary Summarise(const LogSnapshot& whole, const LogSnapshot& part,
                               const Selected& selected) {
  v1::SelectionSummary summary;
  summary.set_case_count(static_cast<int64_t>(part.case_count()));
  summary.set_total_case_count(static_cast<int64_t>(whole.case_count()));
  summary.set_event_count(static_cast<int64_t>(part.size()));
  summary.set_total_event_count(static_cast<int64_t>(whole.size()));
  for (const std::string& note : selected.notes) summary.add_notes(note);
  return summary;
}

}  // namespace

absl::StatusOr<SelectedView> SelectFrom(const base::CallContext& context, const base::Clock& clock,
                                        const std::shared_ptr<const LogView>& view,
                                        const Selection& selection) {
  if (selection.everything()) return SelectedView{view, std::nullopt};
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  const LogSnapshot& log = *view->log();
  ASSIGN_OR_RETURN(
      const Selected selected,
      Select(selection,
             {log, view->traces(), [&]() -> const Variants& { return view->variants(); }},
             keep_on));
  RETURN_IF_ERROR(keep_on());
  SelectedView part{view, std::nullopt};
  if (!KeepsAll(selected)) {
    part.view = std::make_shared<const LogView>(view->watermark(), PartOf(log, selected),
                                                view->map_transitions());
    RETURN_IF_ERROR(keep_on());
  }
  part.summary = Summarise(log, *part.view->log(), selected);
  return part;
}

}  // namespace plumbline::analytics
