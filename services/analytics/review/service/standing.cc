// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/service/standing.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/objectives/service/terms.h"
#include "services/analytics/report/units.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"

namespace plumbline::analytics {
namespace {

constexpr int kMostShown = 50, kPage = 1'000;

absl::StatusOr<std::vector<StoredObjective>> ObjectivesOf(ObjectiveStore& store,
                                                          const base::CallContext& context,
                                                          const LogKey& log) {
  v1::ListObjectivesRequest request;
  request.set_parent(absl::StrCat("workspaces/", log.workspace));
  request.set_filter(absl::StrCat("event_log = ", Quoted(NameOf(log))));
  request.set_page_size(kPage);  // as many as a workspace can have
  ASSIGN_OR_RETURN(const listing::Query query, listing::ToQuery("ListObjectives", request.parent(),
                                                                request, ObjectiveSchema()));
  listing::Page<StoredObjective> page;
  RETURN_IF_ERROR(store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(page, view.objectives().List(log.workspace, query));
    return absl::OkStatus();
  }));
  return std::move(page.rows);
}

std::string Title(const v1::ReviewObjective& objective) {
  return objective.title().empty() ? objective.name().substr(objective.name().rfind('/') + 1)
                                   : objective.title();
}

std::string StateWord(v1::ErrorBudget::State state) {
  switch (state) {
    case v1::ErrorBudget::STATE_MET:
      return "met";
    case v1::ErrorBudget::STATE_AT_RISK:
      return "at risk";
    case v1::ErrorBudget::STATE_EXHAUSTED:
      return "exhausted";
    default:
      return "too few events";
  }
}

std::string SentenceOf(const v1::ReviewObjective& objective) {
  const v1::ErrorBudget& budget = objective.budget();
  std::string text = absl::StrCat(Title(objective), ": ", StateWord(budget.state()), ". ");
  if (!budget.has_good_share()) return absl::StrCat(text, "Nothing counts in its period.");
  absl::StrAppend(&text, ShareText(budget.good_share()), " of ", CountText(budget.event_count()),
                  " were good (95 % interval ", ShareText(budget.good_share_lower()), " to ",
                  ShareText(budget.good_share_upper()), "; promised ",
                  ShareText(objective.goal_share()), ")");
  if (budget.remaining_count() < 0) {
    absl::StrAppend(&text, "; ", base::NumberText(-budget.remaining_count(), 1),
                    " more were bad than may be");
  } else {
    absl::StrAppend(&text, "; ", base::NumberText(budget.remaining_count(), 1), " of ",
                    base::NumberText(budget.budget_count(), 1), " that may be bad are left");
  }
  if (objective.has_burn_rate())
    absl::StrAppend(&text, ", spent ", absl::StrFormat("%.2f", objective.burn_rate()),
                    " times as fast as allowed");
  if (!budget.firing_rules().empty())
    absl::StrAppend(&text, "; alerting: ", absl::StrJoin(budget.firing_rules(), ", "));
  return absl::StrCat(text, ".");
}

absl::Status Stand(OutcomeReader& outcomes, const base::Clock& clock,
                   const base::CallContext& context, const StoredObjective& stored,
                   std::optional<int64_t> end, std::vector<std::string>* notes,
                   v1::ReviewObjective* answer) {
  ASSIGN_OR_RETURN(const CompiledObjective compiled,
                   Compile(stored.objective, stored.key.workspace, "objective"));
  ASSIGN_OR_RETURN(const std::shared_ptr<const KnownOutcomes> known,
                   outcomes.Read(context, compiled));
  // As `plumbline budget` and the alerts ask, unless the page ends before the last event.
  const bool before = end.has_value() && (known->last_time == kNoTime || *end <= known->last_time);
  const int64_t at = before ? *end - 1 : DefaultTime(*known, clock.Now());
  const objectives::Budget budget =
      objectives::Evaluate(known->outcomes.series, compiled.terms, at);
  ToProto(budget, compiled.terms, /*whole=*/false, answer->mutable_budget());
  for (const std::string& note : known->outcomes.notes) {
    // What ends of cases are is said of the page as a whole.
    if (!absl::StartsWith(note, "The log marks no ends")) notes->push_back(note);
  }
  for (const objectives::Burn& burn : budget.burns) {
    const std::optional<double> rate = burn.Rate(compiled.terms.goal);
    if (burn.window == compiled.terms.period && rate.has_value()) answer->set_burn_rate(*rate);
  }
  return absl::OkStatus();
}

// Whether it may be well when it is asked for again, with the objective as it is.
bool PassesBy(const absl::Status& status) {
  const base::Reason reason = base::ReasonOf(status);
  return reason == base::Reason::ERROR_REASON_OVERLOADED ||
         reason == base::Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE;
}

// "a, b, c and 2 more".
std::string Named(std::vector<std::string> names) {
  constexpr size_t kNamed = 3;
  const size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  names.resize(names.size() - more);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      more > 0 ? absl::StrCat(" and ", more, " more") : "");
}

// How many objectives, and how many of them are kept.
std::string ObjectivesText(const v1::Review& review) {
  if (!review.objectives_problem().empty()) return review.objectives_problem();
  if (review.objectives().empty()) {
    return "No objective is set for this log: say what was promised with plumbline objective "
           "create.";
  }
  int met = 0;
  std::vector<std::string> missed, at_risk;
  for (const v1::ReviewObjective& one : review.objectives()) {
    const auto state = one.budget().state();
    // What is at risk is kept so far.
    met += state == v1::ErrorBudget::STATE_MET || state == v1::ErrorBudget::STATE_AT_RISK;
    if (state == v1::ErrorBudget::STATE_AT_RISK) at_risk.push_back(Title(one));
    if (state == v1::ErrorBudget::STATE_EXHAUSTED)
      missed.push_back(absl::StrCat(Title(one), " (", StateWord(state), ")"));
  }
  const int told = met + static_cast<int>(missed.size());
  const auto all = review.objectives_size() + review.omitted_objective_count();
  const int untold = review.objectives_size() - told;
  if (told == 0 && review.omitted_objective_count() == 0) {
    if (all == 1) return "The one objective cannot be told yet: too little counts for it so far.";
    return absl::StrCat("None of the ", all,
                        " objectives can be told yet: too little counts for them so far.");
  }
  std::string text =
      absl::StrCat(met, " of ", all, all == 1 ? " objective is" : " objectives are", " met");
  if (untold > 0) absl::StrAppend(&text, ", ", untold, " cannot be told yet");
  if (!at_risk.empty()) absl::StrAppend(&text, "; met, but at risk: ", Named(at_risk));
  if (!missed.empty()) absl::StrAppend(&text, "; not so: ", Named(missed));
  return absl::StrCat(text, ".");
}

std::string ChangesText(const v1::Review& review) {
  std::vector<std::string> signals;
  int told = 0;
  for (const v1::ReviewChange& change : review.changes()) {
    told += change.verdict() != v1::ReviewChange::VERDICT_CANNOT_TELL;
    const char* word = change.verdict() == v1::ReviewChange::VERDICT_BETTER      ? "better"
                       : change.verdict() == v1::ReviewChange::VERDICT_WORSE     ? "worse"
                       : change.verdict() == v1::ReviewChange::VERDICT_DIFFERENT ? "different"
                                                                                 : nullptr;
    if (word != nullptr) signals.push_back(absl::StrCat(change.title(), " (", word, ")"));
  }
  if (told == 0) return "Whether anything changed since the period before cannot be told.";
  const int untold = review.changes_size() - told;
  const std::string of = absl::StrCat(
      "Of ", told, told == 1 ? " measure" : " measures",
      untold == 0 ? "" : absl::StrCat(" that can be compared (", untold, " more cannot)"), " ");
  if (signals.empty() && told == 1) {
    return absl::StrCat("The one measure that can be compared",
                        untold == 0 ? "" : absl::StrCat(" (", untold, " more cannot)"),
                        " did not change by more than chance since the period before.");
  }
  if (signals.empty())
    return absl::StrCat(of, "none changed by more than chance since the period before.");
  return absl::StrCat(of, signals.size(), " changed by more than chance since the period before: ",
                      absl::StrJoin(signals, ", "), ".");
}

std::string HoursText(const v1::ReviewGain& hours, bool business) {
  return absl::StrCat(CountText(std::llround(hours.value())), business ? " open" : "", " hours (",
                      CountText(std::llround(hours.lower())), " to ",
                      CountText(std::llround(hours.upper())), ")");
}

std::string FixesText(const v1::Review& review) {
  std::string text = absl::StrCat(
      review.fixes_size() == 1 ? "The first fix"
                               : absl::StrCat("The first ", review.fixes_size(), " fixes"),
      " would have saved ", HoursText(review.total_hours(), review.in_business_time()),
      " of lead time of ", base::Counted(review.ended_case_count(), "case", "cases"));
  if (review.has_total_cases_in_time() && review.total_cases_in_time().value() > 0) {
    absl::StrAppend(
        &text, ", and brought ", CountText(std::llround(review.total_cases_in_time().value())),
        " (", CountText(std::llround(review.total_cases_in_time().lower())), " to ",
        CountText(std::llround(review.total_cases_in_time().upper())), ") more of them in time");
  }
  return absl::StrCat(text, ".");
}

}  // namespace

absl::Status AddObjectives(ObjectiveStore& store, OutcomeReader& outcomes, const base::Clock& clock,
                           const base::CallContext& context, const LogKey& log, bool part,
                           v1::Review* review) {
  ASSIGN_OR_RETURN(const std::vector<StoredObjective> all, ObjectivesOf(store, context, log));
  if (part && !all.empty()) {
    review->set_omitted_objective_count(static_cast<int64_t>(all.size()));
    review->set_objectives_problem(absl::StrCat(
        all.size() == 1 ? "The objective of this log is a promise"
                        : absl::StrCat("The ", all.size(), " objectives of this log are promises"),
        " about all of its cases, and this page is of a part of them: plumbline objective list "
        "shows how ",
        all.size() == 1 ? "it stands" : "they stand", "."));
    return absl::OkStatus();
  }
  std::optional<int64_t> end;
  if (review->has_end_time()) {
    ASSIGN_OR_RETURN(end, ToMicros("review.end_time", review->end_time()));
  }
  for (const StoredObjective& stored : all) {
    if (review->objectives_size() == kMostShown) break;
    v1::ReviewObjective& answer = *review->add_objectives();
    answer.set_name(stored.objective.name());
    answer.set_title(stored.objective.title());
    answer.set_goal_share(stored.objective.goal_share());
    std::vector<std::string> notes;
    const absl::Status status = Stand(outcomes, clock, context, stored, end, &notes, &answer);
    RETURN_IF_ERROR(context.Check(clock.Now()));
    if (status.ok()) {
      for (std::string& note : notes)
        if (!absl::EndsWith(note, "?")) absl::StrAppend(&note, ".");
      notes.insert(notes.begin(), SentenceOf(answer));
      answer.set_sentence(absl::StrJoin(notes, " "));
      continue;
    }
    answer.clear_budget();
    answer.set_problem(std::string(status.message()));
    answer.set_sentence(absl::StrCat(
        Title(answer),
        PassesBy(status) ? ": not counted just now, ask again: " : ": cannot be counted: ",
        status.message(), "."));
  }
  review->set_omitted_objective_count(static_cast<int64_t>(all.size()) - review->objectives_size());
  return absl::OkStatus();
}

void Summarize(v1::Review* review) {
  const std::string no_fix = review->summary().empty() ? "" : review->summary(0);
  review->clear_summary();
  review->add_summary(ObjectivesText(*review));
  if (!review->has_end_time()) return;
  review->add_summary(ChangesText(*review));
  review->add_summary(review->fixes().empty() ? no_fix : FixesText(*review));
}

}  // namespace plumbline::analytics
