// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/onboarding.h"

#include <map>
#include <ostream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/help.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "plumbline/onboarding/v1/automation_service.pb.h"

namespace plumbline::cli {

namespace ob = onboarding::v1;

void AddChangeOptions(args::Command& command, ChangeOptions& options) {
  Takes(command.add_option("--at", options.at,
                           "When it happened: 2026-01-31, 2026-01-31T09:00 (UTC) or "
                           "2026-01-31T09:00:00+01:00 (default: now)"),
        "TIME");
  Takes(command.add_option("--request-id", options.request_id,
                           "Makes a repeated call take effect once (default: a new one)"),
        "ID");
  command.add_flag("--dry-run", options.dry_run, "Show what would be, change nothing");
}

void NoteDryRun(Session& session, const ChangeOptions& options) {
  if (options.dry_run && !session.json()) session.out() << "Nothing is changed. It would be:\n";
}

absl::Status ParsePairs(const char* flag, const char* form, const std::vector<std::string>& pairs,
                        google::protobuf::Map<std::string, std::string>* out) {
  for (const std::string& pair : pairs) {
    const std::vector<std::string> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts[0].empty())
      return base::FieldError(flag, absl::StrCat("'", pair, "' is not ", form));
    if (!out->insert({parts[0], parts[1]}).second)
      return base::FieldError(flag, absl::StrCat("'", parts[0], "' is given twice"));
  }
  return absl::OkStatus();
}

std::string ValuesText(const google::protobuf::Map<std::string, std::string>& values) {
  const std::map<std::string, std::string> sorted(values.begin(), values.end());
  return absl::StrJoin(sorted, ", ", absl::PairFormatter("="));
}

absl::StatusOr<std::string> TaskName(const Session& session, const std::string& name) {
  std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() == 3 && parts[1] == "tasks") parts.erase(parts.begin() + 1);
  if (absl::StrContains(name, "/tasks/") && parts.size() > 2) return session.FullName(name);
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty()) {
    return base::FieldError(
        "TASK",
        absl::StrCat("'", name,
                     "' is no task; write ON-BOARDING/TASK, for example rep-0001/order-laptop"));
  }
  return absl::StrCat(session.parent(), "/onboardings/", parts[0], "/tasks/", parts[1]);
}

std::string TypedTask(const ob::Task& task) {
  const std::vector<std::string> parts = absl::StrSplit(task.name(), '/');
  return parts.size() == 6 ? absl::StrCat(parts[3], "/", parts[5]) : task.name();
}

void PrintDecisions(Session& session, const ob::Onboarding& onboarding) {
  const std::string id = onboarding.name().substr(onboarding.name().rfind('/') + 1);
  for (const ob::Decision& decision : onboarding.decisions()) {
    session.out() << "  to decide: " << Printable(decision.title()) << " (" << decision.role()
                  << ")\n";
    // A line for each, to be pasted as it is.
    for (const std::string& option : decision.options()) {
      const auto condition = decision.conditions().find(option);
      session.out() << "    plumbline decide " << id << ' ' << decision.id() << ' ' << option;
      if (condition != decision.conditions().end())
        session.out() << "   # if " << Printable(condition->second);
      session.out() << '\n';
    }
    if (decision.missing_attributes_size() > 0) {
      session.out() << "    not known: " << absl::StrJoin(decision.missing_attributes(), ", ")
                    << "; plumbline set " << id << " ATTRIBUTE=VALUE decides it\n";
    }
  }
}

namespace {

// Whether its turn came before the day on which it may begin by plan.
bool IsAhead(const ob::Task& task) {
  return task.has_earliest_time() && task.earliest_time().seconds() > task.ready_time().seconds();
}

void PrintReady(Session& session, const ob::Task& task) {
  std::string line =
      absl::StrCat("  ready: ", TypedTask(task), " (", Printable(task.title()), "), ",
                   Printable(task.assignee().empty() ? task.role() : task.assignee()));
  // It holds nobody back.
  if (IsAhead(task)) absl::StrAppend(&line, ", planned from ", When(task.earliest_time()));
  if (task.has_due_time()) absl::StrAppend(&line, ", due ", When(task.due_time()));
  if (IsAhead(task) || task.has_due_time()) absl::StrAppend(&line, " UTC");
  session.out() << Folded(session.paper(), line, 4) << '\n';
}

}  // namespace

template <typename Response>
void PrintNext(Session& session, const Response& response) {
  for (const ob::Task& task : response.ready_tasks()) PrintReady(session, task);
  PrintDecisions(session, response.onboarding());
  if (response.onboarding().state() == ob::Onboarding::STATE_COMPLETED)
    session.out() << "  the on-boarding is complete\n";
}

template void PrintNext(Session&, const ob::CompleteTaskResponse&);
template void PrintNext(Session&, const ob::SkipTaskResponse&);
template void PrintNext(Session&, const ob::DecideResponse&);
template void PrintNext(Session&, const ob::SetAttributesResponse&);
template void PrintNext(Session&, const ob::VerifyTaskResponse&);
template void PrintNext(Session&, const ob::ApproveWaiverResponse&);
template void PrintNext(Session&, const ob::AnswerTaskResponse&);
template void PrintNext(Session&, const ob::MigrateOnboardingResponse&);
template void PrintNext(Session&, const ob::AddTaskResponse&);
template void PrintNext(Session&, const ob::MoveTaskResponse&);

}  // namespace plumbline::cli
