// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/rpc.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/onboarding/v1/escalation_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/escalation.h"
#include "services/onboarding/escalation/resting.h"
#include "services/onboarding/runs/checker.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding::escalation {
namespace {

using rpc::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.onboarding.v1.EscalationService";
constexpr char kRead[] = "onboarding.read";
constexpr size_t kLongestRecipient = 200;
constexpr size_t kMostResting = 20;

absl::StatusOr<EscalationName> ParseEscalation(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                   base::ParseName("name", name, "workspaces/*/onboardings/*/escalations/**"));
  EscalationName parsed{parts[0], parts[1], 0};
  if (!absl::SimpleAtoi(parts[2], &parsed.sequence) || parsed.sequence < 1) {
    return base::FieldError("name", absl::StrCat("ends with '", parts[2],
                                                 "', which is no number of an escalation; copy it "
                                                 "from ListEscalations"));
  }
  return parsed;
}

std::string ScopeOf(const v1::ListEscalationsRequest& request) {
  return absl::StrCat(request.parent(), "\n", request.recipient());
}

absl::Status List(const Dependencies& on, const CallContext& context,
                  const v1::ListEscalationsRequest& request,
                  v1::ListEscalationsResponse* response) {
  Checker check;
  const Target target = Take(check, ParseOneOrAll("parent", request.parent()));
  check.Length("recipient", request.recipient(), 0, kLongestRecipient);
  const listing::Query list = Take(
      check, listing::ToQuery("ListEscalations", ScopeOf(request), request, EscalationSchema()));
  RETURN_IF_ERROR(check.status());
  const std::string onboarding = target.onboarding == "-" ? "" : target.onboarding;
  ASSIGN_OR_RETURN(
      listing::Page<v1::Escalation> page,
      on.store.List(context, {target.workspace, onboarding, request.recipient(), list}));
  // Nothing of an on-boarding that there is, or no such on-boarding.
  if (page.rows.empty() && !onboarding.empty())
    RETURN_IF_ERROR(on.runs.runs.Load(context, target.workspace, onboarding).status());
  for (v1::Escalation& one : page.rows) *response->add_escalations() = std::move(one);
  response->set_next_page_token(
      listing::NextPageToken("ListEscalations", ScopeOf(request), request, page.next));
  return absl::OkStatus();
}

absl::Status Get(const Dependencies& on, const CallContext& context,
                 const v1::GetEscalationRequest& request, v1::GetEscalationResponse* response) {
  ASSIGN_OR_RETURN(const EscalationName name, ParseEscalation(request.name()));
  ASSIGN_OR_RETURN(*response->mutable_escalation(), on.store.Get(context, name));
  return absl::OkStatus();
}

// "paperwork" of "workspaces/acme/onboardings/ada/tasks/paperwork".
std::string TaskOf(const v1::Escalation& escalation) {
  return escalation.task().substr(escalation.task().rfind('/') + 1);
}

void FillAcknowledged(const After& after, v1::Escalation escalation,
                      v1::AcknowledgeEscalationResponse* answer) {
  for (const HistoryEntry& entry : after.entries) {
    if (entry.kind != EntryKind::kEscalationAcknowledged) continue;
    escalation.set_state(v1::Escalation::STATE_ACKNOWLEDGED);
    escalation.set_acknowledger(entry.actor);
    escalation.set_acknowledge_note(entry.reason);
    *escalation.mutable_acknowledge_time() = ToTimestamp(entry.occur_time);
  }
  *answer->mutable_escalation() = std::move(escalation);
}

absl::Status Acknowledge(const Dependencies& on, const CallContext& context,
                         const v1::AcknowledgeEscalationRequest& request,
                         v1::AcknowledgeEscalationResponse* response) {
  Checker check;
  const EscalationName name = Take(check, ParseEscalation(request.name()));
  ChangeCommand command;
  command.target = {name.workspace, name.onboarding, ""};
  TakeCommon(check, request, &command);
  check.Length("note", request.note(), 0, 1000);
  RETURN_IF_ERROR(check.status());
  ASSIGN_OR_RETURN(const v1::Escalation escalation, on.store.Get(context, name));
  const LadderKey key{TaskOf(escalation), escalation.rule(),
                      FromTimestamp(escalation.since_time())};
  const auto rule = [&](Run& run, const Occurrence& when) {
    return AcknowledgeEscalation(run, key, request.note(), when);
  };
  const auto fill = [&](const After& after, v1::AcknowledgeEscalationResponse* answer) {
    FillAcknowledged(after, escalation, answer);
  };
  return CarryOut(on.runs, context, "AcknowledgeEscalation", request, command, rule, fill,
                  response);
}

absl::Status RunNow(const Dependencies& on, const CallContext& context,
                    const v1::RunEscalationsRequest&, v1::RunEscalationsResponse* response) {
  const absl::Time now = on.runs.clock.Now();
  ASSIGN_OR_RETURN(const Rounds rounds, on.worker.RunOnce(context, now));
  response->set_told_count(static_cast<int32_t>(rounds.escalations.changed));
  response->set_delegated_count(static_cast<int32_t>(rounds.stand_ins.changed));
  response->set_busy(rounds.escalations.busy || rounds.stand_ins.busy);
  ASSIGN_OR_RETURN(
      std::vector<v1::RestingEscalation> resting,
      FindResting(context, on.runs.runs, on.runs.people, on.store, on.worker.failures(), now));
  response->set_resting_count(static_cast<int32_t>(resting.size()));
  if (resting.size() > kMostResting) resting.resize(kMostResting);
  for (v1::RestingEscalation& one : resting) *response->add_resting() = std::move(one);
  return absl::OkStatus();
}

template <typename Request, typename Response, typename Handler>
void Add(const Dependencies& on, const char* method, const char* permission, WorkClass work,
         Handler handler, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, method, permission, work,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterEscalationService(const Dependencies& on, rpc::MethodTable* table) {
  Add<v1::ListEscalationsRequest, v1::ListEscalationsResponse>(on, "ListEscalations", kRead,
                                                               WorkClass::kRead, List, table);
  Add<v1::GetEscalationRequest, v1::GetEscalationResponse>(on, "GetEscalation", kRead,
                                                           WorkClass::kRead, Get, table);
  Add<v1::AcknowledgeEscalationRequest, v1::AcknowledgeEscalationResponse>(
      on, "AcknowledgeEscalation", kWrite, WorkClass::kWrite, Acknowledge, table);
  Add<v1::RunEscalationsRequest, v1::RunEscalationsResponse>(on, "RunEscalations", kWrite,
                                                             WorkClass::kBulk, RunNow, table);
}

}  // namespace plumbline::onboarding::escalation
