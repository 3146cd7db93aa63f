// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/forecast/service/case_rpc.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/service/convert.h"
#include "services/analytics/discovery/inductive_miner.h"
#include "services/analytics/discovery/trace_bag.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/forecast/case_steps.h"
#include "services/analytics/forecast/service/case_answers.h"
#include "services/analytics/forecast/service/case_convert.h"
#include "services/analytics/live/live_case_history.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/selected_view.h"

namespace plumbline::analytics {
namespace {

using KeepGoing = absl::FunctionRef<absl::Status()>;

constexpr double kMicros = 1e6;
// Held against fewer cases a forecast shows nothing.
constexpr int64_t kLeastToCheck = 20;
constexpr size_t kMostNodes = 2'000;
// Of a case of the log while the latest are found; of a time, in a history and in copies of it; of
// a run, twice.
constexpr int64_t kBytesOfACase = 24, kBytesOfATime = 32, kBytesOfARun = 16;

// "2026-01-05 09:00 UTC", for people.
std::string TimeWords(int64_t micros) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

std::string TimeText(int64_t micros) {
  return absl::FormatTime(absl::RFC3339_sec, absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

conformance::ModelNode ToModelNode(const ModelTree& tree, const std::vector<std::string>& names) {
  using conformance::Operator;
  if (tree.kind == ModelKind::kActivity) return conformance::Activity(names[tree.activity]);
  if (tree.kind == ModelKind::kSilent) return conformance::Silent();
  std::vector<conformance::ModelNode> children;
  for (const ModelTree& child : tree.children) children.push_back(ToModelNode(child, names));
  const Operator op = tree.kind == ModelKind::kSequence   ? Operator::kSequence
                      : tree.kind == ModelKind::kChoice   ? Operator::kChoice
                      : tree.kind == ModelKind::kParallel ? Operator::kParallel
                                                          : Operator::kLoop;
  return conformance::Inner(op, std::move(children));
}

// What a forecast is made from: a log, or sums that are kept of it.
struct Basis {
  int64_t now = 0;
  std::optional<TraceBag> traces;          // of all cases, where a process is discovered
  std::shared_ptr<const LogSnapshot> log;  // the latest cases that ended, or all
  std::shared_ptr<const LogSnapshot> one;  // the case that is forecast; none: nullptr
  std::vector<std::string> map_transitions;
  std::optional<LiveCaseHistory::Latest> latest;  // where `log` has not all
};

absl::StatusOr<conformance::ModelNode> ModelOf(const CaseForecastCommand& command,
                                               const Basis& basis, const Reader& reader,
                                               const SelectedView& part, int64_t held,
                                               KeepGoing keep_on,
                                               v1::ForecastCaseResponse* response) {
  if (command.model.has_value()) return *command.model;
  const TraceBag& bag = *basis.traces;
  // The miner takes the variants five times.
  const auto bytes =
      static_cast<int64_t>(5 * (bag.event_count() * sizeof(uint32_t) + bag.size() * 24));
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(bytes, part, held));
  InductiveOptions options;
  options.noise = command.noise;
  options.check = [&] { return keep_on(); };
  ASSIGN_OR_RETURN(const ModelTree tree, MineTree(bag, options));
  if (NodeCount(tree) > kMostNodes) {
    return base::FieldError(
        "model", absl::StrCat("the process that is discovered has ", NodeCount(tree),
                              " nodes, more than ", kMostNodes, "; give one, or more noise"));
  }
  response->set_model_text(TextOf(tree, bag.names()));
  return ToModelNode(tree, bag.names());
}

// The one case as a log of its own, where its number is 0; nullptr where there is none.
absl::StatusOr<std::shared_ptr<const LogSnapshot>> OneCase(const std::string& id,
                                                           const LogSnapshot& log) {
  size_t low = 0, high = log.case_count();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    log.cases[middle] < id ? low = middle + 1 : high = middle;
  }
  if (low == log.case_count() || log.cases[low] != id) return nullptr;
  Selected one{BitSet(log.case_count()), std::nullopt, {}};
  one.cases.Set(low);
  return PartOf(log, one);
}

absl::Status Ended(const std::string& id, const std::string& how, int64_t when) {
  return base::Error(base::Reason::ERROR_REASON_CASE_ENDED,
                     absl::StrCat("the case '", id, "' ", how, " ", TimeWords(when),
                                  ", so that there is nothing to forecast; an as_of_time before "
                                  "that shows what would have been forecast then"))
      .With("end_time", TimeText(when));
}

// Where the case stands, and by label how often it has done what.
absl::Status WalkToHere(const CaseForecastCommand& command, const Basis& basis, KeepGoing keep_on,
                        forecast::TreeWalk* walk, std::vector<int64_t>* done) {
  const int64_t now = basis.now;
  const LogSnapshot* log = basis.one.get();
  if (log == nullptr) {
    return base::FieldError("case_id", absl::StrCat("the log has no case '", command.case_id,
                                                    "'; ListCases lists those that it has"));
  }
  if (CaseStart(*log, 0) > now) {
    return base::FieldError("as_of_time",
                            absl::StrCat("is ", TimeWords(now), ", before the begin of the case, ",
                                         TimeWords(CaseStart(*log, 0))));
  }
  const CaseEnds ends(*log);
  if (ends.marked() && ends.MarkedTime(0) != kNoTime && ends.MarkedTime(0) <= now)
    return Ended(command.case_id, "ended at", ends.MarkedTime(0));
  walk->Begin(CaseStart(*log, 0));
  RETURN_IF_ERROR(forecast::ReadCases(
      *log, basis.map_transitions, walk->tree(), now, {true},
      [&](const forecast::CaseSteps& steps) {
        forecast::WalkCase(steps, walk);
        for (const auto& step : steps.done) ++(*done)[step.label];
      },
      keep_on));
  if (walk->done())
    return Ended(command.case_id, "has no step of the process left since", walk->state(0).end);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> NowOf(const CaseForecastCommand& command, const LogSnapshot& log) {
  if (log.empty())
    return base::FieldError("name", "the log has no events; there is nothing to forecast from");
  if (command.as_of.has_value() && *command.as_of < log.FirstTime()) {
    return base::FieldError(
        "as_of_time",
        absl::StrCat("is ", TimeWords(*command.as_of), ", before the first event of the log, ",
                     TimeWords(log.FirstTime()), ": there is nothing yet to forecast from"));
  }
  return command.as_of.value_or(log.LastTime());
}

// Of a process without an activity, which was given or discovered.
absl::Status NoActivity(const CaseForecastCommand& command, int64_t now) {
  if (command.model.has_value())
    return base::FieldError("model", "has no activity; there is nothing to forecast");
  return base::FieldError(
      "selection", absl::StrCat("leaves no event until ", TimeWords(now),
                                " from which a process could be discovered; select other cases, or "
                                "give a `model`"));
}

absl::StatusOr<std::vector<double>> LimitsOf(const CaseForecastCommand& command,
                                             const cascade::Axis& axis) {
  if (!command.by.has_value()) return std::vector<double>();
  if (*command.by <= axis.now()) {
    return base::FieldError(
        "by_time", absl::StrCat("is ", TimeWords(*command.by),
                                ", not after the time of the forecast, ", TimeWords(axis.now())));
  }
  return std::vector<double>{static_cast<double>(axis.At(*command.by)) / kMicros};
}

// What is forecast, and how.
struct Task {
  const CaseForecastCommand& command;
  const conformance::Tree& tree;
  const cascade::Axis& axis;
  const forecast::CaseHistory& history;
};

// What is wrong with the tree of times is so with the process, which is what was asked for.
absl::StatusOr<forecast::TreeForecast> Forecast(const forecast::TimeTree& tree,
                                                const std::vector<double>& limits,
                                                const CaseForecastCommand& command,
                                                KeepGoing keep_on) {
  absl::StatusOr<forecast::TreeForecast> result =
      forecast::ForecastTree(tree, command.confidences, limits, command.options, keep_on);
  if (base::ReasonOf(result.status()) != base::Reason::ERROR_REASON_FIELD_INVALID) return result;
  return base::FieldError(
      "model", absl::StrCat("has too many steps in a row that may be left out, or loops within "
                            "loops, to be forecast (",
                            result.status().message(), "); take a simpler one, or more noise"));
}

absl::Status Run(const Task& task, const Basis& basis, KeepGoing keep_on,
                 v1::ForecastCaseResponse* response) {
  const CaseForecastCommand& command = task.command;
  ASSIGN_OR_RETURN(const auto assumed, ToAssumptions(command, task.tree));
  ASSIGN_OR_RETURN(const std::vector<double> limits, LimitsOf(command, task.axis));
  forecast::TreeWalk walk(task.tree);
  std::vector<int64_t> done(task.tree.label_count());
  if (!command.case_id.empty()) RETURN_IF_ERROR(WalkToHere(command, basis, keep_on, &walk, &done));
  ASSIGN_OR_RETURN(const forecast::CasePlan plan,
                   forecast::CasePlan::Make(task.tree, task.history, assumed));
  CaseForecast shown{.command = command,
                     .tree = task.tree,
                     .axis = task.axis,
                     .history = task.history,
                     .plan = plan,
                     .begin = task.axis.now(),
                     .done = std::move(done)};
  shown.pending.resize(task.tree.label_count());
  forecast::TimeTree rest;
  if (command.case_id.empty()) {
    rest = plan.FromBegin();
  } else {
    shown.begin = walk.state(0).begin;
    auto here = plan.FromHere(walk, task.axis.now(), task.axis.between());
    rest = std::move(here.rest);
    shown.pending = std::move(here.pending);
  }
  ASSIGN_OR_RETURN(shown.result, Forecast(rest, limits, command, keep_on));
  // The history knew nothing of what is assumed, so that it is no measure of it.
  if (task.history.case_count() >= kLeastToCheck && command.assumptions.empty()) {
    ASSIGN_OR_RETURN(shown.whole, Forecast(plan.FromBegin(), {}, command, keep_on));
  }
  ToProto(shown, response);
  return absl::OkStatus();
}

// `part`: of what is in the basis, with so many bytes held of it.
absl::Status Answer(const CaseForecastCommand& command, const Basis& basis, const Reader& reader,
                    const SelectedView& part, int64_t held, KeepGoing keep_on,
                    v1::ForecastCaseResponse* response) {
  ASSIGN_OR_RETURN(const conformance::ModelNode model,
                   ModelOf(command, basis, reader, part, held, keep_on, response));
  const conformance::Tree tree(model);
  if (tree.label_count() == 0) return NoActivity(command, basis.now);
  const LogSnapshot& log = *basis.log;
  const size_t times = std::min(log.size(), command.history_cases * tree.size());
  const int64_t bytes = kBytesOfACase * static_cast<int64_t>(log.case_count()) +
                        kBytesOfATime * static_cast<int64_t>(times) +
                        kBytesOfARun * command.options.runs;
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(bytes, part, held));
  const cascade::Axis axis = ToAxis(command.business, basis.now);
  ASSIGN_OR_RETURN(forecast::CaseHistory history,
                   forecast::LearnCases(log, basis.map_transitions, tree,
                                        {.as_of = basis.now,
                                         .most_cases = command.history_cases,
                                         .without = command.case_id,
                                         .between = axis.between()},
                                        keep_on));
  if (basis.latest.has_value()) {
    history.open_cases = basis.latest->open_count;
    history.older_cases = std::max<int64_t>(
        0, basis.latest->ended_count - static_cast<int64_t>(command.history_cases));
  }
  RETURN_IF_ERROR(Run({command, tree, axis, history}, basis, keep_on, response));
  return keep_on();
}

absl::Status AnswerFromLog(const CaseForecastCommand& command, Reader& reader,
                           const base::CallContext& context, KeepGoing keep_on,
                           v1::ForecastCaseResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const LogView> view, reader.Load(context, command.key));
  ASSIGN_OR_RETURN(const int64_t now, NowOf(command, *view->log()));
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, view, command.selection));
  Tell(part, response);
  Basis basis{.now = now, .log = part.view->log()};
  basis.map_transitions = part.view->map_transitions();
  if (!command.model.has_value()) basis.traces.emplace(part.view->traces(), now);
  // The case's own end, as the same completion tells it.
  const CompletionText& completion = command.selection.completion();
  std::shared_ptr<const LogView> whole = part.view;
  std::shared_ptr<const void> room_of_ends;
  int64_t held = 0;
  if (part.summary.has_value() && !command.case_id.empty()) {  // that is a part
    held = BytesOfEnds(*view, completion);
    ASSIGN_OR_RETURN(room_of_ends, reader.TakeRoom(held, part));
    ASSIGN_OR_RETURN(whole, WithEnds(view, completion, keep_on));
  }
  if (!command.case_id.empty()) {
    ASSIGN_OR_RETURN(basis.one, OneCase(command.case_id, *whole->log()));
  }
  return Answer(command, basis, reader, part, held, keep_on, response);
}

// From sums that are kept, where there are any. What is not asked of them is done without them.
absl::StatusOr<bool> AnswerFromSums(const CaseForecastCommand& command, Reader& reader,
                                    const base::CallContext& context, KeepGoing keep_on,
                                    v1::ForecastCaseResponse* response) {
  if (!command.selection.everything() || command.as_of.has_value()) return false;
  ASSIGN_OR_RETURN(const LogRecord record, reader.Find(context, command.key));
  const bool discovers = !command.model.has_value();
  Basis basis;
  std::shared_ptr<const void> room;
  int64_t held = 0;
  const auto read = [&](LiveSums& kept, const LiveWhole& whole, int64_t) -> absl::Status {
    const auto& sums = static_cast<const LiveCaseHistory&>(kept);
    held = sums.answer_bytes() + sums.latest_bytes(command.history_cases);
    ASSIGN_OR_RETURN(room, reader.TakeRoom(held));
    basis.now = whole.last_time;
    if (discovers) basis.traces = sums.Bag(whole);
    const std::optional<uint32_t> one = sums.NumberOf(whole, command.case_id);
    if (one.has_value()) basis.one = whole.cases({*one}).log;
    basis.latest = sums.LatestOf(whole, command.history_cases, one);
    basis.log = basis.latest->cases.log;
    *response->mutable_completion() =
        SummariseEnds(whole.marks_ends, whole.case_count, whole.open_case_count);
    return absl::OkStatus();
  };
  const auto make = [discovers](const std::vector<std::string>& map_transitions) {
    return std::make_unique<LiveCaseHistory>(discovers, map_transitions);
  };
  ASSIGN_OR_RETURN(
      const bool answered,
      reader.AskSums(context, command.key.workspace, record,
                     {discovers ? "ForecastCase.discovered" : "ForecastCase.given", make, read}));
  if (!answered) return false;
  RETURN_IF_ERROR(Answer(command, basis, reader, {}, held, keep_on, response));
  return true;
}

}  // namespace

absl::Status ForecastCase(Reader& reader, const base::Clock& clock,
                          const base::CallContext& context, const v1::ForecastCaseRequest& request,
                          v1::ForecastCaseResponse* response) {
  ASSIGN_OR_RETURN(const CaseForecastCommand command, ToCommand(request));
  const auto keep_on = [&] { return context.Check(clock.Now()); };
  ASSIGN_OR_RETURN(const bool answered,
                   AnswerFromSums(command, reader, context, keep_on, response));
  if (answered) return absl::OkStatus();
  return AnswerFromLog(command, reader, context, keep_on, response);
}

}  // namespace plumbline::analytics
