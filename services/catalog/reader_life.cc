// SPDX-License-Identifier: Apache-2.0
//
// Reading what stands beside heads and revisions: tags, history, users.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/catalog/change.h"
#include "services/catalog/reader.h"
#include "services/catalog/users.h"

namespace plumbline::catalog {
namespace {

// At most `page_size` of the rows.
template <typename Row>
Reader::Rows<Row> ToRows(std::vector<Row> rows, int page_size) {
  Reader::Rows<Row> page{std::move(rows)};
  page.more = page.rows.size() > static_cast<size_t>(page_size);
  if (page.more) page.rows.resize(page_size);
  return page;
}

}  // namespace

std::string PlaceOf(const v1::ProcessUser& user) {
  return absl::StrCat(user.kind(), "\n", user.user(), "\n", user.used());
}

absl::StatusOr<Reader::Rows<v1::Tag>> Reader::ListTags(const base::CallContext& context,
                                                       const ListTagsCommand& command) {
  std::vector<v1::Tag> tags;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(const Head head, RequireHead(snapshot, command.key));
    tags.clear();
    for (const v1::Tag& tag : head.process.tags()) {
      if (tag.tag() > command.after) tags.push_back(tag);
    }
    return absl::OkStatus();
  }));
  return ToRows(std::move(tags), command.page_size);
}

absl::StatusOr<Reader::Rows<v1::CatalogHistoryEntry>> Reader::ListHistory(
    const base::CallContext& context, const ListHistoryCommand& command) {
  std::vector<v1::CatalogHistoryEntry> entries;
  RETURN_IF_ERROR(store_.Read(context, [&](Snapshot& snapshot) -> absl::Status {
    ASSIGN_OR_RETURN(
        entries, snapshot.life().ListHistory(command.key, command.after, command.page_size + 1));
    if (!entries.empty() || command.after > 0 || command.key.process.empty())
      return absl::OkStatus();
    // Of what an earlier release wrote there is no history yet.
    return RequireHead(snapshot, command.key).status();
  }));
  return ToRows(std::move(entries), command.page_size);
}

absl::StatusOr<Reader::Rows<v1::ProcessUser>> Reader::ListUsers(const base::CallContext& context,
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
  std::sort(users.begin(), users.end(),
            [](const auto& a, const auto& b) { return PlaceOf(a) < PlaceOf(b); });
  users.erase(std::remove_if(users.begin(), users.end(),
                             [&](const auto& user) { return PlaceOf(user) <= command.after; }),
              users.end());
  return ToRows(std::move(users), command.page_size);
}

}  // namespace plumbline::catalog
