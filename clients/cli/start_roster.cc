// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/start_roster.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/list.h"
#include "clients/cli/roster.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "common/rpc/dispatcher.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr size_t kAtOnce = 1000;

absl::StatusOr<ob::BatchStartOnboardingsRequest> RequestOf(Session& session,
                                                           const RosterOptions& options,
                                                           std::vector<RosterRow>& rows,
                                                           size_t begin, size_t end) {
  ob::BatchStartOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_validate_only(options.dry_run);
  for (size_t i = begin; i < end; ++i) {
    ob::StartOnboardingRequest& one = *request.add_requests() = std::move(rows[i].request);
    const std::string& process = one.onboarding().process();
    one.mutable_onboarding()->set_process(
        session.FullName("processes", process.empty() ? options.process : process));
    if (options.allow_existing)
      one.set_conflict_policy(ob::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING);
    RETURN_IF_ERROR(SetTime("--at", options.change.at, &one, "occur_time"));
  }
  return request;
}

// What became of the lines, and the first error among them.
struct Outcome {
  Table table{{">LINE", "ON-BOARDING", "RESULT", "?~WHY"}};
  int failed = 0;
  int first_line = 0;
  absl::Status first;
};

void Add(Session& session, const RosterOptions& options, int line,
         const ob::StartedOnboarding& result, Outcome* outcome) {
  const char* word = !result.created() ? "exists" : options.dry_run ? "valid" : "started";
  if (result.has_error()) word = "failed";
  outcome->table.Add({absl::StrCat(line), IdOf(result.name()), word, result.error().message()});
  if (session.json()) session.PrintJsonLine(result);
  if (!result.has_error()) return;
  if (outcome->failed++ > 0) return;
  outcome->first_line = line;
  outcome->first =
      rpc::StatusFromDetails(static_cast<absl::StatusCode>(result.error().code()),
                             result.error().message(), result.error().SerializeAsString());
}

// The error of the command: that of the first line that failed, with how many there are.
absl::Status Failure(const Outcome& outcome, size_t count) {
  if (outcome.failed == 0) return absl::OkStatus();
  absl::Status status(outcome.first.code(),
                      absl::StrCat(outcome.failed, " of ", count, " failed, the first in line ",
                                   outcome.first_line, ": ", outcome.first.message()));
  outcome.first.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { status.SetPayload(type, payload); });
  return status;
}

}  // namespace

absl::Status StartRoster(Session& session, const RosterOptions& options) {
  session.wording().Call({{"onboarding_id", "id"},
                          {"onboarding.process", "process"},
                          {"onboarding.person", "person"},
                          {"onboarding.day_one", "day-one"},
                          {"onboarding.time_zone", "zone"},
                          {"onboarding.assignees", "assignees"},
                          {"onboarding.labels", "labels"},
                          {"onboarding.attributes", "attributes"}});
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.file));
  ASSIGN_OR_RETURN(std::vector<RosterRow> rows, ReadRoster(text));
  const std::string request_id =
      options.change.request_id.empty() ? base::NewUuid() : options.change.request_id;
  Outcome outcome;
  for (size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    const size_t end = std::min(rows.size(), begin + kAtOnce);
    ASSIGN_OR_RETURN(ob::BatchStartOnboardingsRequest request,
                     RequestOf(session, options, rows, begin, end));
    request.set_request_id(begin == 0 ? request_id : absl::StrCat(request_id, "-", begin));
    ob::BatchStartOnboardingsResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "BatchStartOnboardings", request, &response));
    for (int i = 0; i < response.results_size(); ++i)
      Add(session, options, rows[begin + static_cast<size_t>(i)].line, response.results(i),
          &outcome);
  }
  ShowList(session, outcome.table, "no lines", false);
  return Failure(outcome, rows.size());
}

}  // namespace plumbline::cli
