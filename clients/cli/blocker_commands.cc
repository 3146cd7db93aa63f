// SPDX-License-Identifier: Apache-2.0
//
// blockers: what blocks on-boardings now. time: where the time of one went.
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/impediment_group.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/unknown_names.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr int kFewTasks = 5;

void PrintTasks(Session& session, const ob::Blocker& blocker) {
  Table table({"TASK", "~TITLE", "?~PERSON", "~WHO", "?SINCE (UTC)", ">OPEN HOURS"});
  int shown = 0;
  for (const ob::BlockedTask& t : blocker.tasks()) {
    ob::Task task;
    task.set_name(t.task());
    table.Add({TypedTask(task), t.title(), t.person(), t.resource(), When(t.block_time()),
               OpenHours(t.business_duration())});
    if (++shown == kFewTasks) break;
  }
  session.out() << '\n' << IdOf(blocker.impediment().name()) << ":\n";
  table.Print(session.paper());
  const int more = blocker.task_count() - shown;
  if (more > 0)
    session.out() << "  and " << Number(more, "more task", "more tasks")
                  << "; plumbline impediment show " << IdOf(blocker.impediment().name()) << '\n';
}

absl::Status Blockers(Session& session, const ImpedimentOptions& options) {
  session.wording().Call({{"onboarding", "ON-BOARDING"},
                          {"filter", "--filter"},
                          {"utility", "--utility"},
                          {"page_size", "--limit"}});
  ob::ListBlockersRequest request;
  request.set_parent(session.parent());
  request.set_onboarding(options.onboarding);
  request.set_filter(options.filter);
  request.set_utility(options.utility);
  request.set_page_size(options.limit);
  ob::ListBlockersResponse response;
  RETURN_IF_ERROR(session.Call(kImpediments, "ListBlockers", request, &response));
  WarnOfUnknownUtility(session, "--utility", options.utility);
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  // Those on the right go first where the terminal is narrow: what it costs stays.
  Table table({"IMPEDIMENT", "STATE", "?CATEGORY", "?UTILITY", "|DESCRIPTION", "?~OWNER", ">TASKS",
               "?>ON-BOARDINGS", "?SINCE (UTC)", ">OPEN HOURS LOST"});
  for (const ob::Blocker& b : response.blockers()) {
    const ob::ImpedimentRecord& i = b.impediment();
    table.Add({IdOf(i.name()), ImpedimentState(i), CategoryWord(i.category()), i.utility(),
               i.description(), i.owner(), absl::StrCat(b.task_count()),
               absl::StrCat(b.onboarding_count()), When(b.oldest_time()),
               OpenHours(b.business_duration())});
  }
  ShowList(session, table, "nothing is blocked", response.total_count() > response.blockers_size());
  if (response.blockers().empty()) return absl::OkStatus();
  session.out() << Number(response.blocked_task_count(), "task is", "tasks are") << " blocked, in "
                << Number(response.blocked_onboarding_count(), "on-boarding", "on-boardings")
                << '\n';
  for (const ob::Blocker& b : response.blockers()) PrintTasks(session, b);
  return absl::OkStatus();
}

// Open time in hours: days of a calendar are no 24 hours.
std::string Total(const ob::TimeSpent& time, bool business) {
  return business ? OpenHours(time.business()) : Span(time.elapsed());
}

// "" where no time was spent.
std::string Spent(const ob::TimeSpent& time, bool business) {
  const auto& spent = business ? time.business() : time.elapsed();
  return spent.seconds() == 0 && spent.nanos() == 0 ? "" : Total(time, business);
}

void AddAccount(const std::string& title, const ob::TimeAccount& account, bool business,
                Table* table) {
  std::string by;
  for (const ob::BlockedTime& blocked : account.blocked_by()) {
    const std::string spent = Spent(blocked.time(), business);
    if (spent.empty()) continue;
    absl::StrAppend(&by, by.empty() ? "" : ", ", CategoryWord(blocked.category()), " ", spent);
  }
  table->Add({title, Total(account.total(), business), Spent(account.waiting(), business),
              Spent(account.working(), business), Spent(account.verifying(), business),
              Spent(account.blocked(), business), Spent(account.paused(), business),
              Spent(account.idle(), business), by});
}

absl::Status Time(Session& session, const ImpedimentOptions& options) {
  session.wording().Call({{"name", "ON-BOARDING"}});
  ob::GetTimeAccountRequest request;
  request.set_name(session.FullName("onboardings", options.onboarding));
  ob::GetTimeAccountResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "GetTimeAccount", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  for (const bool business : {true, false}) {
    Table table({"~WHAT", ">TOTAL", "?>WAITING", "?>WORKING", "?>VERIFYING", "?>BLOCKED",
                 "?>PAUSED", "?>IDLE", "?~BLOCKED BY"});
    AddAccount("The on-boarding", response.account(), business, &table);
    AddAccount("All tasks", response.tasks_account(), business, &table);
    for (const ob::Task& task : response.tasks())
      AddAccount(IdOf(task.name()), task.time_account(), business, &table);
    session.out() << (business ? "Business time (hours in which the calendar is open):\n"
                               : "\nBy the clock:\n");
    table.Print(session.paper());
  }
  return absl::OkStatus();
}

}  // namespace

void AddBlockerCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<ImpedimentOptions>();
  args::Command* blockers =
      app.add_subcommand("blockers", "What blocks on-boardings now, what costs the most first");
  blockers->group("Run");
  blockers->add_option("ON-BOARDING", options->onboarding, "Only of this one (default: of all)");
  Takes(blockers->add_option("--filter", options->filter,
                             "Only of on-boardings that this takes, as in 'list onboardings'"),
        "FILTER");
  Takes(blockers->add_option("--utility", options->utility,
                             "Only tasks that depend on this utility, whatever blocks them"),
        "ID");
  options->limit = 20;
  Takes(
      blockers->add_option("--limit", options->limit, "At most so many impediments (default: 20)"),
      "N")
      ->check(args::Range(1, 100));
  AddExamples(*blockers, {{"plumbline blockers ada", ""},
                          {"plumbline blockers --filter 'labels.cohort = 2026-q1'", "a cohort"},
                          {"plumbline blockers --utility crm", "the users of a utility"}});
  blockers->callback([=] { *action = [=](Session& s) { return Blockers(s, *options); }; });

  args::Command* time = app.add_subcommand(
      "time", "Where the time of an on-boarding went: waiting, working, blocked by what, paused");
  time->group("Run");
  time->add_option("ON-BOARDING", options->onboarding, "Its id")->required();
  AddExamples(*time, {{"plumbline time ada", ""}});
  time->callback([=] { *action = [=](Session& s) { return Time(s, *options); }; });
}

}  // namespace plumbline::cli
