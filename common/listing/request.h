// SPDX-License-Identifier: Apache-2.0
//
// From the fields of a List request (AIP-132, AIP-158, AIP-160) to a query, and from a position to
// a page token. Any request with `filter`, `order_by`, `page_size` and `page_token` will do:
//
//   ASSIGN_OR_RETURN(listing::Query query,
//                    listing::ToQuery("ListProcesses", request.parent(), request, schema));
//   ...
//   response->set_next_page_token(
//       listing::NextPageToken("ListProcesses", request.parent(), request, page.next));
#ifndef PLUMBLINE_COMMON_LISTING_REQUEST_H_
#define PLUMBLINE_COMMON_LISTING_REQUEST_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/schema.h"
#include "common/listing/query.h"

namespace plumbline::listing {

// The fields of a request, and what they belong to.
struct Fields {
  absl::string_view method;  // "ListProcesses"
  absl::string_view parent;
  absl::string_view filter;
  absl::string_view order_by;
  int32_t page_size = 0;
  absl::string_view page_token;
};

// Errors: FIELD_INVALID (every problem of filter, order_by and page_size), PAGE_TOKEN_INVALID (a
// token of another method, parent, filter or order).
absl::StatusOr<Query> ToQuery(const Fields& fields, const expr::Schema& schema);

// PAGE_TOKEN_INVALID: the position of a token is none of this list, though the token is ours.
absl::Status PositionError();

// The token of the page that begins behind `position`; "" for "".
std::string NextPageToken(const Fields& fields, absl::string_view position);

template <typename Request>
Fields FieldsOf(absl::string_view method, absl::string_view parent, const Request& request) {
  return {method,
          parent,
          request.filter(),
          request.order_by(),
          request.page_size(),
          request.page_token()};
}

template <typename Request>
absl::StatusOr<Query> ToQuery(absl::string_view method, absl::string_view parent,
                              const Request& request, const expr::Schema& schema) {
  return ToQuery(FieldsOf(method, parent, request), schema);
}

template <typename Request>
std::string NextPageToken(absl::string_view method, absl::string_view parent,
                          const Request& request, absl::string_view position) {
  return NextPageToken(FieldsOf(method, parent, request), position);
}

}  // namespace plumbline::listing

#endif  // PLUMBLINE_COMMON_LISTING_REQUEST_H_
