// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/steps/store_sql_uses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "common/flow/validate.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/store_sql_calls.h"
#include "services/catalog/processes/store_sql_index.h"
#include "services/catalog/resource/store_sql_among.h"

namespace plumbline::catalog {

// `nodes`: ids with one space between. What was written before is to be looked into once more: its
// calls and uses are noted together.
const char kStepUsesSchema[] = R"(
CREATE TABLE step_uses (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  step TEXT NOT NULL,
  step_revision BIGINT NOT NULL,
  nodes TEXT NOT NULL,
  PRIMARY KEY (workspace, process, revision, step, step_revision)
);
CREATE INDEX step_uses_by_step ON step_uses (workspace, step);
CREATE TABLE step_utilities (
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  revision BIGINT NOT NULL,
  utility TEXT NOT NULL,
  PRIMARY KEY (workspace, utility, step, revision)
);
ALTER TABLE step_revisions ADD COLUMN utilities_noted BIGINT NOT NULL DEFAULT 0;
CREATE INDEX step_revisions_to_note ON step_revisions (workspace) WHERE utilities_noted = 0;
UPDATE processes SET calls_version = -1;
UPDATE process_revisions SET calls_noted = 0)";

// A queue: whoever was served goes to its end. `indexed_to`: the last of the drafts whose words
// were brought up to date.
const char kChangedStepsSchema[] = R"(
CREATE TABLE changed_steps (
  place {serial},
  workspace TEXT NOT NULL,
  step TEXT NOT NULL,
  indexed_to TEXT NOT NULL,
  UNIQUE (workspace, step)
))";

namespace {

using sql::Rows;
using sql::Transaction;

// The ids of the nodes that use a revision of a template, by template and revision.
using Uses = std::map<std::pair<std::string, int64_t>, std::vector<std::string>>;

Uses UsesOf(const v1::Node& root) {
  Uses uses;
  flow::ForEachNode(root, [&](const v1::Node& node) {
    const std::optional<flow::UsedStep> used = flow::ParseUses(node.step().uses());
    if (used.has_value()) uses[{used->step, used->revision}].push_back(node.id());
  });
  return uses;
}

auto PlaceOf(const StepUse& use) {
  return std::tie(use.process, use.revision, use.step, use.step_revision);
}

// Adds what was not noted yet of these templates; `old` gets what it was looked for in.
absl::Status AddOld(Transaction& transaction, absl::string_view workspace,
                    const std::set<std::string>& steps, std::vector<StepUse>* uses,
                    std::set<std::pair<std::string, int64_t>>* old) {
  return ForEachOldTree(transaction, workspace, INT64_MAX,
                        [&](const ProcessKey& key, const v1::Process& process) -> absl::Status {
                          old->insert({key.process, process.revision()});
                          const bool archived = process.revision() == 0 &&
                                                StateOf(process) == v1::Process::STATE_ARCHIVED;
                          for (auto& [used, nodes] : UsesOf(process.root())) {
                            if (!steps.contains(used.first)) continue;
                            uses->push_back({key.process, process.revision(), used.first,
                                             used.second, nodes, archived});
                          }
                          return absl::OkStatus();
                        });
}

}  // namespace

absl::Status ForgetStepUses(Transaction& transaction, const ProcessKey& key, int64_t revision) {
  return transaction
      .Execute(
          "DELETE FROM step_uses WHERE workspace = :workspace AND process = :process "
          "AND revision = :revision",
          {{"workspace", key.workspace}, {"process", key.process}, {"revision", revision}})
      .status();
}

absl::Status NoteStepUses(Transaction& transaction, const ProcessKey& key,
                          const v1::Process& process) {
  for (const auto& [used, ids] : UsesOf(process.root())) {
    const std::string nodes = absl::StrJoin(ids, " ");
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO step_uses (workspace, process, revision, step, "
                                 "step_revision, nodes) VALUES (:workspace, :process, :revision, "
                                 ":step, :step_revision, :nodes)",
                                 {{"workspace", key.workspace},
                                  {"process", key.process},
                                  {"revision", process.revision()},
                                  {"step", used.first},
                                  {"step_revision", used.second},
                                  {"nodes", nodes}})
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StepUse>> FindStepUses(Transaction& transaction,
                                                  absl::string_view workspace,
                                                  absl::Span<const std::string> steps) {
  std::vector<StepUse> uses;
  std::set<std::pair<std::string, int64_t>> old;  // whose rows say what was
  RETURN_IF_ERROR(AddOld(transaction, workspace, {steps.begin(), steps.end()}, &uses, &old));
  RETURN_IF_ERROR(QueryAmong(
      transaction,
      "SELECT u.process, u.revision, u.step, u.step_revision, u.nodes, i.state FROM step_uses u "
      "LEFT JOIN process_index i ON i.workspace = u.workspace AND i.process = u.process "
      "AND u.revision = 0 WHERE u.workspace = :workspace AND u.step IN (:among)",
      {{"workspace", workspace}}, steps, [&](const Rows& rows) {
        const std::string& kArchived = v1::Process::State_Name(v1::Process::STATE_ARCHIVED);
        for (size_t i = 0; i < rows.size(); ++i) {
          if (old.contains({rows.Text(i, 0), rows.Int(i, 1)})) continue;
          uses.push_back({rows.Text(i, 0), rows.Int(i, 1), rows.Text(i, 2), rows.Int(i, 3),
                          absl::StrSplit(rows.Text(i, 4), ' '), rows.Text(i, 5) == kArchived});
        }
        return absl::OkStatus();
      }));
  std::sort(uses.begin(), uses.end(),
            [](const StepUse& a, const StepUse& b) { return PlaceOf(a) < PlaceOf(b); });
  return uses;
}

absl::Status IndexUsersLater(Transaction& transaction, const StepKey& key) {
  return transaction
      .Execute(
          "INSERT INTO changed_steps (workspace, step, indexed_to) VALUES (:workspace, :step, '') "
          "ON CONFLICT (workspace, step) DO UPDATE SET indexed_to = excluded.indexed_to",
          {{"workspace", key.workspace}, {"step", key.step}})
      .status();
}

absl::Status IndexUsersOf(Transaction& transaction, const std::string& workspace, int limit,
                          int64_t* count) {
  ASSIGN_OR_RETURN(const Rows changed,
                   transaction.Query("SELECT step, indexed_to FROM changed_steps "
                                     "WHERE workspace = :workspace ORDER BY place LIMIT 1",
                                     {{"workspace", workspace}}));
  if (changed.empty()) return absl::OkStatus();
  const std::string& step = changed.Text(0, 0);
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query("SELECT p.process, p.body FROM step_uses u JOIN processes p "
                        "ON p.workspace = u.workspace AND p.process = u.process "
                        "WHERE u.workspace = :workspace AND u.step = :step AND u.revision = 0 "
                        "AND u.step_revision = 0 AND u.process > :after "
                        "ORDER BY u.process LIMIT :limit",
                        {{"workspace", workspace},
                         {"step", step},
                         {"after", changed.Text(0, 1)},
                         {"limit", int64_t{limit}}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::Process head;
    // One that cannot be read holds up no other: who asks for it is told.
    if (!head.ParseFromString(rows.Text(i, 1))) continue;
    RETURN_IF_ERROR(IndexHead(transaction, {workspace, rows.Text(i, 0)}, head));
  }
  *count = static_cast<int64_t>(rows.size());
  RETURN_IF_ERROR(
      transaction
          .Execute("DELETE FROM changed_steps WHERE workspace = :workspace AND step = :step",
                   {{"workspace", workspace}, {"step", step}})
          .status());
  if (rows.size() < static_cast<size_t>(limit)) return absl::OkStatus();
  return transaction
      .Execute(
          "INSERT INTO changed_steps (workspace, step, indexed_to) "
          "VALUES (:workspace, :step, :after)",
          {{"workspace", workspace}, {"step", step}, {"after", rows.Text(rows.size() - 1, 0)}})
      .status();
}

absl::Status NoteUtilities(Transaction& transaction, const StepKey& key,
                           const v1::StepTemplate& step) {
  const auto& names = step.step().utilities();
  for (const std::string& utility : std::set<std::string>(names.begin(), names.end())) {
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO step_utilities (workspace, step, revision, utility) "
                                 "VALUES (:workspace, :step, :revision, :utility)",
                                 {{"workspace", key.workspace},
                                  {"step", key.step},
                                  {"revision", step.revision()},
                                  {"utility", utility}})
                        .status());
  }
  return transaction
      .Execute(
          "UPDATE step_revisions SET utilities_noted = 1 "
          "WHERE workspace = :workspace AND step = :step AND revision = :revision",
          {{"workspace", key.workspace}, {"step", key.step}, {"revision", step.revision()}})
      .status();
}

namespace {

absl::StatusOr<v1::StepTemplate> ParseStep(const std::string& bytes) {
  v1::StepTemplate step;
  if (!step.ParseFromString(bytes))
    return base::Internal("a stored step is not a message of its type");
  return step;
}

// Adds those that name the utility in a revision whose utilities were not noted yet.
absl::Status AddNotNoted(Transaction& transaction, absl::string_view workspace,
                         absl::string_view utility, std::vector<StepNaming>* found) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query("SELECT r.step, r.revision, s.revision, r.body FROM step_revisions r "
                        "LEFT JOIN steps s ON s.workspace = r.workspace AND s.step = r.step "
                        "WHERE r.workspace = :workspace AND r.utilities_noted = 0",
                        {{"workspace", workspace}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(const v1::StepTemplate step, ParseStep(rows.Text(i, 3)));
    const auto& named = step.step().utilities();
    if (std::find(named.begin(), named.end(), utility) == named.end()) continue;
    found->push_back({rows.Text(i, 0), rows.Int(i, 1), rows.Int(i, 1) == rows.Int(i, 2)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<StepNaming>> FindStepsNaming(Transaction& transaction,
                                                        absl::string_view workspace,
                                                        absl::string_view utility) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query("SELECT n.step, n.revision, s.revision FROM step_utilities n "
                        "LEFT JOIN steps s ON s.workspace = n.workspace AND s.step = n.step "
                        "WHERE n.workspace = :workspace AND n.utility = :utility",
                        {{"workspace", workspace}, {"utility", utility}}));
  std::vector<StepNaming> found;
  for (size_t i = 0; i < rows.size(); ++i)
    found.push_back({rows.Text(i, 0), rows.Int(i, 1), rows.Int(i, 1) == rows.Int(i, 2)});
  RETURN_IF_ERROR(AddNotNoted(transaction, workspace, utility, &found));
  std::sort(found.begin(), found.end(), [](const StepNaming& a, const StepNaming& b) {
    return std::tie(a.step, a.revision) < std::tie(b.step, b.revision);
  });
  return found;
}

absl::Status NoteUtilitiesOf(Transaction& transaction, const std::string& workspace, int limit,
                             int64_t* count) {
  ASSIGN_OR_RETURN(const Rows rows,
                   transaction.Query("SELECT step, body FROM step_revisions WHERE workspace = "
                                     ":workspace AND utilities_noted = 0 LIMIT :limit",
                                     {{"workspace", workspace}, {"limit", int64_t{limit}}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(const v1::StepTemplate step, ParseStep(rows.Text(i, 1)));
    RETURN_IF_ERROR(NoteUtilities(transaction, {workspace, rows.Text(i, 0)}, step));
  }
  *count = static_cast<int64_t>(rows.size());
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
