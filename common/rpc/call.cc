// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/call.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/rpc/call_status.h"
#include "google/protobuf/descriptor.h"

namespace plumbline::rpc {
namespace {

// A deadline further away than this is how a transport says that there is none.
constexpr absl::Duration kAbsurd = absl::Hours(24 * 365);

// The trace id of a W3C traceparent ("00-{32 digits}-{16}-{2}"), or a new one.
std::string TraceId(absl::string_view traceparent, TraceIds& ids) {
  if (traceparent.size() >= 55 && traceparent[2] == '-' && traceparent[35] == '-') {
    const absl::string_view id = traceparent.substr(3, 32);
    const bool hex = std::all_of(id.begin(), id.end(), [](char c) {
      return absl::ascii_isxdigit(c) && !absl::ascii_isupper(c);
    });
    if (hex && id.find_first_not_of('0') != absl::string_view::npos) return std::string(id);
  }
  return ids.Next();
}

absl::Time ClampDeadline(const Method& method, absl::Time deadline, absl::Time now,
                         const DispatcherLimits& limits) {
  if (method.unary) return std::min(deadline, now + limits.max_deadline);
  if (method.client_stream) return std::min(deadline, now + limits.max_upload);
  return deadline > now + kAbsurd ? absl::InfiniteFuture() : deadline;
}

std::string PathOf(const Method& method) {
  std::string path;
  for (const auto* field : method.workspace_field)
    absl::StrAppend(&path, path.empty() ? "" : ".", field->name());
  return path;
}

}  // namespace

absl::StatusOr<std::string> WorkspaceOf(const Method& method, const Message& request) {
  if (method.workspace_field.empty()) return std::string();
  const Message* message = &request;
  for (size_t i = 0; i + 1 < method.workspace_field.size(); ++i) {
    message = &message->GetReflection()->GetMessage(*message, method.workspace_field[i]);
  }
  std::string scratch;
  const std::string& name = message->GetReflection()->GetStringReference(
      *message, method.workspace_field.back(), &scratch);
  constexpr absl::string_view kPrefix = "workspaces/";
  if (absl::string_view(name).substr(0, kPrefix.size()) == kPrefix) {
    absl::string_view id = absl::string_view(name).substr(kPrefix.size());
    id = id.substr(0, id.find('/'));
    if (base::IsValidId(id)) return std::string(id);
  }
  return base::FieldError(
      PathOf(method),
      absl::StrCat("'", absl::CEscape(absl::string_view(name).substr(0, 100)),
                   "' must begin with 'workspaces/{workspace}', where the workspace has ",
                   base::kIdRule));
}

absl::Status CallBook::Enter(bool exempt) {
  in_flight_.fetch_add(1);
  // Counted before looking: whoever drains either sees the call or is seen by it.
  return draining_.load() && !exempt ? ShuttingDown() : absl::OkStatus();
}

void CallBook::Leave() {
  if (in_flight_.fetch_sub(1) != 1 || !draining_.load()) return;
  absl::MutexLock lock(&mutex_);  // wakes WaitIdle
}

absl::Status CallBook::Open(ServerStream* key, std::weak_ptr<ServerStream> stream) {
  absl::MutexLock lock(&mutex_);
  if (draining_.load()) return ShuttingDown();
  open_.emplace(key, std::move(stream));
  return absl::OkStatus();
}

void CallBook::Close(ServerStream* key) {
  absl::MutexLock lock(&mutex_);
  open_.erase(key);
}

void CallBook::Drain() {
  std::vector<std::weak_ptr<ServerStream>> open;
  {
    absl::MutexLock lock(&mutex_);
    draining_.store(true);
    for (const auto& [key, stream] : open_) open.push_back(stream);
  }
  for (const auto& weak : open) {
    if (auto stream = weak.lock()) stream->Finish(ShuttingDown());
  }
}

bool CallBook::WaitIdle(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto idle = [this] { return in_flight_.load() == 0; };
  return mutex_.AwaitWithTimeout(absl::Condition(&idle), timeout);
}

Call::Call(std::shared_ptr<CallServices> s, const Method& m, const Arrival& arrival,
           std::shared_ptr<std::atomic<bool>> cancelled)
    : services(std::move(s)),
      method(m),
      context{.identity = {},
              .trace_id = TraceId(arrival.traceparent, services->trace_ids),
              .cancelled = std::move(cancelled)},
      peer_(arrival.peer),
      start_(services->clock.Now()) {
  context.deadline = ClampDeadline(method, arrival.deadline, start_, services->limits);
  services->metrics.Of(method).in_flight.fetch_add(1, std::memory_order_relaxed);
}

absl::Status Call::Admit(const Arrival& arrival) {
  RETURN_IF_ERROR(services->book.Enter(method.work == WorkClass::kHealth));
  if (arrival.trusted != nullptr) {
    context.identity = *arrival.trusted;
    return absl::OkStatus();
  }
  auto identity = services->authenticator.Identify(arrival.authorization);
  if (identity.ok()) {
    context.identity = **identity;
  } else if (!method.permission.empty()) {
    return identity.status();
  }
  return absl::OkStatus();
}

absl::Status Call::AuthorizeRequest(const Message& request) {
  if (method.permission.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(context.workspace, WorkspaceOf(method, request));
  return Authorize(context, method.permission, context.workspace);
}

absl::Status Call::End(const absl::Status& status) {
  result_ = status;
  latency_ = services->clock.Now() - start_;
  absl::Status answer = ForCaller(status, context.trace_id);
  services->metrics.Of(method).End(answer.code(), latency_);
  return answer;
}

void Call::Settle() {
  LogLine();
  services->book.Leave();
}

void Call::LogLine() const {
  using base::LogLevel;
  const bool mutation = method.work == WorkClass::kWrite || method.work == WorkClass::kBulk;
  LogLevel level = mutation || !result_.ok() ? LogLevel::kInfo : LogLevel::kDebug;
  const bool fault = IsFault(result_);
  if (fault) level = LogLevel::kError;
  const std::string code = absl::StatusCodeToString(result_.code());
  services->logger.Log(level, fault ? "call failed by a fault" : "call",
                       {{"method", absl::string_view(method.path)},
                        {"code", absl::string_view(code)},
                        {"detail", result_.message()},
                        {"subject", absl::string_view(context.identity.subject)},
                        {"workspace", absl::string_view(context.workspace)},
                        {"peer", absl::string_view(peer_)},
                        {"trace_id", absl::string_view(context.trace_id)},
                        {"duration_ms", absl::ToDoubleMilliseconds(latency_)}});
}

}  // namespace plumbline::rpc
