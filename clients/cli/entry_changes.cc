// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/entry_changes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "clients/cli/list.h"
#include "clients/cli/terminal.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using Entry = ob::HistoryEntry;

constexpr char kTo[] = " -> ";
constexpr int kMostSteps = 3;
constexpr size_t kLongestValue = 80;
constexpr char kStep[] = "step";

bool IsTime(absl::string_view field) { return absl::EndsWith(field, "_time"); }

bool IsPerson(absl::string_view field) {
  return field == "assignee" || field == "manager" || field == "owner" ||
         absl::StartsWith(field, "relations.");
}

// "Mon 2027-01-04 17:00"; what is no time stays.
std::string Clock(const std::string& text, const absl::TimeZone& zone) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return text;
  return absl::FormatTime("%a %Y-%m-%d %H:%M", time, zone);
}

// "Mon 2027-01-04" of "2027-01-04"; what is no date stays.
std::string Day(const std::string& date) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(date, &day)) return date;
  return absl::FormatTime("%a %Y-%m-%d", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// What people call a field.
std::string LabelOf(const std::string& field) {
  static const auto& labels =
      *new std::map<std::string, std::string>{{"due_time", "due"},
                                              {"expected_finish_time", "expected finish"},
                                              {"target_time", "target"},
                                              {"day_one", "day one"},
                                              {"reach_time", "reached"},
                                              {"waiver_approver", "approver of the waiver"},
                                              {"option", "when its turn comes"},
                                              {"onboarding.state", "the on-boarding"},
                                              {"display_name", "name"},
                                              {"time_zone", "time zone"},
                                              {"quiet_hours", "quiet hours"},
                                              {"cost_estimate", "cost estimate"}};
  if (const auto found = labels.find(field); found != labels.end()) return found->second;
  absl::string_view rest = field;
  if (absl::ConsumePrefix(&rest, "milestones."))
    return absl::StrCat("target of ", absl::StripSuffix(rest, ".target_time"));
  if (absl::ConsumePrefix(&rest, "outputs.")) return absl::StrCat("submitted ", rest);
  if (absl::ConsumePrefix(&rest, "assignees.")) return absl::StrCat("role ", rest);
  if (absl::ConsumePrefix(&rest, "absences.")) return absl::StrCat("absence from ", rest);
  if (absl::ConsumePrefix(&rest, "labels.")) return absl::StrCat("label ", rest);
  if (absl::ConsumePrefix(&rest, "attributes.") || absl::ConsumePrefix(&rest, "relations."))
    return std::string(rest);
  return field;
}

// A value as people write it.
std::string ValueOf(const std::string& field, const std::string& value,
                    const absl::TimeZone& zone) {
  if (value.empty()) return IsPerson(field) ? "nobody" : "none";
  if (IsTime(field)) return Clock(value, zone);
  if (field == "day_one") return Day(value);
  if (field == "process") return IdOf(value);
  if (field == "state" || field == "onboarding.state" || field == "waiver" || field == "category")
    return absl::StrReplaceAll(absl::AsciiStrToLower(value), {{"_", "-"}});
  return Shorten(value, kLongestValue);
}

// "due Mon 2027-01-04 17:00 -> Tue 2027-01-05 17:00"; what is new alone: "amount: 300".
std::string TextOf(const ob::FieldChange& change, const absl::TimeZone& zone) {
  const std::string now = ValueOf(change.field(), change.new_value(), zone);
  if (change.field() == "place" && change.old_value().empty()) return now;
  const std::string label = LabelOf(change.field());
  const bool assigned = change.field() == "assignee";
  if (change.old_value().empty() && !assigned) return absl::StrCat(label, ": ", now);
  const std::string before = ValueOf(change.field(), change.old_value(), zone);
  // Times that differ by seconds.
  if (before == now) return "";
  return absl::StrCat(label, " ", before, kTo, now);
}

// What moved as a whole comes before what moved by that.
bool ComesFirst(const ob::FieldChange& change) {
  return change.field() == "day_one" || change.field() == "expected_finish_time" ||
         change.field() == "process";
}

// Whether the kind of an entry says a change already, or another column of a table does.
bool IsSaid(const Entry& entry, const ob::FieldChange& change) {
  const std::string& field = change.field();
  switch (entry.kind()) {
    case Entry::KIND_TASK_READY:
    case Entry::KIND_TASK_STARTED:
    case Entry::KIND_TASK_COMPLETED:
    case Entry::KIND_TASK_SUBMITTED:
    case Entry::KIND_TASK_REJECTED:
    case Entry::KIND_PAUSED:
    case Entry::KIND_RESUMED:
    case Entry::KIND_FINISHED:
      return field == "state";
    case Entry::KIND_WAIVER_REQUESTED:
    case Entry::KIND_WAIVER_APPROVED:
    case Entry::KIND_WAIVER_REJECTED:
      return field == "waiver";
    case Entry::KIND_TASK_SKIP_PLANNED:
      return field == "option";
    case Entry::KIND_ESCALATED:
      return field == "level";
    case Entry::KIND_REPLANNED:
      return field == "expected_finish_time" && entry.day_one().empty();
    case Entry::KIND_MILESTONE_REACHED:
      return field == "reach_time" && entry.reach_time().seconds() == entry.occur_time().seconds();
    default:
      return false;
  }
}

bool HasTimes(const FieldChanges& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const ob::FieldChange& change) { return IsTime(change.field()); });
}

}  // namespace

std::string ChangesText(const FieldChanges& changes, const absl::TimeZone& zone) {
  std::vector<const ob::FieldChange*> ordered;
  for (const ob::FieldChange& change : changes) ordered.push_back(&change);
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](const ob::FieldChange* change) { return ComesFirst(*change); });
  std::vector<std::string> texts;
  size_t last_time = 0;  // one behind it
  int steps = 0;
  for (const ob::FieldChange* change : ordered) {
    if (change->field() == kStep && ++steps > kMostSteps) continue;
    std::string text = TextOf(*change, zone);
    if (text.empty()) continue;
    texts.push_back(std::move(text));
    if (IsTime(change->field())) last_time = texts.size();
  }
  if (last_time > 0) absl::StrAppend(&texts[last_time - 1], " ", zone.name());
  if (steps > kMostSteps)
    texts.push_back(absl::StrCat("and ", steps - kMostSteps, " more are called otherwise"));
  return absl::StrJoin(texts, ", ");
}

std::string ChangeText(const Entry& entry, const absl::TimeZone& zone) {
  FieldChanges changes;
  for (const ob::FieldChange& change : entry.changes())
    if (!IsSaid(entry, change)) *changes.Add() = change;
  return ChangesText(changes, zone);
}

std::string ChangesCell(const FieldChanges& changes) {
  return absl::StrJoin(changes, "; ", [](std::string* out, const ob::FieldChange& change) {
    absl::StrAppend(out, change.field(), ":", change.old_value().empty() ? "" : " ",
                    change.old_value(), kTo, change.new_value());
  });
}

std::string EntryZones::ChangeOf(const Entry& entry) {
  // Most entries move no time, and need no zone.
  if (!HasTimes(entry.changes())) return ChangeText(entry, absl::UTCTimeZone());
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
