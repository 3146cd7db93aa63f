// SPDX-License-Identifier: Apache-2.0
//
// Inheritance among calendars.
#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/proto/calendar_rules.h"
#include "common/calendar/proto/convert.h"
#include "services/catalog/calendars/change.h"

namespace plumbline::catalog {
namespace {

// `ids` from a calendar to that from which it comes at last.
absl::Status ChainError(const std::vector<std::string>& ids, absl::string_view fault) {
  const std::string chain = absl::StrJoin(ids, " -> ");
  return base::Error(base::Reason::ERROR_REASON_CALENDAR_CYCLE,
                     absl::StrCat("calendar '", ids.front(), "' would ", fault, ": ", chain))
      .With("chain", chain)
      .Precondition("CALENDAR_CYCLE", ids.front(), chain);
}

absl::Status TooLong(const std::vector<std::string>& ids) {
  return ChainError(ids,
                    absl::StrCat("be one of more than ", kMaxChain,
                                 " calendars that inherit from one another; put two into one"));
}

// The id from which `calendar` inherits; "" = none.
std::string IdInherited(const v1::Calendar& calendar) {
  return calendar::ParseInherits(calendar.inherits()).value_or("");
}

// A longest way from `key` down to one who inherits from it, `key` first; of one more than
// kMaxChain at most. Level by level: a calendar inherits from one, so it is met once.
absl::StatusOr<std::vector<std::string>> LongestWayDown(CalendarSnapshot& snapshot,
                                                        const CalendarKey& key) {
  std::map<std::string, std::string> inherits;  // of those that were met
  std::vector<std::string> level = {key.calendar};
  std::string deepest = key.calendar;
  for (size_t depth = 1; depth <= kMaxChain && !level.empty(); ++depth) {
    deepest = level.front();
    ASSIGN_OR_RETURN(std::vector<CalendarHeir> heirs, snapshot.ListHeirs(key.workspace, level));
    level.clear();
    for (CalendarHeir& heir : heirs) {
      level.push_back(heir.calendar);
      inherits.emplace(std::move(heir.calendar), std::move(heir.inherits));
    }
  }
  if (!level.empty()) deepest = level.front();
  std::vector<std::string> way = {deepest};
  while (way.back() != key.calendar) way.push_back(inherits.at(way.back()));
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

absl::StatusOr<KeptCalendar> RequireCalendar(CalendarSnapshot& snapshot, const CalendarKey& key) {
  ASSIGN_OR_RETURN(std::optional<KeptCalendar> kept, snapshot.FindCalendar(key));
  if (!kept.has_value()) return base::NotFound("Calendar", NameOf(key));
  return *std::move(kept);
}

absl::StatusOr<std::vector<v1::Calendar>> ReadChain(CalendarSnapshot& snapshot,
                                                    const CalendarKey& key) {
  std::vector<v1::Calendar> chain;
  std::vector<std::string> ids;
  for (std::string id = key.calendar; !id.empty(); id = IdInherited(chain.back())) {
    ids.push_back(id);
    if (ids.size() > kMaxChain) return TooLong(ids);
    ASSIGN_OR_RETURN(KeptCalendar kept, RequireCalendar(snapshot, {key.workspace, id}));
    chain.push_back(std::move(kept.calendar));
  }
  return chain;
}

absl::StatusOr<std::vector<calendar::Layer>> ToLayers(const std::vector<v1::Calendar>& chain) {
  std::vector<calendar::Layer> layers;
  calendar::Violations violations;
  for (const v1::Calendar& calendar : chain)
    layers.push_back(calendar::FromProto(calendar, calendar.name(), &violations));
  if (violations.empty()) return layers;
  return base::Internal(absl::StrCat("a stored calendar breaks a rule: ", violations[0].field, " ",
                                     violations[0].description));
}

absl::Status CheckInheritance(CalendarSnapshot& snapshot, const CalendarKey& key,
                              const v1::Calendar& calendar) {
  std::vector<std::string> up = {key.calendar};
  for (std::string id = IdInherited(calendar); !id.empty();) {
    up.push_back(id);
    if (id == key.calendar) return ChainError(up, "inherit from itself; remove one of these");
    if (up.size() > kMaxChain) return TooLong(up);
    ASSIGN_OR_RETURN(const KeptCalendar kept, RequireCalendar(snapshot, {key.workspace, id}));
    id = IdInherited(kept.calendar);
  }
  // With nothing above it, it makes no chain longer than it was.
  if (up.size() == 1) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<std::string> chain, LongestWayDown(snapshot, key));
  std::reverse(chain.begin(), chain.end());
  chain.insert(chain.end(), up.begin() + 1, up.end());
  return chain.size() > kMaxChain ? TooLong(chain) : absl::OkStatus();
}

}  // namespace plumbline::catalog
