// SPDX-License-Identifier: Apache-2.0
//
// The rows of alerts.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/text_or_null.h"
#include "google/protobuf/descriptor.h"
#include "services/analytics/objectives/service/store_sql.h"

namespace plumbline::analytics {
namespace {

using expr::Type;
using objectives::AlertKey;
using objectives::AlertKeys;
using objectives::AlertSource;
using sql::Rows;

constexpr char kColumns[] =
    "a.workspace, a.objective, a.uid, a.position, a.serial, a.since_micros, a.event, a.delivery";
constexpr int kColumnCount = 8;

absl::StatusOr<StoredAlert> FromRow(const Rows& rows, size_t row) {
  StoredAlert stored;
  stored.key = {rows.Text(row, 0), rows.Text(row, 1)};
  stored.uid = rows.Text(row, 2);
  stored.place = {rows.Int(row, 3), rows.Int(row, 4)};
  stored.since = absl::FromUnixMicros(rows.Int(row, 5));
  if (!stored.alert.ParseFromString(rows.Text(row, 6)))
    return base::Internal("a stored alert is damaged");
  if (rows.IsNull(row, 7)) return stored;
  stored.delivery.emplace();
  if (!stored.delivery->ParseFromString(rows.Text(row, 7)))
    return base::Internal("a stored delivery is damaged");
  return stored;
}

absl::StatusOr<std::vector<StoredAlert>> FromRows(const Rows& rows) {
  std::vector<StoredAlert> found;
  for (size_t i = 0; i < rows.size(); ++i) {
    ASSIGN_OR_RETURN(StoredAlert stored, FromRow(rows, i));
    found.push_back(std::move(stored));
  }
  return found;
}

listing::TableSpec Spec(const char* where) {
  return {.from = "objective_alerts i",
          .where = where,
          .keys = "i.serial AS serial",
          .select = kColumns,
          .selected = kColumnCount,
          .join = "JOIN objective_alerts a ON a.serial = k.serial",
          .columns = {{"objective", {.sql = "i.objective"}},
                      {"source", {.sql = "i.source"}},
                      {"rule", {.sql = "i.rule"}},
                      {"state", {.sql = "i.state"}},
                      {"severity", {.sql = "i.severity"}},
                      {"delivery_state", {.sql = "i.delivery_state"}},
                      {"record_time", {.sql = "i.record_micros"}},
                      {"position", {.sql = "i.position"}},
                      {"serial", {.sql = "i.serial"}}},
          .key = {{"position", true}, {"serial", true}}};
}

std::string SourceName(AlertSource source) {
  return v1::ObjectiveAlert::Source_Name(source == AlertSource::kBurnRate
                                             ? v1::ObjectiveAlert::SOURCE_BURN_RATE
                                             : v1::ObjectiveAlert::SOURCE_BUDGET_POLICY);
}

std::string StateName(const v1::AlertDelivery& delivery) {
  return v1::AlertDelivery::State_Name(delivery.state());
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

class SqlAlertRows final : public AlertRows {
 public:
  explicit SqlAlertRows(sql::Transaction& tx) : tx_(tx) {}

  absl::StatusOr<AlertKeys> Alerting(absl::string_view uid) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        tx_.Query("SELECT source, rule FROM objective_alerting WHERE uid = :uid", {{"uid", uid}}));
    AlertKeys keys;
    for (size_t i = 0; i < rows.size(); ++i) {
      keys.insert({rows.Text(i, 0) == SourceName(AlertSource::kBurnRate)
                       ? AlertSource::kBurnRate
                       : AlertSource::kBudgetPolicy,
                   rows.Text(i, 1)});
    }
    return keys;
  }

  absl::Status Append(const StoredAlert& alert) override;

  absl::StatusOr<listing::Page<StoredAlert>> List(const ObjectiveKey& key,
                                                  const listing::Query& query) override {
    static const auto& all = *new listing::Table(AlertSchema(), Spec("i.workspace = :workspace"));
    static const auto& of_one =
        *new listing::Table(AlertSchema(), Spec("i.workspace = :workspace AND i.objective = :of"));
    const sql::Param params[] = {{"workspace", key.workspace}, {"of", key.objective}};
    listing::Page<StoredAlert> page;
    const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
      ASSIGN_OR_RETURN(StoredAlert stored, FromRow(rows, row));
      page.rows.push_back(std::move(stored));
      return page.rows.back().alert.ByteSizeLong();
    };
    const bool one = !key.objective.empty();
    ASSIGN_OR_RETURN(
        page.next,
        (one ? of_one : all).Read(tx_, absl::MakeConstSpan(params, one ? 2 : 1), query, take));
    return page;
  }

  absl::StatusOr<std::vector<StoredAlert>> ReadAfter(const ObjectiveKey& key,
                                                     const AlertPlace& place, int limit) override {
    std::string text = absl::StrCat("SELECT ", kColumns,
                                    " FROM objective_alerts a WHERE a.workspace = :workspace AND "
                                    "(position, serial) > (:at, :serial) AND {settled}");
    std::vector<sql::Param> params = {{"workspace", key.workspace},
                                      {"at", place.position},
                                      {"serial", place.serial},
                                      {"max", int64_t{limit}}};
    if (!key.objective.empty()) {
      text += " AND a.objective = :objective";
      params.push_back({"objective", key.objective});
    }
    text += " ORDER BY position, serial LIMIT :max";
    ASSIGN_OR_RETURN(Rows rows, tx_.Query(text, absl::MakeConstSpan(params)));
    return FromRows(rows);
  }

  absl::StatusOr<std::vector<StoredAlert>> FindDue(absl::Time now, int limit) override {
    ASSIGN_OR_RETURN(
        Rows rows,
        tx_.Query(absl::StrCat("SELECT ", kColumns,
                               " FROM objective_alerts a WHERE a.delivery_state = 'STATE_PENDING' "
                               "AND a.next_micros <= :now ORDER BY a.next_micros, a.position, "
                               "a.serial LIMIT :max"),
                  {{"now", absl::ToUnixMicros(now)}, {"max", int64_t{limit}}}));
    return FromRows(rows);
  }

  absl::StatusOr<bool> PutDelivery(const StoredAlert& alert, int attempts) override;

  absl::StatusOr<int64_t> Forget(absl::Time before, int limit) override {
    return tx_.Execute(
        "DELETE FROM objective_alerts WHERE serial IN (SELECT serial FROM objective_alerts WHERE "
        "record_micros < :before ORDER BY record_micros LIMIT :max)",
        {{"before", absl::ToUnixMicros(before)}, {"max", int64_t{limit}}});
  }

 private:
  absl::Status Note(const StoredAlert& alert);

  sql::Transaction& tx_;
};

// That it begins, or ends.
absl::Status SqlAlertRows::Note(const StoredAlert& alert) {
  const std::string source = v1::ObjectiveAlert::Source_Name(alert.alert.source());
  const bool begins = alert.alert.state() == v1::ObjectiveAlert::STATE_FIRED;
  return tx_
      .Execute(begins ? "INSERT INTO objective_alerting (uid, source, rule) VALUES (:uid, :source, "
                        ":rule) ON CONFLICT (uid, source, rule) DO NOTHING"
                      : "DELETE FROM objective_alerting WHERE uid = :uid AND source = :source AND "
                        "rule = :rule",
               {{"uid", alert.uid}, {"source", source}, {"rule", alert.alert.rule()}})
      .status();
}

absl::Status SqlAlertRows::Append(const StoredAlert& stored) {
  const v1::ObjectiveAlert& alert = stored.alert;
  const std::string source = v1::ObjectiveAlert::Source_Name(alert.source());
  const std::string state = v1::ObjectiveAlert::State_Name(alert.state());
  const bool has_severity = alert.severity() != v1::BurnRateRule::SEVERITY_UNSPECIFIED;
  const std::string severity =
      has_severity ? v1::BurnRateRule::Severity_Name(alert.severity()) : "";
  const bool sent = stored.delivery.has_value();
  const std::string delivery_state = sent ? StateName(*stored.delivery) : "";
  const std::string delivery = sent ? stored.delivery->SerializeAsString() : "";
  const std::string event = alert.SerializeAsString();
  RETURN_IF_ERROR(Note(stored));
  return tx_
      .Execute(
          "INSERT INTO objective_alerts (position, workspace, objective, uid, source, rule, state, "
          "severity, record_micros, delivery_state, since_micros, next_micros, event, delivery) "
          "VALUES ({position}, :workspace, :objective, :uid, :source, :rule, :state, :severity, "
          ":recorded, :delivery_state, :since, :next, :event, :delivery)",
          {{"workspace", stored.key.workspace},
           {"objective", stored.key.objective},
           {"uid", stored.uid},
           {"source", source},
           {"rule", alert.rule()},
           {"state", state},
           {"severity", sql::TextOrNull(severity)},
           {"recorded", MicrosOf(alert.record_time())},
           {"delivery_state", sql::TextOrNull(delivery_state)},
           {"since", absl::ToUnixMicros(stored.since)},
           {"next", sent ? MicrosOf(stored.delivery->next_attempt_time()) : 0},
           {"event", sql::Bytes{event}},
           {"delivery", sent ? sql::Value(sql::Bytes{delivery}) : sql::Value(sql::Null{})}})
      .status();
}

absl::StatusOr<bool> SqlAlertRows::PutDelivery(const StoredAlert& stored, int attempts) {
  ASSIGN_OR_RETURN(Rows rows,
                   tx_.Query("SELECT delivery FROM objective_alerts WHERE serial = :serial",
                             {{"serial", stored.place.serial}}));
  v1::AlertDelivery present;
  if (rows.empty() || !present.ParseFromString(rows.Text(0, 0)) ||
      present.attempt_count() != attempts || present.state() != v1::AlertDelivery::STATE_PENDING) {
    return false;
  }
  const std::string state = StateName(*stored.delivery);
  const std::string delivery = stored.delivery->SerializeAsString();
  RETURN_IF_ERROR(
      tx_.Execute("UPDATE objective_alerts SET delivery_state = :state, next_micros = :next, "
                  "delivery = :delivery WHERE serial = :serial",
                  {{"state", state},
                   {"next", MicrosOf(stored.delivery->next_attempt_time())},
                   {"delivery", sql::Bytes{delivery}},
                   {"serial", stored.place.serial}})
          .status());
  return true;
}

// The names of an enum but for that of "not set".
expr::Field EnumField(const char* name, const char* prefix,
                      const google::protobuf::EnumDescriptor* descriptor) {
  expr::Field field{.name = name, .type = Type::kEnum, .prefix = prefix};
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() != 0) field.values.push_back(descriptor->value(i)->name());
  }
  return field;
}

}  // namespace

const expr::Schema& AlertSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "objective"},
       EnumField("source", "SOURCE_", v1::ObjectiveAlert::Source_descriptor()),
       {.name = "rule"},
       EnumField("state", "STATE_", v1::ObjectiveAlert::State_descriptor()),
       EnumField("severity", "SEVERITY_", v1::BurnRateRule::Severity_descriptor()),
       EnumField("delivery_state", "STATE_", v1::AlertDelivery::State_descriptor()),
       {.name = "record_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "position", .type = Type::kNumber, .ordered = true},
       {.name = "serial", .type = Type::kNumber, .ordered = true}});
  return schema;
}

std::unique_ptr<AlertRows> NewAlertRows(sql::Transaction& transaction) {
  return std::make_unique<SqlAlertRows>(transaction);
}

}  // namespace plumbline::analytics
