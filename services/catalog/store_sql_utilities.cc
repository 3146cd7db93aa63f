// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/catalog/store_sql.h"
#include "services/catalog/store_sql_graph.h"

namespace plumbline::catalog {
namespace {

using sql::Bytes;
using sql::Rows;

absl::StatusOr<v1::Utility> ParseStored(const std::string& bytes) {
  v1::Utility utility;
  if (!utility.ParseFromString(bytes))
    return base::Internal("a stored utility is not a message of its type");
  return utility;
}

class SqlUtilityChanges final : public UtilityChanges {
 public:
  explicit SqlUtilityChanges(sql::Transaction& transaction)
      : transaction_(transaction), processes_(transaction) {}

  absl::StatusOr<std::optional<StoredUtility>> FindUtility(const UtilityKey& key) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query("SELECT body, version FROM utilities "
                                        "WHERE workspace = :workspace AND utility = :utility",
                                        {{"workspace", key.workspace}, {"utility", key.utility}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(v1::Utility utility, ParseStored(rows.Text(0, 0)));
    return StoredUtility{std::move(utility), rows.Int(0, 1)};
  }

  absl::StatusOr<std::vector<v1::Utility>> ListUtilities(absl::string_view workspace,
                                                         absl::string_view after,
                                                         int limit) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query(
                         "SELECT body FROM utilities "
                         "WHERE workspace = :workspace AND utility > :after "
                         "ORDER BY utility LIMIT :limit",
                         {{"workspace", workspace}, {"after", after}, {"limit", int64_t{limit}}}));
    std::vector<v1::Utility> utilities;
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(v1::Utility utility, ParseStored(rows.Text(i, 0)));
      utilities.push_back(std::move(utility));
    }
    return utilities;
  }

  GraphReads& processes() override { return processes_; }

  absl::Status PutUtility(const UtilityKey& key, const StoredUtility& utility) override {
    const std::string body = utility.utility.SerializeAsString();
    return transaction_
        .Execute(
            "INSERT INTO utilities (workspace, utility, version, body) "
            "VALUES (:workspace, :utility, :version, :body) "
            "ON CONFLICT (workspace, utility) DO UPDATE SET "
            "version = excluded.version, body = excluded.body",
            {{"workspace", key.workspace},
             {"utility", key.utility},
             {"version", utility.version},
             {"body", Bytes{body}}})
        .status();
  }

  absl::Status RemoveUtility(const UtilityKey& key) override {
    return transaction_
        .Execute("DELETE FROM utilities WHERE workspace = :workspace AND utility = :utility",
                 {{"workspace", key.workspace}, {"utility", key.utility}})
        .status();
  }

 private:
  sql::Transaction& transaction_;
  SqlGraphReads processes_;
};

class SqlUtilityStore final : public UtilityStore {
 public:
  explicit SqlUtilityStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(UtilityReads&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlUtilityChanges reads(transaction);
      return body(reads);
    });
  }

  absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(UtilityChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    const auto effect = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
      // The same lock as that of processes: a utility is not deleted while one that uses it is
      // written.
      RETURN_IF_ERROR(transaction.Lock(absl::StrCat("catalog/", request.workspace)));
      SqlUtilityChanges changes(transaction);
      return body(changes);
    };
    Answer answer;
    ASSIGN_OR_RETURN(answer.bytes,
                     sql::Once(database_, context, key, now, effect, &answer.replayed));
    return answer;
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<UtilityStore> NewUtilityStore(sql::Database& database) {
  return std::make_unique<SqlUtilityStore>(database);
}

}  // namespace plumbline::catalog
