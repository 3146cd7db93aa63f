// SPDX-License-Identifier: Apache-2.0
//
// tag set, list, delete and lock.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/life_commands.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;

struct Options : LifeOptions {
  std::string tag;
  int64_t from = 0;
  bool allow_in_use = false;
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
  const absl::Status status = Change<ct::SetTagResponse>(
      session, options, "SetTag",
      absl::StrCat("@", options.tag, " names revision ", named.revision), request);
  const std::string present = base::MetadataOf(status, "revision");
  if (base::ReasonOf(status) == base::Reason::ERROR_REASON_TAG_MISMATCH && present != "0") {
    session.SetHint(absl::StrCat(options.from == 0 ? "add" : "to move it say", " --from ", present,
                                 " (the tag is at @", present, " now)"));
    // Who gave no --from did not say 0.
    if (options.from == 0 && !session.json()) {
      return base::Error(base::Reason::ERROR_REASON_TAG_MISMATCH,
                         absl::StrCat("@", options.tag, " of '", session.ShortName(named.process),
                                      "' names revision ", present, " already"))
          .With("revision", present);
    }
  }
  return status;
}

// A request about a tag that exists.
template <typename Request>
Request TagRequest(Session& session, const Options& options) {
  Request request;
  request.set_name(session.FullName("processes", options.name));
  request.set_tag(options.tag);
  request.set_expected_revision(options.from);
  session.wording().Call({{"tag", "TAG"}, {"expected_revision", "--from"}});
  return request;
}

absl::Status DeleteTag(Session& session, const Options& options) {
  auto request = TagRequest<ct::DeleteTagRequest>(session, options);
  request.set_allow_in_use(options.allow_in_use);
  return Change<ct::DeleteTagResponse>(session, options, "DeleteTag",
                                       absl::StrCat("@", options.tag, " deleted"), request);
}

absl::Status LockTag(Session& session, const Options& options) {
  const auto request = TagRequest<ct::LockTagRequest>(session, options);
  return Change<ct::LockTagResponse>(session, options, "LockTag",
                                     absl::StrCat("@", options.tag, " locked for good"), request);
}

absl::Status ListTags(Session& session, const ListOptions& options) {
  ct::ListTagsRequest request;
  request.set_name(session.FullName("processes", options.of));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table({"TAG", ">REVISION", "?LOCKED", "SET (UTC)", "?~BY"});
  session.wording().Call({{"name", "PROCESS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
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
  ShowList(session, table,
           options.filter.empty() ? "no tags; make one with: plumbline tag set PROCESS@REVISION TAG"
                                  : "no tag fits the filter",
           more);
  return absl::OkStatus();
}

using Run = absl::Status (*)(Session&, const Options&);

args::Command* Add(args::Command& app, Action* action, const std::shared_ptr<Options>& options,
                   const char* name, const char* purpose, const char* what, Run run) {
  args::Command* command = app.add_subcommand(name, purpose);
  command->group("Govern");
  command->add_option("PROCESS", options->name, what)->required();
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

}  // namespace

void AddTagCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* tag = app.add_subcommand("tag", "Name revisions: PROCESS@stable");
  tag->group("Govern");
  tag->require_subcommand(1);
  args::Command* set = Add(*tag, action, options, "set", "Make a tag, or move it (with --from)",
                           "ID@REVISION that it shall name", &SetTag);
  args::Command* remove =
      Add(*tag, action, options, "delete", "Delete a tag", "Its id", &DeleteTag);
  remove->add_flag("--allow-in-use", options->allow_in_use,
                   "Do it although drafts call the process by it");
  args::Command* lock =
      Add(*tag, action, options, "lock", "Lock a tag for good: nobody can move or delete it again",
          "Its id", &LockTag);
  AddExamples(*set, {{"plumbline tag set deal-desk-approval@3 stable", "makes it"},
                     {"plumbline tag set deal-desk-approval@latest stable --from 3",
                      "moves it: who moves it knows where it is"}});
  for (args::Command* command : {set, remove, lock}) {
    command->add_option("TAG", options->tag, "Its id, for example stable")->required();
    args::Option* from =
        Takes(command->add_option("--from", options->from, "The revision that the tag names now"),
              "REVISION");
    if (command != set) from->required();
    Takes(command->add_option("--reason", options->reason, "Why, kept in the history"), "TEXT");
    command->add_flag("--dry-run", options->dry_run, "Check everything, write nothing");
  }
  AddListKind(*tag, action, std::make_shared<ListOptions>(),
              {.name = "list",
               .help = "List the tags of a process",
               .of = "PROCESS",
               .of_help = "Its id",
               .of_required = true,
               .fields = "tag, revision, locked, update_time, actor",
               .examples = {{"plumbline tag list deal-desk-approval --order-by 'revision desc'",
                             "those of the latest revision first"}},
               .run = ListTags});
}

}  // namespace plumbline::cli
