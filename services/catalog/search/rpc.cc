// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/rpc.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/request.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/search/search.h"
#include "services/catalog/search/words.h"

namespace plumbline::catalog {
namespace {

constexpr char kMethod[] = "SearchProcesses";
constexpr int kDefaultMatches = 20;
constexpr int kMaxMatches = 100;

// What a page token is bound to besides filter and order: the words as they are looked for, however
// they were written.
std::string ScopeOf(const v1::SearchProcessesRequest& request,
                    const std::vector<std::string>& words) {
  return absl::StrCat(request.parent(), "\n", absl::StrJoin(words, " "));
}

absl::StatusOr<SearchQuery> ToQuery(const v1::SearchProcessesRequest& request) {
  SearchQuery query;
  ASSIGN_OR_RETURN(auto ids, base::ParseName("parent", request.parent(), "workspaces/*"));
  query.workspace = ids[0];
  ASSIGN_OR_RETURN(query.words, ToQueryWords(request.query()));
  ASSIGN_OR_RETURN(query.list, listing::ToQuery(kMethod, ScopeOf(request, query.words), request,
                                                SearchSchema()));
  query.list.limit =
      request.page_size() == 0 ? kDefaultMatches : std::min(query.list.limit, kMaxMatches);
  return query;
}

}  // namespace

void RegisterSearch(SearchStore& store, rpc::MethodTable* table) {
  table->Unary<v1::SearchProcessesRequest, v1::SearchProcessesResponse>(
      "plumbline.catalog.v1.CatalogService", kMethod, "catalog.read", rpc::WorkClass::kRead,
      [&store](const base::CallContext& context, const v1::SearchProcessesRequest& request,
               v1::SearchProcessesResponse* response) -> absl::Status {
        ASSIGN_OR_RETURN(const SearchQuery query, ToQuery(request));
        ASSIGN_OR_RETURN(auto page, Search(store, context, query));
        response->set_next_page_token(
            listing::NextPageToken(kMethod, ScopeOf(request, query.words), request, page.next));
        for (v1::ProcessMatch& match : page.rows) *response->add_matches() = std::move(match);
        return absl::OkStatus();
      });
}

}  // namespace plumbline::catalog
