// SPDX-License-Identifier: Apache-2.0
//
// Catching up with rows that a release without the index wrote.
#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/history/store_sql.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/store_sql_states.h"
#include "services/catalog/processes/store_sql_forms.h"
#include "services/catalog/processes/store_sql_index.h"
#include "services/catalog/processes/store_sql_published.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/steps/store_sql_uses.h"

namespace plumbline::catalog {
namespace {

// A workspace that has rows with `condition`; "" if there is none.
absl::StatusOr<std::string> FindBehind(sql::Database& database, const base::CallContext& context,
                                       absl::string_view table, absl::string_view condition) {
  std::string workspace;
  RETURN_IF_ERROR(database.Read(context, [&](sql::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     transaction.Query(absl::StrCat("SELECT workspace FROM ", table, " WHERE ",
                                                    condition, " LIMIT 1")));
    if (!rows.empty()) workspace = rows.Text(0, 0);
    return absl::OkStatus();
  }));
  return workspace;
}

absl::StatusOr<v1::Process> ParseBody(const std::string& bytes) {
  v1::Process process;
  if (!process.ParseFromString(bytes))
    return base::Internal("a stored process is not a message of its type");
  return process;
}

// Writes what follows from a head, of which the row says what is known of its revision.
absl::Status IndexOldHead(sql::Transaction& transaction, const ProcessKey& key,
                          const sql::Rows& rows, size_t row, Head* head) {
  const bool was_unpublished = head->process.unpublished_changes();
  RETURN_IF_ERROR(ReadPublished(transaction, key, rows, row, 3, head));
  RETURN_IF_ERROR(IndexHead(transaction, key, head->process));
  RETURN_IF_ERROR(IndexStates(transaction, key, head->process));
  if (head->process.unpublished_changes() != was_unpublished) {
    const StoredForms stored(head->process);
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE processes SET summary = :summary, body = :body "
                                 "WHERE workspace = :workspace AND process = :process",
                                 {{"workspace", key.workspace},
                                  {"process", key.process},
                                  {"summary", sql::Bytes{stored.summary}},
                                  {"body", sql::Bytes{stored.body}}})
                        .status());
  }
  return transaction
      .Execute(
          "UPDATE processes SET published_revision = :revision, published_hash = :published_hash, "
          "revision_hash = :revision_hash WHERE workspace = :workspace AND process = :process",
          {{"workspace", key.workspace},
           {"process", key.process},
           {"revision", head->published.revision},
           {"published_hash", head->published.draft_hash},
           {"revision_hash", head->published.revision_hash}})
      .status();
}

// `behind`: which heads are. One that cannot be read holds up no other: who asks for it is told.
absl::Status IndexHeads(sql::Transaction& transaction, absl::string_view behind,
                        const std::string& workspace, int limit, int64_t* count) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      transaction.Query(absl::StrCat("SELECT process, body, version, ", kPublishedColumns,
                                     " FROM processes WHERE workspace = :workspace AND ", behind,
                                     " LIMIT :limit"),
                        {{"workspace", workspace}, {"limit", int64_t{limit}}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    const ProcessKey key{workspace, rows.Text(i, 0)};
    Head head{.version = rows.Int(i, 2)};
    if (head.process.ParseFromString(rows.Text(i, 1)))
      RETURN_IF_ERROR(IndexOldHead(transaction, key, rows, i, &head));
    RETURN_IF_ERROR(transaction
                        .Execute("UPDATE processes SET indexed = version, compared_version = "
                                 "version WHERE workspace = :workspace AND process = :process",
                                 {{"workspace", workspace}, {"process", key.process}})
                        .status());
  }
  *count = static_cast<int64_t>(rows.size());
  return absl::OkStatus();
}

constexpr char kNotIndexed[] = "indexed <> version";
constexpr char kNotCompared[] = "compared_version <> version";

absl::Status IndexHeadsOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                          int64_t* count) {
  return IndexHeads(transaction, kNotIndexed, workspace, limit, count);
}

absl::Status CompareHeadsOf(sql::Transaction& transaction, const std::string& workspace, int limit,
                            int64_t* count) {
  return IndexHeads(transaction, kNotCompared, workspace, limit, count);
}

absl::Status IndexRevisionsOf(sql::Transaction& transaction, const std::string& workspace,
                              int limit, int64_t* count) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   transaction.Query("SELECT r.process, r.summary, p.body FROM process_revisions r "
                                     "LEFT JOIN processes p ON p.workspace = r.workspace AND "
                                     "p.process = r.process WHERE r.workspace = :workspace AND "
                                     "r.indexed = 0 LIMIT :limit",
                                     {{"workspace", workspace}, {"limit", int64_t{limit}}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    const ProcessKey key{workspace, rows.Text(i, 0)};
    ASSIGN_OR_RETURN(v1::Process revision, ParseBody(rows.Text(i, 1)));
    ASSIGN_OR_RETURN(const v1::Process head, ParseBody(rows.Text(i, 2)));
    revision.set_state(StateOf(head, revision.revision()));
    RETURN_IF_ERROR(IndexRevision(transaction, key, revision));
    RETURN_IF_ERROR(
        transaction
            .Execute("UPDATE process_revisions SET indexed = 1 WHERE workspace = :workspace "
                     "AND process = :process AND revision = :revision",
                     {{"workspace", workspace},
                      {"process", key.process},
                      {"revision", revision.revision()}})
            .status());
  }
  *count = static_cast<int64_t>(rows.size());
  return absl::OkStatus();
}

// What may be behind, in the order in which it is caught up with.
struct Kept {
  absl::string_view table;
  absl::string_view behind;  // which of its rows are, and which of them come first
  absl::Status (*index)(sql::Transaction& transaction, const std::string& workspace, int limit,
                        int64_t* count);
};
constexpr std::array<Kept, 6> kKept = {{{"processes", kNotIndexed, &IndexHeadsOf},
                                        {"processes", kNotCompared, &CompareHeadsOf},
                                        {"process_revisions", "indexed = 0", &IndexRevisionsOf},
                                        {"process_history", "indexed = 0", &IndexHistoryOf},
                                        {"step_revisions", "utilities_noted = 0", &NoteUtilitiesOf},
                                        {"changed_steps", "1 = 1 ORDER BY place", &IndexUsersOf}}};

}  // namespace

absl::StatusOr<int64_t> IndexOldRows(sql::Database& database, const base::CallContext& context,
                                     int limit) {
  for (const Kept& kept : kKept) {
    ASSIGN_OR_RETURN(const std::string workspace,
                     FindBehind(database, context, kept.table, kept.behind));
    if (workspace.empty()) continue;
    int64_t count = 0;
    RETURN_IF_ERROR(database.Write(context, [&](sql::Transaction& transaction) -> absl::Status {
      // As every write of the workspace: what is read here cannot change before the commit.
      RETURN_IF_ERROR(transaction.Lock(WorkspaceLock(workspace)));
      return kept.index(transaction, workspace, limit, &count);
    }));
    // What was behind may be done with by now, by another replica; others may be behind, too.
    return std::max<int64_t>(count, 1);
  }
  return 0;
}

}  // namespace plumbline::catalog
