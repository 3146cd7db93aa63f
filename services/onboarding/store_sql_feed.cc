// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/codec.h"
#include "services/onboarding/store_sql.h"
#include "services/onboarding/tasks.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

constexpr char kRelay[] = "onboarding-relay";

absl::StatusOr<HistoryEntry> ParseEntry(const std::string& body) {
  v1::HistoryEntry proto;
  if (!proto.ParseFromString(body)) return base::Internal("a history entry is damaged");
  return FromProto(proto);
}

}  // namespace

std::string ProcessId(const FrozenPlan& plan) {
  absl::string_view name = plan.process;
  name = name.substr(name.rfind('/') + 1);
  return std::string(name.substr(0, name.find('@')));
}

absl::StatusOr<std::vector<HistoryEntry>> SqlStore::ReadHistory(const CallContext& context,
                                                                absl::string_view workspace,
                                                                absl::string_view onboarding,
                                                                int64_t after, int limit) {
  std::vector<HistoryEntry> entries;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    entries.clear();
    ASSIGN_OR_RETURN(Rows rows,
                     tx.Query("SELECT body FROM history WHERE workspace = :workspace AND "
                              "onboarding = :onboarding AND sequence > :after "
                              "ORDER BY sequence LIMIT :limit",
                              {{"workspace", workspace},
                               {"onboarding", onboarding},
                               {"after", after},
                               {"limit", int64_t{limit}}}));
    // Every on-boarding has a first entry: none at all means that there is no such on-boarding.
    if (rows.empty()) return LoadRun(tx, workspace, onboarding).status();
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(HistoryEntry entry, ParseEntry(rows.Text(i, 0)));
      entries.push_back(std::move(entry));
    }
    return absl::OkStatus();
  }));
  return entries;
}

absl::StatusOr<std::vector<FeedEntry>> SqlStore::ReadFeed(const CallContext& context,
                                                          const FeedQuery& query) {
  std::string text =
      "SELECT position, serial, h.workspace, h.onboarding, o.plan, h.body FROM history h "
      "JOIN onboardings o ON o.workspace = h.workspace AND o.onboarding = h.onboarding "
      "WHERE (position, serial) > (:position, :serial) AND {settled}";
  std::vector<sql::Param> params = {{"position", query.after.position},
                                    {"serial", query.after.serial}};
  if (!query.workspace.empty()) {
    text += " AND h.workspace = :workspace";
    params.push_back({"workspace", query.workspace});
  }
  if (!query.onboarding.empty()) {
    text += " AND h.onboarding = :onboarding";
    params.push_back({"onboarding", query.onboarding});
  }
  if (!query.process.empty()) {
    text += " AND o.process = :process";
    params.push_back({"process", query.process});
  }
  text += " ORDER BY position, serial LIMIT :limit";
  params.push_back({"limit", int64_t{query.limit}});
  std::vector<FeedEntry> entries;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    entries.clear();
    ASSIGN_OR_RETURN(Rows rows, tx.Query(text, absl::MakeConstSpan(params)));
    for (size_t i = 0; i < rows.size(); ++i) {
      FeedEntry& entry = entries.emplace_back();
      entry.cursor = {rows.Int(i, 0), rows.Int(i, 1)};
      entry.workspace = rows.Text(i, 2);
      entry.onboarding = rows.Text(i, 3);
      ASSIGN_OR_RETURN(entry.plan, LoadPlan(tx, entry.workspace, rows.Text(i, 4)));
      ASSIGN_OR_RETURN(entry.entry, ParseEntry(rows.Text(i, 5)));
    }
    return absl::OkStatus();
  }));
  return entries;
}

absl::StatusOr<FeedCursor> SqlStore::Newest(const CallContext& context) {
  FeedCursor cursor;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(Rows rows, tx.Query("SELECT position, serial FROM history WHERE {settled} "
                                         "ORDER BY position DESC, serial DESC LIMIT 1"));
    if (!rows.empty()) cursor = {rows.Int(0, 0), rows.Int(0, 1)};
    return absl::OkStatus();
  }));
  return cursor;
}

absl::StatusOr<RelayState> SqlStore::LoadRelay(const CallContext& context) {
  RelayState state;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    state = RelayState();
    ASSIGN_OR_RETURN(Rows cursor,
                     tx.Query("SELECT position, serial FROM relay_cursor WHERE relay = :relay",
                              {{"relay", kRelay}}));
    if (!cursor.empty()) state.cursor = {cursor.Int(0, 0), cursor.Int(0, 1)};
    ASSIGN_OR_RETURN(Rows logs, tx.Query("SELECT log, next_sequence FROM relay_logs"));
    for (size_t i = 0; i < logs.size(); ++i) state.next_sequence[logs.Text(i, 0)] = logs.Int(i, 1);
    return absl::OkStatus();
  }));
  return state;
}

absl::Status SqlStore::SaveRelay(const CallContext& context, const RelayState& state) {
  return database_.Write(context, [&](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(
        tx.Execute(
              "INSERT INTO relay_cursor (relay, position, serial) "
              "VALUES (:relay, :at, :serial) ON CONFLICT (relay) "
              "DO UPDATE SET position = excluded.position, serial = excluded.serial",
              {{"relay", kRelay}, {"at", state.cursor.position}, {"serial", state.cursor.serial}})
            .status());
    for (const auto& [log, next] : state.next_sequence) {
      RETURN_IF_ERROR(tx.Execute("INSERT INTO relay_logs (log, next_sequence) VALUES (:log, :next) "
                                 "ON CONFLICT (log) DO UPDATE SET "
                                 "next_sequence = excluded.next_sequence",
                                 {{"log", log}, {"next", next}})
                          .status());
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> SqlStore::TakeRelayLease(const CallContext& context, absl::string_view holder,
                                              absl::Time now, absl::Duration term) {
  return sql::TakeLease(database_, context, kRelay, holder, now, term);
}

}  // namespace plumbline::onboarding
