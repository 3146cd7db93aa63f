// SPDX-License-Identifier: Apache-2.0
//
// Page tokens of List methods (AIP-158). A token holds where the next page begins and is bound to
// the method, the parent and the filter that it was made for: with any other it is refused, never
// answered with wrong rows. It is opaque, not secret.
#ifndef PLUMBLINE_COMMON_RPC_PAGE_TOKEN_H_
#define PLUMBLINE_COMMON_RPC_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::rpc {

inline constexpr int kDefaultPageSize = 50;
inline constexpr int kMaxPageSize = 1000;

// The token of the page that begins after `position`, the sort key of the last row of this page
// (not empty; any bytes). `method`: "ListProcesses". `scope`: the parent, and everything else of
// the request that selects or orders rows.
std::string EncodePageToken(absl::string_view method, absl::string_view scope,
                            absl::string_view position);

// The position of `token`; "" (the beginning) for an empty token. PAGE_TOKEN_INVALID if it is not a
// token that EncodePageToken made for the same method and scope.
absl::StatusOr<std::string> DecodePageToken(absl::string_view method, absl::string_view scope,
                                            absl::string_view token);

// A page whose rows come to this many bytes ends, whatever its size was to be: answers stay well
// below the 4 MiB that gRPC's clients take unless told otherwise.
inline constexpr size_t kMaxPageBytes = 2 << 20;

// Counts the rows of one page. A row always fits into an empty page.
class PageRoom {
 public:
  explicit PageRoom(int rows) : rows_left_(rows) {}
  // No further row has room.
  bool Full() const { return rows_left_ <= 0 || bytes_ >= kMaxPageBytes; }
  void Took(size_t bytes) {
    --rows_left_;
    bytes_ += bytes;
  }

 private:
  int rows_left_;
  size_t bytes_ = 0;
};

// The rows of a page: `requested`, kDefaultPageSize if that is 0, at most kMaxPageSize.
// FIELD_INVALID if it is negative.
absl::StatusOr<int> PageSize(int32_t requested);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_PAGE_TOKEN_H_
