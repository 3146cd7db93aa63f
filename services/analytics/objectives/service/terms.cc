// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/terms.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "services/analytics/objectives/service/measure.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

using objectives::BurnRule;
using objectives::PolicyLevel;
using objectives::Severity;
using objectives::Terms;

constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                  kDay = 24 * kHour;
constexpr int64_t kDefaultPeriod = 90 * kDay, kMostPeriod = 1'096 * kDay;
constexpr int kMostRules = 16, kMostLevels = 8, kMostLabels = 64;
constexpr double kMostConsumed = 100;
constexpr size_t kMostTitle = 200, kMostText = 1'000, kMostLabel = 200;

size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

absl::Status AtMost(const std::string& field, absl::string_view text, size_t most) {
  const size_t length = Characters(text);
  if (length <= most) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("has ", length, " characters; shorten it to ", most));
}

// `what`: which of several it is, where the field is called by a name that they share; `most_is`:
// what its limit is.
absl::StatusOr<int64_t> ToWindow(const std::string& field, const google::protobuf::Duration& span,
                                 int64_t least, int64_t most, const char* what = "is ",
                                 const char* most_is = "") {
  ASSIGN_OR_RETURN(const int64_t micros, ToSpan(field, span));
  if (micros >= least && micros <= most) return micros;
  const auto words = [](int64_t of) { return absl::FormatDuration(absl::Microseconds(of)); };
  return base::FieldError(field, absl::StrCat(what, words(micros), "; give ", words(least), " to ",
                                              words(most), most_is));
}

// The rate of a rule, which says it or the share that it spends.
absl::StatusOr<double> ToRate(const std::string& path, const v1::BurnRateRule& rule,
                              int64_t long_window, const Terms& terms) {
  const bool has_rate = rule.burn_rate() != 0, has_share = rule.budget_share() != 0;
  if (has_rate == has_share) {
    return base::FieldError(absl::StrCat(path, ".burn_rate"),
                            "is one of two ways to say it; give exactly one of burn_rate and "
                            "budget_share");
  }
  const std::string field = absl::StrCat(path, has_rate ? ".burn_rate" : ".budget_share");
  const double given = has_rate ? rule.burn_rate() : rule.budget_share();
  const double rate =
      has_rate ? given : objectives::RateThatSpends(given, long_window, terms.period);
  if (!std::isfinite(rate) || rate <= 0)
    return base::FieldError(field, absl::StrCat("is ", given, "; it must be above 0"));
  const double largest = objectives::LargestRate(terms.goal);
  if (rate < largest) return rate;
  return base::FieldError(
      field, absl::StrFormat(
                 "is %g,%s can never be exceeded: where everything is bad, with a goal of %g, "
                 "the burn rate is %.4g; give less than %.4g",
                 given, has_rate ? " which" : absl::StrFormat(" a burn rate of %.4g, which", rate),
                 terms.goal, largest,
                 has_rate ? largest : objectives::ShareSpent(largest, long_window, terms.period)));
}

absl::StatusOr<BurnRule> ToRule(const std::string& path, const v1::BurnRateRule& proto,
                                const Terms& terms) {
  RETURN_IF_ERROR(base::CheckId(absl::StrCat(path, ".id"), proto.id()));
  BurnRule rule;
  rule.id = proto.id();
  ASSIGN_OR_RETURN(
      rule.long_window,
      ToWindow(absl::StrCat(path, ".long_window"), proto.long_window(), kMinute, terms.period,
               "has a long window of ", ", the period of the objective"));
  ASSIGN_OR_RETURN(rule.short_window,
                   ToWindow(absl::StrCat(path, ".short_window"), proto.short_window(), kSecond,
                            rule.long_window, "has a short window of ", ", its long window"));
  ASSIGN_OR_RETURN(rule.rate, ToRate(path, proto, rule.long_window, terms));
  if (!v1::BurnRateRule::Severity_IsValid(proto.severity()))
    return base::FieldError(absl::StrCat(path, ".severity"), "is unknown; choose TICKET or PAGE");
  rule.severity =
      proto.severity() == v1::BurnRateRule::SEVERITY_PAGE ? Severity::kPage : Severity::kTicket;
  return rule;
}

absl::Status AddRules(const v1::Objective& objective, const std::string& path, Terms* terms) {
  if (objective.rules_size() > kMostRules) {
    return base::FieldError(
        absl::StrCat(path, ".rules"),
        absl::StrCat("has ", objective.rules_size(), " entries; at most ", kMostRules));
  }
  if (!v1::Objective::RuleSet_IsValid(objective.rule_set()))
    return base::FieldError(absl::StrCat(path, ".rule_set"),
                            "is unknown; choose PROCESS or SERVICE");
  if (objective.rules().empty()) {
    terms->rules = objective.rule_set() == v1::Objective::RULE_SET_SERVICE
                       ? objectives::ServiceRules(terms->goal, terms->period)
                       : objectives::ProcessRules(terms->goal, terms->period);
    return absl::OkStatus();
  }
  for (int i = 0; i < objective.rules_size(); ++i) {
    ASSIGN_OR_RETURN(BurnRule rule,
                     ToRule(absl::StrCat(path, ".rules[", i, "]"), objective.rules(i), *terms));
    terms->rules.push_back(std::move(rule));
  }
  return absl::OkStatus();
}

absl::Status AddPolicy(const v1::Objective& objective, const std::string& path, Terms* terms) {
  if (objective.policy_size() > kMostLevels) {
    return base::FieldError(
        absl::StrCat(path, ".policy"),
        absl::StrCat("has ", objective.policy_size(), " entries; at most ", kMostLevels));
  }
  if (objective.policy().empty()) terms->policy = objectives::DefaultPolicy();
  for (int i = 0; i < objective.policy_size(); ++i) {
    const v1::BudgetPolicyLevel& level = objective.policy(i);
    const std::string field = absl::StrCat(path, ".policy[", i, "]");
    RETURN_IF_ERROR(base::CheckId(absl::StrCat(field, ".id"), level.id()));
    const double least = terms->policy.empty() ? 0 : terms->policy.back().consumed_share;
    if (!(level.consumed_share() > least && level.consumed_share() <= kMostConsumed)) {
      return base::FieldError(
          absl::StrCat(field, ".consumed_share"),
          absl::StrCat("is ", level.consumed_share(), "; it must be above ", least,
                       ", that of the level before it, and at most ", kMostConsumed));
    }
    if (level.action().empty())
      return base::FieldError(absl::StrCat(field, ".action"), "is missing; say what is done then");
    RETURN_IF_ERROR(AtMost(absl::StrCat(field, ".action"), level.action(), kMostText));
    terms->policy.push_back({level.id(), level.consumed_share(), level.action()});
  }
  return absl::OkStatus();
}

absl::Status CheckUnique(const v1::Objective& objective, const std::string& path) {
  std::set<std::string> ids;
  for (int i = 0; i < objective.rules_size(); ++i) {
    if (!ids.insert(objective.rules(i).id()).second)
      return base::FieldError(absl::StrCat(path, ".rules[", i, "].id"),
                              absl::StrCat("'", objective.rules(i).id(), "' is taken already"));
  }
  for (int i = 0; i < objective.policy_size(); ++i) {
    if (!ids.insert(objective.policy(i).id()).second)
      return base::FieldError(absl::StrCat(path, ".policy[", i, "].id"),
                              absl::StrCat("'", objective.policy(i).id(), "' is taken already"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Terms> ToTerms(const v1::Objective& objective, const std::string& path) {
  constexpr int64_t kMostCount = 1'000'000;
  Terms terms;
  terms.goal = objective.goal_share();
  if (!(terms.goal > 0 && terms.goal < 1)) {
    return base::FieldError(
        absl::StrCat(path, ".goal_share"),
        absl::StrCat("is ", terms.goal, "; it must be above 0 and below 1, as 0.9 for 90 %",
                     terms.goal == 1 ? ": a promise without exceptions has no budget" : ""));
  }
  terms.period = kDefaultPeriod;
  if (objective.has_period()) {
    ASSIGN_OR_RETURN(terms.period, ToWindow(absl::StrCat(path, ".period"), objective.period(),
                                            kHour, kMostPeriod));
  }
  ASSIGN_OR_RETURN(terms.min_bad, NumberOr(absl::StrCat(path, ".min_bad_count"),
                                           objective.min_bad_count(), 3, 1, kMostCount));
  ASSIGN_OR_RETURN(terms.min_events, NumberOr(absl::StrCat(path, ".min_event_count"),
                                              objective.min_event_count(), 10, 1, kMostCount));
  RETURN_IF_ERROR(AddRules(objective, path, &terms));
  RETURN_IF_ERROR(AddPolicy(objective, path, &terms));
  RETURN_IF_ERROR(CheckUnique(objective, path));
  return terms;
}

absl::StatusOr<LogKey> ToLog(const v1::Objective& objective, const std::string& workspace,
                             const std::string& path) {
  const std::string field = absl::StrCat(path, ".event_log");
  ASSIGN_OR_RETURN(auto parts,
                   base::ParseName(field, objective.event_log(), "workspaces/*/eventLogs/*"));
  if (parts[0] != workspace) {
    return base::FieldError(field, absl::StrCat("is of the workspace '", parts[0],
                                                "'; it must be one of '", workspace, "'"));
  }
  return LogKey{std::move(parts[0]), std::move(parts[1])};
}

}  // namespace

absl::StatusOr<CompiledObjective> Compile(const v1::Objective& objective,
                                          const std::string& workspace,
                                          absl::string_view path_view) {
  const std::string path(path_view);
  CompiledObjective compiled;
  ASSIGN_OR_RETURN(compiled.log, ToLog(objective, workspace, path));
  if (objective.selection().has_window()) {
    return base::FieldError(absl::StrCat(path, ".selection.window"),
                            "cannot be said here: the period says when; leave it out");
  }
  ASSIGN_OR_RETURN(compiled.selection,
                   ToSelection(absl::StrCat(path, ".selection"), objective.selection(),
                               {.may_lack = true}));  // the log need not be there yet
  ASSIGN_OR_RETURN(compiled.measure,
                   ToMeasure(absl::StrCat(path, ".measure"), objective.measure()));
  ASSIGN_OR_RETURN(compiled.terms, ToTerms(objective, path));
  compiled.question = absl::StrCat(NameOf(compiled.log), "\n", DigestOf(compiled.selection), "\n",
                                   DigestOf(objective.measure()));
  return compiled;
}

absl::Status CheckTexts(const v1::Objective& objective, absl::string_view path,
                        const webhook::UrlPolicy& urls) {
  RETURN_IF_ERROR(AtMost(absl::StrCat(path, ".title"), objective.title(), kMostTitle));
  RETURN_IF_ERROR(AtMost(absl::StrCat(path, ".description"), objective.description(), kMostText));
  if (!objective.alert_webhook_url().empty()) {
    const std::string fault = webhook::UrlFault(objective.alert_webhook_url(), urls);
    if (!fault.empty()) return base::FieldError(absl::StrCat(path, ".alert_webhook_url"), fault);
  }
  const std::string labels = absl::StrCat(path, ".labels");
  if (objective.labels_size() > kMostLabels) {
    return base::FieldError(
        labels, absl::StrCat("has ", objective.labels_size(), " entries; at most ", kMostLabels));
  }
  for (const auto& [key, value] : objective.labels()) {
    RETURN_IF_ERROR(base::CheckId(labels, key));
    RETURN_IF_ERROR(AtMost(absl::StrCat(labels, ".", key), value, kMostLabel));
  }
  return absl::OkStatus();
}

}  // namespace plumbline::analytics
