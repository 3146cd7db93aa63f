// SPDX-License-Identifier: Apache-2.0
//
// How large a serialised message becomes when it is parsed. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_MESSAGE_PARTS_H_
#define PLUMBLINE_COMMON_RPC_MESSAGE_PARTS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace plumbline::rpc {

// The elements of repeated fields and the messages, at all depths, that `bytes`, a message of the
// type `type`, holds; nothing is built. What is broken ends the count. O(bytes).
size_t CountParts(absl::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_MESSAGE_PARTS_H_
