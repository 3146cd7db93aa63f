// SPDX-License-Identifier: Apache-2.0
//
// improvement: projects from a problem to what came of it.
#include "clients/cli/improvement_commands.h"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/changes.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_flags.h"
#include "clients/cli/improvement_view.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/improvement_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kImprovements[] = "/plumbline.analytics.v1.ImprovementService/";

struct Options {
  std::string id, cause, evidence, to, reason, etag, order_by, list_filter;
  bool dry_run = false, too_early = false;
  int limit = 1'000;
  ImprovementFlags content;
};

absl::Status Show(Session& session, const pb::Improvement& improvement) {
  return Answer(session, improvement, [&] { PrintImprovement(improvement, session.paper()); });
}

// As it is, or as it would be where nothing is written. Warnings that `before` had were read then.
absl::Status ShowChecked(Session& session, bool dry_run, const pb::Improvement& before,
                         const pb::Improvement& improvement) {
  RETURN_IF_ERROR(Answer(session, improvement, [&] {
    PrintImprovement(WithNewWarnings(before, improvement), session.paper());
  }));
  ShowDryRun(session, dry_run);
  return absl::OkStatus();
}

std::string NameOf(Session& session, const Options& options) {
  return session.FullName("improvements", options.id);
}

absl::StatusOr<pb::Improvement> Read(Session& session, const Options& options) {
  NameImprovementFields(session);
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
  RETURN_IF_ERROR(FillImprovement(session, options.content, request.mutable_improvement()));
  NameImprovementFields(session);
  request.set_reason(options.reason);
  pb::CreateImprovementResponse response;
  RETURN_IF_ERROR(SendChange(session, kImprovements, "CreateImprovement", options.dry_run, &request,
                             &response));
  return ShowChecked(session, options.dry_run, {}, response.improvement());
}

// Writes a project that was read and changed: refused if somebody changed it in between.
absl::Status Save(Session& session, const Options& options, const pb::Improvement& improvement) {
  NameImprovementFields(session);
  pb::UpdateImprovementRequest request;
  *request.mutable_improvement() = improvement;
  // What the service fills in is not for it to read, and large.
  request.mutable_improvement()->clear_baseline();
  request.mutable_improvement()->clear_result();
  request.set_reason(options.reason);
  pb::UpdateImprovementResponse response;
  RETURN_IF_ERROR(SendChange(session, kImprovements, "UpdateImprovement", options.dry_run, &request,
                             &response));
  return ShowChecked(session, options.dry_run, improvement, response.improvement());
}

absl::Status Set(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(pb::Improvement improvement, Read(session, options));
  RETURN_IF_ERROR(FillImprovement(session, options.content, &improvement));
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
  return Show(session, improvement);
}

absl::Status List(Session& session, const Options& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  pb::ListImprovementsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.list_filter);
  request.set_order_by(options.order_by);
  Table table({"IMPROVEMENT", "STATE", "?VERDICT", "?OWNER", "~TITLE", "EDITED (UTC)"});
  table.BreakLines();
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
  NameImprovementFields(session);
  pb::ListImprovementHistoryRequest request;
  request.set_name(NameOf(session, options));
  Table table({">#", "TIME (UTC)", "BY", "WHAT", "?|DETAILS"});
  table.BreakLines();
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
  NameImprovementFields(session);
  pb::Improvement before;
  if (!session.json()) {
    ASSIGN_OR_RETURN(before, Read(session, options));
  }
  pb::AdvanceImprovementRequest request;
  request.set_name(NameOf(session, options));
  if (!options.to.empty()) {
    pb::Improvement::State state;
    pb::Improvement::State_Parse(absl::StrCat("STATE_", absl::AsciiStrToUpper(options.to)), &state);
    request.set_to_state(state);
  }
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  pb::AdvanceImprovementResponse response;
  session.wording().Call({{"improvement.causes", ""}});  // the sentence says it
  const absl::Status status = SendChange(session, kImprovements, "AdvanceImprovement",
                                         options.dry_run, &request, &response);
  for (const base::FieldViolation& violation : base::FieldViolationsOf(status)) {
    if (violation.field != "improvement.causes") continue;
    session.SetHint(absl::StrCat("try: plumbline improvement cause ", options.id,
                                 " 'CAUSE' --evidence 'WHAT SPEAKS FOR IT'"));
  }
  RETURN_IF_ERROR(status);
  return ShowChecked(session, options.dry_run, before, response.improvement());
}

absl::Status Measure(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const pb::Improvement improvement, Read(session, options));
  pb::MeasureImprovementRequest request;
  request.set_name(NameOf(session, options));
  pb::MeasureImprovementResponse response;
  RETURN_IF_ERROR(session.Call(kImprovements, "MeasureImprovement", request, &response));
  return Answer(session, response.comparison(),
                [&] { PrintComparison(response.comparison(), improvement, session.paper()); });
}

absl::Status Close(Session& session, const Options& options) {
  NameImprovementFields(session);
  pb::CloseImprovementRequest request;
  request.set_name(NameOf(session, options));
  request.set_allow_too_early(options.too_early);
  request.set_note(options.reason);
  request.set_etag(options.etag);
  pb::CloseImprovementResponse response;
  RETURN_IF_ERROR(
      SendChange(session, kImprovements, "CloseImprovement", options.dry_run, &request, &response));
  const pb::Improvement& improvement = response.improvement();
  return Answer(session, improvement, [&] {
    PrintComparison(improvement.result(), improvement, session.paper());
    ShowDone(session, improvement.name(), options.dry_run, "closed");
  });
}

absl::Status Delete(Session& session, const Options& options) {
  NameImprovementFields(session);
  pb::DeleteImprovementRequest request;
  request.set_name(NameOf(session, options));
  request.set_etag(options.etag);
  request.set_reason(options.reason);
  pb::DeleteImprovementResponse response;
  RETURN_IF_ERROR(SendChange(session, kImprovements, "DeleteImprovement", options.dry_run, &request,
                             &response));
  return Answer(session, response, [&] {
    ShowDone(session, response.improvement().name(), options.dry_run, "deleted");
  });
}

class Adder {
 public:
  Adder(args::Command& group, Action* action, std::shared_ptr<Options> options)
      : group_(group), action_(action), options_(std::move(options)) {}

  args::Command& Add(const char* name, const char* help,
                     absl::Status (*run)(Session&, const Options&), bool of_one = true) const {
    args::Command* command = group_.add_subcommand(name, help);
    if (of_one) command->add_option("ID", options_->id, "Id of the project")->required();
    command->callback([action = action_, options = options_, run] {
      *action = [options, run](Session& s) { return run(s, *options); };
    });
    return *command;
  }
  // A command that writes.
  args::Command& AddWrite(const char* name, const char* help,
                          absl::Status (*run)(Session&, const Options&), const char* reason,
                          const char* why) const {
    args::Command& command = Add(name, help, run);
    Takes(command.add_option(reason, options_->reason, why), "TEXT");
    command.add_flag("--dry-run", options_->dry_run, "Check everything, write nothing");
    return command;
  }

 private:
  args::Command& group_;
  Action* action_;
  std::shared_ptr<Options> options_;
};

void AddSteps(const Adder& adder, Options& options) {
  constexpr char kWhy[] = "Why; kept in the history";
  args::Command& advance = adder.AddWrite(
      "advance", "Take it to its next state, back, or give it up", Advance, "--reason", kWhy);
  Takes(advance.add_option("--to", options.to,
                           "define, measure, analyze, improve, control, or abandoned (default: "
                           "the next)"),
        "STATE")
      ->check(args::IsMember(
          {"define", "measure", "analyze", "improve", "control", "closed", "abandoned"}));
  Takes(advance.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
  adder.Add("measure", "What came of the change so far; writes nothing", Measure);
  args::Command& close = adder.AddWrite("close", "Close it with the verdict of the figures", Close,
                                        "--note", "What there is to say beside it");
  close.add_flag("--too-early", options.too_early, "Also if it is too early for a verdict");
  Takes(close.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
  args::Command& remove =
      adder.AddWrite("delete", "Delete it; its history stays", Delete, "--reason", kWhy);
  Takes(remove.add_option("--etag", options.etag, "Only if it still has this etag"), "ETAG");
}

}  // namespace

void AddImprovementCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group = app.add_subcommand(
      "improvement", "Improvement projects: from a problem to whether the change helped");
  group->group("Study");
  group->require_subcommand(1);
  const Adder adder(*group, action, options);
  constexpr char kWhy[] = "Why; kept in the history";
  for (const bool create : {true, false}) {
    auto own = create ? options : std::make_shared<Options>();
    const Adder writer(*group, action, own);
    args::Command& command =
        create
            ? writer.AddWrite("create", "Begin one", Create, "--reason", kWhy)
            : writer.AddWrite("set", "Change what is given, leave the rest", Set, "--reason", kWhy);
    AddImprovementContent(command, own->content);
  }
  adder.Add("show", "All of it, and what to do next", ShowOne);
  args::Command& list = adder.Add("list", "All of them", List, /*of_one=*/false);
  AddFilterOptions(list,
                   "name, title, problem, owner, event_log, state, verdict, author, create_time, "
                   "update_time",
                   &options->list_filter, &options->order_by);
  Takes(list.add_option("--limit", options->limit, "Rows at most (default: 1,000)"), "N");
  args::Command& cause = adder.AddWrite("cause", "Add a suspected cause, or evidence to it",
                                        AddCause, "--reason", kWhy);
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
