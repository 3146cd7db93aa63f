// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/selection_convert.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/convert.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/request_checks.h"

namespace plumbline::analytics {
namespace {

constexpr int kMostCalendars = 8;
absl::StatusOr<TimeWindow> ToWindow(const std::string& field, const v1::TimeWindow& proto) {
  TimeWindow window;
  if (proto.has_start_time()) {
    ASSIGN_OR_RETURN(window.begin,
                     ToMicros(absl::StrCat(field, ".start_time"), proto.start_time()));
  }
  if (proto.has_end_time()) {
    ASSIGN_OR_RETURN(window.end, ToMicros(absl::StrCat(field, ".end_time"), proto.end_time()));
  }
  switch (proto.mode()) {
    case v1::TimeWindow::MODE_UNSPECIFIED:
    case v1::TimeWindow::MODE_STARTED:
      return window;
    case v1::TimeWindow::MODE_CONTAINED:
      window.mode = TimeWindow::Mode::kContained;
      return window;
    case v1::TimeWindow::MODE_INTERSECTING:
      window.mode = TimeWindow::Mode::kIntersecting;
      return window;
    case v1::TimeWindow::MODE_ENDED:
      window.mode = TimeWindow::Mode::kEnded;
      return window;
    default:
      return base::FieldError(
          absl::StrCat(field, ".mode"),
          absl::StrCat("is ", proto.mode(),
                       "; it must be 1 (STARTED), 2 (CONTAINED), 3 (INTERSECTING) or 4 (ENDED), or "
                       "be left out"));
  }
}

}  // namespace

absl::StatusOr<Selection> ToSelection(absl::string_view field, const v1::Selection& selection) {
  return ToSelection(field, selection, {});
}

absl::StatusOr<Selection> ToSelection(absl::string_view field, const v1::Selection& selection,
                                      const CompletionText& own) {
  SelectionText text{selection.filter(), selection.event_filter(), selection.only_matching_events(),
                     std::nullopt, own};
  if (selection.has_completion() && own.asked()) {
    return base::FieldError(own.field, absl::StrCat("says which cases have ended, as ", field,
                                                    ".completion does; set one of them"));
  }
  if (selection.has_completion()) {
    ASSIGN_OR_RETURN(text.completion,
                     ToCompletion(absl::StrCat(field, ".completion"), selection.completion()));
    text.completion.may_lack = own.may_lack;
  }
  if (selection.has_window()) {
    ASSIGN_OR_RETURN(text.window, ToWindow(absl::StrCat(field, ".window"), selection.window()));
  }
  return Selection::Compile(field, text);
}

std::string DigestOf(const Selection& selection) {
  return selection.everything() ? "" : base::Sha256Hex(selection.key());
}

std::string DigestOf(const v1::BusinessTime& time) {
  std::string bytes;
  for (catalog::v1::Calendar calendar : time.calendars()) {
    calendar.clear_labels();  // a map has no order
    const std::string one = calendar.SerializeAsString();
    absl::StrAppend(&bytes, one.size(), "/", one);
  }
  return base::Sha256Hex(bytes);
}

absl::StatusOr<calendar::Calendar> ToCalendar(absl::string_view field,
                                              const v1::BusinessTime& time) {
  const std::string list = absl::StrCat(field, ".calendars");
  if (time.calendars().empty() || time.calendars_size() > kMostCalendars) {
    return base::FieldError(list, absl::StrCat("has ", time.calendars_size(),
                                               " entries; it must have 1 to ", kMostCalendars));
  }
  std::vector<calendar::Layer> layers;
  calendar::Violations violations;
  for (int i = 0; i < time.calendars_size(); ++i) {
    const std::string path = absl::StrCat(list, "[", i, "]");
    RETURN_IF_ERROR(
        calendar::LoadZone(absl::StrCat(path, ".time_zone"), time.calendars(i).time_zone())
            .status());
    layers.push_back(calendar::FromProto(time.calendars(i), path, &violations));
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  return calendar::Calendar::Compile(layers);
}

absl::StatusOr<TimeBetween> ToTimeBetween(absl::string_view field, const v1::BusinessTime& time) {
  ASSIGN_OR_RETURN(const calendar::Calendar open, ToCalendar(field, time));
  return TimeBetween([open](int64_t from, int64_t to) {
    return absl::ToInt64Microseconds(
        open.Between(absl::FromUnixMicros(from), absl::FromUnixMicros(to)));
  });
}

}  // namespace plumbline::analytics
