// SPDX-License-Identifier: Apache-2.0
//
// Who is away, and which tasks that concerns.
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/escalation/store_sql.h"

namespace plumbline::onboarding::escalation {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

constexpr char kLease[] = "stand-ins";

std::vector<HeldTask> TasksOf(const Rows& rows, bool waiver) {
  std::vector<HeldTask> tasks;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t round = rows.Int(i, 5);
    std::string task = rows.Text(i, 3);
    if (round > 1) absl::StrAppend(&task, "~", round);
    tasks.push_back({rows.Text(i, 0), rows.Text(i, 1), std::move(task), rows.Text(i, 2),
                     rows.Int(i, 4), round, waiver});
  }
  return tasks;
}

class SqlStandInStore final : public StandInStore {
 public:
  explicit SqlStandInStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<std::vector<DuePerson>> FindDue(const CallContext& context, absl::Time now,
                                                 int limit) override {
    std::vector<DuePerson> due;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      due.clear();
      ASSIGN_OR_RETURN(const Rows rows,
                       tx.Query("SELECT workspace, person, next_micros, version FROM stand_ins "
                                "WHERE next_micros <= :now ORDER BY next_micros LIMIT :most",
                                {{"now", absl::ToUnixMicros(now)}, {"most", int64_t{limit}}}));
      for (size_t i = 0; i < rows.size(); ++i)
        due.push_back({rows.Text(i, 0), rows.Text(i, 1), absl::FromUnixMicros(rows.Int(i, 2)),
                       rows.Text(i, 3)});
      return absl::OkStatus();
    }));
    return due;
  }

  absl::Status Settle(const CallContext& context, const DuePerson& due,
                      std::optional<absl::Time> next, std::optional<absl::Time> away) override {
    constexpr char kSeen[] =
        " WHERE workspace = :workspace AND person = :person AND version = :seen";
    return database_.Write(context, [&](Transaction& tx) -> absl::Status {
      std::vector<sql::Param> params = {
          {"workspace", due.workspace}, {"person", due.person}, {"seen", due.version}};
      if (!next.has_value()) {
        return tx.Execute(absl::StrCat("DELETE FROM stand_ins", kSeen), absl::MakeConstSpan(params))
            .status();
      }
      params.push_back({"next", absl::ToUnixMicros(*next)});
      params.push_back({"away", away.has_value() ? sql::Value(absl::ToUnixMicros(*away))
                                                 : sql::Value(sql::Null{})});
      return tx
          .Execute(
              absl::StrCat("UPDATE stand_ins SET next_micros = :next, away_micros = :away", kSeen),
              absl::MakeConstSpan(params))
          .status();
    });
  }

  absl::Status Touch(const CallContext& context, absl::string_view workspace,
                     absl::string_view person) override {
    const std::string version = base::NewUuid();
    return database_.Write(context, [&](Transaction& tx) {
      return tx
          .Execute(
              "UPDATE stand_ins SET next_micros = 0, away_micros = NULL, version = :version "
              "WHERE workspace = :workspace AND person = :person",
              {{"workspace", workspace}, {"person", person}, {"version", version}})
          .status();
    });
  }

  absl::StatusOr<std::vector<HeldTask>> FindLeft(const CallContext& context, int limit) override {
    std::vector<HeldTask> tasks;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      tasks.clear();
      for (const bool waiver : {false, true}) {
        // CROSS JOIN: SQLite begins with who is away, few, and not with all open tasks.
        ASSIGN_OR_RETURN(
            const Rows rows,
            tx.Query(absl::StrCat("SELECT t.workspace, t.onboarding, s.person, t.path, t.step, "
                                  "t.round FROM stand_ins s CROSS JOIN open_tasks t WHERE "
                                  "t.workspace = s.workspace AND s.away_micros IS NOT NULL AND ",
                                  waiver ? "t.waiver = s.person AND t.waiver_for IS NULL"
                                         : "t.resource = s.person AND t.assignee IS NOT NULL AND "
                                           "t.stands_for IS NULL AND t.given < s.away_micros",
                                  " LIMIT :most"),
                     {{"most", int64_t{limit}}}));
        for (HeldTask& task : TasksOf(rows, waiver)) tasks.push_back(std::move(task));
      }
      return absl::OkStatus();
    }));
    return tasks;
  }

  absl::StatusOr<std::vector<HeldTask>> FindStoodFor(const CallContext& context,
                                                     const HeldTask& after, int limit) override {
    const char* const owner = after.waiver ? "waiver_for" : "stands_for";
    std::vector<HeldTask> tasks;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(
          const Rows rows,
          tx.Query(absl::StrCat("SELECT workspace, onboarding, ", owner,
                                ", path, step, round FROM open_tasks WHERE "
                                "workspace = :workspace AND ",
                                owner,
                                " = :person AND "
                                "(onboarding, step, round) > (:onboarding, :step, :round) "
                                "ORDER BY onboarding, step, round LIMIT :most"),
                   {{"workspace", after.workspace},
                    {"person", after.person},
                    {"onboarding", after.onboarding},
                    {"step", after.step},
                    {"round", after.round},
                    {"most", int64_t{limit}}}));
      tasks = TasksOf(rows, after.waiver);
      return absl::OkStatus();
    }));
    return tasks;
  }

  absl::StatusOr<bool> TakeLease(const CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kLease, holder, now, term);
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<StandInStore> NewStandInStore(sql::Database& database) {
  return std::make_unique<SqlStandInStore>(database);
}

}  // namespace plumbline::onboarding::escalation
