// SPDX-License-Identifier: Apache-2.0
//
// The rows of deliveries.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "services/onboarding/webhooks/store_sql.h"

namespace plumbline::onboarding::webhooks {
namespace {

using sql::Rows;

constexpr char kColumns[] =
    "d.uid, d.position, d.serial, d.kind, d.onboarding, d.since_micros, d.log, d.event";
constexpr int kEventColumn = 7;

// Without the event, if it was not selected.
absl::StatusOr<StoredDelivery> FromRow(const Rows& rows, size_t row, bool with_event = true) {
  StoredDelivery stored;
  stored.key = {rows.Text(row, 0), {rows.Int(row, 1), rows.Int(row, 2)}};
  stored.kind = rows.Text(row, 3);
  stored.onboarding = rows.Text(row, 4);
  stored.since = absl::FromUnixMicros(rows.Int(row, 5));
  if (!stored.delivery.ParseFromString(rows.Text(row, 6)))
    return base::Internal("a stored delivery is damaged");
  if (with_event) stored.body = rows.Text(row, kEventColumn);
  return stored;
}

absl::StatusOr<std::vector<StoredDelivery>> FromRows(const Rows& rows) {
  std::vector<StoredDelivery> found;
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(StoredDelivery stored, FromRow(rows, i));
    found.push_back(std::move(stored));
  }
  return found;
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return absl::ToUnixMicros(FromTimestamp(time));
}

listing::TableSpec Spec() {
  return {.from = "webhook_deliveries d",
          .where = "d.uid = :uid",
          .keys = "d.position AS position, d.serial AS serial",
          .select = "b.uid, b.position, b.serial, b.kind, b.onboarding, b.since_micros, b.log",
          .selected = kEventColumn,
          .join =
              "JOIN webhook_deliveries b ON b.uid = :uid AND b.position = k.position AND "
              "b.serial = k.serial",
          .columns = {{"state", {.sql = "d.state"}},
                      {"kind", {.sql = "d.kind"}},
                      {"onboarding", {.sql = "d.onboarding"}},
                      {"event_id", {.sql = "d.event_id"}},
                      {"attempt_count", {.sql = "d.attempt_count"}},
                      {"response_status", {.sql = "d.response_status"}},
                      {"create_time", {.sql = "d.create_micros"}},
                      {"position", {.sql = "d.position"}},
                      {"serial", {.sql = "d.serial"}}},
          .key = {{"position", false}, {"serial", false}}};
}

class SqlDeliveryRows final : public DeliveryRows {
 public:
  explicit SqlDeliveryRows(sql::Transaction& tx) : tx_(tx) {}

  absl::StatusOr<std::optional<StoredDelivery>> Find(const DeliveryKey& key) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        tx_.Query(absl::StrCat("SELECT ", kColumns,
                               " FROM webhook_deliveries d WHERE d.uid = :uid AND "
                               "d.position = :at AND d.serial = :serial"),
                  {{"uid", key.uid}, {"at", key.place.position}, {"serial", key.place.serial}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(StoredDelivery stored, FromRow(rows, 0));
    return stored;
  }

  absl::StatusOr<listing::Page<StoredDelivery>> List(const std::string& uid,
                                                     const listing::Query& query) override {
    static const auto& table = *new listing::Table(DeliverySchema(), Spec());
    const sql::Param params[] = {{"uid", uid}};
    listing::Page<StoredDelivery> page;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      ASSIGN_OR_RETURN(StoredDelivery stored, FromRow(rows, row, /*with_event=*/false));
      page.rows.push_back(std::move(stored));
      return page.rows.back().delivery.ByteSizeLong();
    };
    ASSIGN_OR_RETURN(page.next, table.Read(tx_, params, query, take));
    return page;
  }

  absl::StatusOr<std::vector<StoredDelivery>> FindDue(const DueQuery& query) override;

  absl::StatusOr<std::vector<StoredDelivery>> ListFailed(const std::string& uid, absl::Time since,
                                                         int limit) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        tx_.Query(absl::StrCat("SELECT ", kColumns,
                               " FROM webhook_deliveries d WHERE d.uid = :uid AND "
                               "d.state = 'STATE_FAILED' AND "
                               "d.create_micros >= :since "
                               "ORDER BY d.create_micros, d.position, d.serial "
                               "LIMIT :limit"),
                  {{"uid", uid}, {"since", absl::ToUnixMicros(since)}, {"limit", int64_t{limit}}}));
    return FromRows(rows);
  }

  absl::StatusOr<bool> Add(const StoredDelivery& stored) override {
    ASSIGN_OR_RETURN(int64_t added, Insert(stored, "NOTHING"));
    return added > 0;
  }
  absl::Status Put(const StoredDelivery& stored) override {
    return Insert(stored,
                  "UPDATE SET state = excluded.state, attempt_count = excluded.attempt_count, "
                  "response_status = excluded.response_status, "
                  "since_micros = excluded.since_micros, next_micros = excluded.next_micros, "
                  "log = excluded.log")
        .status();
  }

  absl::StatusOr<int64_t> Forget(absl::Time before, int limit) override;

 private:
  absl::StatusOr<int64_t> Insert(const StoredDelivery& stored, absl::string_view on_conflict);
  // The first uid after `after` of which something waits; "" = there is none.
  absl::StatusOr<std::string> NextWaiting(const std::string& after);
  absl::Status AddDue(const DueQuery& query, const std::string& uid,
                      std::vector<StoredDelivery>* found);

  sql::Transaction& tx_;
};

absl::StatusOr<int64_t> SqlDeliveryRows::Insert(const StoredDelivery& stored,
                                                absl::string_view on_conflict) {
  const v1::WebhookDelivery& delivery = stored.delivery;
  const std::string log = delivery.SerializeAsString();
  const std::string state = v1::WebhookDelivery::State_Name(delivery.state());
  sql::Value status = sql::Null{};
  if (delivery.response_status() != 0) status = int64_t{delivery.response_status()};
  return tx_.Execute(
      absl::StrCat("INSERT INTO webhook_deliveries (uid, position, serial, state, kind, "
                   "onboarding, event_id, attempt_count, response_status, create_micros, "
                   "since_micros, next_micros, event, log) VALUES (:uid, :at, :serial, :state, "
                   ":kind, :onboarding, :event_id, :attempts, :status, :created, :since, :next, "
                   ":event, :log) ON CONFLICT (uid, position, serial) DO ",
                   on_conflict),
      {{"uid", stored.key.uid},
       {"at", stored.key.place.position},
       {"serial", stored.key.place.serial},
       {"state", state},
       {"kind", stored.kind},
       {"onboarding", stored.onboarding},
       {"event_id", delivery.event_id()},
       {"attempts", int64_t{delivery.attempt_count()}},
       {"status", status},
       {"created", MicrosOf(delivery.create_time())},
       {"since", absl::ToUnixMicros(stored.since)},
       {"next", MicrosOf(delivery.next_attempt_time())},
       {"event", sql::Bytes{stored.body}},
       {"log", sql::Bytes{log}}});
}

absl::StatusOr<std::string> SqlDeliveryRows::NextWaiting(const std::string& after) {
  ASSIGN_OR_RETURN(Rows rows, tx_.Query("SELECT uid FROM webhook_deliveries WHERE "
                                        "state = 'STATE_PENDING' AND uid > :after "
                                        "ORDER BY uid LIMIT 1",
                                        {{"after", after}}));
  return rows.empty() ? std::string() : rows.Text(0, 0);
}

absl::Status SqlDeliveryRows::AddDue(const DueQuery& query, const std::string& uid,
                                     std::vector<StoredDelivery>* found) {
  const auto room = query.rooms.find(uid);
  if (room == query.rooms.end() || room->second.count <= 0) return absl::OkStatus();
  const auto& [count, under_way] = room->second;
  ASSIGN_OR_RETURN(
      Rows rows,
      tx_.Query(absl::StrCat("SELECT ", kColumns,
                             " FROM webhook_deliveries d WHERE d.uid = :uid AND "
                             "d.state = 'STATE_PENDING' AND d.next_micros <= :now "
                             "ORDER BY d.next_micros, d.position, d.serial LIMIT :limit"),
                {{"uid", uid},
                 {"now", absl::ToUnixMicros(query.now)},
                 {"limit", static_cast<int64_t>(under_way.size()) + count}}));
  int left = std::min(count, query.limit - static_cast<int>(found->size()));
  for (size_t i = 0; i < rows.size() && left > 0; ++i) {
    ASSIGN_OR_RETURN(StoredDelivery stored, FromRow(rows, i));
    if (under_way.contains(stored.key.place)) continue;
    found->push_back(std::move(stored));
    --left;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StoredDelivery>> SqlDeliveryRows::FindDue(const DueQuery& query) {
  std::vector<StoredDelivery> found;
  // From one webhook to the next by the index, however much waits of each: first those after the
  // one that came last, then the others.
  bool again = false;
  std::string uid = query.after;
  while (static_cast<int>(found.size()) < query.limit) {
    ASSIGN_OR_RETURN(uid, NextWaiting(uid));
    if (uid.empty()) {
      if (again) break;
      again = true;
      continue;
    }
    if (again && uid > query.after) break;
    RETURN_IF_ERROR(AddDue(query, uid, &found));
  }
  return found;
}

absl::StatusOr<int64_t> SqlDeliveryRows::Forget(absl::Time before, int limit) {
  ASSIGN_OR_RETURN(
      int64_t forgotten,
      tx_.Execute("DELETE FROM webhook_deliveries WHERE (uid, position, serial) IN (SELECT uid, "
                  "position, serial FROM webhook_deliveries WHERE create_micros < :before "
                  "ORDER BY create_micros LIMIT :limit)",
                  {{"before", absl::ToUnixMicros(before)}, {"limit", int64_t{limit}}}));
  ASSIGN_OR_RETURN(Rows gone, tx_.Query("SELECT uid FROM webhooks_gone ORDER BY uid LIMIT 1"));
  if (forgotten >= limit || gone.empty()) return forgotten;
  ASSIGN_OR_RETURN(
      int64_t orphans,
      tx_.Execute("DELETE FROM webhook_deliveries WHERE (uid, position, serial) IN (SELECT uid, "
                  "position, serial FROM webhook_deliveries WHERE uid = :uid LIMIT :limit)",
                  {{"uid", gone.Text(0, 0)}, {"limit", int64_t{limit}}}));
  if (orphans >= limit) return forgotten + orphans;
  // What a replica has put on its way meanwhile is forgotten when it is old.
  RETURN_IF_ERROR(
      tx_.Execute("DELETE FROM webhooks_gone WHERE uid = :uid", {{"uid", gone.Text(0, 0)}})
          .status());
  return forgotten + orphans;
}

}  // namespace

std::unique_ptr<DeliveryRows> NewDeliveryRows(sql::Transaction& transaction) {
  return std::make_unique<SqlDeliveryRows>(transaction);
}

}  // namespace plumbline::onboarding::webhooks
