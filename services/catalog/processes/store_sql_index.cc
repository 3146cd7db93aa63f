// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/store_sql_index.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/flow/proto/nodes.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/store_sql_values.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/search/words.h"
#include "services/catalog/steps/step.h"
#include "services/catalog/steps/store_sql.h"

namespace plumbline::catalog {

// `document` numbers heads for the index of words. A row goes with the row that it is of. Keys are
// TEXT, as in the tables that they are joined with: PostgreSQL's indexes serve one order only.
const char kIndexSchema[] = R"(
ALTER TABLE processes ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX processes_not_indexed ON processes (workspace) WHERE indexed <> version;
ALTER TABLE process_revisions ADD COLUMN indexed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX process_revisions_not_indexed ON process_revisions (workspace) WHERE indexed = 0;
CREATE TABLE process_index (
  document {serial},
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  name {text} NOT NULL,
  title {text} NOT NULL,
  owner {text} NOT NULL,
  state {text} NOT NULL,
  author {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  latest_revision BIGINT NOT NULL,
  digest {text} NOT NULL,
  UNIQUE (workspace, process),
  FOREIGN KEY (workspace, process) REFERENCES processes (workspace, process) ON DELETE CASCADE
);
CREATE INDEX process_index_name ON process_index (workspace, name);
CREATE INDEX process_index_title ON process_index (workspace, title, name);
CREATE INDEX process_index_owner ON process_index (workspace, owner, name);
CREATE INDEX process_index_update ON process_index (workspace, update_time, name);
CREATE TABLE process_labels (
  document BIGINT NOT NULL REFERENCES process_index (document) ON DELETE CASCADE,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (document, label)
);
CREATE TABLE revision_index (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  name {text} NOT NULL,
  title {text} NOT NULL,
  owner {text} NOT NULL,
  state {text} NOT NULL,
  author {text},
  reason {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (workspace, process, revision),
  FOREIGN KEY (workspace, process, revision)
    REFERENCES process_revisions (workspace, process, revision) ON DELETE CASCADE
);
CREATE TABLE revision_labels (
  workspace TEXT NOT NULL,
  process TEXT NOT NULL,
  revision BIGINT NOT NULL,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, process, revision, label),
  FOREIGN KEY (workspace, process, revision)
    REFERENCES revision_index (workspace, process, revision) ON DELETE CASCADE
);
{word_index process_words})";

const char kAttributeWordsSchema[] = "UPDATE processes SET indexed = 0";

const char kForgottenWordsSchema[] =
    "DELETE FROM process_words WHERE NOT EXISTS "
    "(SELECT 1 FROM process_index i WHERE i.document = process_words.rowid)";

namespace {

using Labels = std::map<std::string, std::string>;

Labels LabelsOf(const v1::Process& process) {
  return Labels(process.labels().begin(), process.labels().end());
}

// To be raised with every change of what WordsOf gives.
constexpr absl::string_view kWordsVersion = "2";

// Changes when the labels or the words of a head do; cheaper than its words. The hash is that of
// the content with what it takes from the library.
std::string DigestOf(absl::string_view name, absl::string_view content_hash) {
  return base::Sha256Hex(absl::StrCat(kWordsVersion, "\n", name, "\n", content_hash)).substr(0, 32);
}

// The number and the digest of a head, if it has a row.
absl::StatusOr<sql::Rows> FindRow(sql::Transaction& transaction, const ProcessKey& key) {
  return transaction.Query(
      "SELECT document, digest FROM process_index WHERE workspace = :workspace AND process = "
      ":process",
      {{"workspace", key.workspace}, {"process", key.process}});
}

// Takes away what PutLabels and PutWords wrote before.
absl::Status Forget(sql::Transaction& transaction, int64_t document) {
  for (const char* statement : {"DELETE FROM process_labels WHERE document = :document",
                                "DELETE FROM process_words WHERE rowid = :document"}) {
    RETURN_IF_ERROR(transaction.Execute(statement, {{"document", document}}).status());
  }
  return absl::OkStatus();
}

// The row of a head: inserted, or updated where it is `document`. Returns its number.
absl::StatusOr<int64_t> PutRow(sql::Transaction& transaction, const ProcessKey& key,
                               const v1::Process& head, absl::string_view digest,
                               int64_t document) {
  const std::string state = v1::Process::State_Name(StateOf(head));
  const v1::Approval::State said = ApprovalOf(head);
  const std::string approval =
      said == v1::Approval::STATE_UNSPECIFIED ? "" : v1::Approval::State_Name(said);
  std::vector<sql::Param> params = {{"title", head.title()},
                                    {"owner", head.owner()},
                                    {"state", state},
                                    {"author", OrNull(head.author())},
                                    {"create_time", Micros(head.create_time())},
                                    {"update_time", Micros(head.update_time())},
                                    {"latest_revision", head.latest_revision()},
                                    {"approval_state", OrNull(approval)},
                                    {"unpublished_changes", int64_t{HasUnpublishedChanges(head)}},
                                    {"digest", digest}};
  if (document != 0) {
    params.push_back({"document", document});
    RETURN_IF_ERROR(
        transaction
            .Execute("UPDATE process_index SET title = :title, owner = :owner, state = :state, "
                     "author = :author, create_time = :create_time, update_time = :update_time, "
                     "latest_revision = :latest_revision, approval_state = :approval_state, "
                     "unpublished_changes = :unpublished_changes, digest = :digest "
                     "WHERE document = :document",
                     params)
            .status());
    return document;
  }
  const std::string name = NameOf(key);
  params.push_back({"workspace", key.workspace});
  params.push_back({"process", key.process});
  params.push_back({"name", name});
  // With RETURNING, SQLite would open a savepoint, at which FTS5 writes all that it has gathered.
  RETURN_IF_ERROR(
      transaction
          .Execute(
              "INSERT INTO process_index (workspace, process, name, title, owner, state, author, "
              "create_time, update_time, latest_revision, approval_state, unpublished_changes, "
              "digest) "
              "VALUES (:workspace, :process, :name, :title, :owner, :state, :author, :create_time, "
              ":update_time, :latest_revision, :approval_state, :unpublished_changes, :digest)",
              params)
          .status());
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      transaction.Query(
          "SELECT document, (SELECT COUNT(*) FROM process_words w WHERE w.rowid = document) "
          "FROM process_index WHERE workspace = :workspace AND process = :process",
          {{"workspace", key.workspace}, {"process", key.process}}));
  const int64_t inserted = rows.Int(0, 0);
  // SQLite gives numbers again, also of a head whose words did not go with it: what deleted it knew
  // nothing of them.
  if (rows.Int(0, 1) > 0) RETURN_IF_ERROR(Forget(transaction, inserted));
  return inserted;
}

absl::Status PutLabels(sql::Transaction& transaction, int64_t document, const Labels& labels) {
  for (const auto& [label, value] : labels) {
    RETURN_IF_ERROR(transaction
                        .Execute("INSERT INTO process_labels (document, label, value) "
                                 "VALUES (:document, :label, :value)",
                                 {{"document", document}, {"label", label}, {"value", value}})
                        .status());
  }
  return absl::OkStatus();
}

absl::Status PutWords(sql::Transaction& transaction, int64_t document, absl::string_view words) {
  return transaction
      .Execute("INSERT INTO process_words (rowid, words) VALUES (:document, {words :words})",
               {{"document", document}, {"words", words}})
      .status();
}

// The draft with what its steps take from the library, each once however many take it, behind its
// tree; nothing where they take nothing.
absl::StatusOr<std::optional<v1::Process>> WithLibrary(sql::Transaction& transaction,
                                                       const std::string& workspace,
                                                       const v1::Process& head) {
  std::set<std::string> uses;
  flow::ForEachNode(head.root(), [&uses](const v1::Node& node) {
    if (!node.step().uses().empty()) uses.insert(node.step().uses());
  });
  if (uses.empty()) return std::nullopt;
  v1::Node taken;
  for (const std::string& name : uses)
    taken.mutable_sequence()->add_nodes()->mutable_step()->set_uses(name);
  const std::unique_ptr<StepChanges> steps = NewStepChanges(transaction);
  RETURN_IF_ERROR(ResolveSteps(*steps, workspace, Missing::kLeave, &taken));
  v1::Process whole = head;
  v1::Node& root = *taken.mutable_sequence()->add_nodes();
  root.Swap(whole.mutable_root());
  whole.mutable_root()->Swap(&taken);
  return whole;
}

}  // namespace

absl::Status ForgetWords(sql::Transaction& transaction, const ProcessKey& key) {
  return transaction
      .Execute(
          "DELETE FROM process_words WHERE rowid IN (SELECT document FROM process_index "
          "WHERE workspace = :workspace AND process = :process)",
          {{"workspace", key.workspace}, {"process", key.process}})
      .status();
}

absl::Status IndexHead(sql::Transaction& transaction, const ProcessKey& key,
                       const v1::Process& head, const Derived* derived, bool* first) {
  ASSIGN_OR_RETURN(const std::optional<v1::Process> taken,
                   WithLibrary(transaction, key.workspace, head));
  const v1::Process& whole = taken.has_value() ? *taken : head;
  if (taken.has_value()) derived = nullptr;
  const std::string digest =
      DigestOf(head.name(), derived != nullptr ? derived->content_hash : ContentHash(whole));
  ASSIGN_OR_RETURN(const sql::Rows rows, FindRow(transaction, key));
  const int64_t known = rows.empty() ? 0 : rows.Int(0, 0);
  if (first != nullptr) *first = known == 0;
  ASSIGN_OR_RETURN(const int64_t document, PutRow(transaction, key, head, digest, known));
  if (known != 0 && rows.Text(0, 1) == digest) return absl::OkStatus();
  // Also of a first one: its number may have been that of one whose words an older release left.
  RETURN_IF_ERROR(Forget(transaction, document));
  RETURN_IF_ERROR(PutLabels(transaction, document, LabelsOf(head)));
  const ProcessWords worked_out = derived == nullptr ? WordsOf(whole) : ProcessWords();
  const ProcessWords& words = derived == nullptr ? worked_out : derived->words;
  return PutWords(transaction, document, EncodeWords(key.workspace, words));
}

absl::Status IndexRevision(sql::Transaction& transaction, const ProcessKey& key,
                           const v1::Process& revision) {
  const std::string name = NameOf(key, revision.revision());
  const std::string state = v1::Process::State_Name(revision.state());
  RETURN_IF_ERROR(
      transaction
          .Execute("INSERT INTO revision_index (workspace, process, revision, name, title, owner, "
                   "state, author, reason, create_time, update_time) VALUES (:workspace, :process, "
                   ":revision, :name, :title, :owner, :state, :author, :reason, :create_time, "
                   ":update_time)",
                   {{"workspace", key.workspace},
                    {"process", key.process},
                    {"revision", revision.revision()},
                    {"name", name},
                    {"title", revision.title()},
                    {"owner", revision.owner()},
                    {"state", state},
                    {"author", OrNull(revision.author())},
                    {"reason", OrNull(revision.reason())},
                    {"create_time", Micros(revision.create_time())},
                    {"update_time", Micros(revision.update_time())}})
          .status());
  for (const auto& [label, value] : LabelsOf(revision)) {
    RETURN_IF_ERROR(
        transaction
            .Execute("INSERT INTO revision_labels (workspace, process, revision, label, value) "
                     "VALUES (:workspace, :process, :revision, :label, :value)",
                     {{"workspace", key.workspace},
                      {"process", key.process},
                      {"revision", revision.revision()},
                      {"label", label},
                      {"value", value}})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
