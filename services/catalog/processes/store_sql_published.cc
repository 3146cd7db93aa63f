// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/store_sql_published.h"

#include <string>

#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"
#include "services/catalog/processes/content.h"
#include "services/catalog/resource/timestamp.h"

namespace plumbline::catalog {

// 0 is no version of a head: all of them are found.
const char kDraftsSchema[] = R"(
ALTER TABLE process_index ADD COLUMN approval_state {text};
ALTER TABLE process_index ADD COLUMN unpublished_changes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN compared_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN published_revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE processes ADD COLUMN published_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE processes ADD COLUMN revision_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX processes_not_compared ON processes (workspace) WHERE compared_version <> version)";

namespace {

// What is known of the latest revision, which another release published. That the draft was
// published as it is is told by the times: its calls and steps may be others in the revision.
absl::StatusOr<Published> Compare(sql::Transaction& transaction, const ProcessKey& key,
                                  const v1::Process& draft, const std::string& draft_hash) {
  Published published{.revision = draft.latest_revision()};
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      transaction.Query(
          "SELECT body FROM process_revisions WHERE workspace = :workspace AND process = :process "
          "AND revision = :revision",
          {{"workspace", key.workspace},
           {"process", key.process},
           {"revision", published.revision}}));
  v1::Process revision;
  // Of what cannot be read, every draft differs.
  if (rows.empty() || !revision.ParseFromString(rows.Text(0, 0))) return published;
  published.revision_hash = ContentHash(revision);
  if (FromTimestamp(draft.update_time()) <= FromTimestamp(revision.update_time()))
    published.draft_hash = draft_hash;
  return published;
}

}  // namespace

absl::Status ReadPublished(sql::Transaction& transaction, const ProcessKey& key,
                           const sql::Rows& rows, size_t row, size_t column, Head* head) {
  v1::Process& draft = head->process;
  head->published = {rows.Int(row, column + 1), rows.Text(row, column + 2),
                     rows.Text(row, column + 3)};
  if (rows.Int(row, column) != head->version) {
    const std::string hash = ContentHash(draft);
    if (draft.latest_revision() == 0) {
      head->published = {};
    } else if (head->published.revision != draft.latest_revision()) {
      ASSIGN_OR_RETURN(head->published, Compare(transaction, key, draft, hash));
    }
    draft.set_unpublished_changes(!head->published.Says(hash));
  }
  draft.set_unpublished_changes(HasUnpublishedChanges(draft));
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
