// SPDX-License-Identifier: Apache-2.0
//
// The in-process door: a Channel whose other end is a Dispatcher of the same process. Requests and
// answers are serialised as on a wire, so what is tested over it is what runs.
#ifndef PLUMBLINE_COMMON_RPC_IN_PROCESS_H_
#define PLUMBLINE_COMMON_RPC_IN_PROCESS_H_

#include <memory>
#include <string>

#include "common/rpc/channel.h"
#include "common/rpc/dispatcher.h"

namespace plumbline::rpc {

// `dispatcher` must outlive the channel. `authorization` is what the caller presents ("Bearer
// ...").
std::unique_ptr<Channel> NewInProcessChannel(Dispatcher& dispatcher,
                                             std::string authorization = "");

// A channel whose caller is `identity`, without credentials: the process itself.
std::unique_ptr<Channel> NewTrustedInProcessChannel(Dispatcher& dispatcher,
                                                    base::Identity identity);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_IN_PROCESS_H_
