// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/entry_changes.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "clients/cli/list.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr char kTo[] = " -> ";
constexpr int kMostMappings = 3;

std::string Moved(const std::string& from, const std::string& to) {
  return absl::StrCat(from, from.empty() ? "-> " : kTo, to);
}

// "Mon 2027-01-04 17:00".
std::string Clock(const google::protobuf::Timestamp& time, const absl::TimeZone& zone) {
  return absl::FormatTime("%a %Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()), zone);
}

// "Mon 2027-01-04" of "2027-01-04"; what is no date stays.
std::string Day(const std::string& date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return date;
  return absl::FormatTime("%a %Y-%m-%d", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// Nothing where it stays the same, or is not known.
void AddDates(const char* what, const ob::HistoryEntry& entry, const absl::TimeZone& zone,
              std::vector<std::string>* changes) {
  if (!entry.has_due_time() || !entry.has_previous_due_time()) return;
  const std::string from = Clock(entry.previous_due_time(), zone);
  const std::string to = Clock(entry.due_time(), zone);
  if (from != to) changes->push_back(absl::StrCat(what, " ", Moved(from, to), " ", zone.name()));
}

void AddPlan(const ob::PlanChange& change, std::vector<std::string>* changes) {
  if (!change.previous_process().empty() && change.process() != change.previous_process())
    changes->push_back(
        absl::StrCat("process ", Moved(IdOf(change.previous_process()), IdOf(change.process()))));
  const std::map<std::string, std::string> mappings(change.mappings().begin(),
                                                    change.mappings().end());
  int shown = 0;
  for (const auto& [from, to] : mappings) {
    if (shown++ == kMostMappings) break;
    changes->push_back(absl::StrCat("step ", Moved(from, to)));
  }
  if (const int more = static_cast<int>(mappings.size()) - kMostMappings; more > 0)
    changes->push_back(absl::StrCat("and ", more, " more are called otherwise"));
  const ob::TaskPlace& place = change.place();
  if (!place.after().empty()) changes->push_back(absl::StrCat("after ", place.after()));
  if (!place.before().empty()) changes->push_back(absl::StrCat("before ", place.before()));
  if (!place.beside().empty()) changes->push_back(absl::StrCat("beside ", place.beside()));
}

}  // namespace

std::string ChangeText(const ob::HistoryEntry& entry, const absl::TimeZone& zone) {
  std::vector<std::string> changes;
  if (entry.kind() == ob::HistoryEntry::KIND_TASK_RESCHEDULED)
    AddDates("due", entry, zone, &changes);
  // Without a day one its reason says it.
  if (!entry.day_one().empty()) {
    changes.push_back(
        absl::StrCat("day one ", Moved(Day(entry.previous_day_one()), Day(entry.day_one()))));
    AddDates("expected finish", entry, zone, &changes);
  }
  if (entry.has_plan_change()) AddPlan(entry.plan_change(), &changes);
  return absl::StrJoin(changes, ", ");
}

std::string EntryZones::ChangeOf(const ob::HistoryEntry& entry) {
  // Most entries have none, and need no zone.
  if (ChangeText(entry, absl::UTCTimeZone()).empty()) return "";
  return ChangeText(entry, ZoneOf(entry.name().substr(0, entry.name().find("/history/"))));
}

const absl::TimeZone& EntryZones::ZoneOf(const std::string& onboarding) {
  const auto [known, is_new] = zones_.try_emplace(onboarding, absl::UTCTimeZone());
  if (!is_new) return known->second;
  ob::GetOnboardingRequest request;
  request.set_name(onboarding);
  ob::GetOnboardingResponse response;
  absl::TimeZone zone;
  if (session_.Call(kOnboarding, "GetOnboarding", request, &response).ok() &&
      absl::LoadTimeZone(response.onboarding().time_zone(), &zone))
    known->second = zone;
  return known->second;
}

}  // namespace plumbline::cli
