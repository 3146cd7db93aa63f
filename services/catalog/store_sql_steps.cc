// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/store_sql_steps.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/requests.h"
#include "services/catalog/store.h"

namespace plumbline::catalog {

const char kStepsSchema[] = R"(
CREATE TABLE step_revisions (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  revision BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, step, revision)
);
CREATE TABLE steps (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  revision BIGINT NOT NULL,
  PRIMARY KEY (workspace, step)
))";

namespace {

using sql::Bytes;
using sql::Rows;

constexpr char kPresent[] =
    "SELECT r.body FROM steps s JOIN step_revisions r ON r.workspace = s.workspace "
    "AND r.step = s.step AND r.revision = s.revision ";

absl::StatusOr<std::vector<v1::StepTemplate>> ParseAll(const Rows& rows) {
  std::vector<v1::StepTemplate> steps(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!steps[i].ParseFromString(rows.Text(i, 0)))
      return base::Internal("a stored step is not a message of its type");
  }
  return steps;
}

absl::StatusOr<std::optional<v1::StepTemplate>> ParseOne(const Rows& rows) {
  ASSIGN_OR_RETURN(std::vector<v1::StepTemplate> steps, ParseAll(rows));
  if (steps.empty()) return std::nullopt;
  return std::move(steps[0]);
}

class SqlStepChanges final : public StepChanges {
 public:
  explicit SqlStepChanges(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<v1::StepTemplate>> FindStep(const StepKey& key) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query(
            absl::StrCat(kPresent, "WHERE s.workspace = :workspace AND s.step = :step"),
            {{"workspace", key.workspace}, {"step", key.step}}));
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

  absl::StatusOr<std::vector<v1::StepTemplate>> ListSteps(absl::string_view workspace,
                                                          absl::string_view after,
                                                          int limit) override {
    ASSIGN_OR_RETURN(const Rows rows,
                     transaction_.Query(
                         absl::StrCat(kPresent,
                                      "WHERE s.workspace = :workspace AND s.step > :after "
                                      "ORDER BY s.step LIMIT :limit"),
                         {{"workspace", workspace}, {"after", after}, {"limit", int64_t{limit}}}));
    return ParseAll(rows);
  }

  absl::StatusOr<std::vector<v1::StepTemplate>> ListStepRevisions(const StepKey& key,
                                                                  int64_t before,
                                                                  int limit) override {
    ASSIGN_OR_RETURN(const Rows rows,
                     transaction_.Query("SELECT body FROM step_revisions "
                                        "WHERE workspace = :workspace AND step = :step "
                                        "AND revision < :before "
                                        "ORDER BY revision DESC LIMIT :limit",
                                        {{"workspace", key.workspace},
                                         {"step", key.step},
                                         {"before", before},
                                         {"limit", int64_t{limit}}}));
    return ParseAll(rows);
  }

  absl::StatusOr<int64_t> StepPosition() override { return transaction_.Position(); }

  absl::Status PutStep(const StepKey& key, const v1::StepTemplate& step) override {
    const std::string body = step.SerializeAsString();
    RETURN_IF_ERROR(transaction_
                        .Execute("INSERT INTO step_revisions (workspace, step, revision, body) "
                                 "VALUES (:workspace, :step, :revision, :body)",
                                 {{"workspace", key.workspace},
                                  {"step", key.step},
                                  {"revision", step.revision()},
                                  {"body", Bytes{body}}})
                        .status());
    return transaction_
        .Execute(
            "INSERT INTO steps (workspace, step, revision) "
            "VALUES (:workspace, :step, :revision) "
            "ON CONFLICT (workspace, step) DO UPDATE SET revision = excluded.revision",
            {{"workspace", key.workspace}, {"step", key.step}, {"revision", step.revision()}})
        .status();
  }

  absl::Status RemoveStep(const StepKey& key) override {
    return transaction_
        .Execute("DELETE FROM steps WHERE workspace = :workspace AND step = :step",
                 {{"workspace", key.workspace}, {"step", key.step}})
        .status();
  }

 private:
  sql::Transaction& transaction_;
};

class SqlStepStore final : public StepStore {
 public:
  explicit SqlStepStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(StepReads&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlStepChanges reads(transaction);
      return body(reads);
    });
  }

  absl::StatusOr<Answer> Write(
      const base::CallContext& context, const WriteRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(StepChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    const auto effect = [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
      // The same lock as that of processes: a step does not change while one that uses it is
      // published.
      RETURN_IF_ERROR(transaction.Lock(absl::StrCat("catalog/", request.workspace)));
      SqlStepChanges changes(transaction);
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

std::unique_ptr<StepChanges> NewStepChanges(sql::Transaction& transaction) {
  return std::make_unique<SqlStepChanges>(transaction);
}

std::unique_ptr<StepStore> NewStepStore(sql::Database& database) {
  return std::make_unique<SqlStepStore>(database);
}

}  // namespace plumbline::catalog
