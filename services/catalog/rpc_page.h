// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_CATALOG_RPC_PAGE_H_
#define PLUMBLINE_SERVICES_CATALOG_RPC_PAGE_H_

#include <cstddef>

#include "common/rpc/page_token.h"
#include "services/catalog/reader.h"

namespace plumbline::catalog {

// Ends a page early when it comes to rpc::kMaxPageBytes. O(rows).
template <typename Row>
void Bound(Reader::Rows<Row>* page) {
  rpc::PageRoom room(static_cast<int>(page->rows.size()));
  size_t taken = 0;
  while (taken < page->rows.size() && !room.Full()) room.Took(page->rows[taken++].ByteSizeLong());
  page->more |= taken < page->rows.size();
  page->rows.resize(taken);
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RPC_PAGE_H_
