// SPDX-License-Identifier: Apache-2.0
//
// Server reflection (grpc.reflection.v1 and v1alpha, which are the same on the wire) over the
// linked descriptors. gRPC's own plugin knows only generated services, and ours are generic.
// Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_REFLECTION_H_
#define PLUMBLINE_COMMON_RPC_REFLECTION_H_

#include <set>
#include <string>

#include "common/rpc/grpc_door.h"
#include "common/rpc/method_table.h"

namespace plumbline::rpc {

// The full names of the services whose methods are in `table`.
std::set<std::string> ServicesOf(const MethodTable& table);

// The reflection methods, listing `services` and themselves.
Exchanges NewReflection(std::set<std::string> services);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_REFLECTION_H_
