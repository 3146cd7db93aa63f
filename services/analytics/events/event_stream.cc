// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/events/event_stream.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/serving/convert.h"

namespace plumbline::analytics {
namespace {

// One is at work, and the transport reads four more.
constexpr int kMaxUnacknowledged = 5;

// One stream. Its messages come one after the other.
class EventStream {
 public:
  EventStream(Writer& writer, std::shared_ptr<rpc::ServerStream> answers)
      : writer_(writer), answers_(std::move(answers)) {}

  absl::Status Take(const base::CallContext& context, v1::StreamEventsRequest& request) {
    if (request.has_open()) return Open(context, *request.mutable_open());
    if (!opened_)
      return base::FieldError("open", "is missing; the first message of a stream carries it");
    if (!request.has_batch())
      return base::FieldError("batch", "is missing; every message after the first carries one");
    return Write(context, *request.mutable_batch());
  }

 private:
  absl::Status Open(const base::CallContext& context, v1::StreamOpen& open) {
    if (opened_)
      return base::FieldError("open", "came before; a stream is of one producer and one log");
    ASSIGN_OR_RETURN(const LogKey key, ToLogKey(open.name()));
    RETURN_IF_ERROR(CheckProducer("open.producer", open.producer()));
    ASSIGN_OR_RETURN(const ProducerState state, writer_.Find(context, key, open.producer(),
                                                             open.resends() || open.allow_kept()));
    opened_ = true;
    next_sequence_ = state.next_sequence;
    request_.set_name(open.name());
    request_.set_producer(open.producer());
    request_.set_resends(open.resends());
    request_.set_allow_kept(open.allow_kept());
    v1::StreamEventsResponse response;
    v1::StreamOpened& opened = *response.mutable_opened();
    opened.set_last_sequence(state.next_sequence - 1);
    opened.set_max_unacknowledged_batches(kMaxUnacknowledged);
    opened.set_watermark(state.watermark);
    answers_->Write(response);
    return absl::OkStatus();
  }

  absl::Status Write(const base::CallContext& context, v1::StreamBatch& batch) {
    request_.mutable_events()->Swap(batch.mutable_events());
    request_.set_first_sequence(batch.first_sequence() == 0 ? next_sequence_
                                                            : batch.first_sequence());
    ASSIGN_OR_RETURN(const WriteCommand command, ToCommand(request_));
    const int count = request_.events_size();
    ASSIGN_OR_RETURN(
        const WriteResult result,
        writer_.Write(context, command, count, [&](int skip) { return ToBatch(request_, skip); }));
    const int64_t last = request_.first_sequence() + count - 1;
    next_sequence_ = last + 1;
    v1::StreamEventsResponse response;
    v1::StreamAcknowledgement& acknowledgement = *response.mutable_acknowledgement();
    acknowledgement.set_last_sequence(last);
    acknowledgement.set_accepted_count(result.accepted);
    acknowledgement.set_duplicate_count(result.duplicates);
    acknowledgement.set_watermark(result.watermark);
    answers_->Write(response);
    return absl::OkStatus();
  }

  Writer& writer_;
  const std::shared_ptr<rpc::ServerStream> answers_;
  bool opened_ = false;
  int64_t next_sequence_ = 1;
  v1::WriteEventsRequest request_;  // its events are those of the batch at work
};

}  // namespace

void RegisterEventStream(Writer& writer, rpc::MethodTable* table) {
  table->BidiStreaming<v1::StreamEventsRequest, v1::StreamEventsResponse>(
      "plumbline.analytics.v1.EventDataService", "StreamEvents", "analytics.write",
      rpc::WorkClass::kWrite, [&writer](std::shared_ptr<rpc::ServerStream> answers) {
        auto stream = std::make_shared<EventStream>(writer, std::move(answers));
        return [stream](const base::CallContext& context, v1::StreamEventsRequest& request) {
          return stream->Take(context, request);
        };
      });
}

}  // namespace plumbline::analytics
