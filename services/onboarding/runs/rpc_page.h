// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_PAGE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"

namespace plumbline::onboarding {

// A page of a method: its size and where it begins.
struct Page {
  std::string method;
  std::string scope;
  int size = 0;
  std::vector<std::string> from;  // parts of the position; empty = the beginning

  std::string Token(const std::string& position) const {
    return rpc::EncodePageToken(method, scope, position);
  }
  int64_t Number(size_t part) const {
    int64_t number = 0;
    return part < from.size() && absl::SimpleAtoi(from[part], &number) ? number : 0;
  }
};

template <typename Request>
absl::StatusOr<Page> PageOf(absl::string_view method, const Request& request,
                            absl::string_view filter = "") {
  Page page;
  page.method = std::string(method);
  page.scope = absl::StrCat(request.parent(), "\n", filter);
  ASSIGN_OR_RETURN(page.size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(std::string position,
                   rpc::DecodePageToken(method, page.scope, request.page_token()));
  if (!position.empty()) page.from = absl::StrSplit(position, '/');
  return page;
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_PAGE_H_
