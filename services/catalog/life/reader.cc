// SPDX-License-Identifier: Apache-2.0
//
// Reading what stands beside heads and revisions: tags, history, users.
#include "services/catalog/processes/reader.h"

#include <utility>
#include <vector>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/life/fields.h"
#include "services/catalog/life/users.h"
#include "services/catalog/resource/change.h"

namespace plumbline::catalog {
namespace {

// OK if anything is kept of the process: what is selected may be nothing. Of what an earlier
// release wrote there is no history yet, of what was deleted there is nothing else.
absl::Status CheckWasThere(Snapshot& snapshot, const ProcessKey& key) {
  if (key.process.empty()) return absl::OkStatus();  // a workspace always has a policy
  listing::Query any;
  any.limit = 1;
  ASSIGN_OR_RETURN(const auto page, snapshot.life().ListHistory(key, any));
  if (!page.rows.empty()) return absl::OkStatus();
  return RequireHead(snapshot, key).status();
}

}  // namespace

absl::StatusOr<listing::Page<v1::Tag>> Reader::ListTags(const base::CallContext& context,
                                                        const ListTagsCommand& command) {
  std::vector<v1::Tag> tags;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const Head head, RequireHead(snapshot, command.key));
    tags.assign(head.process.tags().begin(), head.process.tags().end());
    return absl::OkStatus();
  }));
  return listing::SelectPage<v1::Tag>(TagList(), std::move(tags), &TagValue, command.query);
}

absl::StatusOr<listing::Page<v1::CatalogHistoryEntry>> Reader::ListHistory(
    const base::CallContext& context, const ListHistoryCommand& command) {
  listing::Page<v1::CatalogHistoryEntry> page;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(page, snapshot.life().ListHistory(command.key, command.query));
    return page.rows.empty() ? CheckWasThere(snapshot, command.key) : absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<listing::Page<v1::ProcessUser>> Reader::ListUsers(const base::CallContext& context,
                                                                 const ListUsersCommand& command) {
  std::vector<v1::ProcessUser> users;
  const absl::Time now = clock_.Now();
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const Head head, RequireHead(snapshot, command.key));
    if (command.revision > head.process.latest_revision())
      return base::NotFound("Process", NameOf(command.key, command.revision));
    ASSIGN_OR_RETURN(users, FindUsers(snapshot, command.key, head, command.revision, now));
    return absl::OkStatus();
  }));
  return listing::SelectPage<v1::ProcessUser>(UserList(), std::move(users), &UserValue,
                                              command.query);
}

}  // namespace plumbline::catalog
