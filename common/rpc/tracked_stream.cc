// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/tracked_stream.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/rpc/call_status.h"

namespace plumbline::rpc {

std::shared_ptr<TrackedStream> TrackedStream::Create(std::unique_ptr<Call> call,
                                                     std::shared_ptr<ServerStream> inner) {
  std::shared_ptr<TrackedStream> stream(new TrackedStream(std::move(call), std::move(inner)));
  // The two hold each other until the transport has told the end and forgets the functions.
  stream->inner_->OnEvents([stream] { stream->Drained(); }, [stream] { stream->Ended(); });
  return stream;
}

absl::Status TrackedStream::Register() {
  // Health watchers too: a client that is told NOT_SERVING and then SHUTTING_DOWN knows all there
  // is.
  RETURN_IF_ERROR(call_->services->book.Open(this, weak_from_this()));
  bool ended;
  {
    absl::MutexLock lock(&mutex_);
    ended = ended_;
  }
  // It ended before it was entered: then nobody else will strike it out.
  if (ended) call_->services->book.Close(this);
  return absl::OkStatus();
}

void TrackedStream::Run(const absl::Status& admitted, const Message& request) {
  absl::Status status = admitted.ok() ? call_->Check() : admitted;
  if (status.ok())
    status = call_->method.server_stream(call_->context, request, shared_from_this());
  if (!status.ok()) Finish(status);
}

void TrackedStream::Finish(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (result_.has_value() || ended_) return;
    result_ = status;
  }
  inner_->Finish(ForCaller(status, call_->context.trace_id));
}

void TrackedStream::OnEvents(std::function<void()> drained, std::function<void()> ended) {
  {
    absl::MutexLock lock(&mutex_);
    if (!ended_) {
      on_drained_ = std::move(drained);
      on_ended_ = std::move(ended);
      return;
    }
  }
  if (ended) ended();
}

void TrackedStream::Drained() {
  std::function<void()> drained;
  {
    absl::MutexLock lock(&mutex_);
    drained = on_drained_;
  }
  if (drained) drained();
}

void TrackedStream::Ended() {
  std::function<void()> ended;
  std::optional<absl::Status> result;
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    ended_ = true;
    ended = std::move(on_ended_);
    on_ended_ = nullptr;
    on_drained_ = nullptr;
    result = result_;
  }
  if (!result.has_value()) {
    const absl::Status why = call_->Check();
    result = why.ok() ? absl::CancelledError("the caller went away") : why;
  }
  call_->services->book.Close(this);
  call_->End(*result).IgnoreError();
  if (ended) ended();
  call_->Settle();
}

}  // namespace plumbline::rpc
