// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/substitute.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding {
namespace {

using Step = v1::ResolutionStep;

// "ada is away from 2031-03-03 to 2031-03-07 (holiday)"
std::string AwayText(absl::string_view person, const v1::Absence& absence) {
  return absl::StrCat(person, " is away from ", absence.from_date(), " to ", absence.until_date(),
                      absence.reason().empty() ? "" : absl::StrCat(" (", absence.reason(), ")"));
}

// Who stands in for whom: "bob, who stands in for ada,".
std::string NameOf(const Step& step, absl::string_view stands_for) {
  if (stands_for.empty()) return step.person();
  return absl::StrCat(step.person(), ", who stands in for ", stands_for, ",");
}

std::string TextOf(const Step& step, absl::string_view stands_for) {
  switch (step.kind()) {
    case Step::KIND_RELATION:
      return absl::StrCat("the ", step.relation(), " of ", step.person(), " is ", step.next());
    case Step::KIND_SUBSTITUTE:
      return absl::StrCat(AwayText(step.person(), step.absence()), ": ", step.next(), " stands in");
    case Step::KIND_AWAY:
      return absl::StrCat(AwayText(NameOf(step, stands_for), step.absence()),
                          ", and nobody stands in");
    case Step::KIND_LEFT:
      return absl::StrCat(NameOf(step, stands_for), " left");
    case Step::KIND_UNKNOWN:
      return absl::StrCat("there is no record of ", step.person());
    case Step::KIND_NO_RELATION:
      return absl::StrCat("the record of ", step.person(), " names no ", step.relation());
    case Step::KIND_CYCLE:
      return absl::StrCat(AwayText(step.person(), step.absence()), ": ", step.next(),
                          " would stand in, for whom somebody stands in already");
    case Step::KIND_MEMBER:
      return absl::StrCat(step.person(), " belongs to the group ", step.relation());
    default:
      return "";
  }
}

}  // namespace

Step StepOf(Step::Kind kind, absl::string_view person, absl::string_view relation,
            absl::string_view next, const v1::Absence* absence, absl::string_view stands_for) {
  Step step;
  step.set_kind(kind);
  step.set_person(std::string(person));
  step.set_relation(std::string(relation));
  step.set_next(std::string(next));
  if (absence != nullptr) *step.mutable_absence() = *absence;
  step.set_text(TextOf(step, stands_for));
  return step;
}

const v1::Absence* AbsenceAt(const v1::Person& person, absl::Time time) {
  absl::TimeZone zone = absl::UTCTimeZone();
  // It was checked when it was written; a tz database that lost it since is no reason to fail.
  if (!person.time_zone().empty() && !absl::LoadTimeZone(person.time_zone(), &zone))
    zone = absl::UTCTimeZone();
  // Dates of this form are ordered as their texts are.
  const std::string day = absl::FormatCivilTime(absl::ToCivilDay(time, zone));
  for (const v1::Absence& absence : person.absences()) {
    if (absence.from_date() <= day && day <= absence.until_date()) return &absence;
  }
  return nullptr;
}

absl::StatusOr<Resolution> WhoActs(Directory& people, absl::string_view person, absl::Time time) {
  Resolution found{std::string(person), std::string(person), v1::OUTCOME_FOUND, {}};
  const auto end = [&](v1::Outcome outcome, Step step) {
    found.outcome = outcome;
    found.steps.push_back(std::move(step));
    return found;
  };
  absl::flat_hash_set<std::string> away;
  std::string next(person);
  std::string stands_for;  // for whom `next` would stand in
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(next));
    if (!record.has_value()) {
      found.person = next;
      return end(v1::OUTCOME_FOUND, StepOf(Step::KIND_UNKNOWN, next));
    }
    if (record->state() == v1::Person::STATE_LEFT) {
      return end(next == found.appointed ? v1::OUTCOME_LEFT : v1::OUTCOME_AWAY,
                 StepOf(Step::KIND_LEFT, next, "", "", nullptr, stands_for));
    }
    const v1::Absence* const absence = AbsenceAt(*record, time);
    if (absence == nullptr) {
      found.person = next;
      return found;
    }
    if (absence->substitute().empty())
      return end(v1::OUTCOME_AWAY, StepOf(Step::KIND_AWAY, next, "", "", absence, stands_for));
    away.insert(next);
    if (away.contains(absence->substitute())) {
      return end(v1::OUTCOME_CYCLE,
                 StepOf(Step::KIND_CYCLE, next, "", absence->substitute(), absence));
    }
    found.steps.push_back(StepOf(Step::KIND_SUBSTITUTE, next, "", absence->substitute(), absence));
    stands_for = std::exchange(next, absence->substitute());
  }
}

absl::Status AddIfLeft(Directory& people, absl::string_view field, absl::string_view person,
                       std::vector<base::FieldViolation>* violations) {
  ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(person));
  if (!record.has_value() || record->state() != v1::Person::STATE_LEFT) return absl::OkStatus();
  violations->push_back(
      {std::string(field),
       absl::StrCat("is '", person,
                    "', who left, as their record says, and to whom no work goes; name another "
                    "person, or set the state of the record to STATE_ACTIVE if it is wrong")});
  return absl::OkStatus();
}

absl::Status CheckHasNotLeft(Directory& people, absl::string_view field, absl::string_view person) {
  std::vector<base::FieldViolation> violations;
  RETURN_IF_ERROR(AddIfLeft(people, field, person, &violations));
  return base::FieldErrors(violations);
}

}  // namespace plumbline::onboarding
