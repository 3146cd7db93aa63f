// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/calls.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace plumbline::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string TextOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (!buffer.Dump(&slices).ok()) return text;
  for (const grpc::Slice& slice : slices)
    text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

// One caller, with its call under way.
struct Caller {
  int number = 0;
  grpc::GenericStub* stub = nullptr;
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call;
  grpc::ByteBuffer answer;
  grpc::Status status;
  SteadyClock::time_point due;
};

class Run {
 public:
  explicit Run(const CallLoad& load) : load_(load) {
    for (int i = 0; i < load.connections; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
      stubs_.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateCustomChannel(load.address, grpc::InsecureChannelCredentials(), arguments)));
    }
    callers_.resize(static_cast<size_t>(load.callers));
    for (int i = 0; i < load.callers; ++i) {
      Caller& caller = callers_[static_cast<size_t>(i)];
      caller.number = i;
      caller.stub = stubs_[static_cast<size_t>(i) % stubs_.size()].get();
      idle_.push_back(&caller);
    }
  }

  absl::StatusOr<CallFigures> Make() {
    begin_ = SteadyClock::now();
    while (true) {
      StartWhatIsDue();
      if (open_ == 0 && (idle_.empty() || !failed_.ok())) break;
      void* tag;
      bool ok;
      const auto got = queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + Patience());
      if (got == grpc::CompletionQueue::GOT_EVENT) Take(static_cast<Caller*>(tag));
    }
    queue_.Shutdown();
    RETURN_IF_ERROR(failed_);
    figures_.calls = static_cast<int>(figures_.each.size());
    figures_.seconds = std::chrono::duration<double>(SteadyClock::now() - begin_).count();
    std::sort(figures_.each.begin(), figures_.each.end());
    return std::move(figures_);
  }

 private:
  // When the call after those that were made is due.
  SteadyClock::time_point NextDue() const {
    if (load_.per_second <= 0) return SteadyClock::now();
    return begin_ + std::chrono::duration_cast<SteadyClock::duration>(
                        std::chrono::duration<double>(made_ / load_.per_second));
  }

  std::chrono::microseconds Patience() const {
    if (idle_.empty() || load_.per_second <= 0 || !failed_.ok()) return std::chrono::seconds(1);
    return std::max(
        std::chrono::microseconds(0),
        std::chrono::duration_cast<std::chrono::microseconds>(NextDue() - SteadyClock::now()));
  }

  void StartWhatIsDue() {
    while (!idle_.empty() && failed_.ok()) {
      const SteadyClock::time_point due = NextDue();
      if (due > SteadyClock::now()) return;
      Caller* caller = idle_.front();
      idle_.pop_front();
      const std::optional<std::string> request = load_.next(caller->number);
      if (!request.has_value()) continue;
      Start(*caller, *request, due);
    }
  }

  void Start(Caller& caller, const std::string& request, SteadyClock::time_point due) {
    const grpc::Slice slice(request);
    caller.due = due;
    caller.answer.Clear();
    caller.context = std::make_unique<grpc::ClientContext>();
    caller.context->set_wait_for_ready(true);
    caller.call = caller.stub->PrepareUnaryCall(caller.context.get(), load_.path,
                                                grpc::ByteBuffer(&slice, 1), &queue_);
    caller.call->StartCall();
    caller.call->Finish(&caller.answer, &caller.status, &caller);
    ++open_;
    ++made_;
  }

  void Take(Caller* caller) {
    --open_;
    figures_.each.push_back(
        std::chrono::duration<double>(SteadyClock::now() - caller->due).count());
    if (!caller->status.ok()) {
      failed_.Update(
          absl::InternalError(absl::StrCat(load_.path, ": ", caller->status.error_message())));
    } else if (load_.answered) {
      failed_.Update(load_.answered(caller->number, TextOf(caller->answer)));
    }
    idle_.push_back(caller);
  }

  const CallLoad& load_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
  std::vector<Caller> callers_;
  std::deque<Caller*> idle_;  // whose turn comes next first
  int open_ = 0;
  double made_ = 0;
  absl::Status failed_;
  SteadyClock::time_point begin_;
  CallFigures figures_;
};

}  // namespace

double CallFigures::Quantile(double share) const {
  if (each.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(each.size())));
  return each[std::clamp<size_t>(rank, 1, each.size()) - 1];
}

absl::StatusOr<CallFigures> MakeCalls(const CallLoad& load) { return Run(load).Make(); }

}  // namespace plumbline::bench
