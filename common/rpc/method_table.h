// SPDX-License-Identifier: Apache-2.0
//
// A service is a table of methods. Handlers know no transport: they get a CallContext and parsed
// messages and return an absl::Status. Doors (grpc++, in-process, later HTTP) serve tables through
// one Dispatcher (dispatcher.h).
#ifndef PLUMBLINE_COMMON_RPC_METHOD_TABLE_H_
#define PLUMBLINE_COMMON_RPC_METHOD_TABLE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace plumbline::rpc {

using base::CallContext;
using google::protobuf::Message;

// What kind of work a call is; each class has its own share of the server.
enum class WorkClass { kHealth, kRead, kWrite, kBulk };

// An answer in its serialised form, shared and immutable: what a cache hands out costs no copy and
// no serialisation.
using SharedBytes = std::shared_ptr<const std::string>;

// The answers to a server-streamed call. Thread-safe; kept by the handler for as long as it wants
// to write.
class ServerStream {
 public:
  virtual ~ServerStream() = default;
  // Queues a message. False if the call is over (cancelled, finished): then stop.
  virtual bool Write(const Message& message) = 0;
  // Messages queued and not yet taken by the transport. A handler that sees more than a few waits
  // for on_drained.
  virtual size_t pending() const = 0;
  // Ends the call; at most once has effect.
  virtual void Finish(const absl::Status& status) = 0;
  // `drained` is called, without locks, each time the transport has sent all that was queued;
  // `ended` once when the call is over for whatever reason (at once, if it is over already). Both
  // may come on a transport's thread: they must not block. Set before the handler returns.
  virtual void OnEvents(std::function<void()> drained, std::function<void()> ended) = 0;
};

// The requests of a client-streamed call, read by a thread of the executor.
class ClientStream {
 public:
  virtual ~ClientStream() = default;
  // Waits for the next message. True: `message` holds it. False: the client is done. Errors:
  // REQUEST_MALFORMED, MESSAGE_TOO_LARGE, CANCELLED, DEADLINE_EXCEEDED (also when the client sends
  // nothing for too long). Return them as they are.
  virtual absl::StatusOr<bool> Read(Message* message) = 0;
};

// Takes the messages of one bidirectional call, one after the other and each on a thread of the
// executor, so that a caller who is silent costs memory only. The context's deadline is that of the
// message. `message` may be taken apart. An error ends the call with it, once the answers before it
// are sent; what comes after it is dropped.
using MessageTaker = std::function<absl::Status(const CallContext&, Message& message)>;

// One method. Exactly one of the handlers is set (`inline_unary` beside `unary`).
struct Method {
  const google::protobuf::MethodDescriptor* descriptor = nullptr;
  std::string path;        // "/plumbline.catalog.v1.CatalogService/GetProcess"
  std::string permission;  // "catalog.read"; "" = none needed
  WorkClass work = WorkClass::kRead;
  const Message* request = nullptr;  // prototypes
  const Message* response = nullptr;
  // The way to the string field that names the resource and so the workspace: `parent`, `name`,
  // `process.name`, `header.parent`; empty: the request names none. Found at registration.
  std::vector<const google::protobuf::FieldDescriptor*> workspace_field;

  // May block; runs on the executor.
  std::function<absl::Status(const CallContext&, const Message& request, Message* response)> unary;
  // Optional. Runs first, on the transport's thread; must not block. nullopt: not in memory, go to
  // `unary`.
  std::function<std::optional<absl::StatusOr<SharedBytes>>(const CallContext&,
                                                           const Message& request)>
      inline_unary;
  // Runs on the executor, returns quickly, writes later. An error status ends the call; OK leaves
  // it open.
  std::function<absl::Status(const CallContext&, const Message& request,
                             std::shared_ptr<ServerStream>)>
      server_stream;
  // Runs on the executor to the end of the stream, from when its first message came and was checked
  // for the permission; the context holds the workspace.
  std::function<absl::Status(const CallContext&, ClientStream& requests, Message* response)>
      client_stream;
  // Bidirectional. Says, when the first message came and was checked for the permission, what takes
  // it and those after it; must not block. The caller's end of its messages ends the call with OK.
  std::function<MessageTaker(std::shared_ptr<ServerStream> answers)> conversation;
};

// Methods by path. Built once, then only read.
class MethodTable {
 public:
  // The typed forms. `Service` is the full name of the proto service.
  // table.Unary<GetProcessRequest, GetProcessResponse>("plumbline.catalog.v1.CatalogService",
  // "GetProcess", "catalog.read",
  //     WorkClass::kRead, [this](const CallContext& c, const GetProcessRequest& q,
  //     GetProcessResponse* r) { ... });
  template <typename Request, typename Response, typename Handler>
  Method& Unary(absl::string_view service, absl::string_view name, absl::string_view permission,
                WorkClass work, Handler f) {
    Method& m = Add(service, name, permission, work, Request::default_instance(),
                    Response::default_instance());
    m.unary = [f](const CallContext& c, const Message& q, Message* r) {
      return f(c, static_cast<const Request&>(q), static_cast<Response*>(r));
    };
    return m;
  }
  template <typename Request, typename Response, typename Handler>
  Method& ServerStreaming(absl::string_view service, absl::string_view name,
                          absl::string_view permission, WorkClass work, Handler f) {
    Method& m = Add(service, name, permission, work, Request::default_instance(),
                    Response::default_instance());
    m.server_stream = [f](const CallContext& c, const Message& q, std::shared_ptr<ServerStream> s) {
      return f(c, static_cast<const Request&>(q), std::move(s));
    };
    return m;
  }
  template <typename Request, typename Response, typename Handler>
  Method& ClientStreaming(absl::string_view service, absl::string_view name,
                          absl::string_view permission, WorkClass work, Handler f) {
    Method& m = Add(service, name, permission, work, Request::default_instance(),
                    Response::default_instance());
    m.client_stream = [f](const CallContext& c, ClientStream& s, Message* r) {
      return f(c, s, static_cast<Response*>(r));
    };
    return m;
  }

  // `open(answers)` returns what takes the messages: (const CallContext&, Request&) ->
  // absl::Status.
  template <typename Request, typename Response, typename Open>
  Method& BidiStreaming(absl::string_view service, absl::string_view name,
                        absl::string_view permission, WorkClass work, Open open) {
    Method& m = Add(service, name, permission, work, Request::default_instance(),
                    Response::default_instance());
    m.conversation = [open](std::shared_ptr<ServerStream> answers) -> MessageTaker {
      return [take = open(std::move(answers))](const CallContext& c, Message& q) {
        return take(c, static_cast<Request&>(q));
      };
    };
    return m;
  }

  // nullptr if there is none. O(1).
  const Method* Find(absl::string_view path) const;
  std::vector<const Method*> methods() const;
  // Adds all methods of `other`, whose handlers must outlive this table.
  void Merge(const MethodTable& other);

 private:
  // Dies if the proto service has no such method or its types differ: a fault of the programmer.
  Method& Add(absl::string_view service, absl::string_view name, absl::string_view permission,
              WorkClass work, const Message& request, const Message& response);
  absl::flat_hash_map<std::string, std::unique_ptr<Method>> methods_;
};

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_METHOD_TABLE_H_
