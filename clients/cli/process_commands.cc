// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/processes.h"
#include "clients/cli/table.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

absl::Status Apply(Session& session, const std::vector<std::string>& paths,
                   const ApplyOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<Applied> applied, ApplyFiles(session, paths, options));
  for (const Applied& one : applied) {
    if (session.json()) {
      session.PrintJsonLine(one.process);
      continue;
    }
    session.out() << session.ShortName(one.process.name()) << ": "
                  << (options.validate_only ? "valid, nothing written"
                      : one.published       ? "published"
                      : one.unchanged       ? "published before, unchanged"
                                            : "draft saved")
                  << '\n';
  }
  return absl::OkStatus();
}

struct PublishOptions {
  std::string name, reason, etag, from, until;
};

absl::Status Publish(Session& session, const PublishOptions& options) {
  catalog::v1::PublishProcessRequest request;
  request.set_name(session.FullName("processes", options.name));
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(SetTime("--effective-from", options.from, &request, "effective_from"));
  RETURN_IF_ERROR(SetTime("--effective-until", options.until, &request, "effective_until"));
  request.set_request_id(base::NewUuid());
  catalog::v1::PublishProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "PublishProcess", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(response.process().name()) << ": published\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddProcessCommands(CLI::App& app, Action* action) {
  struct Options {
    std::vector<std::string> files;
    ApplyOptions apply;
    PublishOptions publish;
  };
  auto options = std::make_shared<Options>();

  CLI::App* apply = app.add_subcommand("apply", "Create or update processes from YAML files");
  apply->add_option("FILE", options->files, "Process files or folders of them; - is standard input")
      ->required();
  apply->add_flag("--publish", options->apply.publish, "Publish what changed as the next revision");
  apply->add_flag("--dry-run", options->apply.validate_only, "Check everything, write nothing");
  apply->add_option("--reason", options->apply.reason, "Why, kept with the revision");
  apply->callback(
      [=] { *action = [=](Session& s) { return Apply(s, options->files, options->apply); }; });

  CLI::App* publish =
      app.add_subcommand("publish", "Freeze the draft of a process as its next revision");
  PublishOptions& publishing = options->publish;
  publish->add_option("PROCESS", publishing.name, "Its id, for example deal-desk-approval")
      ->required();
  publish->add_option("--reason", publishing.reason, "Why, kept with the revision");
  publish->add_option("--etag", publishing.etag, "Refuse if the draft has changed since");
  publish->add_option("--effective-from", publishing.from,
                      "From when on it is chosen where no revision is named");
  publish->add_option("--effective-until", publishing.until, "Until when, exclusive");
  publish->callback([=] { *action = [=](Session& s) { return Publish(s, options->publish); }; });
}

}  // namespace plumbline::cli
