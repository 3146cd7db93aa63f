// SPDX-License-Identifier: Apache-2.0
//
// impediment resolve: of one, of several, of all that a filter takes.
#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/impediment_group.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr size_t kShownTasks = 20;

// What it blocks: the first tasks, and whether there are more.
struct BlockedTasks {
  std::vector<ob::Impediment> blocks;  // how it blocks each
  bool more = false;
};

absl::StatusOr<BlockedTasks> TasksOf(Session& session, const std::string& name) {
  ob::ListImpedimentsRequest request;
  request.set_parent(session.FullName("onboardings", "-"));
  request.set_filter(absl::StrCat("record = \"", IdOf(name), "\""));
  request.set_open_only(true);
  request.set_page_size(static_cast<int>(kShownTasks));
  ob::ListImpedimentsResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ListImpediments", request, &response));
  BlockedTasks tasks{.more = !response.next_page_token().empty()};
  for (const ob::Impediment& i : response.impediments()) tasks.blocks.push_back(i);
  return tasks;
}

// "goes on, due 2027-01-08 17:00 UTC". `own` is what is resolved, as the on-boarding has it.
std::string HowItGoesOn(const ob::Task& task, const std::string& own, bool dry_run) {
  std::vector<std::string> others;
  for (const std::string& i : task.open_impediments())
    if (IdOf(i) != own) others.push_back(IdOf(i));
  if (!others.empty()) {
    return absl::StrCat(dry_run ? "would still be" : "is still", " blocked by ",
                        absl::StrJoin(others, ", "));
  }
  if (dry_run) return "would go on, its due date moved by the business time that it was blocked";
  if (!task.has_due_time()) return "goes on";
  return absl::StrCat("goes on, due ", When(task.due_time()), " UTC");
}

absl::Status PrintTasks(Session& session, const BlockedTasks& tasks, const ob::ImpedimentRecord& i,
                        bool dry_run) {
  for (const ob::Impediment& block : tasks.blocks) {
    ob::GetTaskRequest request;
    request.set_name(block.task());
    ob::GetTaskResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "GetTask", request, &response));
    session.out() << "  " << TypedTask(response.task()) << ' '
                  << HowItGoesOn(response.task(), IdOf(block.name()), dry_run) << '\n';
  }
  if (tasks.more)
    session.out() << "  and more; see: plumbline impediment show " << IdOf(i.name()) << '\n';
  return absl::OkStatus();
}

absl::Status ResolveOne(Session& session, const ImpedimentOptions& options, const std::string& name,
                        bool single) {
  BlockedTasks tasks;
  if (!session.json()) {
    ASSIGN_OR_RETURN(tasks, TasksOf(session, name));
  }
  ob::ResolveImpedimentRequest request;
  request.set_name(name);
  request.set_resolution(options.resolution);
  request.set_etag(options.etag);
  request.set_request_id(options.request_id.empty() ? base::NewUuid() : options.request_id);
  request.set_validate_only(options.dry_run);
  ob::ResolveImpedimentResponse response;
  RETURN_IF_ERROR(session.Call(kImpediments, "ResolveImpediment", request, &response));
  if (session.json()) {
    if (single) {
      session.PrintJson(response);
    } else {
      session.PrintJsonLine(response);
    }
    return absl::OkStatus();
  }
  PrintBlocks(session, response.impediment(), options.dry_run);
  // What is under way has no new due dates yet.
  if (response.impediment().pending() && !options.dry_run) return absl::OkStatus();
  return PrintTasks(session, tasks, response.impediment(), options.dry_run);
}

// The names of those that were asked for; none twice, for the second would be refused.
absl::StatusOr<std::vector<std::string>> NamesOf(Session& session,
                                                 const ImpedimentOptions& options) {
  std::vector<std::string> names;
  for (const std::string& id : options.ids) {
    ASSIGN_OR_RETURN(std::string name, ImpedimentRecordName(session, id));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  if (options.filter.empty()) return names;
  ob::ListImpedimentRecordsRequest request;
  request.set_parent(session.parent());
  request.set_filter(absl::StrCat("open = true AND (", options.filter, ")"));
  do {
    ob::ListImpedimentRecordsResponse page;
    RETURN_IF_ERROR(session.Call(kImpediments, "ListImpedimentRecords", request, &page));
    for (const ob::ImpedimentRecord& i : page.impediments()) names.push_back(i.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

absl::Status CheckOptions(const ImpedimentOptions& options) {
  if (options.ids.empty() == options.filter.empty()) {
    return base::FieldError(
        "IMPEDIMENT", options.ids.empty() ? "is missing; name one or more, or give --filter"
                                          : "is given beside --filter; leave out one of the two");
  }
  const bool single = options.ids.size() == 1;
  if (!single && !options.etag.empty())
    return base::FieldError("--etag", "is of one impediment; name one, or leave it out");
  if (!single && !options.request_id.empty())
    return base::FieldError("--request-id", "is of one call; name one impediment, or leave it out");
  return absl::OkStatus();
}

}  // namespace

absl::Status ResolveImpediments(Session& session, const ImpedimentOptions& options) {
  session.wording().Call({{"name", "IMPEDIMENT"},
                          {"resolution", "--resolution"},
                          {"filter", "--filter"},
                          {"etag", "--etag"}});
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesOf(session, options));
  if (!session.json()) NoteDryRun(session, {.dry_run = options.dry_run});
  if (names.empty()) {
    if (!session.json()) session.out() << "no open impediment fits --filter\n";
    return absl::OkStatus();
  }
  if (names.size() == 1) return ResolveOne(session, options, names[0], options.filter.empty());
  // One that cannot be resolved does not keep the others from it.
  absl::Status first;
  size_t failed = 0;
  for (const std::string& name : names) {
    const absl::Status status = ResolveOne(session, options, name, /*single=*/false);
    if (status.ok()) continue;
    ++failed;
    first.Update(status);
    session.err() << IdOf(name) << ": " << session.wording().Sentence(status.message()) << '\n';
  }
  if (!session.json()) {
    session.out() << Number(static_cast<int64_t>(names.size() - failed), "impediment",
                            "impediments")
                  << (options.dry_run ? " would be resolved" : " resolved");
    if (failed > 0) session.out() << ", " << failed << " not";
    session.out() << '\n';
  }
  return first;
}

}  // namespace plumbline::cli
