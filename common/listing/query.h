// SPDX-License-Identifier: Apache-2.0
//
// What a List method is asked for, once its fields are checked. Knows no gRPC and no SQL.
#ifndef PLUMBLINE_COMMON_LISTING_QUERY_H_
#define PLUMBLINE_COMMON_LISTING_QUERY_H_

#include <string>
#include <vector>

#include "common/expr/check.h"
#include "common/expr/order.h"

namespace plumbline::listing {

struct Query {
  expr::Condition filter;              // of the list's schema; the default is always true
  std::vector<expr::OrderTerm> order;  // then by the list's key
  std::string after;                   // the position behind which the page begins; "" = all
  int limit = 0;                       // rows of the page, at least 1
};

template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next;  // the position of its last row; "" on the last page
};

}  // namespace plumbline::listing

#endif  // PLUMBLINE_COMMON_LISTING_QUERY_H_
