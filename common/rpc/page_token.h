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
#include "common/base/page_room.h"

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

using base::kMaxPageBytes;
using base::PageRoom;

// The rows of a page: `requested`, kDefaultPageSize if that is 0, at most kMaxPageSize.
// FIELD_INVALID if it is negative.
absl::StatusOr<int> PageSize(int32_t requested);

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_PAGE_TOKEN_H_
