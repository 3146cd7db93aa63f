// SPDX-License-Identifier: Apache-2.0
//
// set: say what became known of an on-boarding.
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/terminal.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding, reason;
  std::vector<std::string> values;
  ChangeOptions change;
};

absl::Status Set(Session& session, const Options& options) {
  session.wording().Call(
      {{"name", "ON-BOARDING"}, {"attributes", "ATTRIBUTE"}, {"reason", "--reason"}});
  ob::SetAttributesRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  RETURN_IF_ERROR(ParsePairs("ATTRIBUTE=VALUE", "ATTRIBUTE=VALUE", options.values,
                             request.mutable_attributes()));
  request.set_reason(options.reason);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  ob::SetAttributesResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "SetAttributes", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  NoteDryRun(session, options.change);
  const auto& map = response.onboarding().attributes();
  for (const auto& [id, value] : std::map<std::string, std::string>(map.begin(), map.end()))
    session.out() << id << ": " << Printable(value) << '\n';
  for (const auto& [id, value] : request.attributes())
    if (!map.contains(id)) session.out() << id << ": no value\n";
  PrintNext(session, response);
  return absl::OkStatus();
}

}  // namespace

void AddSetCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* set =
      app.add_subcommand("set", "Set values of attributes, by which conditions decide");
  set->group("Run");
  set->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  set->add_option("ATTRIBUTE=VALUE", options->values,
                  "Values; nothing behind the '=' takes a value away")
      ->required();
  Takes(set->add_option("--reason", options->reason, "Why"), "TEXT");
  AddChangeOptions(*set, options->change);
  AddExamples(*set, {{"plumbline set q-7 'amount=20000 EUR' discount=8 --reason 'the quote is out'",
                      "open decisions that now follow are made"}});
  set->callback([=] { *action = [=](Session& s) { return Set(s, *options); }; });
}

}  // namespace plumbline::cli
