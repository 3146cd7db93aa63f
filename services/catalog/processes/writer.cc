// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/writer.h"

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/convert.h"
#include "services/catalog/processes/warnings.h"

namespace plumbline::catalog {
namespace {

// `workspace`: of the process. Takes the change's answer.
absl::StatusOr<Written> ToWritten(Snapshot& snapshot, absl::string_view workspace, Change* change,
                                  int64_t position, bool warns) {
  Written written{change->answer.has_value() ? *std::move(change->answer) : change->head.process,
                  position};
  if (!warns) return written;
  UtilitiesKept kept(snapshot, workspace);
  ASSIGN_OR_RETURN(written.warnings, FindWarnings(kept, written.process));
  if (!written.warnings.empty()) kept.TellLeftOut(&written.warnings.back());
  return written;
}

// What is remembered under a request_id. All mutations answer a process and a freshness token; one
// form serves them all.
// `written` is as before in the end; meanwhile its process is lent, which a copy would cost more
// than.
std::string Serialize(Written* written) {
  v1::UpdateProcessResponse answer;
  answer.mutable_process()->Swap(&written->process);
  answer.set_freshness_token(ToFreshnessToken(written->position));
  *answer.mutable_warnings() = {written->warnings.begin(), written->warnings.end()};
  std::string bytes = answer.SerializeAsString();
  answer.mutable_process()->Swap(&written->process);
  return bytes;
}

absl::StatusOr<Written> Parse(const std::string& bytes) {
  v1::UpdateProcessResponse answer;
  if (!answer.ParseFromString(bytes))
    return base::Internal("a remembered answer is not a message of its type");
  ASSIGN_OR_RETURN(int64_t position, ToPosition(answer.freshness_token()));
  return Written{std::move(*answer.mutable_process()),
                 position,
                 {answer.warnings().begin(), answer.warnings().end()}};
}

}  // namespace

absl::Status CarryOut(Changes& changes, const ProcessKey& key, const Change& change) {
  if (!change.writes) return absl::OkStatus();
  if (change.revision.has_value()) RETURN_IF_ERROR(changes.AddRevision(key, *change.revision));
  if (change.deletes) {
    RETURN_IF_ERROR(changes.life_changes().DeleteHead(key));
  } else {
    RETURN_IF_ERROR(changes.PutHead(key, change.head));
  }
  for (const v1::CatalogHistoryEntry& entry : change.history)
    RETURN_IF_ERROR(changes.life_changes().AppendHistory(key, entry));
  return absl::OkStatus();
}

absl::StatusOr<Written> Writer::Write(const base::CallContext& context, const ProcessKey& key,
                                      const WriteRequest& request, Plan plan, bool warns) {
  const Author author{context.identity.subject, clock_.Now()};
  HeadMemory::Write memory(heads_, NameOf(key));
  std::optional<Change> done;
  Written written;
  ASSIGN_OR_RETURN(
      const Answer answer,
      store_.Write(
          context, request, author.time, [&](Changes& changes) -> absl::StatusOr<std::string> {
            ASSIGN_OR_RETURN(int64_t position, changes.Position());
            ASSIGN_OR_RETURN(Change change, plan(changes, author));
            ASSIGN_OR_RETURN(written, ToWritten(changes, key.workspace, &change, position, warns));
            RETURN_IF_ERROR(CarryOut(changes, key, change));
            done = std::move(change);
            return request.request_id.empty() ? std::string() : Serialize(&written);
          }));
  if (answer.replayed) return Parse(answer.bytes);
  // Of what was deleted nothing is known but that the store must be asked.
  if (!done->deletes) memory.Committed(Know(done->head, written.position, author.time));
  if (done->revision.has_value()) reader_.Remember(key, *done->revision);
  return written;
}

absl::StatusOr<Answer> Writer::WriteBeside(
    const base::CallContext& context, const WriteRequest& request,
    absl::FunctionRef<absl::StatusOr<std::string>(Changes&, const Author&)> body) {
  const Author author{context.identity.subject, clock_.Now()};
  return store_.Write(context, request, author.time,
                      [&](Changes& changes) { return body(changes, author); });
}

absl::StatusOr<Answer> Writer::WriteSeveral(
    const base::CallContext& context, const std::vector<ProcessKey>& keys,
    const WriteRequest& request,
    absl::FunctionRef<absl::StatusOr<std::string>(Changes&, const Author&)> body) {
  std::deque<HeadMemory::Write> memory;
  for (const ProcessKey& key : keys) memory.emplace_back(heads_, NameOf(key));
  return WriteBeside(context, request, body);
}

absl::Status Writer::Look(const base::CallContext& context,
                          absl::FunctionRef<absl::Status(Snapshot&, const Author&)> body) {
  const Author author{context.identity.subject, clock_.Now()};
  return store_.Read(context, [&](Snapshot& snapshot) { return body(snapshot, author); });
}

absl::StatusOr<Written> Writer::Validate(const base::CallContext& context, Plan plan, bool warns) {
  const Author author{context.identity.subject, clock_.Now()};
  Written written;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(int64_t position, snapshot.Position());
    ASSIGN_OR_RETURN(Change change, plan(snapshot, author));
    ASSIGN_OR_RETURN(written, ToWritten(snapshot, context.workspace, &change, position, warns));
    return absl::OkStatus();
  }));
  return written;
}

}  // namespace plumbline::catalog
