// SPDX-License-Identifier: Apache-2.0
//
// onboarding pause, resume, cancel: the life of an on-boarding.
#include <memory>
#include <ostream>
#include <string>

#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/onboarding_group.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding, reason, etag;
  ChangeOptions change;
};

template <typename Request, typename Response>
absl::Status Change(Session& session, const Options& options, const char* method,
                    Response* response) {
  session.wording().Call({{"name", "ON-BOARDING"}, {"reason", "--reason"}, {"etag", "--etag"}});
  Request request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  RETURN_IF_ERROR(session.Call(kOnboarding, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    NoteDryRun(session, options.change);
    session.out() << IdOf(response->onboarding().name()) << ": "
                  << StateWord(ob::Onboarding::State_Name(response->onboarding().state())) << '\n';
  }
  return absl::OkStatus();
}

absl::Status PauseOne(Session& session, const Options& options) {
  ob::PauseOnboardingResponse response;
  return Change<ob::PauseOnboardingRequest>(session, options, "PauseOnboarding", &response);
}

absl::Status ResumeOne(Session& session, const Options& options) {
  ob::ResumeOnboardingResponse response;
  RETURN_IF_ERROR(
      Change<ob::ResumeOnboardingRequest>(session, options, "ResumeOnboarding", &response));
  if (session.json()) return absl::OkStatus();
  for (const ob::Task& task : response.rescheduled_tasks())
    session.out() << "  " << TypedTask(task) << " is due " << When(task.due_time()) << " UTC\n";
  return absl::OkStatus();
}

absl::Status CancelOne(Session& session, const Options& options) {
  ob::CancelOnboardingResponse response;
  return Change<ob::CancelOnboardingRequest>(session, options, "CancelOnboarding", &response);
}

void Add(args::Command& group, Action* action, std::shared_ptr<Options> options, const char* name,
         const char* help, absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = group.add_subcommand(name, help);
  command->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  Takes(command->add_option("--reason", options->reason, "Why"), "TEXT")->required();
  Takes(command->add_option("--etag", options->etag, "Refuse if it changed since"), "ETAG");
  AddChangeOptions(*command, options->change);
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
}

}  // namespace

void AddOnboardingCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* group = app.add_subcommand(
      "onboarding", "The plan of an on-boarding, its day one; pause, resume or cancel it");
  group->group("Run");
  group->require_subcommand(1);
  Add(*group, action, options, "pause", "Let it rest: no work goes on, no clock runs", PauseOne);
  Add(*group, action, options, "resume", "Let it go on: due dates move by the pause", ResumeOne);
  Add(*group, action, options, "cancel", "End it for good, whatever is open", CancelOne);
  AddLivePlan(*group, action);
  AddReschedule(*group, action);
  AddExamples(*group, {{"plumbline onboarding pause ada --reason 'Parental leave'", ""},
                       {"plumbline onboarding resume ada --reason 'Is back'", ""},
                       {"plumbline onboarding plan ada", "what comes when, what is at risk"}});
}

}  // namespace plumbline::cli
