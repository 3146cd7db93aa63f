// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/needs.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/instead.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::cascade {
namespace {

constexpr size_t kMostNamed = 5;

std::string MostFrequent(const std::map<std::string, int64_t>& votes) {
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? "" : most->first;
}

// By activity: to whom it was scheduled, by the log's numbers of resources, and how often.
absl::StatusOr<std::vector<std::map<uint32_t, int64_t>>> SchedulesOf(const LogSnapshot& log,
                                                                     KeepOn keep_on) {
  std::vector<std::map<uint32_t, int64_t>> votes;
  const auto& names = log.transitions;
  const auto found = std::find(names.begin(), names.end(), "schedule");
  if (found == names.end() || log.resource.empty()) return votes;
  votes.resize(log.activities.size());
  const auto schedule = static_cast<uint32_t>(found - names.begin());
  const auto take = [&](uint32_t first, uint32_t end) {
    for (uint32_t row = log.case_begin[first]; row < log.case_begin[end]; ++row) {
      const uint32_t resource = log.ResourceOf(row);
      if (resource != kNoText && log.TransitionOf(row) == schedule)
        ++votes[log.activity[row]][resource];
    }
  };
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, take));
  return votes;
}

absl::string_view ShortName(absl::string_view name) {
  for (const absl::string_view prefix : {"utilities/", "roles/"}) {
    const size_t at = name.rfind(prefix);
    if (at != absl::string_view::npos) return name.substr(at + prefix.size());
  }
  return name;
}

const char* NameOf(Target target, bool many) {
  if (target == Target::kUtility) return many ? "utilities" : "utility";
  if (target == Target::kRole) return many ? "roles" : "role";
  return many ? "steps" : "step";
}

// Names of what the steps of a log need, by kind.
struct Known {
  Target target;
  std::vector<std::string> names;  // ascending
};

// ", role or step" after others.
std::string KindsOf(const std::vector<Known>& kinds, bool many) {
  std::string text;
  for (size_t i = 0; i < kinds.size(); ++i) {
    absl::StrAppend(&text,
                    i == 0                  ? ""
                    : i + 1 == kinds.size() ? " or "
                                            : ", ",
                    NameOf(kinds[i].target, many));
  }
  return text;
}

// What the name may mean, else a few that there are of each kind, and what to do where there are
// none.
absl::Status Unknown(const std::string& field, absl::string_view name,
                     const std::vector<Known>& kinds) {
  std::string text = absl::StrCat("'", name, "' is no ", KindsOf(kinds, false), " of the log");
  for (const Known& known : kinds) {
    const std::string meant = base::Meant(name, known.names);
    if (meant.empty()) continue;
    return base::FieldError(field, absl::StrCat(text, "; did you mean '", meant, "', a ",
                                                NameOf(known.target, false), "?"));
  }
  std::vector<Known> without;
  for (const Known& known : kinds) {
    if (known.names.empty()) {
      without.push_back(known);
      continue;
    }
    absl::StrAppend(&text, "; its ", NameOf(known.target, true), ": '",
                    absl::StrJoin(known.names.begin(),
                                  known.names.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                            kMostNamed, known.names.size())),
                                  "', '"),
                    "'");
    if (known.names.size() > kMostNamed)
      absl::StrAppend(&text, " and ", known.names.size() - kMostNamed, " more");
  }
  if (!without.empty()) {
    absl::StrAppend(&text, "; its steps need no ", KindsOf(without, true),
                    " that it tells of: say in `needs` which steps need it, or name steps");
  }
  return base::FieldError(field, text);
}

}  // namespace

bool SameName(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(ShortName(a), ShortName(b));
}

Heard::OfActivity& Heard::Of(uint32_t activity) {
  if (by_activity_.size() <= activity) {
    bytes_ += (activity + size_t{1} - by_activity_.size()) * sizeof(OfActivity);
    by_activity_.resize(activity + size_t{1});
  }
  return by_activity_[activity];
}

void Heard::Vote(const std::string& text, int64_t count, Votes* votes) {
  constexpr size_t kOfANode = 64;
  const auto [vote, added] = votes->try_emplace(text, 0);
  if (added) bytes_ += sizeof(*vote) + text.size() + kOfANode;
  vote->second += count;
  if (vote->second != 0) return;
  bytes_ -= sizeof(*vote) + text.size() + kOfANode;
  votes->erase(vote);
}

absl::Status Heard::Hear(const LogSnapshot& log, int sign, KeepOn keep_on) {
  const uint32_t utility = log.FindAttributeKey("utility");
  const uint32_t utilities = log.FindAttributeKey("utilities");
  const uint32_t roles[] = {log.FindAttributeKey("role"), log.FindAttributeKey("org:role")};
  for (const EventAttribute& attribute : log.attributes) {
    const bool is_role = attribute.key == roles[0] || attribute.key == roles[1];
    if (!is_role && attribute.key != utility && attribute.key != utilities) continue;
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text == nullptr || text->empty()) continue;
    OfActivity& heard = Of(log.activity[attribute.row]);
    if (attribute.key != utilities) {
      Vote(*text, sign, is_role ? &heard.roles : &heard.utilities);
      continue;
    }
    for (const absl::string_view one : absl::StrSplit(*text, " + ", absl::SkipEmpty()))
      Vote(std::string(one), sign, &heard.utilities);
  }
  ASSIGN_OR_RETURN(const auto schedules, SchedulesOf(log, keep_on));
  for (uint32_t a = 0; a < schedules.size(); ++a)
    for (const auto& [resource, count] : schedules[a])
      Vote(log.resources[resource], sign * count, &Of(a).resources);
  return absl::OkStatus();
}

Needs Heard::Decide(const std::vector<std::string>& names,
                    const std::vector<AskedNeed>& asked) const {
  Needs needs(names.size());
  std::vector<std::set<std::string>> utilities(names.size());
  std::map<std::string, size_t> numbers;
  for (size_t a = 0; a < names.size() && !asked.empty(); ++a) numbers[names[a]] = a;
  for (const AskedNeed& one : asked) {
    const auto found = numbers.find(one.activity);
    if (found == numbers.end()) continue;
    const size_t a = found->second;
    if (!one.role.empty()) needs[a].role = one.role;
    for (const std::string& utility : one.utilities)
      utilities[a].insert(std::string(ShortName(utility)));
  }
  for (size_t a = 0; a < by_activity_.size(); ++a) {
    const OfActivity& heard = by_activity_[a];
    if (needs[a].role.empty()) needs[a].role = MostFrequent(heard.roles);
    if (needs[a].role.empty()) needs[a].role = MostFrequent(heard.resources);
    for (const auto& [utility, count] : heard.utilities)
      utilities[a].insert(std::string(ShortName(utility)));
  }
  for (size_t a = 0; a < names.size(); ++a)
    needs[a].utilities.assign(utilities[a].begin(), utilities[a].end());
  return needs;
}

absl::StatusOr<Needs> ReadNeeds(const LogSnapshot& log, const std::vector<AskedNeed>& asked,
                                KeepOn keep_on) {
  Heard heard;
  RETURN_IF_ERROR(heard.Hear(log, 1, keep_on));
  return heard.Decide(log.activities, asked);
}

absl::StatusOr<std::vector<uint32_t>> FindNeeding(const std::string& field, const LogSnapshot& log,
                                                  const Needs& needs,
                                                  const std::vector<Target>& targets,
                                                  absl::string_view name) {
  std::vector<Known> kinds;
  for (const Target target : targets) {
    std::vector<uint32_t> found;
    std::set<std::string> names;
    for (uint32_t a = 0; a < needs.size(); ++a) {
      std::vector<std::string> own;
      if (target == Target::kStep) own = {log.activities[a]};
      if (target == Target::kUtility) own = needs[a].utilities;
      if (target == Target::kRole && !needs[a].role.empty()) own = {needs[a].role};
      names.insert(own.begin(), own.end());
      if (std::any_of(own.begin(), own.end(),
                      [&](const std::string& one) { return SameName(one, name); }))
        found.push_back(a);
    }
    if (!found.empty()) return found;
    kinds.push_back({target, {names.begin(), names.end()}});
  }
  return Unknown(field, name, kinds);
}

}  // namespace plumbline::analytics::cascade
