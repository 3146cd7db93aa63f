// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/frozen_calendar.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/convert.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"

namespace plumbline::onboarding {
namespace {

using catalog::v1::Calendar;
using StoredCalendar = stored::v1::FrozenCalendar;

// What says when it is open, and what it is called: the same hours give the same bytes, whoever
// wrote them.
Calendar Essence(const Calendar& layer) {
  Calendar kept;
  kept.set_name(layer.name());
  kept.set_title(layer.title());
  kept.set_inherits(layer.inherits());
  kept.set_time_zone(layer.time_zone());
  *kept.mutable_week() = layer.week();
  *kept.mutable_holidays() = layer.holidays();
  *kept.mutable_exceptions() = layer.exceptions();
  return kept;
}

std::string Serialize(const StoredCalendar& frozen) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  frozen.SerializeToCodedStream(&output);
  output.Trim();
  return bytes;
}

absl::StatusOr<CalendarPointer> Make(const StoredCalendar& frozen, std::string content) {
  if (frozen.layers().empty()) return base::Internal("a frozen calendar without a calendar");
  calendar::Violations violations;
  // The zone of the on-boarding goes before those of the calendars.
  std::vector<calendar::Layer> layers = {calendar::Layer{.zone = frozen.time_zone()}};
  for (const Calendar& layer : frozen.layers())
    layers.push_back(calendar::FromProto(layer, layer.name(), &violations));
  if (!violations.empty()) {
    return base::Internal(absl::StrCat("the catalog's calendar breaks a rule: ",
                                       violations[0].field, " ", violations[0].description));
  }
  ASSIGN_OR_RETURN(calendar::Calendar hours,
                   calendar::Calendar::Compile(absl::MakeConstSpan(layers)));
  auto made = std::make_shared<FrozenCalendar>(std::move(hours));
  made->id = base::Sha256Hex(content);
  made->name = frozen.layers(0).name();
  made->title = frozen.layers(0).title();
  made->content = std::move(content);
  made->layers = std::move(layers);
  return made;
}

}  // namespace

absl::StatusOr<CalendarPointer> FreezeCalendar(const std::vector<Calendar>& layers,
                                               const std::string& zone) {
  StoredCalendar frozen;
  for (const Calendar& layer : layers) *frozen.add_layers() = Essence(layer);
  frozen.set_time_zone(zone);
  return Make(frozen, Serialize(frozen));
}

absl::StatusOr<CalendarPointer> ThawCalendar(absl::string_view content) {
  StoredCalendar frozen;
  if (!frozen.ParseFromArray(content.data(), static_cast<int>(content.size())))
    return base::Internal("a stored calendar cannot be read");
  return Make(frozen, std::string(content));
}

absl::StatusOr<CalendarPointer> CompileOfficeHours(const std::string& zone) {
  std::vector<calendar::Layer> layers = {calendar::Layer{.zone = zone}};
  ASSIGN_OR_RETURN(calendar::Calendar hours,
                   calendar::Calendar::Compile(absl::MakeConstSpan(layers)));
  auto made = std::make_shared<FrozenCalendar>(std::move(hours));
  made->layers = std::move(layers);
  return made;
}

bool OfficeHoursKnow(absl::CivilDay day_one) {
  constexpr int kMargin = 5;
  return day_one.year() >= calendar::kFirstYear + kMargin &&
         day_one.year() <= calendar::kLastYear - kMargin;
}

absl::StatusOr<calendar::Calendar> CalendarOf(const Spec& spec) {
  if (spec.calendar != nullptr) return spec.calendar->hours;
  return calendar::Calendar::Create(spec.time_zone);
}

std::string CalendarTitle(const Spec& spec) {
  if (spec.calendar == nullptr || spec.calendar->id.empty())
    return absl::StrCat("Monday to Friday, 09:00 to 17:00 in ", spec.time_zone);
  return absl::StrCat(spec.calendar->title, ", in ", spec.time_zone);
}

}  // namespace plumbline::onboarding
