// SPDX-License-Identifier: Apache-2.0
//
// Between gRPC's types and ours. Internal to the files of common/rpc that know gRPC.
#ifndef PLUMBLINE_COMMON_RPC_GRPC_BYTES_H_
#define PLUMBLINE_COMMON_RPC_GRPC_BYTES_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/rpc/dispatcher.h"

namespace plumbline::rpc {

// The bytes of a buffer in one piece; refers to the buffer's memory where that is possible.
class FlatBytes {
 public:
  explicit FlatBytes(const grpc::ByteBuffer& buffer) {
    if (buffer.TrySingleSlice(&slice_).ok()) return;
    // A message of no bytes has no slice at all: the empty one stays.
    if (grpc::Slice whole; buffer.DumpToSingleSlice(&whole).ok()) slice_ = std::move(whole);
  }
  absl::string_view view() const {
    return {reinterpret_cast<const char*>(slice_.begin()), slice_.size()};
  }

 private:
  grpc::Slice slice_;
};

// A buffer that shares `bytes`; short ones are copied, which costs less than sharing.
inline grpc::ByteBuffer ToBuffer(const SharedBytes& bytes) {
  constexpr size_t kShort = 256;
  if (bytes->size() <= kShort) {
    const grpc::Slice copy(*bytes);
    return {&copy, 1};
  }
  const grpc::Slice shared(
      const_cast<char*>(bytes->data()), bytes->size(),
      [](void* held) { delete static_cast<SharedBytes*>(held); }, new SharedBytes(bytes));
  return {&shared, 1};
}

inline grpc::ByteBuffer ToBuffer(std::string bytes) {
  return ToBuffer(std::make_shared<const std::string>(std::move(bytes)));
}

// gRPC sends error_details as the trailer grpc-status-details-bin.
inline grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
          SerializeStatusDetails(status)};
}

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_GRPC_BYTES_H_
