// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/steps/store_sql.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/catalog/history/store_sql_resource_history.h"
#include "services/catalog/processes/fields.h"
#include "services/catalog/resource/store_sql.h"
#include "services/catalog/resource/store_sql_values.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/steps/store_sql_uses.h"

namespace plumbline::catalog {

// The revisions are what is kept; `steps` says which are present, with what lists filter and order
// by.
const char kStepsSchema[] = R"(
CREATE TABLE step_revisions (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  revision BIGINT NOT NULL,
  title {text} NOT NULL,
  owner {text} NOT NULL,
  role {text} NOT NULL,
  author {text},
  update_time BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, step, revision)
);
CREATE TABLE steps (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  revision BIGINT NOT NULL,
  name {text} NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (workspace, step)
);
CREATE INDEX steps_name ON steps (workspace, name);
CREATE TABLE step_labels (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, step, label),
  FOREIGN KEY (workspace, step) REFERENCES steps (workspace, step) ON DELETE CASCADE
))";

namespace {

using sql::Bytes;
using sql::Rows;

constexpr char kPresent[] =
    "SELECT r.body FROM steps s JOIN step_revisions r ON r.workspace = s.workspace "
    "AND r.step = s.step AND r.revision = s.revision "
    "WHERE s.workspace = :workspace AND s.step = :step";

constexpr char kBodies[] =
    "JOIN step_revisions b ON b.workspace = :workspace AND b.step = k.step "
    "AND b.revision = k.revision";

listing::TableSpec StepSpec() {
  return {.from =
              "steps s JOIN step_revisions r ON r.workspace = s.workspace "
              "AND r.step = s.step AND r.revision = s.revision",
          .where = "s.workspace = :workspace",
          .keys = "s.step AS step, s.revision AS revision",
          .select = "b.body",
          .join = kBodies,
          .columns = {{"name", {.sql = "s.name"}},
                      {"title", {.sql = "r.title"}},
                      {"owner", {.sql = "r.owner"}},
                      {"role", {.sql = "r.role"}},
                      {"labels",
                       {.sql = "l.value",
                        .rows = "step_labels l WHERE l.workspace = s.workspace AND l.step = s.step",
                        .key = "l.label"}},
                      {"author", {.sql = "r.author"}},
                      {"create_time", {.sql = "s.create_time"}},
                      {"update_time", {.sql = "r.update_time"}},
                      {"revision", {.sql = "s.revision"}}},
          .key = {{"name", false}}};
}

listing::TableSpec RevisionSpec() {
  return {.from = "step_revisions r",
          .where = "r.workspace = :workspace AND r.step = :step",
          .keys = "r.step AS step, r.revision AS revision",
          .select = "b.body",
          .join = kBodies,
          .columns = {{"title", {.sql = "r.title"}},
                      {"owner", {.sql = "r.owner"}},
                      {"role", {.sql = "r.role"}},
                      {"author", {.sql = "r.author"}},
                      {"update_time", {.sql = "r.update_time"}},
                      {"revision", {.sql = "r.revision"}}},
          .key = {{"revision", true}}};
}

absl::StatusOr<v1::StepTemplate> Parse(const std::string& bytes) {
  v1::StepTemplate step;
  if (!step.ParseFromString(bytes))
    return base::Internal("a stored step is not a message of its type");
  return step;
}

absl::StatusOr<std::optional<v1::StepTemplate>> ParseOne(const Rows& rows) {
  if (rows.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(v1::StepTemplate step, Parse(rows.Text(0, 0)));
  return step;
}

absl::StatusOr<listing::Page<v1::StepTemplate>> ToPage(const listing::FoundRows& found) {
  listing::Page<v1::StepTemplate> page{{}, found.next};
  for (size_t i = 0; i < found.size; ++i) {
    ASSIGN_OR_RETURN(v1::StepTemplate step, Parse(found.rows.Text(i, 0)));
    page.rows.push_back(std::move(step));
  }
  return page;
}

class SqlStepChanges final : public StepChanges {
 public:
  explicit SqlStepChanges(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<v1::StepTemplate>> FindStep(const StepKey& key) override {
    ASSIGN_OR_RETURN(const Rows rows, transaction_.Query(kPresent, {{"workspace", key.workspace},
                                                                    {"step", key.step}}));
    return ParseOne(rows);
  }

  absl::StatusOr<std::optional<v1::StepTemplate>> FindStepRevision(const StepKey& key,
                                                                   int64_t revision) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query(
            "SELECT body FROM step_revisions "
            "WHERE workspace = :workspace AND step = :step AND revision = :revision",
            {{"workspace", key.workspace}, {"step", key.step}, {"revision", revision}}));
    return ParseOne(rows);
  }

  absl::StatusOr<listing::Page<v1::StepTemplate>> ListSteps(absl::string_view workspace,
                                                            const listing::Query& query) override {
    static const auto& table = *new listing::Table(StepSchema(), StepSpec());
    const sql::Param params[] = {{"workspace", workspace}};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction_, params, query));
    return ToPage(found);
  }

  absl::StatusOr<listing::Page<v1::StepTemplate>> ListStepRevisions(
      const StepKey& key, const listing::Query& query) override {
    static const auto& table = *new listing::Table(StepRevisionSchema(), RevisionSpec());
    const sql::Param params[] = {{"workspace", absl::string_view(key.workspace)},
                                 {"step", absl::string_view(key.step)}};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction_, params, query));
    return ToPage(found);
  }

  absl::StatusOr<int64_t> StepPosition() override { return transaction_.Position(); }

  absl::StatusOr<std::vector<StepUse>> ListStepUses(absl::string_view workspace,
                                                    absl::Span<const std::string> steps) override {
    return FindStepUses(transaction_, workspace, steps);
  }

  absl::StatusOr<std::vector<StepNaming>> ListStepsNaming(absl::string_view workspace,
                                                          absl::string_view utility) override {
    return FindStepsNaming(transaction_, workspace, utility);
  }

  absl::Status PutStep(const StepKey& key, const v1::StepTemplate& step,
                       const v1::ResourceHistoryEntry& entry) override {
    const std::string body = step.SerializeAsString();
    RETURN_IF_ERROR(transaction_
                        .Execute("INSERT INTO step_revisions (workspace, step, revision, title, "
                                 "owner, role, author, update_time, body) VALUES (:workspace, "
                                 ":step, :revision, :title, :owner, :role, :author, :update_time, "
                                 ":body)",
                                 {{"workspace", key.workspace},
                                  {"step", key.step},
                                  {"revision", step.revision()},
                                  {"title", step.title()},
                                  {"owner", step.owner()},
                                  {"role", step.step().role()},
                                  {"author", OrNull(step.author())},
                                  {"update_time", Micros(step.update_time())},
                                  {"body", Bytes{body}}})
                        .status());
    RETURN_IF_ERROR(PutPresent(key, step));
    RETURN_IF_ERROR(
        PutLabels(transaction_, {"step_labels", "step"}, key.workspace, key.step, step.labels()));
    RETURN_IF_ERROR(NoteUtilities(transaction_, key, step));
    RETURN_IF_ERROR(IndexUsersLater(transaction_, key));
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

  absl::Status RemoveStep(const StepKey& key, const v1::ResourceHistoryEntry& entry) override {
    RETURN_IF_ERROR(transaction_
                        .Execute("DELETE FROM steps WHERE workspace = :workspace AND step = :step",
                                 {{"workspace", key.workspace}, {"step", key.step}})
                        .status());
    RETURN_IF_ERROR(IndexUsersLater(transaction_, key));
    return AppendHistory(transaction_, HistoryKey(key), entry);
  }

 private:
  static ResourceKey HistoryKey(const StepKey& key) { return {key.workspace, "steps", key.step}; }

  // Says which revision is there.
  absl::Status PutPresent(const StepKey& key, const v1::StepTemplate& step) {
    const std::string name = StepNameOf(key);
    return transaction_
        .Execute(
            "INSERT INTO steps (workspace, step, revision, name, create_time) "
            "VALUES (:workspace, :step, :revision, :name, :create_time) "
            "ON CONFLICT (workspace, step) DO UPDATE SET revision = excluded.revision",
            {{"workspace", key.workspace},
             {"step", key.step},
             {"revision", step.revision()},
             {"name", name},
             {"create_time", Micros(step.create_time())}})
        .status();
  }

  sql::Transaction& transaction_;
};

}  // namespace

std::unique_ptr<StepChanges> NewStepChanges(sql::Transaction& transaction) {
  return std::make_unique<SqlStepChanges>(transaction);
}

std::unique_ptr<StepStore> NewStepStore(sql::Database& database) {
  return std::make_unique<SqlResourceStore<StepStore, SqlStepChanges>>(database);
}

}  // namespace plumbline::catalog
