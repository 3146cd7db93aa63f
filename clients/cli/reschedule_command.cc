// SPDX-License-Identifier: Apache-2.0
//
// onboarding reschedule: day one moves, and what counts from it.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/onboarding_group.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

struct Options {
  std::string onboarding, day_one, reason, etag;
  ChangeOptions change;
};

// What day one is now; "" where that is not known, which is no reason to fail.
std::string DayOneBefore(Session& session, const std::string& name) {
  if (session.json()) return "";
  ob::GetOnboardingRequest request;
  request.set_name(name);
  ob::GetOnboardingResponse response;
  if (!session.Call(kOnboarding, "GetOnboarding", request, &response).ok()) return "";
  return response.onboarding().day_one();
}

// What became of it, in a line, and of a day one on which nobody works which day counts.
void TellDayOne(Session& session, const Options& options, const std::string& before,
                const ob::Onboarding& moved) {
  const bool same = before == moved.day_one();
  if (!same) NoteDryRun(session, options.change);
  std::string line =
      absl::StrCat(IdOf(moved.name()), ": ",
                   same ? "nothing changes, for day one is " : "day one is ", moved.day_one(),
                   same             ? " already"
                   : before.empty() ? ""
                                    : absl::StrCat(", was ", before));
  if (moved.has_target_time()) absl::StrAppend(&line, ", to end by ", When(moved.target_time()));
  if (moved.has_expected_finish_time())
    absl::StrAppend(&line, ", should end on ", When(moved.expected_finish_time()));
  absl::StrAppend(&line, " (times are UTC)");
  session.out() << Folded(session.paper(), line, 2) << '\n';
  const std::string note = PlanNotes(session).OfDayOne(moved);
  if (!note.empty()) session.out() << Folded(session.paper(), absl::StrCat("  ", note), 4) << '\n';
}

// An open task whose due date moves.
std::string MovedText(const ob::RescheduledTask& moved) {
  return absl::StrCat(TypedTask(moved.task()), " is due ", When(moved.task().due_time()), ", was ",
                      When(moved.previous_due_time()));
}

// What is late or at risk by it, as at a start. All of it before it is done, since nothing else
// shows that.
void TellWhatIsAtRisk(Session& session, const Options& options,
                      const ob::RescheduleOnboardingResponse& response) {
  const std::string standing = StandingText(response.onboarding(), PlanTimes());
  if (!standing.empty())
    session.out() << Folded(session.paper(), absl::StrCat("  ", standing), 4) << '\n';
  TellRisk(session, response.risk(), "plumbline onboarding plan " + options.onboarding,
           options.change.dry_run ? response.risk().tasks_size() : kMostTasksTold);
}

absl::Status Reschedule(Session& session, const Options& options) {
  session.wording().Call({{"name", "ON-BOARDING"},
                          {"day_one", "DAY-ONE"},
                          {"reason", "--reason"},
                          {"etag", "--etag"}});
  ob::RescheduleOnboardingRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  request.set_day_one(options.day_one);
  request.set_reason(options.reason);
  request.set_etag(options.etag);
  RETURN_IF_ERROR(Prepare(options.change, &request));
  const std::string before = DayOneBefore(session, request.name());
  ob::RescheduleOnboardingResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "RescheduleOnboarding", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  TellDayOne(session, options, before, response.onboarding());
  for (const ob::RescheduledTask& one : response.rescheduled_tasks()) {
    session.out() << Folded(session.paper(), absl::StrCat("  ", MovedText(one)), 4) << '\n';
  }
  if (before != response.onboarding().day_one()) TellWhatIsAtRisk(session, options, response);
  return absl::OkStatus();
}

}  // namespace

void AddReschedule(args::Command& group, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = group.add_subcommand(
      "reschedule", "Move day one: target, due dates that hang on it, and the plan follow");
  command->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  command->add_option("DAY-ONE", options->day_one, "The new first working day, YYYY-MM-DD")
      ->required();
  Takes(command->add_option("--reason", options->reason, "Why"), "TEXT")->required();
  Takes(command->add_option("--etag", options->etag, "Refuse if it changed since"), "ETAG");
  AddChangeOptions(*command, options->change);
  AddExamples(*command, {{"plumbline onboarding reschedule ada 2027-02-01 --reason 'Visa is late'",
                          "--dry-run shows what would move"}});
  command->callback([=] { *action = [=](Session& s) { return Reschedule(s, *options); }; });
}

}  // namespace plumbline::cli
