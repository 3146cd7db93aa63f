// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/quality/service/fields.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/calendar/calendar.h"
#include "plumbline/analytics/v1/yield.pb.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {

absl::StatusOr<TimeBetween> BusinessOrWall(bool has, const std::string& field,
                                           const v1::BusinessTime& time) {
  if (!has) return TimeBetween();
  return ToTimeBetween(field, time);
}

absl::StatusOr<absl::TimeZone> ZoneOf(const std::string& field, const std::string& name,
                                      const v1::BusinessTime& time) {
  if (!name.empty()) return calendar::LoadZone(field, name);
  for (const catalog::v1::Calendar& calendar : time.calendars()) {
    if (!calendar.time_zone().empty()) return calendar::LoadZone(field, calendar.time_zone());
  }
  return absl::UTCTimeZone();
}

absl::StatusOr<DefectSources> ToSources(const std::string& field,
                                        const google::protobuf::RepeatedField<int>& sources) {
  if (sources.empty()) return DefectSources::All();
  DefectSources set;
  for (int i = 0; i < sources.size(); ++i) {
    switch (sources[i]) {
      case v1::DEFECT_SOURCE_REWORK:
        set.Add(DefectSource::kRework);
        break;
      case v1::DEFECT_SOURCE_FAILED_VERIFICATION:
        set.Add(DefectSource::kFailedVerification);
        break;
      case v1::DEFECT_SOURCE_WAIVED:
        set.Add(DefectSource::kWaived);
        break;
      case v1::DEFECT_SOURCE_MISSED_TARGET:
        set.Add(DefectSource::kMissedTarget);
        break;
      case v1::DEFECT_SOURCE_REPORTED:
        set.Add(DefectSource::kReported);
        break;
      default:
        return base::FieldError(absl::StrCat(field, "[", i, "]"),
                                absl::StrCat("is ", sources[i],
                                             "; it must be 1 to 5, see "
                                             "DefectSource"));
    }
  }
  return set;
}

}  // namespace plumbline::analytics
