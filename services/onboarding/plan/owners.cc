// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/plan/owners.h"

#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/onboarding/people/role.h"
#include "services/onboarding/people/rules.h"
#include "services/onboarding/people/substitute.h"

namespace plumbline::onboarding {
namespace {

using v1::TaskOwner;

bool IsRelative(const std::string& text) {
  return !text.empty() && text.front() == kRelativePrefix;
}

// Whom a resolution appoints; "" = nobody, or who left.
std::string AppointedBy(const RelativeRole& role, const Resolution& found) {
  if (found.outcome == v1::OUTCOME_LEFT || found.outcome == v1::OUTCOME_NOBODY) return "";
  return role.group.empty() ? found.appointed : found.person;
}

TaskOwner OwnerOf(const RelativeRole& role, std::string person, TaskOwner::Source source,
                  const Resolution& found) {
  TaskOwner owner;
  owner.set_person(std::move(person));
  owner.set_source(source);
  for (const v1::ResolutionStep& step : found.steps) {
    // Who stands in meanwhile is another matter: the role is filled for all of the on-boarding.
    const bool leads = step.kind() == v1::ResolutionStep::KIND_RELATION || !role.group.empty();
    if (leads) *owner.add_steps() = step;
  }
  return owner;
}

std::string Chain(const Resolution& found) {
  if (found.steps.empty()) return "nobody belongs to the group";
  return absl::StrJoin(found.steps, ", ", [](std::string* out, const v1::ResolutionStep& step) {
    absl::StrAppend(out, step.text());
  });
}

std::string LeadsToNobody(const std::string& text, const std::string& person,
                          const Resolution& found) {
  return absl::StrCat("is '", text, "', which leads to nobody for '", person, "': ", Chain(found),
                      "; name a person, or correct the record");
}

// Roles ask for the same few people again and again.
class Remembering final : public Directory {
 public:
  explicit Remembering(Directory& people) : people_(people) {}
  absl::StatusOr<std::optional<v1::Person>> Find(absl::string_view person) override {
    const auto known = known_.find(person);
    if (known != known_.end()) return known->second;
    ASSIGN_OR_RETURN(std::optional<v1::Person> found, people_.Find(person));
    return known_.emplace(person, std::move(found)).first->second;
  }
  absl::StatusOr<std::vector<std::string>> Members(absl::string_view group, int limit) override {
    return people_.Members(group, limit);
  }

 private:
  Directory& people_;
  std::map<std::string, std::optional<v1::Person>, std::less<>> known_;
};

}  // namespace

absl::StatusOr<Owners> ResolveOwners(Directory& records, const std::vector<std::string>& roles,
                                     const std::string& person,
                                     const std::map<std::string, std::string>& assignees,
                                     absl::Time time) {
  Remembering people(records);
  Owners owners;
  std::vector<base::FieldViolation> violations;
  const auto refuse_who_left = [&](const std::string& field, const std::string& who) {
    return AddIfLeft(people, field, who, &violations);
  };
  RETURN_IF_ERROR(refuse_who_left("onboarding.person", person));
  for (const std::string& role : roles) {
    TaskOwner& owner = owners[role];
    const auto given = assignees.find(role);
    const bool is_given = given != assignees.end();
    const std::string field = absl::StrCat("onboarding.assignees[", flow::ShortenText(role), "]");
    if (is_given && !IsRelative(given->second)) {
      RETURN_IF_ERROR(refuse_who_left(field, given->second));
      owner.set_person(given->second);
      owner.set_source(TaskOwner::SOURCE_GIVEN);
      continue;
    }
    const std::string& text = is_given ? given->second : role;
    const auto relative = ParseRole(field, IsRelative(text) ? text.substr(1) : text);
    if (!relative.ok()) {
      for (base::FieldViolation& one : base::FieldViolationsOf(relative.status()))
        if (is_given) violations.push_back(std::move(one));
      continue;
    }
    // Groups are named by who starts, or by "@" in the process, not by the bare name of a role.
    if (!IsRelative(text) && !relative->group.empty()) continue;
    ASSIGN_OR_RETURN(const Resolution found, WhoDoes(people, person, *relative, time));
    std::string appointed = AppointedBy(*relative, found);
    if (!appointed.empty()) {
      owner = OwnerOf(*relative, std::move(appointed),
                      is_given ? TaskOwner::SOURCE_RELATIVE : TaskOwner::SOURCE_RECORD, found);
    } else if (is_given) {
      violations.push_back({field, LeadsToNobody(given->second, person, found)});
    }
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  return owners;
}

absl::StatusOr<std::string> WhoGets(Directory& records, absl::string_view field,
                                    const std::string& text, const std::string& person,
                                    absl::Time time) {
  if (!IsRelative(text)) {
    RETURN_IF_ERROR(CheckHasNotLeft(records, field, text));
    return text;
  }
  ASSIGN_OR_RETURN(const RelativeRole role, ParseRole(field, text.substr(1)));
  ASSIGN_OR_RETURN(const Resolution found, WhoDoes(records, person, role, time));
  std::string appointed = AppointedBy(role, found);
  if (appointed.empty()) return base::FieldError(field, LeadsToNobody(text, person, found));
  return appointed;
}

std::map<std::string, std::string> AssigneesOf(const Owners& owners) {
  std::map<std::string, std::string> assignees;
  for (const auto& [role, owner] : owners)
    if (!owner.person().empty()) assignees[role] = owner.person();
  return assignees;
}

}  // namespace plumbline::onboarding
