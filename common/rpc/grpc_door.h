// SPDX-License-Identifier: Apache-2.0
//
// The grpc++ door: one generic callback service over a method table. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_GRPC_DOOR_H_
#define PLUMBLINE_COMMON_RPC_GRPC_DOOR_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "common/rpc/dispatcher.h"

namespace grpc {
class CallbackGenericService;
}

namespace plumbline::rpc {

// A bidirectional method that answers every message with one message, from memory: server
// reflection. By path. Bytes in, bytes out; called on a transport's thread.
using Exchanges = std::map<std::string, std::function<std::string(absl::string_view)>>;

// The service to register with a grpc::ServerBuilder. `dispatcher` must outlive the server.
std::unique_ptr<grpc::CallbackGenericService> NewGrpcDoor(Dispatcher& dispatcher,
                                                          Exchanges exchanges);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_GRPC_DOOR_H_
