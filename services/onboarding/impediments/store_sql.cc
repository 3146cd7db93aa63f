// SPDX-License-Identifier: Apache-2.0
//
// Records: read and changed. How on-boardings follow them: store_sql_follow.cc.
#include "services/onboarding/impediments/store_sql.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/requests.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/impediments/store_sql_records.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

// All names of an enum but that of "not set".
std::vector<std::string> NamesOf(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i)
    if (type.value(i)->number() != 0) names.push_back(type.value(i)->name());
  return names;
}

// Open tasks, and on-boardings, that the record under the short name `row` blocks.
std::string CountOf(absl::string_view what, absl::string_view row) {
  return absl::StrCat("(SELECT COUNT(", what, ") FROM impediments m WHERE m.workspace = ", row,
                      ".workspace AND m.record = ", row, ".impediment AND m.resolved = 0)");
}

listing::TableSpec RecordSpec() {
  return {.from = "impediment_records r",
          .where = "r.workspace = :workspace",
          .keys = "r.impediment AS impediment",
          .select = absl::StrCat("k.impediment, b.body, b.version, b.pending, ", CountOf("*", "b"),
                                 ", ", CountOf("DISTINCT m.onboarding", "b")),
          .selected = 6,
          .join =
              "JOIN impediment_records b ON b.workspace = :workspace AND "
              "b.impediment = k.impediment",
          .columns = {{"category", {.sql = "r.category"}},
                      {"utility", {.sql = "r.utility"}},
                      {"owner", {.sql = "r.owner"}},
                      {"state", {.sql = "r.state"}},
                      {"open", {.sql = "(1 - r.resolved)"}},
                      {"all_users", {.sql = "r.all_users"}},
                      {"open_time", {.sql = "r.open_micros"}},
                      {"impediment", {.sql = "r.impediment"}}},
          .key = {{"open_time", false}, {"impediment", false}}};
}

absl::StatusOr<RecordCounts> CountsOf(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT COUNT(*), COUNT(DISTINCT onboarding) FROM impediments WHERE "
                            "workspace = :workspace AND record = :record AND resolved = 0",
                            {{"workspace", key.workspace}, {"record", key.record}}));
  return RecordCounts{static_cast<int>(rows.Int(0, 0)), static_cast<int>(rows.Int(0, 1))};
}

absl::StatusOr<StoredRecord> Require(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(std::optional<StoredRecord> stored, FindRecord(tx, key));
  if (!stored.has_value())
    return base::NotFound("Impediment", RecordName(key.workspace, key.record));
  return *std::move(stored);
}

sql::RequestKey Key(const RequestKey& request) {
  return {request.workspace, request.method, request.request_id, request.body};
}

// What is remembered of a mutation: "position/entry/record".
absl::StatusOr<std::string> ReceiptOf(Transaction& tx, const ImpedimentKey& key, int64_t entry) {
  ASSIGN_OR_RETURN(const int64_t position, tx.Position());
  return absl::StrCat(position, "/", entry, "/", key.record);
}

absl::StatusOr<RecordReceipt> ReadReceipt(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 2));
  RecordReceipt receipt;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &receipt.position) ||
      !absl::SimpleAtoi(parts[1], &receipt.entry))
    return base::Internal("a stored receipt is damaged");
  receipt.record = parts[2];
  return receipt;
}

}  // namespace

const expr::Schema& RecordSchema() {
  using expr::Type;
  static const auto& schema =
      *new expr::Schema({{.name = "category",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::Impediment::Category_descriptor()),
                          .prefix = "CATEGORY_"},
                         {.name = "utility", .type = Type::kString, .searched = true},
                         {.name = "owner", .type = Type::kString, .searched = true},
                         {.name = "state",
                          .type = Type::kEnum,
                          .values = NamesOf(*v1::ImpedimentRecord::State_descriptor()),
                          .prefix = "STATE_"},
                         {.name = "open", .type = Type::kBool},
                         {.name = "all_users", .type = Type::kBool},
                         {.name = "open_time", .type = Type::kTimestamp, .ordered = true},
                         {.name = "impediment", .type = Type::kString, .ordered = true}});
  return schema;
}

absl::StatusOr<RecordReceipt> ImpedimentStore::Open(const CallContext& context,
                                                    const RequestKey& request, absl::Time now,
                                                    const absl::Status& checked,
                                                    const StoredRecord& stored,
                                                    const RecordChange& change) {
  const auto effect = [&](Transaction& tx) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(checked);
    StoredRecord opened = stored;
    opened.pending = change.carried;
    RETURN_IF_ERROR(LockRecord(tx, opened.key));
    ASSIGN_OR_RETURN(const bool inserted, InsertRecord(tx, opened));
    if (!inserted)
      return base::AlreadyExists("Impediment", RecordName(opened.key.workspace, opened.key.record));
    RETURN_IF_ERROR(PutWishes(tx, opened.key, change.wishes));
    ASSIGN_OR_RETURN(const v1::ImpedimentEntry entry, AppendEntry(tx, opened.key, change.entry));
    return ReceiptOf(tx, opened.key, entry.sequence());
  };
  ASSIGN_OR_RETURN(const std::string answer,
                   sql::Once(database_, context, Key(request), now, effect));
  return ReadReceipt(answer);
}

absl::StatusOr<RecordReceipt> ImpedimentStore::Change(const CallContext& context,
                                                      const RequestKey& request, absl::Time now,
                                                      const ImpedimentKey& key, Rule rule) {
  const auto effect = [&](Transaction& tx) -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(LockRecord(tx, key));
    ASSIGN_OR_RETURN(StoredRecord stored, Require(tx, key));
    ASSIGN_OR_RETURN(const RecordChange change, rule(stored));
    if (change.entry.kind() != v1::ImpedimentEntry::KIND_COMMENTED) ++stored.version;
    stored.pending |= change.carried;
    RETURN_IF_ERROR(UpdateRecord(tx, stored));
    RETURN_IF_ERROR(PutWishes(tx, key, change.wishes));
    ASSIGN_OR_RETURN(const v1::ImpedimentEntry entry, AppendEntry(tx, key, change.entry));
    return ReceiptOf(tx, key, entry.sequence());
  };
  ASSIGN_OR_RETURN(const std::string answer,
                   sql::Once(database_, context, Key(request), now, effect));
  return ReadReceipt(answer);
}

absl::StatusOr<std::string> ImpedimentStore::Remember(const CallContext& context,
                                                      const RequestKey& request, absl::Time now,
                                                      const std::string& answer) {
  if (request.request_id.empty()) return answer;
  // Under a name of its own: a replica of the release before reads the receipt alone.
  sql::RequestKey key = Key(request);
  key.method += "#answer";
  return sql::Once(database_, context, key, now,
                   [&](Transaction&) -> absl::StatusOr<std::string> { return answer; });
}

absl::StatusOr<StoredRecord> ImpedimentStore::Get(const CallContext& context,
                                                  const ImpedimentKey& key) {
  StoredRecord stored;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(stored, Require(tx, key));
    return absl::OkStatus();
  }));
  return stored;
}

absl::StatusOr<v1::ImpedimentRecord> ImpedimentStore::Show(const CallContext& context,
                                                           const ImpedimentKey& key) {
  v1::ImpedimentRecord shown;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const StoredRecord stored, Require(tx, key));
    ASSIGN_OR_RETURN(const RecordCounts counts, CountsOf(tx, key));
    shown = Shown(stored, counts);
    return absl::OkStatus();
  }));
  return shown;
}

absl::StatusOr<listing::Page<v1::ImpedimentRecord>> ImpedimentStore::List(
    const CallContext& context, absl::string_view workspace, const listing::Query& query) {
  static const auto& table = *new listing::Table(RecordSchema(), RecordSpec());
  const sql::Param params[] = {{"workspace", workspace}};
  listing::Page<v1::ImpedimentRecord> page;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    page = {};
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      StoredRecord stored{.key = {std::string(workspace), rows.Text(row, 0)},
                          .version = rows.Int(row, 2),
                          .pending = rows.Int(row, 3) != 0};
      if (!stored.record.ParseFromString(rows.Text(row, 1)))
        return base::Internal("a stored impediment is damaged");
      page.rows.push_back(
          Shown(stored, {static_cast<int>(rows.Int(row, 4)), static_cast<int>(rows.Int(row, 5))}));
      return page.rows.back().ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx, params, query, take));
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<std::vector<v1::ImpedimentEntry>> ImpedimentStore::ReadHistory(
    const CallContext& context, const ImpedimentKey& key, int64_t after, int limit) {
  std::vector<v1::ImpedimentEntry> entries;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    entries.clear();
    RETURN_IF_ERROR(Require(tx, key).status());
    ASSIGN_OR_RETURN(const Rows rows,
                     tx.Query("SELECT body FROM impediment_entries WHERE workspace = :workspace "
                              "AND impediment = :impediment AND sequence > :after "
                              "ORDER BY sequence LIMIT :limit",
                              {{"workspace", key.workspace},
                               {"impediment", key.record},
                               {"after", after},
                               {"limit", int64_t{limit}}}));
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!entries.emplace_back().ParseFromString(rows.Text(i, 0)))
        return base::Internal("a stored entry of an impediment is damaged");
    }
    return absl::OkStatus();
  }));
  return entries;
}

absl::StatusOr<bool> ImpedimentStore::Blocks(const CallContext& context, const ImpedimentKey& key,
                                             const Wish& task) {
  bool blocks = false;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(
        const Rows rows,
        tx.Query("SELECT 1 FROM impediments WHERE workspace = :workspace AND record = :record AND "
                 "resolved = 0 AND onboarding = :onboarding AND task = :task UNION ALL "
                 "SELECT 1 FROM impediment_wishes WHERE workspace = :workspace AND "
                 "impediment = :record AND onboarding = :onboarding AND task = :task AND "
                 "release = 0",
                 {{"workspace", key.workspace},
                  {"record", key.record},
                  {"onboarding", task.onboarding},
                  {"task", task.task}}));
    blocks = !rows.empty();
    return absl::OkStatus();
  }));
  return blocks;
}

}  // namespace plumbline::onboarding
