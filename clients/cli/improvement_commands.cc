// SPDX-License-Identifier: Apache-2.0
//
// improvement: projects from a problem to what came of it.
#include "clients/cli/improvement_commands.h"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_view.h"
#include "clients/cli/list.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kImprovements[] = "/plumbline.analytics.v1.ImprovementService/";

struct Options {
  std::string id, title, problem, owner, log, filter, event_filter, better, goal, smallest;
  std::string baseline_from, baseline_to, changed, revision, change_note;
  std::vector<std::string> watch;
  MeasureFlags measure;
  double confidence = 0, power = 0;
  std::string cause, evidence;
  std::string to, reason, etag, order_by, list_filter;
  bool dry_run = false, too_early = false;
  int limit = 1'000;
  // Of the measure flags that have defaults.
  CLI::Option* of = nullptr;
};

void NameFields(Session& session) {
  session.wording().Call({{"improvement_id", "ID"},
                          {"name", "ID"},
                          {"improvement.name", "ID"},
                          {"improvement.title", "--title"},
                          {"improvement.problem", "--problem"},
                          {"improvement.owner", "--owner"},
                          {"improvement.event_log", "--log"},
                          {"improvement.selection.filter", "--filter"},
                          {"improvement.selection.event_filter", "--event-filter"},
                          {"improvement.measure", "--of"},
                          {"improvement.measure.kind", "--of"},
                          {"improvement.measure.activity", "--step"},
                          {"improvement.measure.condition", "--condition"},
                          {"improvement.measure.target", "--target"},
                          {"improvement.measure.sources", "--defect"},
                          {"improvement.measure.business_time", "--calendar"},
                          {"improvement.direction", "--better"},
                          {"improvement.goal", "--goal"},
                          {"improvement.smallest_effect", "--smallest-effect"},
                          {"improvement.baseline_window", "--baseline-to"},
                          {"improvement.baseline_window.start_time", "--baseline-from"},
                          {"improvement.baseline_window.end_time", "--baseline-to"},
                          {"improvement.mix_attributes", "--watch"},
                          {"improvement.confidence", "--confidence"},
                          {"improvement.power", "--power"},
                          {"improvement.causes", "plumbline improvement cause"},
                          {"improvement.change", "--changed"},
                          {"improvement.change.time", "--changed"},
                          {"improvement.change.process_revision", "--revision"},
                          {"improvement.change.note", "--change-note"},
                          {"change", "--changed"},
                          {"to_state", "--to"},
                          {"reason", "--reason"},
                          {"note", "--note"},
                          {"etag", "--etag"}});
}

bool MeasureGiven(const Options& options) {
  const MeasureFlags& flags = options.measure;
  return (options.of != nullptr && options.of->count() > 0) || !flags.step.empty() ||
         !flags.condition.empty() || !flags.target.empty() || !flags.calendar.empty() ||
         !flags.defects.empty();
}

absl::Status SetTimes(const Options& options, pb::Improvement* improvement) {
  pb::ChartWindow window;
  RETURN_IF_ERROR(SetTime("--baseline-from", options.baseline_from, &window, "start_time"));
  RETURN_IF_ERROR(SetTime("--baseline-to", options.baseline_to, &window, "end_time"));
  if (window.ByteSizeLong() > 0) *improvement->mutable_baseline_window() = window;
  pb::ImprovementChange change;
  RETURN_IF_ERROR(SetTime("--changed", options.changed, &change, "time"));
  if (!options.revision.empty()) change.set_process_revision(options.revision);
  change.set_note(options.change_note);
  if (change.ByteSizeLong() > 0) *improvement->mutable_change() = change;
  return absl::OkStatus();
}

// Puts what flags say into `improvement`.
absl::Status Fill(Session& session, const Options& options, pb::Improvement* improvement) {
  if (!options.title.empty()) improvement->set_title(options.title);
  if (!options.problem.empty()) improvement->set_problem(options.problem);
  if (!options.owner.empty()) improvement->set_owner(options.owner);
  if (!options.log.empty()) improvement->set_event_log(session.FullName("eventLogs", options.log));
  if (!options.filter.empty()) improvement->mutable_selection()->set_filter(options.filter);
  if (!options.event_filter.empty())
    improvement->mutable_selection()->set_event_filter(options.event_filter);
  // Where a log is named, the default is the duration of its cases.
  const bool first = !options.log.empty() && !improvement->has_measure();
  if (MeasureGiven(options) || first) {
    improvement->clear_measure();
    RETURN_IF_ERROR(SetMeasure(session, options.measure, improvement->mutable_measure()));
  }
  if (!options.better.empty()) {
    improvement->set_direction(options.better == "lower" ? pb::Improvement::DIRECTION_LOWER
                                                         : pb::Improvement::DIRECTION_HIGHER);
  }
  if (!options.goal.empty())
    RETURN_IF_ERROR(SetAmount("--goal", options.goal, improvement->mutable_goal()));
  if (!options.smallest.empty()) {
    RETURN_IF_ERROR(
        SetAmount("--smallest-effect", options.smallest, improvement->mutable_smallest_effect()));
  }
  if (!options.watch.empty())
    *improvement->mutable_mix_attributes() = {options.watch.begin(), options.watch.end()};
  if (options.confidence != 0) improvement->set_confidence(options.confidence);
  if (options.power != 0) improvement->set_power(options.power);
  return SetTimes(options, improvement);
}

void Show(Session& session, const pb::Improvement& improvement) {
  if (session.json()) {
    session.PrintJson(improvement);
  } else {
    PrintImprovement(improvement, session.paper());
  }
}

std::string NameOf(Session& session, const Options& options) {
  return session.FullName("improvements", options.id);
}

absl::StatusOr<pb::Improvement> Read(Session& session, const Options& options) {
  NameFields(session);
  pb::GetImprovementRequest request;
  request.set_name(NameOf(session, options));
  pb::GetImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "GetImprovement", request, &response));
  return std::move(*response.mutable_improvement());
}

absl::Status Create(Session& session, const Options& options) {
  pb::CreateImprovementRequest request;
  request.set_parent(session.parent());
  request.set_improvement_id(options.id);
  RETURN_IF_ERROR(Fill(session, options, request.mutable_improvement()));
  NameFields(session);
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::CreateImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "CreateImprovement", request, &response));
  Show(session, response.improvement());
  return absl::OkStatus();
}

// Writes a project that was read and changed: refused if somebody changed it in between.
absl::Status Save(Session& session, const Options& options, const pb::Improvement& improvement) {
  NameFields(session);
  pb::UpdateImprovementRequest request;
  *request.mutable_improvement() = improvement;
  // What the service fills in is not for it to read, and large.
  request.mutable_improvement()->clear_baseline();
  request.mutable_improvement()->clear_result();
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::UpdateImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "UpdateImprovement", request, &response));
  Show(session, response.improvement());
  return absl::OkStatus();
}

absl::Status Set(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(pb::Improvement improvement, Read(session, options));
  RETURN_IF_ERROR(Fill(session, options, &improvement));
  return Save(session, options, improvement);
}

absl::Status AddCause(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(pb::Improvement improvement, Read(session, options));
  pb::ImprovementCause* cause = nullptr;
  for (pb::ImprovementCause& present : *improvement.mutable_causes()) {
    if (present.text() == options.cause) cause = &present;
  }
  if (cause == nullptr) cause = improvement.add_causes();
  cause->set_text(options.cause);
  cause->set_evidence(options.evidence);
  return Save(session, options, improvement);
}

absl::Status ShowOne(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const pb::Improvement improvement, Read(session, options));
  Show(session, improvement);
  return absl::OkStatus();
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  pb::ListImprovementsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.list_filter);
  request.set_order_by(options.order_by);
  Table table({"IMPROVEMENT", "STATE", "?VERDICT", "?OWNER", "~TITLE", "CHANGED (UTC)"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<pb::ListImprovementsRequest, pb::ListImprovementsResponse>(
          session, kImprovements, "ListImprovements", request, options.limit,
          [&](const auto& page) {
            for (const pb::Improvement& one : page.improvements()) {
              table.Add({IdOf(one.name()), StateOf(one), VerdictWord(one.result()),
                         Printable(one.owner()), Printable(one.title()), When(one.update_time())});
            }
            return page.improvements_size();
          })));
  ShowList(session, table,
           "no improvement projects; begin one with: plumbline improvement create ID --title ... "
           "--problem ...",
           more);
  return absl::OkStatus();
}

absl::Status History(Session& session, const Options& options) {
  NameFields(session);
  pb::ListImprovementHistoryRequest request;
  request.set_name(NameOf(session, options));
  Table table({">#", "TIME (UTC)", "BY", "WHAT", "?|DETAILS"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<pb::ListImprovementHistoryRequest, pb::ListImprovementHistoryResponse>(
          session, kImprovements, "ListImprovementHistory", request, options.limit,
          [&](const auto& page) {
            for (const pb::ImprovementHistoryEntry& entry : page.entries()) {
              std::vector<std::string> details;
              if (entry.kind() == pb::ImprovementHistoryEntry::KIND_ADVANCED) {
                details.push_back(
                    absl::StrCat(StateWord(pb::Improvement::State_Name(entry.from_state())), " -> ",
                                 StateWord(pb::Improvement::State_Name(entry.to_state()))));
              }
              if (!entry.fields().empty()) details.push_back(absl::StrJoin(entry.fields(), ", "));
              if (!entry.verdict().empty()) details.push_back(entry.verdict());
              if (!entry.reason().empty()) details.push_back(entry.reason());
              table.Add({absl::StrCat(entry.sequence()), When(entry.create_time()),
                         Printable(entry.actor()),
                         KindWords(pb::ImprovementHistoryEntry::Kind_Name(entry.kind())),
                         Printable(absl::StrJoin(details, "; "))});
            }
            return page.entries_size();
          })));
  ShowList(session, table, "no history", more);
  return absl::OkStatus();
}

absl::Status Advance(Session& session, const Options& options) {
  NameFields(session);
  pb::AdvanceImprovementRequest request;
  request.set_name(NameOf(session, options));
  if (!options.to.empty()) {
    pb::Improvement::State state;
    pb::Improvement::State_Parse(absl::StrCat("STATE_", absl::AsciiStrToUpper(options.to)), &state);
    request.set_to_state(state);
  }
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::AdvanceImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "AdvanceImprovement", request, &response));
  Show(session, response.improvement());
  return absl::OkStatus();
}

absl::Status Measure(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const pb::Improvement improvement, Read(session, options));
  pb::MeasureImprovementRequest request;
  request.set_name(NameOf(session, options));
  pb::MeasureImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "MeasureImprovement", request, &response));
  if (session.json()) {
    session.PrintJson(response.comparison());
  } else {
    PrintComparison(response.comparison(), improvement, session.paper());
  }
  return absl::OkStatus();
}

absl::Status Close(Session& session, const Options& options) {
  NameFields(session);
  pb::CloseImprovementRequest request;
  request.set_name(NameOf(session, options));
  request.set_allow_too_early(options.too_early);
  request.set_note(options.reason);
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::CloseImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "CloseImprovement", request, &response));
  if (session.json()) {
    session.PrintJson(response.improvement());
  } else {
    PrintComparison(response.improvement().result(), response.improvement(), session.paper());
    session.out() << IdOf(response.improvement().name())
                  << (options.dry_run ? ": would be closed\n" : ": closed\n");
  }
  return absl::OkStatus();
}

absl::Status Delete(Session& session, const Options& options) {
  NameFields(session);
  pb::DeleteImprovementRequest request;
  request.set_name(NameOf(session, options));
  request.set_etag(options.etag);
  request.set_reason(options.reason);
  request.set_validate_only(options.dry_run);
  request.set_request_id(base::NewUuid());
  pb::DeleteImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "DeleteImprovement", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << IdOf(response.improvement().name())
                  << (options.dry_run ? ": would be deleted\n" : ": deleted\n");
  }
  return absl::OkStatus();
}

void AddDefinition(CLI::App& command, Options& options) {
  const char* const kGroup = "The problem";
  const auto text = [&](const char* flag, std::string& value, const char* help, const char* takes) {
    return Takes(command.add_option(flag, value, help), takes)->group(kGroup);
  };
  text("--title", options.title, "What it is called", "TEXT");
  text("--problem", options.problem, "What is wrong, for whom, since when, what it costs", "TEXT");
  text("--owner", options.owner, "Who leads it", "WHO");
  text("--log", options.log, "Id of the event log in which it is measured", "LOG");
  text("--filter", options.filter, "Only cases for which this holds (see docs/filters.md)",
       "CONDITION");
  text("--event-filter", options.event_filter, "Only cases with an event for which this holds",
       "CONDITION");
  text("--better", options.better, "Which way is better: lower or higher", "WAY")
      ->check(CLI::IsMember({"lower", "higher"}));
  text("--goal", options.goal, "What it should come to, as 15d, 5% or 0.3 (a case)", "AMOUNT");
  text("--smallest-effect", options.smallest, "The smallest difference that would be worth it",
       "AMOUNT");
  AddMeasureFlags(command, true, &options.measure);
  options.of = command.get_option("--of");
}

void AddWhen(CLI::App& command, Options& options) {
  const auto text = [&](const char* flag, std::string& value, const char* help, const char* takes,
                        const char* group) {
    return Takes(command.add_option(flag, value, help), takes)->group(group);
  };
  const char* const kBaseline = "Before and after";
  text("--baseline-from", options.baseline_from,
       "The baseline: cases that began then or later (default: all before)", "TIME", kBaseline);
  text("--baseline-to", options.baseline_to, "and before then", "TIME", kBaseline);
  text("--changed", options.changed, "When the change took effect", "TIME", kBaseline);
  text("--revision", options.revision,
       "Or: the revision of a process that is the change, as "
       "workspaces/W/processes/P@3; its first case says when",
       "NAME", kBaseline);
  text("--change-note", options.change_note, "What was changed", "TEXT", kBaseline);
  Takes(command.add_option("--watch", options.watch,
                           "Attribute whose mix is watched; may be repeated (default: those that "
                           "say which kind of case it is)"),
        "KEY")
      ->group(kBaseline);
  Takes(command.add_option("--confidence", options.confidence, "Of intervals (default: 0.95)"),
        "SHARE")
      ->group(kBaseline);
  Takes(command.add_option("--power", options.power,
                           "How likely the smallest effect is to be seen (default: 0.8)"),
        "SHARE")
      ->group(kBaseline);
}

class Adder {
 public:
  Adder(CLI::App& group, Action* action, std::shared_ptr<Options> options)
      : group_(group), action_(action), options_(std::move(options)) {}

  CLI::App& Add(const char* name, const char* help, absl::Status (*run)(Session&, const Options&),
                bool of_one = true) const {
    CLI::App* command = group_.add_subcommand(name, help);
    if (of_one) command->add_option("ID", options_->id, "Id of the project")->required();
    command->callback([action = action_, options = options_, run] {
      *action = [options, run](Session& s) { return run(s, *options); };
    });
    return *command;
  }
  // A command that writes.
  CLI::App& AddWrite(const char* name, const char* help,
                     absl::Status (*run)(Session&, const Options&), const char* reason,
                     const char* why) const {
    CLI::App& command = Add(name, help, run);
    Takes(command.add_option(reason, options_->reason, why), "TEXT");
    command.add_flag("--dry-run", options_->dry_run, "Check everything, write nothing");
    return command;
  }

 private:
  CLI::App& group_;
  Action* action_;
  std::shared_ptr<Options> options_;
};

void AddSteps(const Adder& adder, Options& options) {
  constexpr char kWhy[] = "Why; kept in the history";
  CLI::App& advance = adder.AddWrite("advance", "Take it to its next state, back, or give it up",
                                     Advance, "--reason", kWhy);
  Takes(advance.add_option("--to", options.to,
                           "define, measure, analyze, improve, control, or abandoned (default: "
                           "the next)"),
        "STATE")
      ->check(CLI::IsMember(
          {"define", "measure", "analyze", "improve", "control", "closed", "abandoned"}));
  Takes(advance.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
  adder.Add("measure", "What came of the change so far; writes nothing", Measure);
  CLI::App& close = adder.AddWrite("close", "Close it with the verdict of the figures", Close,
                                   "--note", "What there is to say beside it");
  close.add_flag("--too-early", options.too_early, "Also if it is too early for a verdict");
  Takes(close.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
  CLI::App& remove =
      adder.AddWrite("delete", "Delete it; its history stays", Delete, "--reason", kWhy);
  Takes(remove.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
}

}  // namespace

void AddImprovementCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* group = app.add_subcommand(
      "improvement", "Improvement projects: from a problem to whether the change helped");
  group->group("Study");
  group->require_subcommand(1);
  const Adder adder(*group, action, options);
  constexpr char kWhy[] = "Why; kept in the history";
  for (const bool create : {true, false}) {
    auto own = create ? options : std::make_shared<Options>();
    const Adder writer(*group, action, own);
    CLI::App& command = create ? writer.AddWrite("create", "Begin one", Create, "--reason", kWhy)
                               : writer.AddWrite("set", "Change what is given, leave the rest", Set,
                                                 "--reason", kWhy);
    AddDefinition(command, *own);
    AddWhen(command, *own);
  }
  adder.Add("show", "All of it, and what to do next", ShowOne);
  CLI::App& list = adder.Add("list", "All of them", List, /*of_one=*/false);
  AddFilterOptions(list,
                   "name, title, problem, owner, event_log, state, verdict, author, create_time, "
                   "update_time",
                   &options->list_filter, &options->order_by);
  Takes(list.add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  CLI::App& cause = adder.AddWrite("cause", "Add a suspected cause, or evidence to it", AddCause,
                                   "--reason", kWhy);
  cause.add_option("CAUSE", options->cause, "What may be behind it")->required();
  Takes(cause.add_option("--evidence", options->evidence, "What speaks for it"), "TEXT");
  AddSteps(adder, *options);
  adder.Add("history", "Who changed what", History);
  AddExamples(*group,
              {{"plumbline improvement create slow-quotes --title 'Quotes take too long' \\\n"
                "      --problem 'Half of them wait three weeks'",
                ""},
               {"plumbline improvement advance slow-quotes", "freezes the baseline first"},
               {"plumbline improvement measure slow-quotes", "did the change help?"}});
}

}  // namespace plumbline::cli
