// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/life/store_sql_states.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/life.h"

namespace plumbline::catalog {

const char kStatesSchema[] = R"(
ALTER TABLE process_index ADD COLUMN revision_states TEXT NOT NULL DEFAULT '')";

namespace {

// The same text for the same states; "" if no revision is retired.
std::string StatesOf(const v1::Process& head) {
  std::string own;
  for (const v1::RevisionLife& life : head.revision_lives()) {
    if (life.has_retirement())
      absl::StrAppend(&own, " ", life.revision(), ":", StateOf(head, life.revision()));
  }
  if (own.empty() && !head.has_retirement()) return "";
  return absl::StrCat(head.latest_revision(), " ", StateOf(head), own);
}

}  // namespace

absl::Status IndexStates(sql::Transaction& transaction, const ProcessKey& key,
                         const v1::Process& head) {
  const std::string states = StatesOf(head);
  ASSIGN_OR_RETURN(
      const int64_t changed,
      transaction.Execute(
          "UPDATE process_index SET revision_states = :states WHERE "
          "workspace = :workspace AND process = :process AND "
          "revision_states <> :states",
          {{"workspace", key.workspace}, {"process", key.process}, {"states", states}}));
  if (changed == 0) return absl::OkStatus();
  // Of a revision after the last: what the process gives to all that have no life of their own.
  const std::string common = v1::Process::State_Name(StateOf(head, head.latest_revision() + 1));
  RETURN_IF_ERROR(
      transaction
          .Execute("UPDATE revision_index SET state = :state WHERE workspace = :workspace AND "
                   "process = :process AND state <> :state",
                   {{"workspace", key.workspace}, {"process", key.process}, {"state", common}})
          .status());
  for (const v1::RevisionLife& life : head.revision_lives()) {
    if (!life.has_retirement()) continue;
    const std::string state = v1::Process::State_Name(StateOf(head, life.revision()));
    RETURN_IF_ERROR(
        transaction
            .Execute("UPDATE revision_index SET state = :state WHERE workspace = :workspace AND "
                     "process = :process AND revision = :revision",
                     {{"workspace", key.workspace},
                      {"process", key.process},
                      {"revision", life.revision()},
                      {"state", state}})
            .status());
  }
  return absl::OkStatus();
}

}  // namespace plumbline::catalog
