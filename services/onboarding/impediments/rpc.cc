// SPDX-License-Identifier: Apache-2.0
//
// The methods that change records of impediments.
#include "services/onboarding/impediments/rpc.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "services/onboarding/engine/recorder.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/impediments/convert.h"
#include "services/onboarding/impediments/preview.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding {
namespace {

using rpc::CallContext;

template <typename Request>
RequestKey RecordKeyOf(absl::string_view method, const std::string& workspace,
                       const Request& request) {
  RequestKey key = KeyOf(method, workspace, request);
  key.method = absl::StrCat(kImpedimentService, "/", method);
  return key;
}

// Whether all tasks can be blocked now.
absl::Status CheckTasks(const ImpedimentDependencies& on, const CallContext& context,
                        const RecordCommand& command) {
  std::map<std::string, std::vector<std::string>> tasks;
  for (const Wish& wish : command.tasks) tasks[wish.onboarding].push_back(wish.task);
  for (const auto& [onboarding, ids] : tasks) {
    ASSIGN_OR_RETURN(Run run, on.runs.Load(context, command.key.workspace, onboarding));
    RETURN_IF_ERROR(CheckNotCancelled(run));
    for (const std::string& id : ids) RETURN_IF_ERROR(WorkableTask(run, id).status());
  }
  return absl::OkStatus();
}

absl::Status CheckBlocks(const ImpedimentDependencies& on, const CallContext& context,
                         const RecordCommand& command) {
  const Wish& wish = command.tasks[0];
  ASSIGN_OR_RETURN(const bool blocks, on.store.Blocks(context, command.key, wish));
  if (blocks) return absl::OkStatus();
  return base::Error(base::Reason::ERROR_REASON_IMPEDIMENT_STATE,
                     absl::StrCat("impediment '", command.key.record, "' does not block task '",
                                  wish.task, "' of on-boarding '", wish.onboarding, "'"))
      .With("state", "NOT_BLOCKED")
      .With("allowed", "BLOCKED")
      .Precondition("IMPEDIMENT_STATE", RecordName(command.key.workspace, command.key.record),
                    "must block the task");
}

RecordAuthor AuthorOf(const ImpedimentDependencies& on, const CallContext& context) {
  return {context.identity.subject, absl::FromUnixMicros(absl::ToUnixMicros(on.clock.Now()))};
}

// The answer after a mutation: what the on-boardings came to follow at once is in it. The same
// request gets it again, whatever became of the record since.
template <typename Response>
absl::Status Answer(const ImpedimentDependencies& on, const CallContext& context,
                    const RequestKey& request, const RecordReceipt& receipt, Response* response) {
  const ImpedimentKey changed{request.workspace, receipt.record};
  on.carrier.CarryNow(context, changed, on.clock.Now());
  response->set_freshness_token(absl::StrCat(receipt.position));
  if constexpr (requires { response->mutable_impediment(); }) {
    ASSIGN_OR_RETURN(*response->mutable_impediment(), on.store.Show(context, changed));
  } else {
    ASSIGN_OR_RETURN(const std::vector<v1::ImpedimentEntry> entries,
                     on.store.ReadHistory(context, changed, receipt.entry - 1, 1));
    if (!entries.empty()) *response->mutable_entry() = entries[0];
  }
  ASSIGN_OR_RETURN(const std::string answer, on.store.Remember(context, request, on.clock.Now(),
                                                               response->SerializeAsString()));
  if (!response->ParseFromString(answer)) return base::Internal("a stored answer is damaged");
  return absl::OkStatus();
}

absl::Status CheckIsNew(const ImpedimentDependencies& on, const CallContext& context,
                        const ImpedimentKey& key) {
  const absl::Status found = on.store.Get(context, key).status();
  if (found.ok()) return base::AlreadyExists("Impediment", RecordName(key.workspace, key.record));
  const bool is_new = base::ReasonOf(found) == base::Reason::ERROR_REASON_RESOURCE_NOT_FOUND;
  return is_new ? absl::OkStatus() : found;
}

absl::Status OpenImpediment(const ImpedimentDependencies& on, const CallContext& context,
                            const v1::OpenImpedimentRequest& request,
                            v1::OpenImpedimentResponse* response) {
  const std::string fresh = absl::StrCat("i-", base::NewUuid().substr(0, 13));
  ASSIGN_OR_RETURN(const RecordCommand command, ToCommand(request, fresh));
  const absl::Status checked = CheckTasks(on, context, command);
  const RecordAuthor author = AuthorOf(on, context);
  StoredRecord stored{.key = command.key, .record = command.content};
  const RecordChange change = OpenRecord(stored, command.tasks, author);
  if (request.validate_only()) {
    RETURN_IF_ERROR(checked);
    RETURN_IF_ERROR(CheckIsNew(on, context, command.key));
    ASSIGN_OR_RETURN(*response->mutable_impediment(),
                     ShownAfter(on, context, stored, change, /*now=*/{}));
    return absl::OkStatus();
  }
  const RequestKey key = RecordKeyOf("OpenImpediment", command.key.workspace, request);
  ASSIGN_OR_RETURN(const RecordReceipt receipt,
                   on.store.Open(context, key, author.time, checked, stored, change));
  return Answer(on, context, key, receipt, response);
}

absl::Status NoCheck(const ImpedimentDependencies&, const CallContext&, const RecordCommand&) {
  return absl::OkStatus();
}

// A method that changes a record by `rule`, if `check` has nothing against it.
template <typename Request, typename Response, typename Check, typename RuleOf>
void AddMutation(const ImpedimentDependencies& on, const char* method, Check check, RuleOf rule,
                 rpc::MethodTable* table) {
  auto handle = [on, name = std::string(method), check, rule](const CallContext& context,
                                                              const Request& request,
                                                              Response* response) -> absl::Status {
    ASSIGN_OR_RETURN(const RecordCommand command, ToCommand(request));
    const absl::Status checked = check(on, context, command);
    const RecordAuthor author = AuthorOf(on, context);
    const auto change = [&](StoredRecord& stored) -> absl::StatusOr<RecordChange> {
      RETURN_IF_ERROR(CheckEtag(stored, command.etag));
      ASSIGN_OR_RETURN(RecordChange made, rule(stored, command, author));
      RETURN_IF_ERROR(checked);
      return made;
    };
    if (request.validate_only()) {
      ASSIGN_OR_RETURN(StoredRecord stored, on.store.Get(context, command.key));
      ASSIGN_OR_RETURN(const v1::ImpedimentRecord now, on.store.Show(context, command.key));
      ASSIGN_OR_RETURN(const RecordChange made, change(stored));
      if constexpr (requires { response->mutable_impediment(); }) {
        ASSIGN_OR_RETURN(*response->mutable_impediment(),
                         ShownAfter(on, context, stored, made,
                                    {now.open_task_count(), now.open_onboarding_count()}));
      } else {
        *response->mutable_entry() = made.entry;
      }
      return absl::OkStatus();
    }
    const RequestKey key = RecordKeyOf(name, command.key.workspace, request);
    ASSIGN_OR_RETURN(const RecordReceipt receipt,
                     on.store.Change(context, key, author.time, command.key, change));
    return Answer(on, context, key, receipt, response);
  };
  table->Unary<Request, Response>(kImpedimentService, method, kWrite, rpc::WorkClass::kWrite,
                                  handle);
}

}  // namespace

void RegisterImpedimentService(const ImpedimentDependencies& on, rpc::MethodTable* table) {
  table->Unary<v1::OpenImpedimentRequest, v1::OpenImpedimentResponse>(
      kImpedimentService, "OpenImpediment", kWrite, rpc::WorkClass::kWrite,
      [on](const CallContext& context, const v1::OpenImpedimentRequest& request,
           v1::OpenImpedimentResponse* response) {
        return OpenImpediment(on, context, request, response);
      });
  AddMutation<v1::UpdateImpedimentRequest, v1::UpdateImpedimentResponse>(
      on, "UpdateImpediment", NoCheck,
      [](StoredRecord& stored, const RecordCommand& command, const RecordAuthor& author) {
        return UpdateRecord(stored, command.content, command.fields, author);
      },
      table);
  AddMutation<v1::AcknowledgeImpedimentRequest, v1::AcknowledgeImpedimentResponse>(
      on, "AcknowledgeImpediment", NoCheck,
      [](StoredRecord& stored, const RecordCommand& command, const RecordAuthor& author) {
        return AcknowledgeRecord(stored, command.text, author);
      },
      table);
  AddMutation<v1::CommentImpedimentRequest, v1::CommentImpedimentResponse>(
      on, "CommentImpediment", NoCheck,
      [](StoredRecord&, const RecordCommand& command, const RecordAuthor& author)
          -> absl::StatusOr<RecordChange> { return CommentRecord(command.text, author); },
      table);
  AddMutation<v1::AddImpedimentTasksRequest, v1::AddImpedimentTasksResponse>(
      on, "AddImpedimentTasks", CheckTasks,
      [](StoredRecord& stored, const RecordCommand& command, const RecordAuthor& author) {
        return AddTasks(stored, command.tasks, author);
      },
      table);
  AddMutation<v1::RemoveImpedimentTaskRequest, v1::RemoveImpedimentTaskResponse>(
      on, "RemoveImpedimentTask", CheckBlocks,
      [](StoredRecord& stored, const RecordCommand& command, const RecordAuthor& author) {
        return ReleaseTask(stored, command.tasks[0], author);
      },
      table);
  AddMutation<v1::ResolveImpedimentRequest, v1::ResolveImpedimentResponse>(
      on, "ResolveImpediment", NoCheck,
      [](StoredRecord& stored, const RecordCommand& command, const RecordAuthor& author) {
        return ResolveRecord(stored, command.text, author);
      },
      table);
  RegisterImpedimentReads(on, table);
}

}  // namespace plumbline::onboarding
