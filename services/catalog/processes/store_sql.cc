// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/store_sql.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/catalog/calendars/store_sql.h"
#include "services/catalog/composition/store_sql_graph.h"
#include "services/catalog/history/store_sql.h"
#include "services/catalog/history/store_sql_resource_history.h"
#include "services/catalog/life/life.h"
#include "services/catalog/life/store_sql.h"
#include "services/catalog/life/store_sql_states.h"
#include "services/catalog/processes/store_sql_calls.h"
#include "services/catalog/processes/store_sql_forms.h"
#include "services/catalog/processes/store_sql_index.h"
#include "services/catalog/processes/store_sql_lists.h"
#include "services/catalog/processes/store_sql_published.h"
#include "services/catalog/resource/store_sql.h"
#include "services/catalog/resource/store_sql_among.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/steps/store_sql.h"
#include "services/catalog/steps/store_sql_uses.h"
#include "services/catalog/utilities/store_sql.h"

namespace plumbline::catalog {
namespace {

using sql::Bytes;
using sql::Rows;

// Old rows that one transaction brings up to date.
constexpr int kIndexAtOnce = 200;

// `body` is the whole message; `summary` the same without its tree, so that lists read and parse
// little.
constexpr char kSchema[] = R"(
CREATE TABLE processes (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  version BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, process)
);
CREATE TABLE process_revisions (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  summary {bytes} NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, process, revision)
);
CREATE TABLE catalog_identity (
  one BIGINT NOT NULL PRIMARY KEY,
  identity TEXT NOT NULL
))";

// `position`: of the write that wrote the head in its `position_version` (graph_store.h). A release
// that knows neither writes another version beside them; the second index finds such heads.
constexpr char kGraphSchema[] = R"(
ALTER TABLE processes ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN position_version BIGINT NOT NULL DEFAULT 0;
UPDATE processes SET position_version = version;
CREATE INDEX processes_by_position ON processes (workspace, position);
CREATE INDEX processes_without_position ON processes (workspace, process)
WHERE version <> position_version)";

absl::StatusOr<v1::Process> ParseStored(const std::string& bytes) {
  v1::Process process;
  if (!process.ParseFromString(bytes)) {
    return base::Internal("a stored process is not a message of its type");
  }
  return process;
}

// The state of a head follows from its retirement; a release that knows no retirement leaves it
// behind.
absl::StatusOr<v1::Process> ParseHead(const std::string& bytes) {
  ASSIGN_OR_RETURN(v1::Process head, ParseStored(bytes));
  head.set_state(StateOf(head));
  head.set_unpublished_changes(HasUnpublishedChanges(head));
  return head;
}

// The same for lists: such a release keeps in summaries what lists leave out.
absl::StatusOr<v1::Process> ParseSummary(const std::string& bytes) {
  ASSIGN_OR_RETURN(v1::Process head, ParseHead(bytes));
  head.clear_draft_authors();
  head.clear_revision_lives();
  return head;
}

// What stands on heads alone got into revisions that such a release published.
absl::StatusOr<v1::Process> ParseRevision(const std::string& bytes) {
  ASSIGN_OR_RETURN(v1::Process revision, ParseStored(bytes));
  ClearLife(&revision);
  return revision;
}

absl::StatusOr<listing::Page<v1::Process>> ToPage(
    const listing::FoundRows& found, absl::StatusOr<v1::Process> (*parse)(const std::string&)) {
  listing::Page<v1::Process> page{{}, found.next};
  page.rows.reserve(found.size);
  for (size_t i = 0; i < found.size; ++i) {
    ASSIGN_OR_RETURN(v1::Process process, parse(found.rows.Text(i, 0)));
    page.rows.push_back(std::move(process));
  }
  return page;
}

class SqlChanges final : public Changes {
 public:
  explicit SqlChanges(sql::Transaction& transaction)
      : transaction_(transaction), life_(transaction), steps_(NewStepChanges(transaction)) {}

  Rest rest() override { return {life_, *steps_}; }
  LifeWriter& life_changes() override { return life_; }

  absl::StatusOr<std::optional<Head>> FindHead(const ProcessKey& key) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query(absl::StrCat("SELECT body, version, ", kPublishedColumns,
                                                     " FROM processes WHERE workspace = :workspace "
                                                     "AND process = :process"),
                                        {{"workspace", key.workspace}, {"process", key.process}}));
    if (rows.empty()) return std::nullopt;
    Head head{.version = rows.Int(0, 1)};
    ASSIGN_OR_RETURN(head.process, ParseHead(rows.Text(0, 0)));
    RETURN_IF_ERROR(ReadPublished(transaction_, key, rows, 0, 2, &head));
    return head;
  }

  absl::StatusOr<std::optional<v1::Process>> FindRevision(const ProcessKey& key,
                                                          int64_t revision) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        transaction_.Query(
            "SELECT body FROM process_revisions "
            "WHERE workspace = :workspace AND process = :process AND revision = :revision",
            {{"workspace", key.workspace}, {"process", key.process}, {"revision", revision}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(v1::Process process, ParseRevision(rows.Text(0, 0)));
    return process;
  }

  absl::StatusOr<listing::Page<v1::Process>> ListHeads(absl::string_view workspace,
                                                       const listing::Query& query) override {
    ASSIGN_OR_RETURN(const listing::FoundRows found, ReadHeadRows(transaction_, workspace, query));
    return ToPage(found, &ParseSummary);
  }

  absl::StatusOr<listing::Page<v1::Process>> ListRevisions(const ProcessKey& key,
                                                           const listing::Query& query) override {
    ASSIGN_OR_RETURN(const listing::FoundRows found, ReadRevisionRows(transaction_, key, query));
    return ToPage(found, &ParseRevision);
  }

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

  absl::StatusOr<std::vector<std::string>> UtilityIds(
      absl::string_view workspace, absl::Span<const std::string> among) override {
    return IdsOf(transaction_, {"utilities", "utility"}, workspace, among);
  }

  absl::Status PutHead(const ProcessKey& key, const Head& head) override {
    life_.TreesChanged();
    RETURN_IF_ERROR(PutRow(key, head));
    bool first = false;
    RETURN_IF_ERROR(IndexHead(transaction_, key, head.process, head.derived.get(), &first));
    const bool retires = head.process.has_retirement() || !head.process.revision_lives().empty();
    if (!first || retires) RETURN_IF_ERROR(IndexStates(transaction_, key, head.process));
    // Also of the first: an older release that deleted one of this id left what it does not know.
    RETURN_IF_ERROR(ForgetCalls(transaction_, key, 0));
    return NoteCalls(transaction_, key, head.process);
  }

  absl::Status AddRevision(const ProcessKey& key, const v1::Process& revision) override {
    life_.TreesChanged();
    const StoredForms stored(revision);
    RETURN_IF_ERROR(transaction_
                        .Execute("INSERT INTO process_revisions "
                                 "(workspace, process, revision, summary, body, indexed, "
                                 "calls_noted) VALUES (:workspace, :process, :revision, :summary, "
                                 ":body, 1, 1)",
                                 {{"workspace", key.workspace},
                                  {"process", key.process},
                                  {"revision", revision.revision()},
                                  {"summary", Bytes{stored.summary}},
                                  {"body", Bytes{stored.body}}})
                        .status());
    RETURN_IF_ERROR(IndexRevision(transaction_, key, revision));
    return NoteCalls(transaction_, key, revision);
  }

 private:
  absl::Status PutRow(const ProcessKey& key, const Head& head) {
    const StoredForms stored(head.process);
    return transaction_
        .Execute(
            "INSERT INTO processes (workspace, process, version, position, position_version, "
            "summary, body, indexed, calls_version, compared_version, published_revision, "
            "published_hash, revision_hash) VALUES (:workspace, :process, :version, {position}, "
            ":version, :summary, :body, :version, :version, :version, :published_revision, "
            ":published_hash, :revision_hash) "
            "ON CONFLICT (workspace, process) DO UPDATE SET version = excluded.version, "
            "position = excluded.position, position_version = excluded.position_version, "
            "summary = excluded.summary, body = excluded.body, indexed = excluded.indexed, "
            "calls_version = excluded.calls_version, "
            "compared_version = excluded.compared_version, "
            "published_revision = excluded.published_revision, "
            "published_hash = excluded.published_hash, revision_hash = excluded.revision_hash",
            {{"workspace", key.workspace},
             {"process", key.process},
             {"version", head.version},
             {"summary", Bytes{stored.summary}},
             {"body", Bytes{stored.body}},
             {"published_revision", head.published.revision},
             {"published_hash", head.published.draft_hash},
             {"revision_hash", head.published.revision_hash}})
        .status();
  }

  sql::Transaction& transaction_;
  SqlLife life_;
  const std::unique_ptr<StepChanges> steps_;
};

class SqlStore final : public SqlResourceStore<Store, SqlChanges> {
 public:
  SqlStore(sql::Database& database, std::string identity)
      : SqlResourceStore(database), identity_(std::move(identity)) {}

  absl::StatusOr<int64_t> IndexOld(const base::CallContext& context, int limit) override {
    return IndexOldRows(database_, context, limit);
  }

  absl::StatusOr<int64_t> ForgetOldRequests(const base::CallContext& context, absl::Time now,
                                            int limit) override {
    return sql::ForgetOldRequests(database_, context, now, limit);
  }

  absl::StatusOr<int64_t> IndexCalls(const base::CallContext& context, int limit) override {
    return NoteOldCalls(database_, context, limit);
  }

  bool exclusive() const override { return database_.exclusive(); }
  const std::string& identity() const override { return identity_; }

 private:
  const std::string identity_;
};

// The identity that the database has; the first to open it gives it one.
absl::StatusOr<std::string> ReadIdentity(sql::Database& database) {
  std::string identity;
  RETURN_IF_ERROR(
      database.Write(base::CallContext(), [&](sql::Transaction& transaction) -> absl::Status {
        const std::string fresh = base::NewUuid();
        RETURN_IF_ERROR(
            transaction
                .Execute("INSERT INTO catalog_identity (one, identity) VALUES (1, :identity) "
                         "ON CONFLICT (one) DO NOTHING",
                         {{"identity", fresh}})
                .status());
        ASSIGN_OR_RETURN(Rows rows,
                         transaction.Query("SELECT identity FROM catalog_identity WHERE one = 1"));
        identity = rows.Text(0, 0);
        return absl::OkStatus();
      }));
  return identity;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenStore(sql::Database& database) {
  const std::array<sql::Migration, 19> migrations = {{{1, sql::kRequestsSchema},
                                                      {2, kSchema},
                                                      {3, kIndexSchema},
                                                      {4, kCalendarsSchema},
                                                      {5, kLifeSchema},
                                                      {6, kStatesSchema},
                                                      {7, kGraphSchema},
                                                      {8, kUtilitiesSchema},
                                                      {9, kStepsSchema},
                                                      {10, kHistorySchema},
                                                      {11, kAttributeWordsSchema},
                                                      {12, kResourceHistorySchema},
                                                      {13, kStepUsesSchema},
                                                      {14, kSupportSchema},
                                                      {15, kForgottenWordsSchema},
                                                      {16, kDeletedSchema},
                                                      {17, kDraftsSchema},
                                                      {18, kChangedStepsSchema},
                                                      {19, kCalendarChangesSchema}}};
  RETURN_IF_ERROR(sql::Migrate(database, migrations));
  for (int64_t indexed = 1; indexed > 0;) {
    ASSIGN_OR_RETURN(indexed, IndexOldRows(database, base::CallContext(), kIndexAtOnce));
  }
  ASSIGN_OR_RETURN(std::string identity, ReadIdentity(database));
  return std::make_unique<SqlStore>(database, std::move(identity));
}

}  // namespace plumbline::catalog
