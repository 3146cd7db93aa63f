// SPDX-License-Identifier: Apache-2.0
#include "common/rpc/call_status.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/message_parts.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace plumbline::rpc {
namespace {

using base::Error;
using base::Reason;

constexpr size_t kMaxMessage = 1500;
constexpr size_t kMaxDetails = 4096;
// Of one request, each of which takes at least two bytes of it and, parsed, a hundred bytes or
// more: two million empty ones in 4 MiB would take most of a gigabyte.
constexpr size_t kMaxParts = 200'000;

// The first `limit` bytes, less a character that would be cut in two.
std::string Cut(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

// The reason that a status without one most likely means.
std::optional<Reason> GuessReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return Reason::ERROR_REASON_FIELD_INVALID;
    case absl::StatusCode::kNotFound:
      return Reason::ERROR_REASON_RESOURCE_NOT_FOUND;
    case absl::StatusCode::kAlreadyExists:
      return Reason::ERROR_REASON_RESOURCE_ALREADY_EXISTS;
    case absl::StatusCode::kPermissionDenied:
      return Reason::ERROR_REASON_PERMISSION_DENIED;
    case absl::StatusCode::kUnauthenticated:
      return Reason::ERROR_REASON_CREDENTIALS_INVALID;
    case absl::StatusCode::kResourceExhausted:
      return Reason::ERROR_REASON_OVERLOADED;
    case absl::StatusCode::kUnimplemented:
      return Reason::ERROR_REASON_METHOD_UNKNOWN;
    case absl::StatusCode::kUnavailable:
      return Reason::ERROR_REASON_DEPENDENCY_UNAVAILABLE;
    case absl::StatusCode::kDeadlineExceeded:
      return Reason::ERROR_REASON_DEADLINE_EXCEEDED;
    case absl::StatusCode::kCancelled:
      return Reason::ERROR_REASON_CANCELLED;
    default:
      return std::nullopt;
  }
}

struct Detail {
  std::string type_url;
  std::string value;
};

// Least needed last.
int Rank(const std::string& type_url) {
  if (type_url == "type.googleapis.com/google.rpc.ErrorInfo") return 0;
  if (type_url == "type.googleapis.com/google.rpc.RetryInfo") return 1;
  if (type_url == "type.googleapis.com/google.rpc.BadRequest") return 2;
  return 3;
}

std::vector<Detail> DetailsOf(const absl::Status& status) {
  std::vector<Detail> details;
  status.ForEachPayload([&details](absl::string_view type_url, const absl::Cord& payload) {
    details.push_back({std::string(type_url), std::string(payload)});
  });
  std::sort(details.begin(), details.end(), [](const Detail& a, const Detail& b) {
    return std::make_pair(Rank(a.type_url), a.type_url) <
           std::make_pair(Rank(b.type_url), b.type_url);
  });
  return details;
}

// A list of violations may be longer than a trailer: as many as fit.
void ShortenBadRequest(size_t limit, std::string* value) {
  google::rpc::BadRequest bad;
  if (!bad.ParseFromString(*value)) return;
  while (bad.field_violations_size() > 1 && bad.ByteSizeLong() > limit)
    bad.mutable_field_violations()->RemoveLast();
  bad.SerializeToString(value);
}

}  // namespace

bool IsFault(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return false;
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      break;
  }
  return base::ReasonOf(status) == Reason::ERROR_REASON_UNSPECIFIED &&
         !GuessReason(status.code()).has_value();
}

absl::Status ForCaller(const absl::Status& status, absl::string_view trace_id) {
  if (status.ok()) return status;
  if (IsFault(status)) {
    return Error(Reason::ERROR_REASON_INTERNAL,
                 absl::StrCat("an internal fault; quote the trace id ", trace_id,
                              " to the operator of the service"))
        .With("trace_id", trace_id);
  }
  if (base::ReasonOf(status) == Reason::ERROR_REASON_UNSPECIFIED) {
    Error error(*GuessReason(status.code()), Cut(status.message(), kMaxMessage));
    if (status.code() == absl::StatusCode::kUnavailable) error.RetryAfter(absl::Seconds(1));
    return error;
  }
  if (status.message().size() <= kMaxMessage) return status;
  absl::Status shorter(status.code(), Cut(status.message(), kMaxMessage));
  status.ForEachPayload([&shorter](absl::string_view type_url, const absl::Cord& payload) {
    shorter.SetPayload(type_url, payload);
  });
  return shorter;
}

absl::Status ParseRequest(absl::string_view bytes, size_t limit,
                          google::protobuf::Message* message) {
  if (bytes.size() > limit) {
    return Error(Reason::ERROR_REASON_MESSAGE_TOO_LARGE,
                 absl::StrCat("the message has ", bytes.size(), " bytes and may have at most ",
                              limit, "; send less at a time"))
        .With("limit_bytes", absl::StrCat(limit));
  }
  if (bytes.size() > 2 * kMaxParts && CountParts(bytes, *message->GetDescriptor()) > kMaxParts) {
    return Error(Reason::ERROR_REASON_MESSAGE_TOO_LARGE,
                 absl::StrCat("the message is made of more than ", kMaxParts,
                              " parts; send fewer at a time"))
        .With("limit_parts", absl::StrCat(kMaxParts));
  }
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::OkStatus();
  const std::string what =
      absl::StrCat("the ", bytes.size(), " bytes of the request are not a message of the type ",
                   message->GetTypeName(),
                   ": they are truncated, hold text that is not UTF-8, or nest deeper than 100 "
                   "levels; send a message of that type");
  return Error(Reason::ERROR_REASON_REQUEST_MALFORMED, what).Field("", what);
}

absl::Status NoRequest() {
  return base::Error(base::Reason::ERROR_REASON_REQUEST_MALFORMED,
                     "the call ended before its request message came; send one message");
}

absl::Status ShuttingDown() {
  return Error(Reason::ERROR_REASON_SHUTTING_DOWN,
               "the service is stopping; repeat the call, another replica will answer")
      .RetryAfter(absl::Seconds(1));
}

std::string SerializeStatusDetails(const absl::Status& status) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(status.code()));
  proto.set_message(Cut(status.message(), kMaxMessage));
  size_t size = proto.ByteSizeLong();
  for (Detail& detail : DetailsOf(status)) {
    constexpr size_t kFraming = 16;  // tags and lengths of the Any and of the list entry
    const size_t used = size + detail.type_url.size() + kFraming;
    const size_t left = used < kMaxDetails ? kMaxDetails - used : 0;
    if (Rank(detail.type_url) == 2 && detail.value.size() > left)
      ShortenBadRequest(left, &detail.value);
    if (detail.value.size() > left) continue;
    size = used + detail.value.size();
    google::protobuf::Any* any = proto.add_details();
    any->set_type_url(std::move(detail.type_url));
    any->set_value(std::move(detail.value));
  }
  return proto.SerializeAsString();
}

absl::Status StatusFromDetails(absl::StatusCode code, absl::string_view message,
                               absl::string_view details) {
  absl::Status status(code, message);
  google::rpc::Status proto;
  if (status.ok() || !proto.ParseFromArray(details.data(), static_cast<int>(details.size())))
    return status;
  for (const google::protobuf::Any& any : proto.details())
    status.SetPayload(any.type_url(), absl::Cord(any.value()));
  return status;
}

}  // namespace plumbline::rpc
