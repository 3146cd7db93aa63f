// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/recipients.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/people/role.h"
#include "services/onboarding/people/substitute.h"

namespace plumbline::onboarding::escalation {
namespace {

constexpr char kAssignee[] = "@assignee";
// For how long a time at which nobody is disturbed is looked for.
constexpr absl::Duration kPatience = absl::Hours(48);

// Minutes of "HH:MM", which was checked when it was written.
int MinuteOf(absl::string_view text) {
  int hours = 0;
  int minutes = 0;
  if (text.size() != 5 || !absl::SimpleAtoi(text.substr(0, 2), &hours) ||
      !absl::SimpleAtoi(text.substr(3), &minutes)) {
    return 0;
  }
  return hours * 60 + minutes;
}

absl::TimeZone ZoneOf(const v1::Person& person) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!person.time_zone().empty() && !absl::LoadTimeZone(person.time_zone(), &zone))
    zone = absl::UTCTimeZone();
  return zone;
}

// Somebody, or why nobody.
struct Found {
  std::string who;
  std::string why;
};

Found FoundOf(const Resolution& resolution) {
  if (resolution.outcome == v1::OUTCOME_FOUND) return {resolution.person, ""};
  return {"", resolution.steps.empty() ? "nobody belongs to it" : resolution.steps.back().text()};
}

class Finder {
 public:
  Finder(Directory& people, const Run& run, const TaskRecord& task, absl::Time now)
      : people_(people), run_(run), actor_(ActorOf(run, task)), now_(now) {}

  // What a level names: see EscalationLevel.notify.
  absl::StatusOr<Found> Find(absl::string_view name) {
    if (name == kAssignee) return PersonOrRole(actor_.assignee, actor_.role);
    absl::string_view relation = name;
    if (absl::ConsumePrefix(&relation, absl::StrCat(kAssignee, "."))) {
      if (actor_.assignee.empty()) return Found{"", "nobody has the task"};
      return Related(actor_.assignee, relation);
    }
    if (absl::ConsumePrefix(&relation, "@")) return Related(run_.spec.person, relation);
    const std::string role(name);
    return PersonOrRole(AssigneeOf(run_.spec, role), role);
  }

 private:
  absl::StatusOr<Found> PersonOrRole(const std::string& person, const std::string& role) {
    if (person.empty()) return Found{role, ""};
    ASSIGN_OR_RETURN(const Resolution resolution, WhoActs(people_, person, now_));
    return FoundOf(resolution);
  }

  absl::StatusOr<Found> Related(const std::string& person, absl::string_view relation) {
    // The catalog checked it; one that a later release takes names nobody for this one.
    const absl::StatusOr<RelativeRole> role = ParseRole("notify", relation);
    if (!role.ok()) return Found{"", "this release does not know such a relation"};
    ASSIGN_OR_RETURN(const Resolution resolution, WhoDoes(people_, person, *role, now_));
    return FoundOf(resolution);
  }

  Directory& people_;
  const Run& run_;
  const Actor actor_;
  const absl::Time now_;
};

// The first time at which nobody has quiet hours.
absl::Time CommonTime(const std::vector<v1::Person>& people, absl::Time now) {
  absl::Time time = now;
  while (time < now + kPatience) {
    absl::Time quiet = time;
    for (const v1::Person& person : people) quiet = std::max(quiet, QuietUntil(person, time));
    if (quiet == time) return time;
    time = quiet;
  }
  return now;
}

}  // namespace

absl::Time QuietUntil(const v1::Person& person, absl::Time time) {
  if (!person.has_quiet_hours()) return time;
  const absl::TimeZone zone = ZoneOf(person);
  const int start = MinuteOf(person.quiet_hours().start());
  const int end = MinuteOf(person.quiet_hours().end());
  const absl::CivilMinute local = absl::ToCivilMinute(time, zone);
  const int minute = local.hour() * 60 + local.minute();
  const bool overnight = end < start;
  const bool quiet = overnight ? minute >= start || minute < end : minute >= start && minute < end;
  if (!quiet) return time;
  absl::CivilDay day(local);
  if (overnight && minute >= start) ++day;
  const absl::Time until = absl::FromCivil(absl::CivilMinute(day) + end, zone);
  // Where the clocks are put back an hour comes twice.
  return std::max(until, time + absl::Minutes(1));
}

absl::StatusOr<Addressed> Address(Directory& people, const Run& run, const NextLevel& level,
                                  absl::Time now) {
  Addressed addressed{{}, "", now};
  Finder finder(people, run, *level.task, now);
  std::vector<std::string> notes;
  const int last = static_cast<int>(level.rule->levels.size());
  for (int i = level.level; i <= last && addressed.recipients.empty(); ++i) {
    for (const std::string& name : level.rule->levels[static_cast<size_t>(i) - 1].notify) {
      ASSIGN_OR_RETURN(Found found, finder.Find(name));
      if (found.who.empty()) {
        notes.push_back(absl::StrCat(name, ": ", found.why));
      } else if (std::find(addressed.recipients.begin(), addressed.recipients.end(), found.who) ==
                 addressed.recipients.end()) {
        addressed.recipients.push_back(std::move(found.who));
      }
    }
    if (!addressed.recipients.empty() && i > level.level)
      notes.push_back(absl::StrCat("whom level ", i, " names is told instead"));
  }
  if (addressed.recipients.empty()) notes.push_back("nobody could be told");
  addressed.note = absl::StrJoin(notes, "; ");
  std::vector<v1::Person> records;
  for (const std::string& recipient : addressed.recipients) {
    ASSIGN_OR_RETURN(std::optional<v1::Person> record, people.Find(recipient));
    if (record.has_value()) records.push_back(*std::move(record));
  }
  addressed.tell_time = CommonTime(records, now);
  return addressed;
}

}  // namespace plumbline::onboarding::escalation
