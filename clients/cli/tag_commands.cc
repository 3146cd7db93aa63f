// SPDX-License-Identifier: Apache-2.0
//
// tag set, list, delete and lock; history; users.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/life_commands.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;

struct Options : LifeOptions {
  std::string tag;
  int64_t from = 0;
  int limit = 1000;
};

absl::Status SetTag(Session& session, const Options& options) {
  ct::SetTagRequest request;
  ASSIGN_OR_RETURN(const NamedRevision named, ExactRevision(session, options.name));
  request.set_name(named.process);
  request.set_tag(options.tag);
  request.set_revision(named.revision);
  request.set_expected_revision(options.from);
  session.wording().Call(
      {{"tag", "TAG"}, {"expected_revision", "--from"}, {"revision", "PROCESS"}});
  return Change<ct::SetTagResponse>(
      session, options, "SetTag",
      absl::StrCat("@", options.tag, " names revision ", named.revision), request);
}

template <typename Response, typename Request>
absl::Status ChangeTag(Session& session, const Options& options, const char* method,
                       const char* done) {
  Request request;
  request.set_name(session.FullName("processes", options.name));
  request.set_tag(options.tag);
  request.set_expected_revision(options.from);
  session.wording().Call({{"tag", "TAG"}, {"expected_revision", "--from"}});
  return Change<Response>(session, options, method, absl::StrCat("@", options.tag, " ", done),
                          request);
}

absl::Status ListTags(Session& session, const Options& options) {
  ct::ListTagsRequest request;
  request.set_name(session.FullName("processes", options.name));
  Table table({"TAG", ">REVISION", "?LOCKED", "SET (UTC)", "?~BY"});
  session.wording().Call({{"name", "PROCESS"}});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ct::ListTagsRequest, ct::ListTagsResponse>(
          session, kCatalog, "ListTags", request, options.limit, [&](const auto& page) {
            for (const ct::Tag& tag : page.tags()) {
              table.Add({absl::StrCat("@", tag.tag()), absl::StrCat(tag.revision()),
                         tag.locked() ? "for good" : "", When(tag.update_time()), tag.actor()});
            }
            return page.tags_size();
          })));
  ShowList(session, table, "no tags; make one with: plumbline tag set PROCESS@REVISION TAG", more);
  return absl::OkStatus();
}

// "KIND_TAG_SET" -> "tag set".
std::string KindWords(const std::string& name) {
  std::string words = absl::AsciiStrToLower(name.substr(sizeof("KIND_") - 1));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// What an entry is about, in a few words.
std::string Subject(const ct::CatalogHistoryEntry& entry) {
  std::vector<std::string> parts;
  if (!entry.tag().empty()) parts.push_back(absl::StrCat("@", entry.tag()));
  if (entry.previous_revision() != 0)
    parts.push_back(absl::StrCat("from ", entry.previous_revision()));
  if (entry.revision() != 0) {
    parts.push_back(entry.tag().empty() ? absl::StrCat("revision ", entry.revision())
                                        : absl::StrCat("to ", entry.revision()));
  }
  if (!entry.fields().empty()) {
    const std::string fields = absl::StrJoin(entry.fields(), ", ");
    parts.push_back(parts.empty() ? fields : absl::StrCat("(", fields, ")"));
  }
  if (entry.has_effective_from())
    parts.push_back(absl::StrCat("from ", When(entry.effective_from())));
  if (entry.has_effective_until())
    parts.push_back(absl::StrCat("until ", When(entry.effective_until())));
  if (!entry.replacement().empty()) parts.push_back(absl::StrCat("use ", entry.replacement()));
  if (entry.user_count() > 0)
    parts.push_back(absl::StrCat("(", Number(entry.user_count(), "user", "users"), ")"));
  return absl::StrJoin(parts, " ");
}

absl::Status History(Session& session, const Options& options) {
  ct::ListProcessHistoryRequest request;
  request.set_name(session.FullName("processes", options.name));
  Table table({">#", "WHEN (UTC)", "WHAT", "?~OF", "?~WHO", "?~REASON"});
  session.wording().Call({{"name", "PROCESS"}});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ct::ListProcessHistoryRequest, ct::ListProcessHistoryResponse>(
          session, kCatalog, "ListProcessHistory", request, options.limit, [&](const auto& page) {
            for (const ct::CatalogHistoryEntry& entry : page.entries()) {
              table.Add({absl::StrCat(entry.sequence()), When(entry.create_time()),
                         KindWords(ct::CatalogHistoryEntry::Kind_Name(entry.kind())),
                         Subject(entry), entry.actor(), entry.reason()});
            }
            return page.entries_size();
          })));
  ShowList(session, table, "no history; it begins with the first change since it is kept", more);
  return absl::OkStatus();
}

absl::Status Users(Session& session, const Options& options) {
  ct::ListProcessUsersRequest request;
  ASSIGN_OR_RETURN(const std::string name, ExactName(session, options.name));
  request.set_name(name);
  Table table({"USER", "KIND", "USES", ">COUNT", "?~FOR EXAMPLE", "?REPORTED (UTC)"});
  session.wording().Call({{"name", "PROCESS"}});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ct::ListProcessUsersRequest, ct::ListProcessUsersResponse>(
          session, kCatalog, "ListProcessUsers", request, options.limit, [&](const auto& page) {
            for (const ct::ProcessUser& user : page.users()) {
              table.Add({session.ShortName(user.user()),
                         KindWords(ct::ProcessUser::Kind_Name(user.kind())), user.used(),
                         Count(user.count()), absl::StrJoin(user.examples(), ", "),
                         user.has_report_time() ? When(user.report_time()) : ""});
            }
            return page.users_size();
          })));
  ShowList(session, table, "nobody uses it", more);
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

CLI::App* Add(CLI::App& app, Action* action, const std::shared_ptr<Options>& options,
              const char* name, const char* purpose, const char* what, Run run) {
  CLI::App* command = app.add_subcommand(name, purpose);
  command->group("Govern");
  command->add_option("PROCESS", options->name, what)->required();
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

void AddLimit(CLI::App* command, const std::shared_ptr<Options>& options) {
  Takes(command->add_option("--limit", options->limit, "At most so many rows (default: 1000)"), "N")
      ->check(CLI::Range(1, 10'000'000));
}

}  // namespace

void AddTagCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* tag = app.add_subcommand("tag", "Name revisions: PROCESS@stable");
  tag->group("Govern");
  tag->require_subcommand(1);
  CLI::App* set = Add(*tag, action, options, "set", "Make a tag, or move it (with --from)",
                      "ID@REVISION that it shall name", &SetTag);
  CLI::App* remove = Add(
      *tag, action, options, "delete", "Delete a tag", "Its id", [](Session& s, const Options& o) {
        return ChangeTag<ct::DeleteTagResponse, ct::DeleteTagRequest>(s, o, "DeleteTag", "deleted");
      });
  CLI::App* lock =
      Add(*tag, action, options, "lock", "Lock a tag for good: nobody can move or delete it again",
          "Its id", [](Session& s, const Options& o) {
            return ChangeTag<ct::LockTagResponse, ct::LockTagRequest>(s, o, "LockTag",
                                                                      "locked for good");
          });
  AddExamples(*set, {{"plumbline tag set deal-desk-approval@3 stable", "makes it"},
                     {"plumbline tag set deal-desk-approval@latest stable --from 3",
                      "moves it: who moves it knows where it is"}});
  for (CLI::App* command : {set, remove, lock}) {
    command->add_option("TAG", options->tag, "Its id, for example stable")->required();
    CLI::Option* from =
        Takes(command->add_option("--from", options->from, "The revision that the tag names now"),
              "REVISION");
    if (command != set) from->required();
    Takes(command->add_option("--reason", options->reason, "Why, kept in the history"), "TEXT");
    command->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  }
  AddLimit(Add(*tag, action, options, "list", "List the tags of a process", "Its id", &ListTags),
           options);
}

void AddHistoryCommands(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  AddLimit(
      Add(app, action, options, "history",
          "Who changed a process, when, and why, from the first change on", "Its id", &History),
      options);
  AddLimit(Add(app, action, options, "users",
               "Who still uses a process or a revision: callers, tags, what runs it",
               "Its id, ID@REVISION or ID@TAG", &Users),
           options);
}

}  // namespace plumbline::cli
