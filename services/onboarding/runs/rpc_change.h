// SPDX-License-Identifier: Apache-2.0
//
// How every method that changes a run is carried out. Not for use outside of the methods.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CHANGE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CHANGE_H_

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/engine.h"
#include "services/onboarding/engine/occur_time.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/convert.h"
#include "services/onboarding/runs/rpc.h"

namespace plumbline::onboarding {

inline constexpr char kWrite[] = "onboarding.write";
inline constexpr char kBackdate[] = "onboarding.backdate";

// The same request always gives the same bytes, maps included.
template <typename Request>
RequestKey KeyOf(absl::string_view method, const std::string& workspace, Request request) {
  RequestKey key{workspace, absl::StrCat(kServiceName, "/", method), request.request_id(), ""};
  if (key.request_id.empty()) return key;
  request.clear_request_id();
  google::protobuf::io::StringOutputStream stream(&key.body);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  request.SerializeToCodedStream(&output);
  return key;
}

// The run after a change, for the answer.
struct After {
  const Run& run;
  const ChangeCommand& command;
  const Entries& entries;
  const TaskMessages messages;

  v1::Task Task() const {
    // The task was found by the rule, and such tasks are never removed.
    auto view = FindTask(run, command.target.task);
    return view.ok() ? messages.Make(*view) : v1::Task();
  }

  // Adds the tasks that the entries of a kind are about, as they are now. What became ready and was
  // left out at once is not ready.
  template <typename Tasks>
  void AddTasks(EntryKind kind, Tasks* tasks) const {
    for (const HistoryEntry& entry : entries) {
      if (entry.kind != kind) continue;
      auto view = FindTask(run, entry.task);
      if (!view.ok() || (kind == EntryKind::kTaskReady && view->state != TaskState::kReady))
        continue;
      *tasks->Add() = messages.Make(*view);
    }
  }

  template <typename Response>
  void AddReadyTasks(Response* response) const {
    AddTasks(EntryKind::kTaskReady, response->mutable_ready_tasks());
  }
};

// ETAG_MISMATCH unless `etag` is "" or that of the run.
absl::Status CheckEtag(const Run& run, absl::string_view etag);

// The end of an answer: what follows the bytes of a message is merged into it.
template <typename Response>
std::string Token(int64_t position) {
  Response token;
  token.set_freshness_token(absl::StrCat(position));
  return token.SerializeAsString();
}

using Rule = absl::FunctionRef<absl::StatusOr<Entries>(Run&, const Occurrence&)>;

// Changes the run of a command by `rule`, which may be called several times, and answers what
// `fill` makes of it; with validate_only changes a copy.
template <typename Request, typename Response, typename Fill>
absl::Status CarryOut(const Dependencies& on, const rpc::CallContext& context,
                      absl::string_view method, const Request& request,
                      const ChangeCommand& command, Rule rule, Fill fill, Response* response) {
  const Target& target = command.target;
  const absl::Time now = on.clock.Now();
  const bool may_backdate = context.identity.May(kBackdate, target.workspace);
  const auto change = [&](Run& run, Response* answer) -> absl::StatusOr<Entries> {
    RETURN_IF_ERROR(CheckEtag(run, command.etag));
    ASSIGN_OR_RETURN(absl::Time occur_time,
                     OccurTime(command.occur_time, now, run.last_time, may_backdate));
    ASSIGN_OR_RETURN(Entries entries, rule(run, {occur_time, now, context.identity.subject}));
    fill(After{run, command, entries, TaskMessages(run, now)}, answer);
    return entries;
  };
  if (command.validate_only) {
    ASSIGN_OR_RETURN(Run run, on.runs.Load(context, target.workspace, target.onboarding));
    return change(run, response).status();
  }
  Response made;
  std::string bytes;
  const auto store = [&](Run& run) -> absl::StatusOr<Changed> {
    made.Clear();
    bytes.clear();
    ASSIGN_OR_RETURN(Entries entries, change(run, &made));
    bytes = made.SerializeAsString();
    return Changed{.entries = std::move(entries), .answer = bytes, .token = Token<Response>};
  };
  ASSIGN_OR_RETURN(const std::string answer,
                   on.runs.Update(context, KeyOf(method, target.workspace, request), now,
                                  target.onboarding, store));
  // The answer is the one that was just made, unless it is of the same request before: reading it
  // costs as much as making it did.
  const bool is_made = !bytes.empty() && absl::StartsWith(answer, bytes);
  if (is_made) {
    *response = std::move(made);
  } else {
    response->Clear();
  }
  if (!response->MergeFromString(is_made ? answer.substr(bytes.size()) : answer))
    return base::Internal("a stored answer is damaged");
  return absl::OkStatus();
}

// One method that changes a run by `rule` and answers what `fill` makes of it.
template <typename Request, typename Response, typename RuleOf, typename Fill>
void AddChange(const Dependencies& on, absl::string_view method, RuleOf rule, Fill fill,
               rpc::MethodTable* table) {
  auto handle = [on, name = std::string(method), rule, fill](const rpc::CallContext& context,
                                                             const Request& request,
                                                             Response* response) -> absl::Status {
    ASSIGN_OR_RETURN(const ChangeCommand command, Parse(request));
    const auto by_rule = [&](Run& run, const Occurrence& when) {
      return rule(run, command, request, when);
    };
    return CarryOut(on, context, name, request, command, by_rule, fill, response);
  };
  table->Unary<Request, Response>(kServiceName, method, kWrite, rpc::WorkClass::kWrite, handle);
}

// Parts of the table, each in a file of its own.
void RegisterStarts(const Dependencies& on, rpc::MethodTable* table);
void RegisterLife(const Dependencies& on, rpc::MethodTable* table);
void RegisterAssignments(const Dependencies& on, rpc::MethodTable* table);
void RegisterSecondThoughts(const Dependencies& on, rpc::MethodTable* table);
void RegisterVerification(const Dependencies& on, rpc::MethodTable* table);
void RegisterPlanChanges(const Dependencies& on, rpc::MethodTable* table);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_CHANGE_H_
