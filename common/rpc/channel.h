// SPDX-License-Identifier: Apache-2.0
//
// How one program calls a Plumbline service, whatever lies between them.
#ifndef PLUMBLINE_COMMON_RPC_CHANNEL_H_
#define PLUMBLINE_COMMON_RPC_CHANNEL_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/call_context.h"
#include "google/protobuf/message.h"

namespace plumbline::rpc {

using base::CallContext;
using google::protobuf::Message;

// A client-streamed call under way. Used by one thread.
class OutgoingStream {
 public:
  virtual ~OutgoingStream() = default;
  // Waits until there is room. False: the server ended the call; Finish says why.
  virtual bool Write(const Message& message) = 0;
  // Ends the requests and waits for the answer.
  virtual absl::Status Finish(Message* response) = 0;
};

// A bidirectional call under way. Used by one thread; dropping it cancels the call.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // Waits until there is room. False: the server ended the call, or the caller cancelled; Read says
  // why.
  virtual bool Write(const Message& message) = 0;
  // There are no more requests; answers may still come.
  virtual void EndWrites() = 0;
  // Waits for the next answer. False: the server ended the call with OK. Any other end is an error.
  virtual absl::StatusOr<bool> Read(Message* response) = 0;
};

// Thread-safe. Errors carry the details that the server sent (common/base/error.h reads them).
class Channel {
 public:
  virtual ~Channel() = default;

  // Waits for the answer, at most until context.deadline. `path`:
  // "/plumbline.catalog.v1.CatalogService/GetProcess". A remote channel retries UNAVAILABLE with
  // jitter, within the deadline and a budget, when the call is idempotent: a method named Get* or
  // List*, a request whose field request_id is set, or WriteEvents.
  virtual absl::Status Call(const CallContext& context, absl::string_view path,
                            const Message& request, Message* response) = 0;

  // Calls `each` for every message until it returns false (then the call is cancelled and the
  // result is OK), the server ends the stream, or the deadline passes.
  virtual absl::Status ReadStream(const CallContext& context, absl::string_view path,
                                  const Message& request, const Message& response_prototype,
                                  std::function<bool(const Message&)> each) = 0;

  // Opens a client-streamed call. `context` must outlive it.
  virtual absl::StatusOr<std::unique_ptr<OutgoingStream>> WriteStream(const CallContext& context,
                                                                      absl::string_view path) = 0;

  // Opens a bidirectional call. `context` must outlive it. INTERNAL where the channel has none.
  virtual absl::StatusOr<std::unique_ptr<Exchange>> OpenExchange(const CallContext& context,
                                                                 absl::string_view path);
};

struct RemoteChannelOptions {
  std::string address;  // host:port
  std::string token;    // bearer token, "" = none
  std::string ca_file;  // "" = plain text
  // What this side presents (mutual TLS); both or neither.
  std::string certificate_file = {};
  std::string key_file = {};
};

// A channel over gRPC. Connects lazily; a peer that answers no ping for 15 s is dead, and its calls
// end. A caller may pause between the operations of a stream. A server that cannot
// be reached, or goes away under a call, is DEPENDENCY_UNAVAILABLE with the address in the message.
// Deadlines are by the machine's clock.
absl::StatusOr<std::unique_ptr<Channel>> NewRemoteChannel(const RemoteChannelOptions& options);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_CHANNEL_H_
