// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/lease.h"
#include "google/protobuf/descriptor.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::escalation {
namespace {

using base::CallContext;
using expr::Type;
using sql::Rows;
using sql::Transaction;

constexpr char kLease[] = "escalations";
constexpr int kColumns = 16;

// What an escalation is read from, of the rows of `e`.
constexpr char kSelect[] =
    "e.onboarding, e.sequence, e.task, e.step, e.title, e.rule, e.watched, e.level, "
    "e.since_micros, e.reach_micros, e.tell_micros, e.state, e.acknowledger, "
    "e.acknowledge_micros, e.acknowledge_note, e.body";

// The names of an enum but for that of "not set".
expr::Field EnumField(const char* name, const char* prefix,
                      const google::protobuf::EnumDescriptor* descriptor) {
  expr::Field field{.name = name, .type = Type::kEnum, .prefix = prefix};
  for (int i = 0; i < descriptor->value_count(); ++i) {
    if (descriptor->value(i)->number() != 0) field.values.push_back(descriptor->value(i)->name());
  }
  return field;
}

google::protobuf::Timestamp TimeOf(const Rows& rows, size_t row, size_t column) {
  return ToTimestamp(absl::FromUnixMicros(rows.Int(row, column)));
}

absl::StatusOr<v1::Escalation> FromRow(const Rows& rows, size_t row, const std::string& workspace) {
  v1::Escalation escalation;
  if (!escalation.ParseFromString(rows.Text(row, 15)))
    return base::Internal("a stored escalation is damaged");
  const std::string onboarding = OnboardingName(workspace, rows.Text(row, 0));
  escalation.set_name(absl::StrCat(onboarding, "/escalations/", rows.Int(row, 1)));
  escalation.set_task(absl::StrCat(onboarding, "/tasks/", rows.Text(row, 2)));
  escalation.set_step(rows.Text(row, 3));
  escalation.set_title(rows.Text(row, 4));
  escalation.set_rule(rows.Text(row, 5));
  v1::EscalationTrigger trigger = v1::ESCALATION_TRIGGER_UNSPECIFIED;
  v1::EscalationTrigger_Parse(rows.Text(row, 6), &trigger);
  escalation.set_trigger(trigger);
  escalation.set_level(static_cast<int32_t>(rows.Int(row, 7)));
  *escalation.mutable_since_time() = TimeOf(rows, row, 8);
  *escalation.mutable_reach_time() = TimeOf(rows, row, 9);
  *escalation.mutable_tell_time() = TimeOf(rows, row, 10);
  v1::Escalation::State state = v1::Escalation::STATE_UNSPECIFIED;
  v1::Escalation::State_Parse(rows.Text(row, 11), &state);
  escalation.set_state(state);
  escalation.set_acknowledger(rows.Text(row, 12));
  if (!rows.IsNull(row, 13)) *escalation.mutable_acknowledge_time() = TimeOf(rows, row, 13);
  escalation.set_acknowledge_note(rows.Text(row, 14));
  return escalation;
}

// `recipients`: those that somebody was told.
listing::TableSpec Spec(bool of_one, bool recipients) {
  listing::TableSpec spec{
      .from = "escalations e",
      .where = "e.workspace = :workspace",
      .keys = "e.onboarding AS onboarding, e.sequence AS sequence",
      .select = kSelect,
      .selected = kColumns,
      .join =
          "JOIN escalations e ON e.workspace = :workspace AND e.onboarding = k.onboarding AND "
          "e.sequence = k.sequence",
      .columns = {{"onboarding", {.sql = "e.onboarding"}},
                  {"task", {.sql = "e.task"}},
                  {"step", {.sql = "e.step"}},
                  {"title", {.sql = "e.title"}},
                  {"rule", {.sql = "e.rule"}},
                  {"trigger", {.sql = "e.watched"}},
                  {"level", {.sql = "e.level"}},
                  {"state", {.sql = "e.state"}},
                  {"acknowledger", {.sql = "e.acknowledger"}},
                  {"since_time", {.sql = "e.since_micros"}},
                  {"reach_time", {.sql = "e.reach_micros"}},
                  {"tell_time", {.sql = "e.tell_micros"}},
                  {"sequence", {.sql = "e.sequence"}}},
      .key = {{"tell_time", true}, {"onboarding", true}, {"sequence", true}}};
  if (recipients) {
    spec.from =
        "escalation_recipients r JOIN escalations e ON e.workspace = r.workspace AND "
        "e.onboarding = r.onboarding AND e.sequence = r.sequence";
    spec.where = "r.workspace = :workspace AND r.recipient = :recipient";
    // In the order of an index, so that the newest are not looked for among all.
    spec.keys = "r.onboarding AS onboarding, r.sequence AS sequence";
    spec.columns.push_back({"onboarding", {.sql = "r.onboarding"}});
    spec.columns.push_back({"tell_time", {.sql = "r.tell_micros"}});
    spec.columns.push_back({"sequence", {.sql = "r.sequence"}});
    if (of_one) spec.where += " AND r.onboarding = :onboarding";
  } else if (of_one) {
    spec.where += " AND e.onboarding = :onboarding";
  }
  return spec;
}

const listing::Table& TableOf(bool of_one, bool recipients) {
  static const auto& tables =
      *new std::vector<listing::Table>{{EscalationSchema(), Spec(false, false)},
                                       {EscalationSchema(), Spec(true, false)},
                                       {EscalationSchema(), Spec(false, true)},
                                       {EscalationSchema(), Spec(true, true)}};
  return tables[(recipients ? 2u : 0u) + (of_one ? 1u : 0u)];
}

class SqlEscalationStore final : public EscalationStore {
 public:
  explicit SqlEscalationStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<listing::Page<v1::Escalation>> List(const CallContext& context,
                                                     const EscalationQuery& query) override {
    const bool of_one = !query.onboarding.empty();
    const bool recipients = !query.recipient.empty();
    std::vector<sql::Param> params = {{"workspace", query.workspace}};
    if (of_one) params.push_back({"onboarding", query.onboarding});
    if (recipients) params.push_back({"recipient", query.recipient});
    listing::Page<v1::Escalation> page;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      page.rows.clear();
      const auto take = [&](const Rows& rows, size_t row) -> absl::StatusOr<size_t> {
        ASSIGN_OR_RETURN(v1::Escalation escalation, FromRow(rows, row, query.workspace));
        page.rows.push_back(std::move(escalation));
        return page.rows.back().ByteSizeLong();
      };
      ASSIGN_OR_RETURN(
          page.next,
          TableOf(of_one, recipients).Read(tx, absl::MakeConstSpan(params), query.list, take));
      return absl::OkStatus();
    }));
    return page;
  }

  absl::StatusOr<v1::Escalation> Get(const CallContext& context,
                                     const EscalationName& name) override {
    v1::Escalation escalation;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const Rows rows,
                       tx.Query(absl::StrCat("SELECT ", kSelect,
                                             " FROM escalations e WHERE e.workspace = :workspace "
                                             "AND e.onboarding = :onboarding AND "
                                             "e.sequence = :sequence"),
                                {{"workspace", name.workspace},
                                 {"onboarding", name.onboarding},
                                 {"sequence", name.sequence}}));
      if (rows.empty()) {
        return base::NotFound("Escalation",
                              absl::StrCat(OnboardingName(name.workspace, name.onboarding),
                                           "/escalations/", name.sequence));
      }
      ASSIGN_OR_RETURN(escalation, FromRow(rows, 0, name.workspace));
      return absl::OkStatus();
    }));
    return escalation;
  }

  absl::StatusOr<std::vector<DueRun>> FindDue(const CallContext& context, absl::Time now,
                                              int limit) override {
    std::vector<DueRun> due;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      due.clear();
      ASSIGN_OR_RETURN(
          const Rows rows,
          tx.Query(
              "SELECT workspace, onboarding, next_micros, version "
              "FROM escalation_times WHERE next_micros <= :now ORDER BY next_micros LIMIT :most",
              {{"now", absl::ToUnixMicros(now)}, {"most", int64_t{limit}}}));
      for (size_t i = 0; i < rows.size(); ++i)
        due.push_back({rows.Text(i, 0), rows.Text(i, 1), absl::FromUnixMicros(rows.Int(i, 2)),
                       rows.Int(i, 3)});
      return absl::OkStatus();
    }));
    return due;
  }

  absl::Status Defer(const CallContext& context, const DueRun& due,
                     std::optional<absl::Time> next) override {
    constexpr char kSeen[] =
        " WHERE workspace = :workspace AND onboarding = :onboarding AND version = :seen";
    return database_.Write(context, [&](Transaction& tx) -> absl::Status {
      std::vector<sql::Param> params = {
          {"workspace", due.workspace}, {"onboarding", due.onboarding}, {"seen", due.version}};
      if (!next.has_value()) {
        return tx
            .Execute(absl::StrCat("DELETE FROM escalation_times", kSeen),
                     absl::MakeConstSpan(params))
            .status();
      }
      params.push_back({"next", absl::ToUnixMicros(*next)});
      return tx
          .Execute(absl::StrCat("UPDATE escalation_times SET next_micros = :next", kSeen),
                   absl::MakeConstSpan(params))
          .status();
    });
  }

  absl::StatusOr<bool> TakeLease(const CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kLease, holder, now, term);
  }

 private:
  sql::Database& database_;
};

}  // namespace

const expr::Schema& EscalationSchema() {
  static const auto& schema = *new expr::Schema(
      {{.name = "onboarding", .ordered = true},
       {.name = "task"},
       {.name = "step", .ordered = true},
       {.name = "title", .searched = true},
       {.name = "rule", .searched = true, .ordered = true},
       EnumField("trigger", "ESCALATION_TRIGGER_", v1::EscalationTrigger_descriptor()),
       {.name = "level", .type = Type::kNumber, .ordered = true},
       EnumField("state", "STATE_", v1::Escalation::State_descriptor()),
       {.name = "acknowledger"},
       {.name = "since_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "reach_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "tell_time", .type = Type::kTimestamp, .ordered = true},
       {.name = "sequence", .type = Type::kNumber, .ordered = true}});
  return schema;
}

std::unique_ptr<EscalationStore> NewEscalationStore(sql::Database& database) {
  return std::make_unique<SqlEscalationStore>(database);
}

}  // namespace plumbline::onboarding::escalation
