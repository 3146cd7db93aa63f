// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/data_rpc.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/events/upload.h"
#include "services/analytics/export/log_writer.h"
#include "services/analytics/serving/completion.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/selected_view.h"
#include "services/analytics/serving/selection_convert.h"
#include "services/analytics/storage/eraser.h"
#include "services/analytics/storage/erasure.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;
using rpc::WorkClass;

constexpr char kService[] = "plumbline.analytics.v1.EventDataService";
constexpr char kRead[] = "analytics.read";
constexpr char kWrite[] = "analytics.write";
constexpr size_t kChunkBytes = 256 << 10;
constexpr size_t kMostPending = 4;  // messages, which the transport has not taken
constexpr int kMaxTexts = 20;
constexpr size_t kLeastText = 2, kMostText = 200, kMaxReplacement = 100;

// Messages to a client that may be slower than we are. One thread writes.
class PacedStream {
 public:
  PacedStream(std::shared_ptr<rpc::ServerStream> stream, const CallContext& context,
              const base::Clock& clock)
      : stream_(std::move(stream)), context_(context), clock_(clock) {
    stream_->OnEvents([state = state_] { state->Wake(false); },
                      [state = state_] { state->Wake(true); });
  }

  // Waits until there is room. CANCELLED when the call is over, DEADLINE_EXCEEDED.
  absl::Status Write(const v1::ExportEventLogResponse& message) {
    while (stream_->pending() >= kMostPending) {
      RETURN_IF_ERROR(context_.Check(clock_.Now()));
      if (state_->Wait()) return absl::CancelledError("the call is over");
    }
    return stream_->Write(message) ? absl::OkStatus() : absl::CancelledError("the call is over");
  }

 private:
  // Outlives this: the transport may still call.
  struct State {
    absl::Mutex mutex;
    bool woken ABSL_GUARDED_BY(mutex) = false;
    bool ended ABSL_GUARDED_BY(mutex) = false;
    void Wake(bool end) {
      absl::MutexLock lock(&mutex);
      woken = true;
      ended |= end;
    }
    // True when the call is over. Returns now and then in any case, for deadlines.
    bool Wait() {
      absl::MutexLock lock(&mutex);
      mutex.AwaitWithTimeout(absl::Condition(&woken), absl::Milliseconds(100));
      woken = false;
      return ended;
    }
  };

  const std::shared_ptr<rpc::ServerStream> stream_;
  const CallContext& context_;
  const base::Clock& clock_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

absl::StatusOr<std::unique_ptr<LogWriter>> NewWriter(const v1::ExportEventLogRequest& request,
                                                     LogToWrite log, KeepOn keep_on) {
  if (request.format() == v1::ExportEventLogRequest::FORMAT_XES)
    return NewXesLogWriter(std::move(log));
  return NewCsvLogWriter(std::move(log), keep_on);
}

// All that a writer writes, in pieces; returns how many bytes they were.
absl::StatusOr<int64_t> WriteAll(LogWriter& writer, KeepOn keep_on, PacedStream& stream) {
  int64_t bytes = 0;
  std::string pending;
  for (bool more = true; more;) {
    more = writer.Next(&pending);
    if (pending.size() < kChunkBytes && more) continue;
    bytes += static_cast<int64_t>(pending.size());
    RETURN_IF_ERROR(keep_on());
    for (size_t at = 0; at < pending.size(); at += kChunkBytes) {
      v1::ExportEventLogResponse message;
      message.set_chunk(pending.substr(at, kChunkBytes));
      RETURN_IF_ERROR(stream.Write(message));
    }
    pending.clear();
  }
  return bytes;
}

absl::Status Export(const DataParts& parts, const CallContext& context,
                    const v1::ExportEventLogRequest& request,
                    const std::shared_ptr<rpc::ServerStream>& stream) {
  ASSIGN_OR_RETURN(const LogKey key, ToLogKey(request.name()));
  if (request.format() != v1::ExportEventLogRequest::FORMAT_CSV &&
      request.format() != v1::ExportEventLogRequest::FORMAT_XES) {
    return base::FieldError(
        "format", absl::StrCat("is ", request.format(), "; it must be 1 (CSV) or 2 (XES)"));
  }
  ASSIGN_OR_RETURN(const Selection selection, ToSelection("selection", request.selection()));
  const auto keep_on = [&] { return context.Check(parts.clock.Now()); };
  ASSIGN_OR_RETURN(std::shared_ptr<const LogView> view, parts.reader.Load(context, key));
  // A filter may ask which cases are open.
  ASSIGN_OR_RETURN(const auto room,
                   parts.reader.TakeRoom(BytesOfEnds(*view, selection.completion())));
  ASSIGN_OR_RETURN(view, WithEnds(view, selection.completion(), keep_on));
  ASSIGN_OR_RETURN(const std::optional<Selected> selected,
                   parts.reader.SelectRows(context, *view, selection));
  ASSIGN_OR_RETURN(const std::unique_ptr<LogWriter> writer,
                   NewWriter(request, {view->log(), selected}, keep_on));
  PacedStream paced(stream, context, parts.clock);
  ASSIGN_OR_RETURN(const int64_t bytes, WriteAll(*writer, keep_on, paced));
  v1::ExportEventLogResponse last;
  v1::ExportSummary& summary = *last.mutable_summary();
  summary.set_byte_count(bytes);
  summary.set_event_count(writer->events());
  summary.set_case_count(writer->cases());
  summary.set_replaced_character_count(writer->replaced_characters());
  if (selected.has_value()) {
    *summary.mutable_selection() =
        SummaryOf(*view->log(), *selected, writer->cases(), writer->events());
  }
  RETURN_IF_ERROR(paced.Write(last));
  stream->Finish(absl::OkStatus());
  return absl::OkStatus();
}

absl::Status GetUpload(const DataParts& parts, const CallContext& context,
                       const v1::GetUploadRequest& request, v1::GetUploadResponse* response) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names,
                   base::ParseName("parent", request.parent(), "workspaces/*"));
  RETURN_IF_ERROR(CheckUploadId("upload_id", request.upload_id()));
  Upload upload(context, parts.store, parts.clock, names[0], request.upload_id());
  ASSIGN_OR_RETURN(const int64_t received, upload.ReceivedBytes());
  response->set_received_bytes(received);
  return absl::OkStatus();
}

absl::Status SetRetention(const DataParts& parts, const CallContext& context,
                          const v1::SetRetentionRequest& request,
                          v1::SetRetentionResponse* response) {
  ASSIGN_OR_RETURN(const LogKey key, ToLogKey(request.name()));
  std::optional<v1::Retention> retention;
  if (request.has_retention()) {
    RETURN_IF_ERROR(CheckRetention("retention", request.retention()));
    retention = request.retention();
  }
  RETURN_IF_ERROR(parts.writer.SetRetention(context, key, retention).status());
  ASSIGN_OR_RETURN(*response->mutable_event_log(), parts.reader.Get(context, key));
  return absl::OkStatus();
}

void CheckTexts(const v1::ErasePersonRequest& request,
                std::vector<base::FieldViolation>& violations) {
  if (request.texts_size() < 1 || request.texts_size() > kMaxTexts) {
    violations.push_back({"texts", absl::StrCat("has ", request.texts_size(),
                                                " entries; it must have 1 to ", kMaxTexts)});
  }
  for (int i = 0; i < std::min(request.texts_size(), kMaxTexts); ++i) {
    const std::string& text = request.texts(i);
    const bool letter = std::any_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x80 ||
             absl::ascii_isalnum(static_cast<unsigned char>(c));
    });
    if (text.size() >= kLeastText && text.size() <= kMostText && letter) continue;
    violations.push_back(
        {absl::StrCat("texts[", i, "]"),
         absl::StrCat("has ", text.size(), " bytes", letter ? "" : " without a letter or digit",
                      "; it must have ", kLeastText, " to ", kMostText,
                      ", or too much would be erased")});
  }
}

absl::StatusOr<EraseCommand> ToCommand(const v1::ErasePersonRequest& request) {
  ASSIGN_OR_RETURN(LogKey key, ToLogKey(request.name()));
  std::vector<base::FieldViolation> violations;
  CheckTexts(request, violations);
  if (!v1::ErasePersonRequest::CaseAction_IsValid(request.case_action())) {
    violations.push_back(
        {"case_action", absl::StrCat("is ", request.case_action(),
                                     "; it must be 1 (RENAME), 2 (DELETE_OF_PERSON) or 3 "
                                     "(DELETE_WITH_PERSON)")});
  }
  if (request.request_id().size() > 128) {
    violations.push_back(
        {"request_id", absl::StrCat("has ", request.request_id().size(), " bytes; at most 128")});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  EraseCommand command{std::move(key),
                       {request.texts().begin(), request.texts().end()},
                       request.replacement().empty() ? "erased" : request.replacement()};
  if (request.case_action() != v1::ErasePersonRequest::CASE_ACTION_UNSPECIFIED)
    command.action = request.case_action();
  command.validate_only = request.validate_only();
  const Eraser eraser(command.texts, command.replacement);
  if (command.replacement.size() > kMaxReplacement || eraser.Holds(command.replacement) ||
      command.replacement.find('\0') != std::string::npos) {
    return base::FieldError(
        "replacement",
        absl::StrCat("has ", command.replacement.size(), " bytes; it must have 1 to ",
                     kMaxReplacement, " without a zero byte and without one of the texts"));
  }
  return command;
}

absl::Status Erase(const DataParts& parts, const CallContext& context,
                   v1::ErasePersonRequest request, v1::ErasePersonResponse* response) {
  ASSIGN_OR_RETURN(const EraseCommand command, ToCommand(request));
  WriteRequest key{command.key.workspace, absl::StrCat(kService, "/ErasePerson"),
                   request.request_id(), ""};
  request.clear_request_id();
  // Not the texts themselves: what is remembered of the request is not to hold the person.
  const Eraser eraser(command.texts, command.replacement);
  request.clear_texts();
  key.body = absl::StrCat(request.SerializeAsString(), eraser.TextsDigest());
  ASSIGN_OR_RETURN(*response,
                   ErasePerson(context, parts.store, parts.memory, parts.clock, command, key));
  return absl::OkStatus();
}

}  // namespace

void RegisterEventDataService(const DataParts& parts, rpc::MethodTable* table) {
  table->ServerStreaming<v1::ExportEventLogRequest, v1::ExportEventLogResponse>(
      kService, "ExportEventLog", kRead, WorkClass::kBulk,
      [parts](const CallContext& context, const v1::ExportEventLogRequest& request,
              std::shared_ptr<rpc::ServerStream> stream) {
        return Export(parts, context, request, stream);
      });
  table->Unary<v1::GetUploadRequest, v1::GetUploadResponse>(
      kService, "GetUpload", kWrite, WorkClass::kRead,
      [parts](const CallContext& context, const v1::GetUploadRequest& request,
              v1::GetUploadResponse* response) {
        return GetUpload(parts, context, request, response);
      });
  table->Unary<v1::SetRetentionRequest, v1::SetRetentionResponse>(
      kService, "SetRetention", kWrite, WorkClass::kWrite,
      [parts](const CallContext& context, const v1::SetRetentionRequest& request,
              v1::SetRetentionResponse* response) {
        return SetRetention(parts, context, request, response);
      });
  table->Unary<v1::ErasePersonRequest, v1::ErasePersonResponse>(
      kService, "ErasePerson", kWrite, WorkClass::kBulk,
      [parts](const CallContext& context, const v1::ErasePersonRequest& request,
              v1::ErasePersonResponse* response) {
        return Erase(parts, context, request, response);
      });
}

}  // namespace plumbline::analytics
