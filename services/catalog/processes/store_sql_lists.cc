// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/store_sql_lists.h"

#include "services/catalog/processes/fields.h"

namespace plumbline::catalog {
namespace {

listing::TableSpec HeadSpec() {
  return {.from = "process_index i",
          .where = "i.workspace = :workspace",
          .keys = "i.process AS process",
          .select = "p.summary",
          .join = "JOIN processes p ON p.workspace = :workspace AND p.process = k.process",
          .columns = HeadColumns(),
          .key = {{"name", false}}};
}

listing::TableSpec RevisionSpec() {
  return {.from = "revision_index i",
          .where = "i.workspace = :workspace AND i.process = :process",
          .keys = "i.revision AS revision",
          .select = "r.summary",
          .join =
              "JOIN process_revisions r ON r.workspace = :workspace AND r.process = :process "
              "AND r.revision = k.revision",
          .columns = {{"name", {.sql = "i.name"}},
                      {"title", {.sql = "i.title"}},
                      {"owner", {.sql = "i.owner"}},
                      {"labels",
                       {.sql = "l.value",
                        .rows = "revision_labels l WHERE l.workspace = i.workspace AND l.process = "
                                "i.process AND l.revision = i.revision",
                        .key = "l.label"}},
                      {"state", {.sql = "i.state"}},
                      {"author", {.sql = "i.author"}},
                      {"reason", {.sql = "i.reason"}},
                      {"create_time", {.sql = "i.create_time"}},
                      {"update_time", {.sql = "i.update_time"}},
                      {"revision", {.sql = "i.revision"}}},
          .key = {{"revision", true}}};
}

}  // namespace

std::vector<std::pair<std::string, expr::Column>> HeadColumns() {
  return {{"name", {.sql = "i.name"}},
          {"title", {.sql = "i.title"}},
          {"owner", {.sql = "i.owner"}},
          {"labels",
           {.sql = "l.value",
            .rows = "process_labels l WHERE l.document = i.document",
            .key = "l.label"}},
          {"state", {.sql = "i.state"}},
          {"author", {.sql = "i.author"}},
          {"create_time", {.sql = "i.create_time"}},
          {"update_time", {.sql = "i.update_time"}},
          {"latest_revision", {.sql = "i.latest_revision"}},
          {"approval.state", {.sql = "i.approval_state"}},
          {"unpublished_changes", {.sql = "i.unpublished_changes"}}};
}

absl::StatusOr<listing::FoundRows> ReadHeadRows(sql::Transaction& transaction,
                                                absl::string_view workspace,
                                                const listing::Query& query) {
  static const auto& table = *new listing::Table(ProcessSchema(), HeadSpec());
  const sql::Param params[] = {{"workspace", workspace}};
  return table.Read(transaction, params, query);
}

absl::StatusOr<listing::FoundRows> ReadRevisionRows(sql::Transaction& transaction,
                                                    const ProcessKey& key,
                                                    const listing::Query& query) {
  static const auto& table = *new listing::Table(RevisionSchema(), RevisionSpec());
  const sql::Param params[] = {{"workspace", absl::string_view(key.workspace)},
                               {"process", absl::string_view(key.process)}};
  return table.Read(transaction, params, query);
}

}  // namespace plumbline::catalog
