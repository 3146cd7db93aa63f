// SPDX-License-Identifier: Apache-2.0
//
// Labels, relations and groups of people; their history.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/text_or_null.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/people/fields.h"
#include "services/onboarding/people/store_sql.h"

namespace plumbline::onboarding {
namespace {

using sql::Rows;

std::vector<sql::Param> ParamsOf(const PersonKey& key) {
  return {{"workspace", absl::string_view(key.workspace)},
          {"person", absl::string_view(key.person)}};
}

absl::Status Run(sql::Transaction& transaction, absl::string_view statement, const PersonKey& key,
                 std::vector<sql::Param> params) {
  for (sql::Param& one : ParamsOf(key)) params.push_back(one);
  return transaction.Execute(statement, absl::MakeConstSpan(params)).status();
}

constexpr char kOfPerson[] = "h.workspace = :workspace AND h.person = :person";

listing::TableSpec HistorySpec() {
  return {.from = "people_history h",
          .where = kOfPerson,
          .keys = "h.sequence AS sequence",
          .select = "b.body",
          .join =
              "JOIN people_history b ON b.workspace = :workspace AND b.person = :person AND "
              "b.sequence = k.sequence",
          .columns = {{"sequence", {.sql = "h.sequence"}},
                      {"kind", {.sql = "h.kind"}},
                      {"create_time", {.sql = "h.create_time"}},
                      {"actor", {.sql = "h.actor"}},
                      {"reason", {.sql = "h.reason"}},
                      {"fields", {.sql = "h.fields"}}},
          .key = {{"sequence", true}}};
}

absl::Status Damaged() {
  return base::Internal("a stored entry of a history is not a message of its type");
}

}  // namespace

absl::Status PutPersonParts(sql::Transaction& transaction, const PersonKey& key,
                            const v1::Person& person) {
  for (const char* table : {"people_labels", "people_relations", "people_groups"}) {
    RETURN_IF_ERROR(Run(
        transaction,
        absl::StrCat("DELETE FROM ", table, " WHERE workspace = :workspace AND person = :person"),
        key, {}));
  }
  for (const auto& [label, value] : person.labels()) {
    RETURN_IF_ERROR(Run(transaction,
                        "INSERT INTO people_labels (workspace, person, label, value) "
                        "VALUES (:workspace, :person, :label, :value)",
                        key, {{"label", label}, {"value", value}}));
  }
  for (const auto& [relation, related] : person.relations()) {
    RETURN_IF_ERROR(Run(transaction,
                        "INSERT INTO people_relations (workspace, person, relation, related) "
                        "VALUES (:workspace, :person, :relation, :related)",
                        key, {{"relation", relation}, {"related", related}}));
  }
  for (const std::string& group : person.groups()) {
    RETURN_IF_ERROR(Run(transaction,
                        "INSERT INTO people_groups (workspace, person, member_of) "
                        "VALUES (:workspace, :person, :grp)",
                        key, {{"grp", group}}));
  }
  return absl::OkStatus();
}

absl::Status AppendPersonHistory(sql::Transaction& transaction, const PersonKey& key,
                                 v1::PersonHistoryEntry entry) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query(
          absl::StrCat("SELECT MAX(h.sequence) FROM people_history h WHERE ", kOfPerson),
          ParamsOf(key)));
  entry.set_sequence(rows.Int(0, 0) + 1);
  entry.set_name(absl::StrCat(NameOf(key), "/history/", entry.sequence()));
  const std::string kind = v1::PersonHistoryEntry::Kind_Name(entry.kind());
  const std::string fields = absl::StrJoin(entry.fields(), ", ");
  const std::string body = entry.SerializeAsString();
  return Run(
      transaction,
      "INSERT INTO people_history (workspace, person, sequence, kind, create_time, actor, reason, "
      "fields, body) VALUES (:workspace, :person, :sequence, :kind, :create_time, :actor, "
      ":reason, :fields, :body)",
      key,
      {{"sequence", entry.sequence()},
       {"kind", kind},
       {"create_time",
        int64_t{google::protobuf::util::TimeUtil::TimestampToMicroseconds(entry.create_time())}},
       {"actor", sql::TextOrNull(entry.actor())},
       {"reason", sql::TextOrNull(entry.reason())},
       {"fields", sql::TextOrNull(fields)},
       {"body", sql::Bytes{body}}});
}

absl::Status ForgetPersonValues(sql::Transaction& transaction, const PersonKey& key) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query(
          absl::StrCat("SELECT h.sequence, h.body FROM people_history h WHERE ", kOfPerson),
          ParamsOf(key)));
  for (size_t i = 0; i < rows.size(); ++i) {
    v1::PersonHistoryEntry entry;
    if (!entry.ParseFromString(rows.Text(i, 1))) return Damaged();
    if (entry.changes().empty()) continue;
    entry.clear_changes();
    const std::string body = entry.SerializeAsString();
    RETURN_IF_ERROR(Run(transaction,
                        "UPDATE people_history SET body = :body WHERE workspace = :workspace AND "
                        "person = :person AND sequence = :sequence",
                        key, {{"sequence", rows.Int(i, 0)}, {"body", sql::Bytes{body}}}));
  }
  return absl::OkStatus();
}

absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> ReadPersonHistory(
    sql::Transaction& transaction, const PersonKey& key, const listing::Query& query) {
  static const auto& table = *new listing::Table(PersonHistorySchema(), HistorySpec());
  ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction, ParamsOf(key), query));
  listing::Page<v1::PersonHistoryEntry> page{{}, found.next};
  for (size_t i = 0; i < found.size; ++i) {
    if (!page.rows.emplace_back().ParseFromString(found.rows.Text(i, 0))) return Damaged();
  }
  return page;
}

}  // namespace plumbline::onboarding
