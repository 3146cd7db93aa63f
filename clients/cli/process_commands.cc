// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

absl::Status Publish(Session& session, const std::string& name, const std::string& reason,
                     const std::string& etag) {
  catalog::v1::PublishProcessRequest request;
  request.set_name(session.FullName("processes", name));
  request.set_reason(reason);
  request.set_etag(etag);
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
    std::string name, reason, etag;
  };
  auto options = std::make_shared<Options>();

  CLI::App* publish =
      app.add_subcommand("publish", "Freeze the draft of a process as its next revision");
  publish->add_option("PROCESS", options->name, "Its id, for example deal-desk-approval")
      ->required();
  publish->add_option("--reason", options->reason, "Why, kept with the revision");
  publish->add_option("--etag", options->etag, "Refuse if the draft has changed since");
  publish->callback([=] {
    *action = [=](Session& s) { return Publish(s, options->name, options->reason, options->etag); };
  });
}

}  // namespace plumbline::cli
