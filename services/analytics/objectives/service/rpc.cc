// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/objectives/service/rpc.h"

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "common/webhook/signature.h"
#include "plumbline/analytics/v1/objective_service.pb.h"
#include "services/analytics/objectives/service/change.h"
#include "services/analytics/objectives/service/convert.h"
#include "services/analytics/serving/log_names.h"
#include "services/analytics/serving/request_checks.h"

namespace plumbline::analytics {
namespace {

using rpc::CallContext;
using rpc::WorkClass;
using On = ObjectiveDependencies;

absl::Status Save(ObjectiveView& view, const StoredObjective& stored, const DeleteObjective&) {
  return view.objectives().Remove(stored);
}
template <typename Command>
absl::Status Save(ObjectiveView& view, const StoredObjective& stored, const Command&) {
  return view.objectives().Put(stored);
}

// The log that new content promises something about exists. One that is gone since, and of which
// nothing is said anew, is nobody's slip of the pen.
absl::Status CheckLog(const On& on, const CallContext& context, const ObjectiveKey& key,
                      const v1::Objective& content) {
  const auto parts = base::ParseName("", content.event_log(), "workspaces/*/eventLogs/*");
  // What is no name of this workspace is told with all else that is wrong.
  if (!parts.ok() || (*parts)[0] != key.workspace) return absl::OkStatus();
  return RequireLog(context, on.logs, "objective.event_log", {(*parts)[0], (*parts)[1]});
}
absl::Status CheckLog(const On& on, const CallContext& context, const CreateObjective& command) {
  return CheckLog(on, context, command.key, command.content);
}
absl::Status CheckLog(const On& on, const CallContext& context, const UpdateObjective& command) {
  if (!absl::c_linear_search(command.fields, "event_log")) return absl::OkStatus();
  std::optional<StoredObjective> present;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(present, view.objectives().Find(command.key));
    return absl::OkStatus();
  }));
  if (!present.has_value() || present->objective.event_log() == command.content.event_log())
    return absl::OkStatus();
  return CheckLog(on, context, command.key, command.content);
}
absl::Status CheckLog(const On&, const CallContext&, const DeleteObjective&) {
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> LookForSlips(const On&, const CallContext&,
                                                      const DeleteObjective&,
                                                      const ObjectiveChange&) {
  return std::vector<std::string>();
}
bool NamesTheSame(const v1::Objective& a, const v1::Objective& b) {
  return a.event_log() == b.event_log() && a.measure().condition() == b.measure().condition() &&
         a.measure().activity() == b.measure().activity() &&
         a.measure().from_activity() == b.measure().from_activity();
}

// What the log does not know of what is named, if that is new, or of another log than it was.
template <typename Command>
absl::StatusOr<std::vector<std::string>> LookForSlips(const On& on, const CallContext& context,
                                                      const Command& command,
                                                      const ObjectiveChange& change) {
  std::optional<StoredObjective> present;
  ChangedObjective changed;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(present, view.objectives().Find(command.key));
    ASSIGN_OR_RETURN(changed, Apply(view, command, on.urls, change));
    return absl::OkStatus();
  }));
  const v1::Objective& objective = changed.stored.objective;
  if (present.has_value() && NamesTheSame(present->objective, objective))
    return std::vector<std::string>();
  ASSIGN_OR_RETURN(const CompiledObjective compiled,
                   Compile(objective, command.key.workspace, "objective"));
  return on.outcomes.LookForSlips(context, compiled);
}

// A mutation; the secret is answered only where it was made here.
template <typename Request, typename Response>
absl::Status Mutate(const On& on, const std::string& method, const CallContext& context,
                    const Request& request, Response* response) {
  ASSIGN_OR_RETURN(const auto command, ToCommand(request));
  const ObjectiveChange change{context.identity.subject, on.clock.Now(), base::NewUuid(),
                               webhook::NewSecret(on.chance)};
  std::vector<std::string> notes;
  const auto run = [&](ObjectiveView& view) -> absl::StatusOr<StoredObjective> {
    response->Clear();
    ASSIGN_OR_RETURN(ChangedObjective changed, Apply(view, command, on.urls, change));
    *response->mutable_objective() = changed.stored.objective;
    if constexpr (requires { response->mutable_alert_webhook_secret(); }) {
      if (!request.validate_only()) response->set_alert_webhook_secret(changed.made_secret);
      for (const std::string& note : notes) response->add_notes(note);
    }
    return std::move(changed.stored);
  };
  if (request.validate_only()) {
    RETURN_IF_ERROR(CheckLog(on, context, command));
    ASSIGN_OR_RETURN(notes, LookForSlips(on, context, command, change));
    return on.store.Read(context, [&](ObjectiveView& view) { return run(view).status(); });
  }
  // A request that was answered before is answered so again without a body, whatever became of the
  // log since; of any other the log is looked for before it is written.
  bool is_new = false;
  bool checked = std::is_same_v<std::decay_t<decltype(command)>, DeleteObjective>;
  const auto write = [&](ObjectiveView& view) -> absl::StatusOr<std::string> {
    is_new = true;
    if (!checked) return absl::FailedPreconditionError("the log is to be looked for first");
    RETURN_IF_ERROR(view.Lock(command.key));
    ASSIGN_OR_RETURN(const StoredObjective stored, run(view));
    RETURN_IF_ERROR(Save(view, stored, command));
    return response->SerializeAsString();
  };
  const auto send = [&] {
    return on.store.Write(context, WriteRequestOf(method, command.key.workspace, request),
                          change.time, write);
  };
  absl::StatusOr<std::string> bytes = send();
  if (!bytes.ok() && is_new && !checked) {
    RETURN_IF_ERROR(CheckLog(on, context, command));
    ASSIGN_OR_RETURN(notes, LookForSlips(on, context, command, change));
    checked = true;
    bytes = send();
  }
  if (!bytes.ok()) return bytes.status();
  if (!response->ParseFromString(*bytes)) return base::Internal("a stored answer is damaged");
  on.changed();
  return absl::OkStatus();
}

absl::StatusOr<StoredObjective> Load(const On& on, const CallContext& context,
                                     const ObjectiveKey& key) {
  StoredObjective stored;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(stored, Require(view, key));
    return absl::OkStatus();
  }));
  return stored;
}

absl::Status Get(const On& on, const CallContext& context, const v1::GetObjectiveRequest& request,
                 v1::GetObjectiveResponse* response) {
  ASSIGN_OR_RETURN(const ObjectiveKey key, ToObjectiveKey("name", request.name()));
  ASSIGN_OR_RETURN(StoredObjective stored, Load(on, context, key));
  *response->mutable_objective() = std::move(stored.objective);
  return absl::OkStatus();
}

absl::Status List(const On& on, const CallContext& context,
                  const v1::ListObjectivesRequest& request, v1::ListObjectivesResponse* response) {
  ASSIGN_OR_RETURN(const auto parts, base::ParseName("parent", request.parent(), "workspaces/*"));
  ASSIGN_OR_RETURN(const listing::Query query, listing::ToQuery("ListObjectives", request.parent(),
                                                                request, ObjectiveSchema()));
  listing::Page<StoredObjective> page;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(page, view.objectives().List(parts[0], query));
    return absl::OkStatus();
  }));
  for (StoredObjective& stored : page.rows)
    *response->add_objectives() = std::move(stored.objective);
  response->set_next_page_token(
      listing::NextPageToken("ListObjectives", request.parent(), request, page.next));
  return absl::OkStatus();
}

// An objective with its outcomes.
struct Counted {
  StoredObjective stored;
  CompiledObjective compiled;
  std::shared_ptr<const KnownOutcomes> known;
};

absl::StatusOr<Counted> Count(const On& on, const CallContext& context, const ObjectiveKey& key) {
  Counted counted;
  ASSIGN_OR_RETURN(counted.stored, Load(on, context, key));
  ASSIGN_OR_RETURN(counted.compiled, Compile(counted.stored.objective, key.workspace, "objective"));
  ASSIGN_OR_RETURN(counted.known, on.outcomes.Read(context, counted.compiled));
  return counted;
}

template <typename Response>
void AddNotes(const KnownOutcomes& known, Response* response) {
  for (const std::string& note : known.outcomes.notes) response->add_notes(note);
}

// Why figures are absent, and what speaks against those that are there.
void Explain(const Counted& counted, const objectives::Budget& known, const v1::ErrorBudget& budget,
             v1::GetErrorBudgetResponse* response) {
  const auto absent = [&](absl::string_view field, absl::string_view reason) {
    v1::AbsentFigure* figure = response->add_absent();
    figure->set_field(std::string(field));
    figure->set_reason(std::string(reason));
  };
  if (budget.event_count() == 0) {
    const bool empty = counted.known->outcomes.series.empty();
    for (const char* field : {"budget.good_share", "budget.consumed_share"}) {
      absent(field, empty ? "nothing in the log counts for this objective"
                          : "nothing counts in the period that ends then; give another time");
    }
  } else if (budget.state() == v1::ErrorBudget::STATE_TOO_FEW_EVENTS) {
    response->add_notes("Few count: a share of so few says little, see its interval");
  }
  if (known.overdue > 0) {
    response->add_notes(absl::StrCat(
        "Of the ", base::CountText(known.overdue), " that are open and overdue ",
        base::CountText(known.overdue_counted),
        " passed their target in the period and are counted, as bad",
        known.overdue > known.overdue_counted ? "; the others did before it, and are not" : ""));
  }
  if (budget.projected_budget_count() > budget.budget_count()) {
    response->add_notes(
        "The log is younger than the period: the budget grows while more is counted; what it comes "
        "to in a whole period at the pace so far is told beside it");
  }
}

absl::Status GetBudget(const On& on, const CallContext& context,
                       const v1::GetErrorBudgetRequest& request,
                       v1::GetErrorBudgetResponse* response) {
  ASSIGN_OR_RETURN(const ObjectiveKey key, ToObjectiveKey("name", request.name()));
  std::optional<int64_t> time;
  if (request.has_time()) {
    ASSIGN_OR_RETURN(time, ToMicros("time", request.time()));
  }
  ASSIGN_OR_RETURN(const Counted counted, Count(on, context, key));
  const int64_t at = time.value_or(DefaultTime(*counted.known, on.clock.Now()));
  const objectives::Budget budget =
      objectives::Evaluate(counted.known->outcomes.series, counted.compiled.terms, at);
  *response->mutable_objective() = counted.stored.objective;
  ToProto(budget, counted.compiled.terms, /*whole=*/true, response->mutable_budget());
  if (counted.known->selection.has_value())
    *response->mutable_selection() = *counted.known->selection;
  *response->mutable_completion() = counted.known->completion;
  response->set_left_out_count(counted.known->outcomes.left_out);
  AddNotes(*counted.known, response);
  Explain(counted, budget, response->budget(), response);
  return absl::OkStatus();
}

absl::Status History(const On& on, const CallContext& context,
                     const v1::ListErrorBudgetHistoryRequest& request,
                     v1::ListErrorBudgetHistoryResponse* response) {
  ASSIGN_OR_RETURN(const HistoryCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const Counted counted, Count(on, context, command.key));
  const objectives::Terms& terms = counted.compiled.terms;
  ASSIGN_OR_RETURN(const std::vector<int64_t> times,
                   TimesOf(command, DefaultTime(*counted.known, on.clock.Now()), terms.period));
  for (const int64_t time : times) {
    const auto budget = objectives::Evaluate(counted.known->outcomes.series, terms, time);
    ToProto(budget, terms, /*whole=*/false, response->add_points());
  }
  AddNotes(*counted.known, response);
  return absl::OkStatus();
}

absl::Status ListAfter(const On& on, const CallContext& context, const AlertsCommand& command,
                       const std::string& cursor, v1::ListObjectiveAlertsResponse* response) {
  std::vector<StoredAlert> alerts;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(alerts, view.alerts().ReadAfter(command.key, *command.after, command.limit));
    return absl::OkStatus();
  }));
  for (const StoredAlert& alert : alerts) *response->add_alerts() = Shown(alert);
  response->set_cursor(alerts.empty() ? cursor : CursorOf(alerts.back().place));
  return absl::OkStatus();
}

absl::Status ListAlerts(const On& on, const CallContext& context,
                        const v1::ListObjectiveAlertsRequest& request,
                        v1::ListObjectiveAlertsResponse* response) {
  ASSIGN_OR_RETURN(const AlertsCommand command, ToCommand(request));
  if (!command.key.objective.empty()) RETURN_IF_ERROR(Load(on, context, command.key).status());
  if (command.after.has_value())
    return ListAfter(on, context, command, request.after_cursor(), response);
  listing::Page<StoredAlert> page;
  RETURN_IF_ERROR(on.store.Read(context, [&](ObjectiveView& view) -> absl::Status {
    ASSIGN_OR_RETURN(page, view.alerts().List(command.key, command.query));
    return absl::OkStatus();
  }));
  for (const StoredAlert& alert : page.rows) *response->add_alerts() = Shown(alert);
  response->set_next_page_token(
      listing::NextPageToken("ListObjectiveAlerts", request.parent(), request, page.next));
  return absl::OkStatus();
}

template <typename Request, typename Response>
void AddMutation(const On& on, const char* method, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kObjectiveService, method, "analytics.write", WorkClass::kWrite,
      [on, name = std::string(method)](const CallContext& context, const Request& request,
                                       Response* response) {
        return Mutate(on, name, context, request, response);
      });
}

template <typename Request, typename Response, typename Handler>
void AddRead(const On& on, const char* method, Handler handler, rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kObjectiveService, method, "analytics.read", WorkClass::kRead,
      [on, handler](const CallContext& context, const Request& request, Response* response) {
        return handler(on, context, request, response);
      });
}

}  // namespace

void RegisterObjectiveService(const ObjectiveDependencies& on, rpc::MethodTable* table) {
  AddMutation<v1::CreateObjectiveRequest, v1::CreateObjectiveResponse>(on, "CreateObjective",
                                                                       table);
  AddMutation<v1::UpdateObjectiveRequest, v1::UpdateObjectiveResponse>(on, "UpdateObjective",
                                                                       table);
  AddMutation<v1::DeleteObjectiveRequest, v1::DeleteObjectiveResponse>(on, "DeleteObjective",
                                                                       table);
  AddRead<v1::GetObjectiveRequest, v1::GetObjectiveResponse>(on, "GetObjective", Get, table);
  AddRead<v1::ListObjectivesRequest, v1::ListObjectivesResponse>(on, "ListObjectives", List, table);
  AddRead<v1::GetErrorBudgetRequest, v1::GetErrorBudgetResponse>(on, "GetErrorBudget", GetBudget,
                                                                 table);
  AddRead<v1::ListErrorBudgetHistoryRequest, v1::ListErrorBudgetHistoryResponse>(
      on, "ListErrorBudgetHistory", History, table);
  AddRead<v1::ListObjectiveAlertsRequest, v1::ListObjectiveAlertsResponse>(
      on, "ListObjectiveAlerts", ListAlerts, table);
}

}  // namespace plumbline::analytics
