// SPDX-License-Identifier: Apache-2.0
#include "common/calendar/proto/calendar_rules.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/ids.h"
#include "common/calendar/calendar.h"
#include "common/calendar/proto/convert.h"
#include "common/flow/validate.h"

namespace plumbline::calendar {
namespace {

constexpr size_t kMaxLabels = 64;
constexpr size_t kMaxTitle = 200;
constexpr size_t kMaxPurpose = 4000;

class Rules {
 public:
  Rules(absl::string_view path, Violations* violations) : path_(path), violations_(*violations) {}

  void CheckText(const std::string& field, absl::string_view text, size_t min, size_t max) {
    const std::string fault = flow::CheckText(text, min, max);
    if (!fault.empty()) Add(field, fault);
  }

  void CheckInherits(const std::string& inherits) {
    if (inherits.empty() || ParseInherits(inherits).has_value()) return;
    Add("inherits", absl::StrCat("'", flow::ShortenText(inherits),
                                 "' names no calendar; write 'calendars/{c}' of this workspace"));
  }

  void CheckZone(const std::string& zone) {
    const absl::Status status = LoadZone("time_zone", zone).status();
    for (const base::FieldViolation& violation : base::FieldViolationsOf(status))
      Add("time_zone", violation.description);
  }

  void CheckLabels(const catalog::v1::Calendar& calendar) {
    if (calendar.labels().size() > kMaxLabels) {
      Add("labels",
          absl::StrCat("has ", calendar.labels().size(), " entries; it takes up to ", kMaxLabels));
      return;
    }
    // The order of a proto map is random; a sorted copy gives the same list every time.
    const std::map<std::string, std::string> labels(calendar.labels().begin(),
                                                    calendar.labels().end());
    for (const auto& [key, value] : labels) {
      const std::string field = absl::StrCat("labels['", flow::ShortenText(key), "']");
      if (!base::IsValidId(key))
        Add(field, absl::StrCat("has a key that is not an id: ", base::kIdRule));
      CheckText(field, value, 0, kMaxTitle);
    }
  }

  void CheckTitles(const catalog::v1::Calendar& calendar) {
    for (int i = 0; i < calendar.holidays_size() && !Full(); ++i) {
      const auto& holiday = calendar.holidays(i);
      CheckText(absl::StrCat("holidays[", i, "].title"), holiday.title(), holiday.dropped() ? 0 : 1,
                kMaxTitle);
    }
    for (int i = 0; i < calendar.exceptions_size() && !Full(); ++i) {
      CheckText(absl::StrCat("exceptions[", i, "].title"), calendar.exceptions(i).title(), 0,
                kMaxTitle);
    }
  }

 private:
  bool Full() const { return violations_.size() >= flow::kMaxViolations; }
  void Add(const std::string& field, const std::string& fault) {
    violations_.push_back({absl::StrCat(path_, ".", field), fault});
  }

  const absl::string_view path_;
  Violations& violations_;
};

}  // namespace

std::optional<std::string> ParseInherits(absl::string_view inherits) {
  if (!absl::ConsumePrefix(&inherits, "calendars/") || !base::IsValidId(inherits))
    return std::nullopt;
  return std::string(inherits);
}

std::vector<base::FieldViolation> ValidateCalendar(const catalog::v1::Calendar& calendar,
                                                   absl::string_view path) {
  Violations violations;
  Rules rules(path, &violations);
  rules.CheckText("title", calendar.title(), 1, kMaxTitle);
  rules.CheckText("purpose", calendar.purpose(), 0, kMaxPurpose);
  rules.CheckText("owner", calendar.owner(), 0, kMaxTitle);
  rules.CheckInherits(calendar.inherits());
  rules.CheckZone(calendar.time_zone());
  rules.CheckLabels(calendar);
  FromProto(calendar, path, &violations);
  rules.CheckTitles(calendar);
  if (violations.size() > flow::kMaxViolations) violations.resize(flow::kMaxViolations);
  return violations;
}

}  // namespace plumbline::calendar
