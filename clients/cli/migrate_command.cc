// SPDX-License-Identifier: Apache-2.0
//
// migrate: on-boardings that run go on by another revision of their process.
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr int kMostAtOnce = 100'000;

struct Options {
  std::string process, filter, reason, etag;
  std::vector<std::string> onboardings, mappings, dropped;
  bool map_renamed = false;
  ChangeOptions change;
};

absl::StatusOr<ob::MigrateOnboardingRequest> RequestOf(const Session& session,
                                                       const Options& options) {
  ob::MigrateOnboardingRequest request;
  request.set_process(session.FullName("processes", options.process));
  RETURN_IF_ERROR(ParsePairs("--map", "OLD=NEW", options.mappings, request.mutable_mappings()));
  request.set_map_renamed(options.map_renamed);
  request.mutable_dropped()->Assign(options.dropped.begin(), options.dropped.end());
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  return request;
}

// "in-progress"; "" where there was none.
std::string StateOf(ob::Task::State state) {
  return state == ob::Task::STATE_UNSPECIFIED ? "" : StateWord(ob::Task::State_Name(state));
}

// "kept", "mapped from 'exam'".
std::string FateOf(const ob::TaskFate& fate) {
  const std::string name = ob::TaskFate::Fate_Name(fate.fate());
  std::string word = absl::AsciiStrToLower(name.substr(name.find('_') + 1));
  if (fate.task().empty() || fate.previous_task().empty() || fate.task() == fate.previous_task())
    return word;
  return absl::StrCat(word, " from ", fate.previous_task());
}

std::string DueOf(const ob::TaskFate& fate) {
  const std::string before = When(fate.previous_due_time());
  const std::string after = When(fate.due_time());
  if (before.empty() || after.empty() || before == after) return after;
  return absl::StrCat(after, " (was ", before, ")");
}

bool Stays(const ob::DecisionFate& fate) {
  return fate.decision() == fate.previous_decision() && fate.new_option() == fate.option();
}

// What becomes of decisions that do not stay as they are, each line once: one of a loop is made,
// and counts no more, once a round.
void PrintDecisionFates(Session& session, const ob::MigrateOnboardingResponse& response) {
  std::vector<std::string> lines;
  std::map<std::string, int> times;
  for (const ob::DecisionFate& fate : response.decisions()) {
    if (Stays(fate)) continue;
    std::string line = absl::StrCat(
        "decision ", fate.previous_decision(), " = ", fate.option(),
        fate.decision().empty() ? ": counts no more"
                                : absl::StrCat(": is ", fate.decision(), " = ", fate.new_option()));
    if (times[line]++ == 0) lines.push_back(std::move(line));
  }
  for (const std::string& line : lines) {
    const int n = times[line];
    session.out() << "  " << line << (n == 1 ? "" : absl::StrCat(" (", n, " times)")) << '\n';
  }
}

void PrintFates(Session& session, const ob::MigrateOnboardingResponse& response) {
  Table table({"TASK", "~TITLE", "BECOMES", "WAS", "IS", "?DUE (UTC)"});
  for (const ob::TaskFate& fate : response.tasks()) {
    table.Add({fate.task().empty() ? fate.previous_task() : fate.task(), fate.title(), FateOf(fate),
               StateOf(fate.previous_state()), StateOf(fate.state()), DueOf(fate)});
  }
  table.Print(session.paper());
  PrintDecisionFates(session, response);
}

using Mappings = std::map<std::string, std::string>;

// Adds what is suggested and was not followed: neither named with --map nor taken as it is.
void AddSuggested(const ob::MigrateOnboardingRequest& request,
                  const ob::MigrateOnboardingResponse& response, Mappings* suggested) {
  if (request.map_renamed()) return;
  for (const auto& [old, path] : response.suggested_mappings())
    if (!request.mappings().contains(old)) suggested->emplace(old, path);
}

void PrintSuggested(Session& session, const Mappings& suggested) {
  for (const auto& [old, path] : suggested)
    session.out() << "  perhaps renamed: --map " << old << '=' << path << '\n';
}

// What is gone may be in another place: said while it can be mapped.
void PrintThatItCanBeMapped(Session& session, bool gone, const Mappings& suggested) {
  if (gone && suggested.empty())
    session.out() << "  what is gone may have another path there: --map OLD=NEW\n";
}

bool IsGone(const ob::TaskFate& fate) { return fate.fate() == ob::TaskFate::FATE_GONE; }

// An on-boarding before it is changed; with --json, or where it cannot be read, its name alone.
ob::Onboarding Before(Session& session, const std::string& name) {
  ob::GetOnboardingResponse response;
  ob::GetOnboardingRequest request;
  request.set_name(name);
  if (!session.json() && session.Call(kOnboarding, "GetOnboarding", request, &response).ok())
    return response.onboarding();
  response.Clear();
  response.mutable_onboarding()->set_name(name);
  return response.onboarding();
}

// Whether it goes on by that revision already, and all as it is.
bool NothingChanges(const ob::Onboarding& before, const ob::MigrateOnboardingResponse& response) {
  return before.process() == response.onboarding().process() && !before.plan_changed() &&
         std::all_of(
             response.tasks().begin(), response.tasks().end(),
             [](const ob::TaskFate& fate) { return fate.fate() == ob::TaskFate::FATE_KEPT; }) &&
         std::all_of(response.decisions().begin(), response.decisions().end(), Stays);
}

std::string IsThereText(const Session& session, const ob::MigrateOnboardingResponse& response) {
  return absl::StrCat(IdOf(response.onboarding().name()), ": is at ",
                      session.ShortName(response.onboarding().process()),
                      " already, nothing changes\n");
}

// The target of another revision may be another one.
void PrintTarget(Session& session, const google::protobuf::Timestamp& before,
                 const google::protobuf::Timestamp& after) {
  if (before.seconds() == after.seconds()) return;
  const auto text = [](const google::protobuf::Timestamp& time) {
    return time.seconds() == 0 ? std::string("no time") : When(time) + " UTC";
  };
  session.out() << "  target: is to end by " << text(after) << " (was " << text(before) << ")\n";
}

absl::Status MigrateOne(Session& session, const Options& options,
                        ob::MigrateOnboardingRequest request) {
  request.set_name(session.FullName("onboardings", options.onboardings[0]));
  const ob::Onboarding before = Before(session, request.name());
  ob::MigrateOnboardingResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "MigrateOnboarding", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  if (NothingChanges(before, response)) {
    session.out() << IsThereText(session, response);
    return absl::OkStatus();
  }
  NoteDryRun(session, options.change);
  session.out() << IdOf(response.onboarding().name()) << ": goes on by "
                << session.ShortName(response.onboarding().process()) << '\n';
  PrintTarget(session, before.target_time(), response.onboarding().target_time());
  PrintFates(session, response);
  Mappings suggested;
  AddSuggested(request, response, &suggested);
  PrintSuggested(session, suggested);
  const bool gone = std::any_of(response.tasks().begin(), response.tasks().end(), IsGone);
  PrintThatItCanBeMapped(session, gone && options.change.dry_run, suggested);
  PrintNext(session, response);
  return absl::OkStatus();
}

// "a, b, c and 2 more".
std::string FewOf(std::vector<std::string> names) {
  constexpr size_t kMostNamed = 3;
  const size_t more = names.size() - std::min(names.size(), kMostNamed);
  names.resize(names.size() - more);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

// "2 kept, 1 new (meet), 1 gone (learn)".
std::string Summary(const ob::MigrateOnboardingResponse& response) {
  std::map<std::string, std::vector<std::string>> tasks;
  for (const ob::TaskFate& fate : response.tasks()) {
    const std::string name = ob::TaskFate::Fate_Name(fate.fate());
    tasks[absl::AsciiStrToLower(name.substr(name.find('_') + 1))].push_back(
        fate.task().empty() ? fate.previous_task() : fate.task());
  }
  std::vector<std::string> parts;
  for (const std::string word : {"kept", "mapped", "new", "gone", "dropped"}) {
    if (!tasks.contains(word)) continue;
    const bool named = word == "new" || word == "gone";
    parts.push_back(absl::StrCat(tasks[word].size(), " ", word,
                                 named ? absl::StrCat(" (", FewOf(tasks[word]), ")") : ""));
  }
  return absl::StrJoin(parts, ", ");
}

// Why on-boardings stay as they are, but for their ids, and the first of each.
using Failures = std::map<std::string, std::string>;

// What is wrong, in what was typed.
std::string WhyNot(const Wording& wording, const absl::Status& status) {
  std::vector<std::string> sentences;
  for (const base::FieldViolation& violation : base::FieldViolationsOf(status))
    sentences.push_back(wording.Violation(violation));
  return sentences.empty() ? wording.Sentence(status.message()) : absl::StrJoin(sentences, "; ");
}

// What holds for many, such as what a step is perhaps called now, is said of the first.
void PrintFailure(Session& session, const std::string& name, const absl::Status& status,
                  Failures* failures) {
  if (session.json()) {
    ob::StartedOnboarding failed;
    failed.set_name(name);
    failed.mutable_error()->set_code(static_cast<int>(status.code()));
    failed.mutable_error()->set_message(std::string(status.message()));
    session.PrintJsonLine(failed);
    return;
  }
  const std::string why = WhyNot(session.wording(), status);
  const auto [same, is_new] = failures->emplace(
      absl::StrReplaceAll(why, {{absl::StrCat("'", IdOf(name), "'"), "it"}}), IdOf(name));
  const std::string line =
      absl::StrCat(IdOf(name), ": stays as it is",
                   is_new ? absl::StrCat(": ", why) : absl::StrCat(", as ", same->second, " does"));
  session.out() << Folded(session.paper(), Printable(line), 2) << '\n';
}

// An error of several, with the reason of the first.
absl::Status Together(const absl::Status& first, const std::string& message) {
  const base::Reason reason = base::ReasonOf(first);
  if (reason == base::Reason::ERROR_REASON_UNSPECIFIED) return absl::Status(first.code(), message);
  return base::Error(reason, message);
}

// Those that are meant, as they are before.
absl::StatusOr<std::vector<ob::Onboarding>> Meant(Session& session, const Options& options) {
  std::vector<ob::Onboarding> all;
  for (const std::string& id : options.onboardings)
    all.push_back(Before(session, session.FullName("onboardings", id)));
  if (options.filter.empty()) return all;
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_filter(options.filter);
  request.set_page_size(1000);
  while (all.size() < kMostAtOnce) {
    ob::ListOnboardingsResponse page;
    RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", request, &page));
    for (const ob::Onboarding& one : page.onboardings()) {
      ob::Onboarding& before = all.emplace_back();  // what NothingChanges asks for
      before.set_name(one.name());
      before.set_process(one.process());
      before.set_plan_changed(one.plan_changed());
    }
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  return all;
}

// What is to be said of all of them.
struct OfAll {
  Mappings suggested;
  bool gone = false;
};

void TellMigrated(Session& session, const ob::Onboarding& before,
                  const ob::MigrateOnboardingRequest& request,
                  const ob::MigrateOnboardingResponse& response, OfAll* all) {
  if (session.json()) return session.PrintJsonLine(response);
  if (NothingChanges(before, response)) {
    session.out() << IsThereText(session, response);
    return;
  }
  const std::string line = absl::StrCat(IdOf(before.name()), ": ", Summary(response));
  session.out() << Folded(session.paper(), Printable(line), 2) << '\n';
  AddSuggested(request, response, &all->suggested);
  all->gone |= std::any_of(response.tasks().begin(), response.tasks().end(), IsGone);
}

// Each by itself: one that cannot be changed stops no other.
absl::Status MigrateMany(Session& session, const Options& options,
                         ob::MigrateOnboardingRequest request) {
  ASSIGN_OR_RETURN(const std::vector<ob::Onboarding> all, Meant(session, options));
  if (all.empty()) {
    if (!session.json()) session.out() << "no on-boarding is meant by --filter\n";
    return absl::OkStatus();
  }
  NoteDryRun(session, options.change);
  const std::string request_id = request.request_id();
  size_t failed = 0;
  absl::Status first;
  OfAll of_all;
  Failures failures;
  for (const ob::Onboarding& before : all) {
    request.set_name(before.name());
    // One id for each, the same again when the command is repeated with it.
    request.set_request_id(absl::StrCat(request_id, "/", IdOf(before.name())));
    ob::MigrateOnboardingResponse response;
    const absl::Status status = session.Call(kOnboarding, "MigrateOnboarding", request, &response);
    if (!status.ok()) {
      if (failed++ == 0) first = status;
      PrintFailure(session, before.name(), status, &failures);
    } else {
      TellMigrated(session, before, request, response, &of_all);
    }
  }
  PrintSuggested(session, of_all.suggested);
  PrintThatItCanBeMapped(session, of_all.gone && options.change.dry_run, of_all.suggested);
  if (failed == 0) return absl::OkStatus();
  return Together(first, absl::StrCat(failed, " of ", all.size(),
                                      failed == 1 ? " stays as it is, for the reason above"
                                                  : " stay as they are, for the reasons above"));
}

absl::Status Migrate(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"},
                          {"process", "PROCESS"},
                          {"mappings", "--map"},
                          {"dropped", "--drop"},
                          {"filter", "--filter"},
                          {"reason", "--reason"},
                          {"etag", "--etag"}});
  if (options.onboardings.empty() && options.filter.empty())
    return base::FieldError("ON-BOARDING", "is missing; name one, several, or give --filter");
  ASSIGN_OR_RETURN(ob::MigrateOnboardingRequest request, RequestOf(session, options));
  if (options.onboardings.size() == 1 && options.filter.empty())
    return MigrateOne(session, options, std::move(request));
  if (!options.etag.empty())
    return base::FieldError("--etag", "is that of one on-boarding; name only one");
  return MigrateMany(session, options, std::move(request));
}

}  // namespace

void AddMigrateCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* migrate =
      app.add_subcommand("migrate", "Let on-boardings go on by another revision of their process");
  migrate->group("Run");
  migrate
      ->add_option("PROCESS", options->process,
                   "PROCESS@REVISION, PROCESS@TAG, or PROCESS for the latest")
      ->required();
  migrate->add_option("ON-BOARDING", options->onboardings, "Which of them, by id");
  Takes(migrate->add_option("--filter", options->filter,
                            "Which of them, as in 'plumbline list onboardings': "
                            "'process = sales-rep AND state = ACTIVE'"),
        "FILTER");
  Takes(migrate->add_option("--map", options->mappings,
                            "A step, or a part, that has another path there (repeatable)"),
        "OLD=NEW")
      ->allow_extra_args(false);
  migrate->add_flag("--map-renamed", options->map_renamed,
                    "Map also what is probably the same under another path");
  Takes(migrate->add_option("--drop", options->dropped,
                            "A task or decision of which what was done counts no more "
                            "(repeatable)"),
        "ID")
      ->allow_extra_args(false);
  Takes(migrate->add_option("--reason", options->reason, "Why"), "TEXT")->required();
  Takes(migrate->add_option("--etag", options->etag, "Refuse if it changed since"), "ETAG");
  AddChangeOptions(*migrate, options->change);
  AddExamples(*migrate, {{"plumbline migrate sales-rep@4 ada --reason 'New CRM course' --dry-run",
                          "what is kept, mapped, new and gone"},
                         {"plumbline migrate sales-rep@4 --reason 'New CRM course' \\\n"
                          "      --filter 'process = sales-rep AND state = ACTIVE'",
                          "all that run, each by itself"}});
  migrate->callback([=] { *action = [=](Session& s) { return Migrate(s, *options); }; });
}

}  // namespace plumbline::cli
