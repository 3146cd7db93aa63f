// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/warnings.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"

namespace plumbline::catalog {
namespace {

common::v1::Warning UtilityUnknown(UtilitiesKept& kept, const v1::Node& step,
                                   const std::string& field, const std::string& utility) {
  common::v1::Warning warning;
  warning.set_reason(common::v1::ERROR_REASON_UTILITY_UNKNOWN);
  warning.set_field(field);
  warning.set_subject(absl::StrCat("workspaces/", kept.workspace(), "/utilities/", utility));
  warning.set_description(absl::StrCat(
      "step '", step.id(), "' uses '", utility, "', which is none of the utilities that are kept",
      kept.DidYouMean(utility), " (else create it, so that it has an owner)"));
  return warning;
}

}  // namespace

absl::StatusOr<bool> UtilitiesKept::Keeps(const std::set<std::string>& utilities) {
  std::vector<std::string> asked;
  for (const std::string& utility : utilities) {
    if (!known_.contains(utility)) asked.push_back(utility);
  }
  if (!asked.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> kept, snapshot_.UtilityIds(workspace_, asked));
    for (const std::string& utility : asked)
      known_[utility] = std::binary_search(kept.begin(), kept.end(), utility);
  }
  return std::all_of(utilities.begin(), utilities.end(),
                     [this](const std::string& utility) { return Has(utility); });
}

absl::StatusOr<bool> UtilitiesKept::KeepsNone() {
  if (!all_.has_value()) {
    ASSIGN_OR_RETURN(all_, snapshot_.UtilityIds(workspace_, {}));
  }
  return all_->empty();
}

const std::string& UtilitiesKept::DidYouMean(const std::string& utility) {
  const auto [place, is_new] = did_you_mean_.try_emplace(utility);
  if (is_new) place->second = base::DidYouMean(utility, *all_);
  return place->second;
}

bool UtilitiesKept::MayWarn() {
  const bool may = told_ < kMaxWarnings;
  ++(may ? told_ : left_out_);
  return may;
}

void UtilitiesKept::TellLeftOut(common::v1::Warning* last) const {
  if (left_out_ == 0) return;
  last->set_description(absl::StrCat(last->description(), "; ", left_out_,
                                     " more warnings of this kind are left out"));
}

absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilitiesKept& kept,
                                                              const v1::Process& process) {
  std::vector<common::v1::Warning> warnings;
  std::set<std::string> used;
  flow::ForEachNode(process.root(), [&](const v1::Node& node) {
    used.insert(node.step().utilities().begin(), node.step().utilities().end());
  });
  ASSIGN_OR_RETURN(const bool keeps_all, kept.Keeps(used));
  if (keeps_all) return warnings;
  // Only who is mistaken pays for all of them: one is the nearest.
  ASSIGN_OR_RETURN(const bool keeps_none, kept.KeepsNone());
  if (keeps_none) return warnings;
  flow::ForEachNode(process.root(), "root", [&](const v1::Node& node, const std::string& path) {
    for (int i = 0; i < node.step().utilities_size(); ++i) {
      const std::string& utility = node.step().utilities(i);
      if (kept.Has(utility) || !kept.MayWarn()) continue;
      const std::string field = absl::StrCat(path, ".step.utilities[", i, "]");
      warnings.push_back(UtilityUnknown(kept, node, field, utility));
    }
  });
  return warnings;
}

absl::StatusOr<std::vector<common::v1::Warning>> FindWarnings(UtilityReads& reads,
                                                              absl::string_view workspace,
                                                              const v1::Utility& utility) {
  std::vector<common::v1::Warning> warnings;
  absl::string_view calendar = utility.support_calendar();
  if (!absl::ConsumePrefix(&calendar, "calendars/")) return warnings;
  ASSIGN_OR_RETURN(const std::vector<std::string> kept,
                   reads.CalendarIds(workspace, {std::string(calendar)}));
  if (!kept.empty()) return warnings;
  ASSIGN_OR_RETURN(const std::vector<std::string> known, reads.CalendarIds(workspace, {}));
  common::v1::Warning& warning = warnings.emplace_back();
  warning.set_reason(common::v1::ERROR_REASON_CALENDAR_UNKNOWN);
  warning.set_field("support_calendar");
  warning.set_subject(absl::StrCat("workspaces/", workspace, "/", utility.support_calendar()));
  warning.set_description(absl::StrCat("it is supported by the calendar '", calendar,
                                       "', which is not kept", base::DidYouMean(calendar, known),
                                       " (else create it, so that its hours are known)"));
  return warnings;
}

}  // namespace plumbline::catalog
