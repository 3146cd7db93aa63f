// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/calendars/import.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/convert.h"
#include "common/calendar/proto/text.h"
#include "common/calendar/special_days.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/catalog/calendars/change.h"

namespace plumbline::catalog {
namespace {

using google::protobuf::util::MessageDifferencer;

// Adds holidays of a file: days with hours before all whole days, the others at the end. Of two
// that fall on a date the one listed first decides, and a day with hours says of one date that it
// is open after all, which a file imported before may have closed.
void AddHolidays(std::vector<v1::Holiday> added, v1::Calendar* calendar) {
  const auto closed = [](const v1::Holiday& holiday) { return holiday.hours().empty(); };
  auto& holidays = *calendar->mutable_holidays();
  const auto place = std::find_if(holidays.begin(), holidays.end(), closed) - holidays.begin();
  const int present = holidays.size();
  const auto whole = std::stable_partition(added.begin(), added.end(), std::not_fn(closed));
  const auto timed = whole - added.begin();
  for (v1::Holiday& holiday : added) *holidays.Add() = std::move(holiday);
  std::rotate(holidays.begin() + place, holidays.begin() + present,
              holidays.begin() + present + timed);
}

// Adds days with hours in which the week is closed, as exceptions before all others; one of the
// same date and title gives way.
void AddExceptions(const std::vector<calendar::Holiday>& opened, v1::Calendar* calendar) {
  auto& exceptions = *calendar->mutable_exceptions();
  for (const calendar::Holiday& holiday : opened) {
    const std::string date = calendar::FormatDate(holiday.dates.front());
    exceptions.erase(std::remove_if(exceptions.begin(), exceptions.end(),
                                    [&](const v1::CalendarException& present) {
                                      return present.date() == date &&
                                             present.title() == holiday.title &&
                                             present.last_date().empty();
                                    }),
                     exceptions.end());
    v1::CalendarException& added = *exceptions.Add();
    added.set_date(date);
    added.set_title(holiday.title);
    calendar::ToProto(holiday.hours, added.mutable_hours());
    std::rotate(exceptions.begin(), exceptions.end() - 1, exceptions.end());
  }
}

void RemoveHolidays(const std::set<std::string>& ids, v1::Calendar* calendar) {
  auto& holidays = *calendar->mutable_holidays();
  holidays.erase(
      std::remove_if(holidays.begin(), holidays.end(),
                     [&](const v1::Holiday& holiday) { return ids.contains(holiday.id()); }),
      holidays.end());
}

// Removes what events gave that are cancelled now, and tells it.
void RemoveCancelled(const calendar::ICalendarHolidays& file, v1::Calendar* calendar,
                     v1::ImportHolidaysResponse* response) {
  std::set<std::string> ids;
  for (const v1::Holiday& holiday : calendar->holidays()) ids.insert(holiday.id());
  for (const calendar::Holiday& given : file.holidays) ids.erase(given.id);
  std::set<std::string> removed;
  for (const calendar::ICalendarCancelled& event : file.cancelled) {
    const std::string id = calendar::IdGivenBy(event.uid, ids);
    if (id.empty() || !removed.insert(id).second) continue;
    if (response->skipped_size() == static_cast<int>(calendar::kMaxICalendarProblems)) continue;
    v1::ICalendarProblem& told = *response->add_skipped();
    told.set_line(event.line);
    told.set_property("STATUS");
    told.set_reason(absl::StrCat("is CANCELLED: the holiday '", id, "', which UID '", event.uid,
                                 "' had given, is removed"));
  }
  RemoveHolidays(removed, calendar);
}

// Replaces the holidays of the calendar that have the ids of read ones. Gives those that are not
// there, and those that no holiday can say, since they open what `week` keeps closed.
std::vector<calendar::Holiday> ReplaceHolidays(const std::vector<calendar::Holiday>& holidays,
                                               const std::array<calendar::DayHours, 7>& week,
                                               v1::Calendar* calendar,
                                               v1::ImportHolidaysResponse* response) {
  std::map<std::string, v1::Holiday*> by_id;
  for (v1::Holiday& holiday : *calendar->mutable_holidays()) by_id[holiday.id()] = &holiday;
  std::vector<calendar::Holiday> others;
  std::set<std::string> useless;
  for (const calendar::Holiday& read : holidays) {
    const auto it = by_id.find(read.id);
    const bool opens = calendar::OpensBeyond(week, read);
    if (it == by_id.end() || opens) {
      others.push_back(read);
      if (opens) useless.insert(read.id);
      continue;
    }
    v1::Holiday holiday = calendar::ToProto(read);
    if (MessageDifferencer::Equals(*it->second, holiday)) {
      response->set_unchanged(response->unchanged() + 1);
    } else {
      response->set_replaced(response->replaced() + 1);
      *it->second = std::move(holiday);
    }
  }
  RemoveHolidays(useless, calendar);
  return others;
}

// Adds those that `layers` do not say already to `calendar`, the first of them.
void AddUnlessSaid(const std::vector<calendar::Layer>& layers,
                   const std::array<calendar::DayHours, 7>& week,
                   const std::vector<calendar::Holiday>& holidays, v1::Calendar* calendar,
                   v1::ImportHolidaysResponse* response) {
  if (holidays.empty()) return;
  const std::vector<bool> said = calendar::AlreadySaid(layers, holidays);
  std::vector<v1::Holiday> added;
  std::vector<calendar::Holiday> opened;
  for (size_t i = 0; i < holidays.size(); ++i) {
    if (said[i]) continue;
    if (calendar::OpensBeyond(week, holidays[i]))
      opened.push_back(holidays[i]);
    else
      added.push_back(calendar::ToProto(holidays[i]));
  }
  const size_t all = added.size() + opened.size();
  response->set_added(static_cast<int32_t>(all));
  response->set_covered(static_cast<int32_t>(holidays.size() - all));
  response->set_unchanged(response->unchanged() + response->covered());
  AddHolidays(std::move(added), calendar);
  AddExceptions(opened, calendar);
}

}  // namespace

absl::Status BringIn(const calendar::ICalendarHolidays& file, std::vector<v1::Calendar> chain,
                     v1::Calendar* calendar, v1::ImportHolidaysResponse* response) {
  RemoveCancelled(file, calendar, response);
  ASSIGN_OR_RETURN(std::vector<calendar::Layer> layers, ToLayers(chain));
  const std::array<calendar::DayHours, 7> week = calendar::MergeWeeks(layers);
  const std::vector<calendar::Holiday> others =
      ReplaceHolidays(file.holidays, week, calendar, response);
  chain.front() = *calendar;
  ASSIGN_OR_RETURN(layers, ToLayers(chain));
  AddUnlessSaid(layers, week, others, calendar, response);
  for (const calendar::ICalendarProblem& problem : file.skipped) {
    if (response->skipped_size() == static_cast<int>(calendar::kMaxICalendarProblems)) break;
    v1::ICalendarProblem* skipped = response->add_skipped();
    skipped->set_line(problem.line);
    skipped->set_property(problem.property);
    skipped->set_reason(problem.reason);
  }
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
