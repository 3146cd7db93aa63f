// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/answers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/filter/uncounted.h"
#include "services/analytics/live/live_outcomes.h"
#include "services/analytics/objectives/alerts.h"
#include "services/analytics/serving/answers.h"

namespace plumbline::analytics {
namespace {

using objectives::Budget;
using objectives::Burn;
using objectives::RuleState;
using objectives::Severity;
using objectives::Shares;
using objectives::State;
using objectives::Terms;

// How far the last event of a log may be from now for the log to be one that is written.
constexpr int64_t kLive = int64_t{7} * 86'400 * 1'000'000;

void ToProto(int64_t micros, google::protobuf::Duration* duration) {
  duration->set_seconds(micros / 1'000'000);
  duration->set_nanos(static_cast<int32_t>(micros % 1'000'000 * 1000));
}

void ToProto(const Burn& burn, double goal, v1::BurnRate* answer) {
  ToProto(burn.window, answer->mutable_window());
  answer->set_event_count(burn.tally.count);
  answer->set_bad_count(burn.tally.bad);
  if (const auto share = burn.error_share()) answer->set_error_share(*share);
  if (const auto rate = burn.Rate(goal)) answer->set_burn_rate(*rate);
}

void ToProto(const Shares& shares, v1::ErrorBudget* answer) {
  answer->set_good_share(shares.good);
  answer->set_good_share_lower(shares.good_lower);
  answer->set_good_share_upper(shares.good_upper);
  answer->set_budget_count(shares.budget);
  answer->set_remaining_count(shares.remaining);
  answer->set_consumed_share(shares.consumed_share);
  answer->set_remaining_share(1 - shares.consumed_share);
  answer->set_projected_budget_count(shares.projected_budget);
  answer->set_projected_consumed_share(shares.projected_consumed_share);
}

v1::ErrorBudget::State ToProto(State state) {
  switch (state) {
    case State::kMet:
      return v1::ErrorBudget::STATE_MET;
    case State::kAtRisk:
      return v1::ErrorBudget::STATE_AT_RISK;
    case State::kExhausted:
      return v1::ErrorBudget::STATE_EXHAUSTED;
    case State::kTooFewEvents:
      return v1::ErrorBudget::STATE_TOO_FEW_EVENTS;
  }
  return v1::ErrorBudget::STATE_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<bool> OutcomeReader::ReadKept(const base::CallContext& context,
                                             const LogRecord& record,
                                             const CompiledObjective& objective,
                                             KnownOutcomes* known, int64_t* watermark) {
  if (!objective.selection.everything() || !LiveOutcomes::Keeps(objective.measure)) return false;
  const auto answer = [&](LiveSums& sums, const LiveWhole& whole, int64_t at) -> absl::Status {
    ASSIGN_OR_RETURN(const auto room, reader_.TakeRoom(sums.answer_bytes()));
    known->outcomes = static_cast<LiveOutcomes&>(sums).Answer(whole);
    known->completion = SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
    known->last_time = whole.last_time;
    *watermark = at;
    return absl::OkStatus();
  };
  const auto make = [measure = objective.measure](const std::vector<std::string>& transitions) {
    return std::make_unique<LiveOutcomes>(measure, transitions);
  };
  return reader_.AskSums(context, objective.log.workspace, record,
                         {absl::StrCat("outcomes/", objective.question), make, answer});
}

absl::StatusOr<std::shared_ptr<const KnownOutcomes>> OutcomeReader::Read(
    const base::CallContext& context, const CompiledObjective& objective) {
  ASSIGN_OR_RETURN(const LogRecord record, reader_.Find(context, objective.log));
  {
    absl::MutexLock lock(&mutex_);
    const auto entry = entries_.find(objective.question);
    if (entry != entries_.end() && entry->second.uid == record.uid &&
        entry->second.watermark >= record.last_block) {
      entry->second.last_use = ++uses_;
      return entry->second.known;
    }
  }
  auto known = std::make_shared<KnownOutcomes>();
  int64_t watermark = 0;
  ASSIGN_OR_RETURN(const bool kept, ReadKept(context, record, objective, known.get(), &watermark));
  if (kept) {
    Keep(objective.question, {record.uid, watermark, known});
    return known;
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader_.Load(context, objective.log));
  ASSIGN_OR_RETURN(const SelectedView part, reader_.Select(context, view, objective.selection));
  known->selection = part.summary;
  known->completion = SummariseEnds(*part.view->log(), part.completion);
  if (!view->log()->empty()) known->last_time = view->log()->LastTime();
  ASSIGN_OR_RETURN(
      known->outcomes,
      objectives::ReadOutcomes({*part.view->log(), part.view->traces(),
                                [&]() -> const Variants& { return part.view->variants(); }},
                               part.view->map_transitions(), objective.measure,
                               [&] { return context.Check(clock_.Now()); }));
  Keep(objective.question, {record.uid, view->watermark(), known});
  return known;
}

absl::StatusOr<std::vector<std::string>> OutcomeReader::LookForSlips(
    const base::CallContext& context, const CompiledObjective& objective) {
  const objectives::Measure& measure = objective.measure;
  const Selection& condition = measure.condition;
  if (!condition.cases().has_value() && measure.activity.empty() && measure.from_activity.empty())
    return std::vector<std::string>();
  const auto view = reader_.Load(context, objective.log);
  if (!view.ok() || (*view)->log()->empty()) return std::vector<std::string>();
  const LogSnapshot& log = *(*view)->log();
  if (!condition.cases().has_value())
    return objectives::NotesOf(log.activities, /*marks_ends=*/true, measure, {}, {});
  ASSIGN_OR_RETURN(
      Selected selected,
      Select(condition,
             {log, (*view)->traces(), [&]() -> const Variants& { return (*view)->variants(); }},
             [&] { return context.Check(clock_.Now()); }));
  NoteUncounted(*condition.cases(), (*view)->traces(), selected.notes);
  return std::move(selected.notes);
}

void OutcomeReader::Keep(const std::string& question, Entry read) {
  absl::MutexLock lock(&mutex_);
  read.last_use = ++uses_;
  entries_[question] = std::move(read);
  while (entries_.size() > 1) {
    size_t bytes = 0;
    auto oldest = entries_.begin();
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      bytes += entry->second.known->outcomes.series.memory_bytes() + entry->first.size();
      if (entry->second.last_use < oldest->second.last_use) oldest = entry;
    }
    if (bytes <= most_bytes_) return;
    entries_.erase(oldest);
  }
}

int64_t DefaultTime(const KnownOutcomes& known, absl::Time now) {
  const int64_t micros = absl::ToUnixMicros(now);
  if (known.last_time == kNoTime) return micros;
  const bool live = known.last_time <= micros + kLive && known.last_time >= micros - kLive;
  return live ? micros : known.last_time;
}

v1::BurnRateRuleState ToProto(const RuleState& state, const Terms& terms) {
  v1::BurnRateRuleState answer;
  v1::BurnRateRule& rule = *answer.mutable_rule();
  rule.set_id(state.rule.id);
  ToProto(state.rule.long_window, rule.mutable_long_window());
  ToProto(state.rule.short_window, rule.mutable_short_window());
  rule.set_burn_rate(state.rule.rate);
  rule.set_budget_share(
      objectives::ShareSpent(state.rule.rate, state.rule.long_window, terms.period));
  rule.set_severity(state.rule.severity == Severity::kPage ? v1::BurnRateRule::SEVERITY_PAGE
                                                           : v1::BurnRateRule::SEVERITY_TICKET);
  answer.set_threshold_share(state.threshold);
  ToProto(state.long_burn, terms.goal, answer.mutable_long_rate());
  ToProto(state.short_burn, terms.goal, answer.mutable_short_rate());
  answer.set_firing(state.firing);
  answer.set_held_back(state.held_back);
  return answer;
}

void ToProto(const Budget& budget, const Terms& terms, bool whole, v1::ErrorBudget* answer) {
  *answer->mutable_time() = ToTimestamp(budget.time);
  *answer->mutable_period_start_time() = ToTimestamp(budget.time - terms.period);
  answer->set_state(ToProto(budget.state));
  answer->set_state_reason(objectives::StateText(budget, terms));
  answer->set_event_count(budget.tally.count);
  answer->set_good_count(budget.tally.count - budget.tally.bad);
  answer->set_bad_count(budget.tally.bad);
  answer->set_pending_count(budget.pending);
  answer->set_overdue_count(budget.overdue);
  answer->set_failed_count(budget.failed);
  if (budget.shares.has_value()) ToProto(*budget.shares, answer);
  if (budget.level.has_value()) {
    answer->set_policy_level(budget.level->id);
    answer->set_policy_action(budget.level->action);
  }
  for (const RuleState& state : budget.rules) {
    if (state.firing) answer->add_firing_rules(state.rule.id);
    if (whole) *answer->add_rules() = ToProto(state, terms);
  }
  if (!whole) return;
  for (const Burn& burn : budget.burns) ToProto(burn, terms.goal, answer->add_burn_rates());
}

}  // namespace plumbline::analytics
