// SPDX-License-Identifier: Apache-2.0
#include "common/listing/request.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/page_token.h"

namespace plumbline::listing {
namespace {

// What a token is bound to. Without filter and order it is the parent alone; lengths keep the parts
// apart.
std::string ScopeOf(const Fields& fields) {
  if (fields.filter.empty() && fields.order_by.empty()) return std::string(fields.parent);
  return absl::StrCat(fields.parent, "\n", fields.filter.size(), ":", fields.filter,
                      fields.order_by);
}

void Append(std::vector<base::FieldViolation> from, std::vector<base::FieldViolation>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

absl::StatusOr<Query> ToQuery(const Fields& fields, const expr::Schema& schema) {
  std::vector<base::FieldViolation> violations;
  std::vector<expr::Problem> problems;
  std::optional<expr::Condition> filter = expr::Compile(fields.filter, schema, &problems);
  Append(expr::ToViolations("filter", fields.filter, problems), &violations);
  problems.clear();
  auto order = expr::ParseOrder(fields.order_by, schema, &problems);
  Append(expr::ToViolations("order_by", fields.order_by, problems), &violations);
  const absl::StatusOr<int> page_size = rpc::PageSize(fields.page_size);
  Append(base::FieldViolationsOf(page_size.status()), &violations);
  RETURN_IF_ERROR(base::FieldErrors(violations));
  ASSIGN_OR_RETURN(std::string after,
                   rpc::DecodePageToken(fields.method, ScopeOf(fields), fields.page_token));
  return Query{*std::move(filter), *std::move(order), std::move(after), *page_size};
}

absl::Status PositionError() {
  return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                     "page_token was made by another version of this list; start again without "
                     "page_token")
      .Field("page_token", "not a token of this list");
}

std::string NextPageToken(const Fields& fields, absl::string_view position) {
  if (position.empty()) return "";
  return rpc::EncodePageToken(fields.method, ScopeOf(fields), position);
}

}  // namespace plumbline::listing
