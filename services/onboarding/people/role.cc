// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/role.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/onboarding/people/rules.h"

namespace plumbline::onboarding {
namespace {

using Step = v1::ResolutionStep;

constexpr size_t kMostRelations = 10;
constexpr int kMostMembers = 1000;

absl::Status RoleError(absl::string_view field, absl::string_view text) {
  return base::FieldError(
      field,
      absl::StrCat("is '", flow::ShortenText(text),
                   "'; write 'manager', 'person' (who it is about) or another relation of people's "
                   "records, up to ",
                   kMostRelations,
                   " of them with '.' between, as in 'manager.manager', or "
                   "'group:' and the id of a group"));
}

// "" = the record names nobody.
std::string RelatedTo(const v1::Person& person, const std::string& relation) {
  if (relation == kManager) return person.manager();
  const auto found = person.relations().find(relation);
  return found == person.relations().end() ? "" : found->second;
}

absl::StatusOr<Resolution> WhoDoesOfGroup(Directory& people, const std::string& group,
                                          absl::Time time) {
  Resolution found{"", "", v1::OUTCOME_NOBODY, {}};
  ASSIGN_OR_RETURN(found.members, people.Members(group, kMostMembers));
  std::optional<Resolution> stand_in;
  for (const std::string& member : found.members) {
    ASSIGN_OR_RETURN(Resolution acting, WhoActs(people, member, time));
    acting.steps.insert(acting.steps.begin(), StepOf(Step::KIND_MEMBER, member, group));
    if (acting.outcome == v1::OUTCOME_FOUND && acting.person == member) {
      found.person = member;
      found.outcome = v1::OUTCOME_FOUND;
      found.steps = std::move(acting.steps);
      return found;
    }
    const bool better = !stand_in.has_value() || stand_in->outcome != v1::OUTCOME_FOUND;
    if (better && acting.outcome == v1::OUTCOME_FOUND) stand_in = acting;
    if (!stand_in.has_value()) stand_in = std::move(acting);
  }
  if (!stand_in.has_value()) return found;
  const bool acts = stand_in->outcome == v1::OUTCOME_FOUND;
  found.person = acts ? stand_in->person : "";
  found.outcome = acts ? v1::OUTCOME_FOUND : v1::OUTCOME_AWAY;
  found.steps = std::move(stand_in->steps);
  return found;
}

}  // namespace

absl::StatusOr<RelativeRole> ParseRole(absl::string_view field, absl::string_view text) {
  absl::string_view group = text;
  if (absl::ConsumePrefix(&group, kGroupPrefix)) {
    if (!base::IsValidId(group)) return RoleError(field, text);
    return RelativeRole{{}, std::string(group)};
  }
  RelativeRole role{absl::StrSplit(text, '.'), ""};
  if (role.relations.size() > kMostRelations) return RoleError(field, text);
  for (const std::string& relation : role.relations) {
    if (!base::IsValidId(relation)) return RoleError(field, text);
  }
  return role;
}

absl::StatusOr<Resolution> WhoDoes(Directory& people, absl::string_view person,
                                   const RelativeRole& role, absl::Time time) {
  if (!role.group.empty()) return WhoDoesOfGroup(people, role.group, time);
  Resolution found{"", "", v1::OUTCOME_NOBODY, {}};
  std::string appointed(person);
  for (const std::string& relation : role.relations) {
    if (relation == kSubject) continue;
    ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(appointed));
    if (!record.has_value()) {
      found.steps.push_back(StepOf(Step::KIND_UNKNOWN, appointed));
      return found;
    }
    const std::string next = RelatedTo(*record, relation);
    if (next.empty()) {
      found.steps.push_back(StepOf(Step::KIND_NO_RELATION, appointed, relation));
      return found;
    }
    found.steps.push_back(StepOf(Step::KIND_RELATION, appointed, relation, next));
    appointed = next;
  }
  ASSIGN_OR_RETURN(Resolution acting, WhoActs(people, appointed, time));
  found.person = std::move(acting.person);
  found.appointed = std::move(appointed);
  found.outcome = acting.outcome;
  for (v1::ResolutionStep& step : acting.steps) found.steps.push_back(std::move(step));
  return found;
}

}  // namespace plumbline::onboarding
