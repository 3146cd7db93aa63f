// SPDX-License-Identifier: Apache-2.0
//
// deprecate, archive, reinstate, restore, effective, submit, approve, reject.
#include "clients/cli/life_commands.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/composition.h"
#include "clients/cli/help.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;

struct Options : LifeOptions {
  std::string replacement, from, until;
  bool allow_in_use = false, publish = false;
};

template <typename Response, typename Request>
absl::Status Retire(Session& session, const Options& options, const char* method,
                    const char* done) {
  Request request;
  ASSIGN_OR_RETURN(const std::string name, ExactName(session, options.name));
  request.set_name(name);
  request.set_etag(options.etag);
  request.set_allow_in_use(options.allow_in_use);
  session.wording().Call({{"replacement", "--replacement"}});
  if (!options.replacement.empty()) {
    request.set_replacement(session.ShortName(session.FullName("processes", options.replacement)));
  }
  return Change<Response>(session, options, method, done, request);
}

absl::Status Reinstate(Session& session, const Options& options) {
  ct::ReinstateProcessRequest request;
  ASSIGN_OR_RETURN(const std::string name, ExactName(session, options.name));
  request.set_name(name);
  request.set_etag(options.etag);
  return Change<ct::ReinstateProcessResponse>(session, options, "ReinstateProcess", "back in use",
                                              request);
}

// What was called by a bare name once is called by its revision now: whoever edits on should know.
void TellPinned(Session& session, const std::string& revision, const ct::Process& restored) {
  std::vector<std::string> pinned;
  for (const std::string& called : CallsOf(restored)) {
    if (absl::StrContains(called, '@')) pinned.push_back(called);
  }
  std::sort(pinned.begin(), pinned.end());
  pinned.erase(std::unique(pinned.begin(), pinned.end()), pinned.end());
  if (pinned.empty()) return;
  session.out() << "  its calls stay pinned to the revisions that " << session.ShortName(revision)
                << " called: " << absl::StrJoin(pinned, ", ")
                << "; a draft that calls them by name takes the latest\n";
}

absl::Status Restore(Session& session, const Options& options) {
  ct::RestoreRevisionRequest request;
  ASSIGN_OR_RETURN(const NamedRevision named, ExactRevision(session, options.name));
  request.set_name(named.name);
  request.set_etag(options.etag);
  request.set_publish(options.publish);
  const std::string done = absl::StrCat(options.publish ? "published with" : "the draft has",
                                        " the content of revision ", named.revision);
  ct::RestoreRevisionResponse response;
  RETURN_IF_ERROR(Change(session, options, "RestoreRevision", done, std::move(request), &response));
  if (!session.json()) TellPinned(session, named.name, response.process());
  return absl::OkStatus();
}

// How a bound is taken away.
constexpr char kAlways[] = "always";

// "from 2027-01-01 00:00 until 2028-01-01 00:00 (UTC)".
template <typename Effective>
std::string PeriodWords(const Effective& one) {
  std::vector<std::string> words;
  if (one.has_effective_from()) words.push_back("from " + When(one.effective_from()));
  if (one.has_effective_until()) words.push_back("until " + When(one.effective_until()));
  return words.empty() ? kAlways : absl::StrCat(absl::StrJoin(words, " "), " (UTC)");
}

// The bounds as they were given, and those that were not as they are.
absl::Status SetBounds(const Options& options, const ct::Process& present,
                       ct::SetEffectivePeriodRequest* request) {
  if (options.from.empty() && present.has_effective_from())
    *request->mutable_effective_from() = present.effective_from();
  if (options.until.empty() && present.has_effective_until())
    *request->mutable_effective_until() = present.effective_until();
  if (options.from != kAlways)
    RETURN_IF_ERROR(SetTime("--from", options.from, request, "effective_from"));
  if (options.until != kAlways)
    RETURN_IF_ERROR(SetTime("--until", options.until, request, "effective_until"));
  return absl::OkStatus();
}

absl::Status SetEffective(Session& session, const Options& options) {
  ASSIGN_OR_RETURN(const NamedRevision named, ExactRevision(session, options.name));
  session.wording().Call({{"effective_from", "--from"}, {"effective_until", "--until"}});
  ct::GetProcessRequest get;
  get.set_name(named.name);
  get.set_min_freshness("now");
  ct::GetProcessResponse got;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", get, &got));
  const ct::Process& present = got.process();
  if (options.from.empty() && options.until.empty()) {
    if (session.json()) {
      session.PrintJson(present);
    } else {
      session.out() << session.ShortName(present.name()) << ": effective " << PeriodWords(present)
                    << "; change it with --from and --until\n";
    }
    return absl::OkStatus();
  }
  ct::SetEffectivePeriodRequest request;
  request.set_name(named.name);
  // A bound that is kept must still be the one that was read.
  const bool keeps = options.from.empty() || options.until.empty();
  request.set_etag(options.etag.empty() && keeps ? present.etag() : options.etag);
  request.set_allow_in_use(options.allow_in_use);
  RETURN_IF_ERROR(SetBounds(options, present, &request));
  return Change<ct::SetEffectivePeriodResponse>(session, options, "SetEffectivePeriod",
                                                "effective " + PeriodWords(request), request);
}

// Submits, approves or rejects the draft as it is now, unless an etag says which.
template <typename Response, typename Request>
absl::Status Decide(Session& session, const Options& options, const char* method,
                    const char* done) {
  Request request;
  request.set_name(session.FullName("processes", options.name));
  request.set_etag(options.etag);
  if (options.etag.empty()) {
    ct::GetProcessRequest get;
    get.set_name(request.name());
    ct::GetProcessResponse got;
    RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", get, &got));
    request.set_etag(got.process().etag());
  }
  return Change<Response>(session, options, method, done, request);
}

using Run = absl::Status (*)(Session&, const Options&);

// A command of its own options.
args::Command* Add(args::Command& app, Action* action, const std::shared_ptr<Options>& options,
                   const char* name, const char* purpose, const char* what, Run run) {
  args::Command* command = app.add_subcommand(name, purpose);
  command->group("Govern");
  command->add_option("PROCESS", options->name, what)->required();
  Takes(command->add_option("--reason", options->reason, "Why, kept in the history"), "TEXT");
  Takes(command->add_option("--etag", options->etag,
                            "Refuse if it has changed since it had this etag"),
        "ETAG");
  command->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddRetirement(args::Command& app, Action* action, const std::shared_ptr<Options>& options) {
  constexpr char kWhat[] = "Its id, or ID@REVISION for one revision of it";
  args::Command* deprecate =
      Add(app, action, options, "deprecate", "Say that nothing new shall begin with a process",
          kWhat, [](Session& s, const Options& o) {
            return Retire<ct::DeprecateProcessResponse, ct::DeprecateProcessRequest>(
                s, o, "DeprecateProcess", "deprecated");
          });
  args::Command* archive =
      Add(app, action, options, "archive", "See to it that nothing new can begin with a process",
          kWhat, [](Session& s, const Options& o) {
            return Retire<ct::ArchiveProcessResponse, ct::ArchiveProcessRequest>(
                s, o, "ArchiveProcess", "archived");
          });
  for (args::Command* command : {deprecate, archive}) {
    Takes(command->add_option("--replacement", options->replacement, "What to use instead"),
          "PROCESS");
    command->add_flag("--allow-in-use", options->allow_in_use,
                      "Do it although it is still used (plumbline users PROCESS)");
  }
  AddExamples(*deprecate, {{"plumbline deprecate deal-desk-approval --replacement quote-to-order "
                            "--reason 'merged'",
                            ""}});
  AddExamples(*archive, {{"plumbline users deal-desk-approval", "who would be left alone"},
                         {"plumbline archive deal-desk-approval@1", "one revision of it"}});
  Add(app, action, options, "reinstate", "Bring a process or revision back into use", kWhat,
      &Reinstate);
}

}  // namespace

absl::StatusOr<std::string> ExactName(Session& session, const std::string& name) {
  const std::string full = session.FullName("processes", name);
  const size_t at = full.find('@');
  if (at == std::string::npos || absl::ascii_isdigit(full[at + 1])) return full;
  ct::GetProcessRequest get;
  get.set_name(full);
  get.set_min_freshness("now");
  ct::GetProcessResponse got;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", get, &got));
  return got.process().name();
}

absl::StatusOr<NamedRevision> ExactRevision(Session& session, const std::string& name) {
  NamedRevision named;
  ASSIGN_OR_RETURN(named.name, ExactName(session, name));
  const std::vector<std::string> parts = absl::StrSplit(named.name, '@');
  named.process = parts[0];
  if (parts.size() == 2 && absl::SimpleAtoi(parts[1], &named.revision)) return named;
  return base::FieldError("PROCESS", absl::StrCat("'", name,
                                                  "' names no revision; write ID@REVISION, for "
                                                  "example deal-desk-approval@3"));
}

void AddLifeCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  AddRetirement(app, action, options);
  args::Command* restore =
      Add(app, action, options, "restore", "Make the content of an old revision the draft again",
          "ID@REVISION or ID@TAG", &Restore);
  restore->add_flag("--publish", options->publish, "Publish it at once, as a new revision");
  args::Command* effective =
      Add(app, action, options, "effective",
          "Say from and until when a revision is chosen where none is named; "
          "without --from and --until shows it",
          "ID@REVISION or ID@TAG", &SetEffective);
  Takes(effective->add_option("--from", options->from,
                              "From when on, or 'always' (default: as it is)"),
        "TIME");
  Takes(effective->add_option("--until", options->until,
                              "Until when, exclusive, or 'always' (default: as it is)"),
        "TIME");
  effective->add_flag("--allow-in-use", options->allow_in_use,
                      "Do it although it is used and no other takes its place");
  AddExamples(*effective, {{"plumbline effective deal-desk-approval@4", "its period now"},
                           {"plumbline effective deal-desk-approval@4 --until 2028-01-01",
                            "its beginning stays as it is"},
                           {"plumbline effective deal-desk-approval@4 --from always --until always",
                            "no bounds any more"}});
  AddExamples(*restore, {{"plumbline restore deal-desk-approval@2 --publish --reason 'as it was'",
                          "a new revision with the content of revision 2"}});
  constexpr char kDraft[] = "Its id";
  Add(app, action, options, "submit", "Ask for approval of the draft of a process", kDraft,
      [](Session& s, const Options& o) {
        return Decide<ct::SubmitForApprovalResponse, ct::SubmitForApprovalRequest>(
            s, o, "SubmitForApproval", "submitted for approval");
      });
  Add(app, action, options, "approve", "Approve the draft of a process", kDraft,
      [](Session& s, const Options& o) {
        return Decide<ct::ApproveDraftResponse, ct::ApproveDraftRequest>(s, o, "ApproveDraft",
                                                                         "approved");
      });
  Add(app, action, options, "reject", "Reject the draft of a process, with a --reason", kDraft,
      [](Session& s, const Options& o) {
        return Decide<ct::RejectDraftResponse, ct::RejectDraftRequest>(s, o, "RejectDraft",
                                                                       "rejected");
      });
}

}  // namespace plumbline::cli
