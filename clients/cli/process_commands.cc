// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

struct PublishOptions {
  std::string name, reason, etag, from, until;
  bool dry_run = false;
};

absl::Status Publish(Session& session, const PublishOptions& options) {
  session.wording().Call({{"name", "PROCESS"},
                          {"reason", "--reason"},
                          {"etag", "--etag"},
                          {"effective_from", "--effective-from"},
                          {"effective_until", "--effective-until"}});
  catalog::v1::PublishProcessRequest request;
  request.set_name(session.FullName("processes", options.name));
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  request.set_validate_only(options.dry_run);
  RETURN_IF_ERROR(SetTime("--effective-from", options.from, &request, "effective_from"));
  RETURN_IF_ERROR(SetTime("--effective-until", options.until, &request, "effective_until"));
  request.set_request_id(base::NewUuid());
  catalog::v1::PublishProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "PublishProcess", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.out() << session.ShortName(response.process().name()) << ": "
                  << (options.dry_run ? "possible, nothing written" : "published") << '\n';
  }
  return absl::OkStatus();
}

}  // namespace

void AddProcessCommands(args::Command& app, Action* action) {
  struct Options {
    PublishOptions publish;
  };
  auto options = std::make_shared<Options>();

  args::Command* publish =
      app.add_subcommand("publish", "Freeze the draft of a process as its next revision");
  publish->group("Draw");
  PublishOptions& publishing = options->publish;
  publish->add_option("PROCESS", publishing.name, "Its id, for example deal-desk-approval")
      ->required();
  Takes(publish->add_option("--reason", publishing.reason, "Why, kept with the revision"), "TEXT");
  Takes(publish->add_option("--etag", publishing.etag,
                            "Refuse if the draft has changed since it had this etag"),
        "ETAG");
  Takes(publish->add_option("--effective-from", publishing.from,
                            "From when on it is chosen where no revision is named (default: now)"),
        "TIME");
  Takes(publish->add_option("--effective-until", publishing.until,
                            "Until when, exclusive (default: for ever)"),
        "TIME");
  publish->add_flag("--dry-run", publishing.dry_run, "Check everything, write nothing");
  AddExamples(*publish, {{"plumbline publish deal-desk-approval --reason 'legal asked for it'", ""},
                         {"plumbline publish deal-desk-approval --effective-from 2027-01-01",
                          "now, to be used from a day on"}});
  publish->callback([=] { *action = [=](Session& s) { return Publish(s, options->publish); }; });
}

}  // namespace plumbline::cli
