// SPDX-License-Identifier: Apache-2.0
//
// What gRPC tells of a call before its first message. Internal to the grpc++ door.
#ifndef PLUMBLINE_COMMON_RPC_GRPC_ARRIVAL_H_
#define PLUMBLINE_COMMON_RPC_GRPC_ARRIVAL_H_

#include <grpcpp/server_context.h>

#include <string>

#include "absl/time/time.h"
#include "common/rpc/dispatcher.h"

namespace plumbline::rpc {

inline std::string MetadataOf(const grpc::CallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end()
             ? ""
             : std::string(found->second.data(), found->second.size());
}

inline Arrival ArrivalOf(const grpc::CallbackServerContext& context) {
  return {MetadataOf(context, "authorization"), MetadataOf(context, "traceparent"),
          absl::FromChrono(context.deadline()), context.peer()};
}

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_GRPC_ARRIVAL_H_
