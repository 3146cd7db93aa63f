// SPDX-License-Identifier: Apache-2.0
//
// The fast lane of the grpc++ door. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_GRPC_UNARY_SERVICE_H_
#define PLUMBLINE_COMMON_RPC_GRPC_UNARY_SERVICE_H_

#include <memory>

#include "common/rpc/dispatcher.h"

namespace grpc {
class Service;
}

namespace plumbline::rpc {

// The methods of the dispatcher that have answers in memory (`inline_unary`), registered by name,
// bytes in and bytes out; register it beside the generic service, which serves the rest. gRPC knows
// a registered unary method to be one message each way: it needs one batch less than through the
// generic service, where every call is a stream, and answers half as many calls again.
//
// It also reads the request before anybody is asked who he is, up to the server's largest message.
// Whoever may connect can make the server hold that much, within its resource quota; methods with
// large requests stay with the generic service. nullptr if no method has answers in memory.
// Everything given must outlive the server.
std::unique_ptr<grpc::Service> NewGrpcUnaryService(Dispatcher& dispatcher);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_GRPC_UNARY_SERVICE_H_
