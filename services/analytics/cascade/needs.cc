// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/needs.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"

namespace plumbline::analytics::cascade {
namespace {

constexpr size_t kMostNamed = 20;

// How often each value was said of each activity.
using Votes = std::vector<std::map<std::string, int64_t>>;

std::string MostFrequent(const std::map<std::string, int64_t>& votes) {
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? "" : most->first;
}

struct Heard {
  Votes roles, resources;
  std::vector<std::set<std::string>> utilities;
};

void HearAttributes(const LogSnapshot& log, Heard* heard) {
  const uint32_t utility = log.FindAttributeKey("utility");
  const uint32_t roles[] = {log.FindAttributeKey("role"), log.FindAttributeKey("org:role")};
  for (const EventAttribute& attribute : log.attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    if (text == nullptr || text->empty()) continue;
    const uint32_t activity = log.activity[attribute.row];
    if (attribute.key == utility) heard->utilities[activity].insert(*text);
    if (attribute.key == roles[0] || attribute.key == roles[1]) ++heard->roles[activity][*text];
  }
}

absl::Status HearSchedules(const LogSnapshot& log, KeepOn keep_on, Heard* heard) {
  const auto& names = log.transitions;
  const auto found = std::find(names.begin(), names.end(), "schedule");
  if (found == names.end()) return absl::OkStatus();
  const auto schedule = static_cast<uint32_t>(found - names.begin());
  std::vector<std::map<uint32_t, int64_t>> votes(log.activities.size());
  const auto take = [&](uint32_t first, uint32_t end) {
    for (uint32_t row = log.case_begin[first]; row < log.case_begin[end]; ++row) {
      const uint32_t resource = log.ResourceOf(row);
      if (resource != kNoText && log.TransitionOf(row) == schedule)
        ++votes[log.activity[row]][resource];
    }
  };
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, take));
  for (size_t a = 0; a < votes.size(); ++a)
    for (const auto& [resource, count] : votes[a])
      heard->resources[a][log.resources[resource]] += count;
  return absl::OkStatus();
}

absl::string_view ShortName(absl::string_view name) {
  for (const absl::string_view prefix : {"utilities/", "roles/"}) {
    const size_t at = name.rfind(prefix);
    if (at != absl::string_view::npos) return name.substr(at + prefix.size());
  }
  return name;
}

// "'crm', 'laptops' and 3 more", of those that there are.
std::string Listed(const std::set<std::string>& names) {
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == kMostNamed) break;
    shown.push_back(absl::StrCat("'", name, "'"));
  }
  std::string list = absl::StrJoin(shown, ", ");
  if (names.size() > kMostNamed)
    absl::StrAppend(&list, " and ", names.size() - kMostNamed, " more");
  return list;
}

absl::Status Unknown(const std::string& field, Target target, absl::string_view name,
                     const std::set<std::string>& names) {
  const char* kind = target == Target::kUtility ? "utility"
                     : target == Target::kRole  ? "role"
                                                : "step";
  const char* kinds = target == Target::kUtility ? "utilities"
                      : target == Target::kRole  ? "roles"
                                                 : "steps";
  std::string text = absl::StrCat("no step of the log needs the ", kind, " '", name, "'");
  if (target == Target::kStep) text = absl::StrCat("the log has no step '", name, "'");
  if (names.empty()) {
    return base::FieldError(field, absl::StrCat(text, ", nor any", kSayNeeds));
  }
  const std::vector<std::string> all(names.begin(), names.end());
  return base::FieldError(
      field, absl::StrCat(text, base::DidYouMean(name, all), "; its ", kinds, ": ", Listed(names)));
}

}  // namespace

bool SameName(absl::string_view a, absl::string_view b) {
  return absl::EqualsIgnoreCase(ShortName(a), ShortName(b));
}

absl::StatusOr<Needs> ReadNeeds(const LogSnapshot& log, const std::vector<AskedNeed>& asked,
                                KeepOn keep_on) {
  const size_t count = log.activities.size();
  Heard heard{Votes(count), Votes(count), std::vector<std::set<std::string>>(count)};
  HearAttributes(log, &heard);
  RETURN_IF_ERROR(HearSchedules(log, keep_on, &heard));
  Needs needs(count);
  for (const AskedNeed& one : asked) {
    const auto found = std::lower_bound(log.activities.begin(), log.activities.end(), one.activity);
    if (found == log.activities.end() || *found != one.activity) continue;
    const auto a = static_cast<size_t>(found - log.activities.begin());
    if (!one.role.empty()) needs[a].role = one.role;
    for (const std::string& utility : one.utilities)
      heard.utilities[a].insert(std::string(ShortName(utility)));
  }
  for (size_t a = 0; a < count; ++a) {
    if (needs[a].role.empty()) needs[a].role = MostFrequent(heard.roles[a]);
    if (needs[a].role.empty()) needs[a].role = MostFrequent(heard.resources[a]);
    std::set<std::string> utilities;
    for (const std::string& utility : heard.utilities[a])
      utilities.insert(std::string(ShortName(utility)));
    needs[a].utilities.assign(utilities.begin(), utilities.end());
  }
  return needs;
}

absl::StatusOr<std::vector<uint32_t>> FindNeeding(const std::string& field, const LogSnapshot& log,
                                                  const Needs& needs, Target target,
                                                  absl::string_view name) {
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
  if (found.empty()) return Unknown(field, target, name, names);
  return found;
}

}  // namespace plumbline::analytics::cascade
