// SPDX-License-Identifier: Apache-2.0
//
// The transactions of a ResourceStore; private to the SQL stores.
#ifndef PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_H_
#define PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_H_

#include <string>

#include "common/base/status_macros.h"
#include "common/sql/database.h"
#include "common/sql/requests.h"
#include "services/catalog/resource/store.h"
#include "services/catalog/search/store_sql_words.h"

namespace plumbline::catalog {

// Implements Read and Write of `Store`, a ResourceStore or an interface over one. `View` is its
// Changes over a transaction.
template <typename Store, typename View>
class SqlResourceStore : public Store {
 public:
  explicit SqlResourceStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(typename Store::Snapshot&)> body) final {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      View view(transaction);
      return body(view);
    });
  }

  absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(typename Store::Changes&)> body) final {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    const auto effect = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
      // One lock for everything in a workspace: nothing is deleted while what uses it is written.
      RETURN_IF_ERROR(transaction.Lock(WorkspaceLock(request.workspace)));
      View view(transaction);
      return body(view);
    };
    Answer answer;
    ASSIGN_OR_RETURN(answer.bytes,
                     sql::Once(database_, context, key, now, effect, &answer.replayed));
    return answer;
  }

 protected:
  sql::Database& database_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_RESOURCE_STORE_SQL_H_
