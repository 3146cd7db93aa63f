// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/impediments/store_sql_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/text_or_null.h"
#include "services/onboarding/engine/codec.h"

namespace plumbline::onboarding {
namespace {

using sql::Bytes;
using sql::Rows;
using sql::Transaction;

// The columns of a record with the texts that they point to.
struct Columns {
  explicit Columns(const StoredRecord& from)
      : stored(from),
        category(v1::Impediment::Category_Name(from.record.category())),
        state(v1::ImpedimentRecord::State_Name(from.record.state())),
        body(from.record.SerializeAsString()) {}

  std::vector<sql::Param> Params() const {
    const v1::ImpedimentRecord& record = stored.record;
    return {{"workspace", stored.key.workspace},
            {"impediment", stored.key.record},
            {"category", category},
            {"utility", sql::TextOrNull(record.utility())},
            {"owner", sql::TextOrNull(record.owner())},
            {"state", state},
            {"open", absl::ToUnixMicros(FromTimestamp(record.open_time()))},
            {"resolved", int64_t{stored.resolved()}},
            {"all", int64_t{record.all_users()}},
            {"pending", int64_t{stored.pending}},
            {"version", stored.version},
            {"body", Bytes{body}}};
  }

  const StoredRecord& stored;
  const std::string category;
  const std::string state;
  const std::string body;
};

}  // namespace

absl::Status LockRecord(Transaction& tx, const ImpedimentKey& key) {
  return tx.Lock(absl::StrCat("impediment:", key.workspace, "/", key.record));
}

absl::StatusOr<std::optional<StoredRecord>> FindRecord(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT body, version, pending FROM impediment_records WHERE "
                            "workspace = :workspace AND impediment = :impediment",
                            {{"workspace", key.workspace}, {"impediment", key.record}}));
  if (rows.empty()) return std::nullopt;
  StoredRecord stored{.key = key, .version = rows.Int(0, 1), .pending = rows.Int(0, 2) != 0};
  if (!stored.record.ParseFromString(rows.Text(0, 0)))
    return base::Internal("a stored impediment is damaged");
  return stored;
}

absl::StatusOr<bool> InsertRecord(Transaction& tx, const StoredRecord& stored) {
  const Columns columns(stored);
  const std::vector<sql::Param> params = columns.Params();
  ASSIGN_OR_RETURN(
      const int64_t rows,
      tx.Execute("INSERT INTO impediment_records (workspace, impediment, category, utility, owner, "
                 "state, open_micros, resolved, all_users, pending, version, body) VALUES "
                 "(:workspace, :impediment, :category, :utility, :owner, :state, :open, :resolved, "
                 ":all, :pending, :version, :body) ON CONFLICT (workspace, impediment) DO NOTHING",
                 absl::MakeConstSpan(params)));
  return rows > 0;
}

absl::Status UpdateRecord(Transaction& tx, const StoredRecord& stored) {
  const Columns columns(stored);
  const std::vector<sql::Param> params = columns.Params();
  return tx
      .Execute(
          "UPDATE impediment_records SET category = :category, utility = :utility, "
          "owner = :owner, state = :state, open_micros = :open, resolved = :resolved, "
          "all_users = :all, pending = :pending, version = :version, body = :body WHERE "
          "workspace = :workspace AND impediment = :impediment",
          absl::MakeConstSpan(params))
      .status();
}

absl::StatusOr<v1::ImpedimentEntry> AppendEntry(Transaction& tx, const ImpedimentKey& key,
                                                v1::ImpedimentEntry entry) {
  ASSIGN_OR_RETURN(const Rows last,
                   tx.Query("SELECT MAX(sequence) FROM impediment_entries WHERE "
                            "workspace = :workspace AND impediment = :impediment",
                            {{"workspace", key.workspace}, {"impediment", key.record}}));
  entry.set_sequence(last.Int(0, 0) + 1);
  const std::string body = entry.SerializeAsString();
  RETURN_IF_ERROR(tx.Execute("INSERT INTO impediment_entries (workspace, impediment, sequence, "
                             "kind, body) VALUES (:workspace, :impediment, :sequence, :kind, "
                             ":body)",
                             {{"workspace", key.workspace},
                              {"impediment", key.record},
                              {"sequence", entry.sequence()},
                              {"kind", int64_t{entry.kind()}},
                              {"body", Bytes{body}}})
                      .status());
  return entry;
}

absl::Status PutWishes(Transaction& tx, const ImpedimentKey& key, const std::vector<Wish>& wishes) {
  for (const Wish& wish : wishes) {
    RETURN_IF_ERROR(
        tx.Execute("INSERT INTO impediment_wishes (workspace, impediment, onboarding, task, "
                   "release, reason) VALUES (:workspace, :impediment, :onboarding, :task, "
                   ":release, :reason) ON CONFLICT (workspace, impediment, onboarding, task) DO "
                   "UPDATE SET release = excluded.release, reason = excluded.reason",
                   {{"workspace", key.workspace},
                    {"impediment", key.record},
                    {"onboarding", wish.onboarding},
                    {"task", wish.task},
                    {"release", int64_t{wish.release}},
                    {"reason", wish.reason}})
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> BlocksSomething(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT 1 WHERE EXISTS (SELECT 1 FROM impediments WHERE "
                            "workspace = :workspace AND record = :record AND resolved = 0) OR "
                            "EXISTS (SELECT 1 FROM impediment_wishes WHERE "
                            "workspace = :workspace AND impediment = :record)",
                            {{"workspace", key.workspace}, {"record", key.record}}));
  return !rows.empty();
}

}  // namespace plumbline::onboarding
