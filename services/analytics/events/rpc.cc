// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/rpc.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "services/analytics/events/import.h"
#include "services/analytics/serving/convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.analytics.v1.AnalyticsService";
constexpr char kRead[] = "analytics.read";
constexpr char kWrite[] = "analytics.write";
constexpr size_t kMaxChunkBytes = 1 << 20;

// `request` with its request_id apart. Messages of analytics hold no map: their bytes are the same
// for the same content.
template <typename Request>
WriteRequest KeyOf(absl::string_view method, absl::string_view workspace, Request request) {
  WriteRequest key{std::string(workspace), absl::StrCat(kService, "/", method),
                   request.request_id(), ""};
  request.clear_request_id();
  key.body = request.SerializeAsString();
  return key;
}

absl::Status CheckRequestId(absl::string_view field, absl::string_view id) {
  if (id.size() <= 128) return absl::OkStatus();
  return base::FieldError(field, absl::StrCat("has ", id.size(), " bytes; at most 128"));
}

absl::Status Create(Writer& writer, const CallContext& context,
                    const v1::CreateEventLogRequest& request,
                    v1::CreateEventLogResponse* response) {
  ASSIGN_OR_RETURN(const CreateCommand command, ToCommand(request));
  RETURN_IF_ERROR(CheckRequestId("request_id", request.request_id()));
  ASSIGN_OR_RETURN(
      const std::string answer,
      writer.Create(context, KeyOf("CreateEventLog", command.key.workspace, request), command));
  if (!response->ParseFromString(answer))
    return base::Internal("a kept answer is not a message of its type");
  return absl::OkStatus();
}

absl::Status Delete(Writer& writer, const CallContext& context,
                    const v1::DeleteEventLogRequest& request) {
  ASSIGN_OR_RETURN(const LogKey key, ToLogKey(request.name()));
  RETURN_IF_ERROR(CheckRequestId("request_id", request.request_id()));
  return writer.Delete(context, KeyOf("DeleteEventLog", key.workspace, request), key,
                       request.allow_refill());
}

absl::Status Write(Writer& writer, const CallContext& context,
                   const v1::WriteEventsRequest& request, v1::WriteEventsResponse* response) {
  ASSIGN_OR_RETURN(const WriteCommand command, ToCommand(request));
  ASSIGN_OR_RETURN(const WriteResult result,
                   writer.Write(context, command, request.events_size(),
                                [&](int skip) { return ToBatch(request, skip); }));
  response->set_accepted_count(result.accepted);
  response->set_duplicate_count(result.duplicates);
  response->set_next_sequence(result.next_sequence);
  return absl::OkStatus();
}

absl::Status FeedChunks(rpc::ClientStream& requests, Import& import) {
  v1::ImportEventLogRequest message;
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, requests.Read(&message));
    if (!more) return absl::OkStatus();
    if (message.part_case() != v1::ImportEventLogRequest::kChunk) {
      return base::FieldError("chunk", "is missing; every message after the first carries a chunk");
    }
    if (message.chunk().size() > kMaxChunkBytes) {
      return base::FieldError(
          "chunk", absl::StrCat("has ", message.chunk().size(), " bytes; at most 1 MiB"));
    }
    RETURN_IF_ERROR(import.Feed(message.chunk()));
  }
}

absl::Status RunImport(const AnalyticsParts& parts, const CallContext& context,
                       rpc::ClientStream& requests, v1::ImportEventLogResponse* response) {
  v1::ImportEventLogRequest first;
  ASSIGN_OR_RETURN(const bool any, requests.Read(&first));
  if (!any || !first.has_header()) {
    return base::FieldError("header", "is missing; the first message carries it");
  }
  v1::ImportHeader header = std::move(*first.mutable_header());
  ASSIGN_OR_RETURN(const ImportCommand command, ToCommand(header));
  RETURN_IF_ERROR(CheckRequestId("header.request_id", header.request_id()));
  const std::string request_id = header.request_id();
  header.clear_request_id();
  header.clear_upload_offset();  // the same request, whatever came of it before
  const auto take_room = [&reader = parts.reader](int64_t bytes) {
    return reader.TakeRestOfRoom(bytes);
  };
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Import> import,
      Import::Begin(context,
                    {parts.store, parts.ids, parts.clock, parts.log_memory_bytes, take_room},
                    command, request_id, header.SerializeAsString()));
  absl::Status ended = FeedChunks(requests, *import);
  if (ended.ok()) {
    absl::StatusOr<v1::ImportEventLogResponse> done = import->Finish();
    ended = done.status();
    if (done.ok()) *response = *std::move(done);
  }
  import->EndUpload(ended);
  RETURN_IF_ERROR(ended);
  absl::StatusOr<v1::EventLog> log = parts.reader.Get(context, command.create.key);
  // The import is done, and nothing may deny it: without its counts the log still has its name.
  *response->mutable_event_log() = log.ok() ? *std::move(log) : command.create.description;
  return absl::OkStatus();
}

// A method that only reads: command, answer.
template <typename Request, typename Response, typename Command>
void AddRead(Reader& reader, absl::string_view name,
             absl::Status (Reader::*read)(const CallContext&, const Command&, Response*),
             rpc::MethodTable* table) {
  table->Unary<Request, Response>(
      kService, name, kRead, WorkClass::kRead,
      [&reader, read](const CallContext& context, const Request& request,
                      Response* response) -> absl::Status {
        ASSIGN_OR_RETURN(const Command command, ToCommand(request));
        return (reader.*read)(context, command, response);
      });
}

void RegisterReads(Reader& reader, rpc::MethodTable* table) {
  table->Unary<v1::GetEventLogRequest, v1::GetEventLogResponse>(
      kService, "GetEventLog", kRead, WorkClass::kRead,
      [&reader](const CallContext& context, const v1::GetEventLogRequest& request,
                v1::GetEventLogResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const LogKey key, ToLogKey(request.name()));
        ASSIGN_OR_RETURN(*response->mutable_event_log(), reader.Get(context, key));
        return absl::OkStatus();
      });
  AddRead<v1::ListEventLogsRequest>(reader, "ListEventLogs", &Reader::List, table);
  AddRead<v1::GetProcessMapRequest>(reader, "GetProcessMap", &Reader::Map, table);
  AddRead<v1::ListVariantsRequest>(reader, "ListVariants", &Reader::Variants, table);
  AddRead<v1::GetDurationsRequest>(reader, "GetDurations", &Reader::Durations, table);
  AddRead<v1::GetImpedimentParetoRequest>(reader, "GetImpedimentPareto", &Reader::Pareto, table);
}

}  // namespace

void RegisterAnalyticsService(const AnalyticsParts& parts, rpc::MethodTable* table) {
  Writer& writer = parts.writer;
  table->Unary<v1::CreateEventLogRequest, v1::CreateEventLogResponse>(
      kService, "CreateEventLog", kWrite, WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::CreateEventLogRequest& request,
                v1::CreateEventLogResponse* response) {
        return Create(writer, context, request, response);
      });
  table->Unary<v1::DeleteEventLogRequest, v1::DeleteEventLogResponse>(
      kService, "DeleteEventLog", kWrite, WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::DeleteEventLogRequest& request,
                v1::DeleteEventLogResponse*) { return Delete(writer, context, request); });
  table->Unary<v1::WriteEventsRequest, v1::WriteEventsResponse>(
      kService, "WriteEvents", kWrite, WorkClass::kWrite,
      [&writer](const CallContext& context, const v1::WriteEventsRequest& request,
                v1::WriteEventsResponse* response) {
        return Write(writer, context, request, response);
      });
  table->ClientStreaming<v1::ImportEventLogRequest, v1::ImportEventLogResponse>(
      kService, "ImportEventLog", kWrite, WorkClass::kBulk,
      [parts](const CallContext& context, rpc::ClientStream& requests,
              v1::ImportEventLogResponse* response) {
        return RunImport(parts, context, requests, response);
      });
  RegisterReads(parts.reader, table);
}

}  // namespace plumbline::analytics
