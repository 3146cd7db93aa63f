// SPDX-License-Identifier: Apache-2.0
//
// import: an event log from a file.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/import_flags.h"
#include "clients/cli/importing.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string file, log, title, upload;
  std::shared_ptr<ImportFlags> flags = std::make_shared<ImportFlags>();
  bool append = false, replace = false, into_kept = false;
};

// The command as it was typed, up to the flags that say how the file is read.
std::string CommandOf(const Options& options) {
  std::string text = absl::StrCat("plumbline import ", ShellWord(options.file));
  if (!options.log.empty()) absl::StrAppend(&text, " --log ", ShellWord(options.log));
  if (!options.title.empty()) absl::StrAppend(&text, " --title ", ShellWord(options.title));
  if (options.append) text += " --append";
  if (options.replace) text += " --replace";
  if (options.into_kept) text += " --into-kept";
  return text;
}

absl::Status Import(Session& session, const Options& options) {
  session.wording().Call({{"header.event_log_id", "--log"},
                          {"header.event_log.title", "--title"},
                          {"header.append", "--append"},
                          {"header.replace", "--replace"},
                          {"header.allow_kept", "--into-kept"},
                          {"header.upload_id", "--upload"},
                          {"upload_id", "--upload"}});
  pb::ImportHeader header;
  UseImportFlags(*options.flags, session.wording(), &header);
  header.set_parent(session.parent());
  header.set_event_log_id(options.log.empty() ? LogIdOf(options.file) : options.log);
  header.mutable_event_log()->set_title(options.title);
  header.set_append(options.append);
  header.set_replace(options.replace);
  header.set_allow_kept(options.into_kept);
  header.set_upload_id(options.upload);
  // The same upload is the same request, should only its answer have been lost.
  if (!options.upload.empty()) header.set_request_id(absl::StrCat("upload ", options.upload));
  pb::ImportEventLogResponse response;
  const absl::Status status = ImportFile(session, options.file, header, &response);
  if (!status.ok()) {
    const std::string better = CorrectedCommand(CommandOf(options), *options.flags, status);
    if (!better.empty()) session.SetHint(absl::StrCat("try: ", better));
    return status;
  }
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintImport(session, response);
  session.out() << "  next: plumbline report " << header.event_log_id() << '\n';
  return absl::OkStatus();
}

}  // namespace

void AddImportCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "import", "Import an event log: CSV, XES or OCEL 2.0 (JSON), packed by gzip or zstd or not");
  command->group("Study");
  command->add_option("FILE", options->file, "The file; - is standard input")->required();
  Takes(command->add_option("--log", options->log, "Id of the log (default: from the file's name)"),
        "ID");
  Takes(command->add_option("--title", options->title, "What people call it"), "TEXT");
  args::Option* append =
      command->add_flag("--append", options->append, "Add to the log if it exists");
  command
      ->add_flag("--replace", options->replace,
                 "Take the place of the log if it exists, at once and only if all goes well")
      ->excludes(append);
  command
      ->add_flag("--into-kept", options->into_kept,
                 "With --append: also to a log that on-boarding keeps, among its own cases")
      ->needs(append);
  Takes(command->add_option("--upload", options->upload,
                            "Makes the import resumable, under an id of 8 to 64 characters: after "
                            "an interruption, the same command within the hour goes on where it "
                            "stopped"),
        "ID");
  AddImportFlags(*command, options->flags);
  AddExamples(*command,
              {{"plumbline import deals.csv", "columns, delimiter and times are found by looking"},
               {"plumbline import crm.csv --case-column deal_id --activity-column stage \\\n"
                "      --time-column changed_at --time-zone Europe/Berlin",
                ""},
               {"plumbline import deals.csv --replace --date-order day-first",
                "once more, read differently"},
               {"plumbline import log.xes.gz --log claims --map-transition complete", ""},
               {"plumbline import orders.json --object-type order --attribute '*'",
                "OCEL: each order is a case"},
               {"plumbline import large.csv.zst --upload large-2026",
                "run it again, should it break off"}});
  command->callback([=] { *action = [=](Session& s) { return Import(s, *options); }; });
}

}  // namespace plumbline::cli
