// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/lease.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"
#include "services/onboarding/runs/fields.h"
#include "services/onboarding/runs/store_sql.h"

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

// Reads each on-boarding of the entries once, as far as the query asks for it.
absl::Status AddSubjects(Transaction& tx, const FeedQuery& query, std::vector<FeedEntry>* entries) {
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const Subject>> subjects;
  for (FeedEntry& entry : *entries) {
    const bool starts = query.with_subjects_of_starts && entry.entry.kind == EntryKind::kStarted;
    if (!query.with_subjects && !starts) continue;
    std::shared_ptr<const Subject>& subject = subjects[{entry.workspace, entry.onboarding}];
    if (subject == nullptr) {
      ASSIGN_OR_RETURN(
          Rows rows, tx.Query("SELECT body FROM onboardings WHERE workspace = :workspace AND "
                              "onboarding = :onboarding",
                              {{"workspace", entry.workspace}, {"onboarding", entry.onboarding}}));
      if (rows.empty()) return base::Internal("a history entry belongs to no on-boarding");
      ASSIGN_OR_RETURN(Subject parsed, ParseSubject(rows.Text(0, 0)));
      subject = std::make_shared<const Subject>(std::move(parsed));
    }
    entry.subject = subject;
  }
  return absl::OkStatus();
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

absl::StatusOr<listing::Page<HistoryEntry>> SqlStore::ListHistory(const CallContext& context,
                                                                  absl::string_view workspace,
                                                                  absl::string_view onboarding,
                                                                  const listing::Query& query) {
  static const auto& table = *new listing::Table(
      HistorySchema(), {.from = "history h",
                        .where = "h.workspace = :workspace AND h.onboarding = :onboarding",
                        .keys = "h.body AS body",
                        .select = "k.body",
                        .columns = {{"sequence", {.sql = "h.sequence"}}},
                        .key = {{"sequence", false}}});
  const sql::Param params[] = {{"workspace", workspace}, {"onboarding", onboarding}};
  listing::Page<HistoryEntry> page;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    page = {};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(tx, params, query));
    // Every on-boarding has a first entry: none at all means that there is no such on-boarding.
    if (found.size == 0 && query.after.empty()) return LoadRun(tx, workspace, onboarding).status();
    for (size_t i = 0; i < found.size; ++i) {
      ASSIGN_OR_RETURN(HistoryEntry entry, ParseEntry(found.rows.Text(i, 0)));
      page.rows.push_back(std::move(entry));
    }
    page.next = found.next;
    return absl::OkStatus();
  }));
  return page;
}

absl::StatusOr<std::vector<HistoryEntry>> SqlStore::ReadComments(const CallContext& context,
                                                                 absl::string_view workspace,
                                                                 absl::string_view onboarding,
                                                                 absl::string_view task,
                                                                 int64_t after, int limit) {
  std::vector<HistoryEntry> entries;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    entries.clear();
    ASSIGN_OR_RETURN(
        Rows rows,
        tx.Query("SELECT h.body FROM comments c JOIN history h ON h.workspace = c.workspace AND "
                 "h.onboarding = c.onboarding AND h.sequence = c.sequence "
                 "WHERE c.workspace = :workspace AND c.onboarding = :onboarding AND "
                 "c.task = :task AND c.sequence > :after ORDER BY c.sequence LIMIT :limit",
                 {{"workspace", workspace},
                  {"onboarding", onboarding},
                  {"task", task},
                  {"after", after},
                  {"limit", int64_t{limit}}}));
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
  // What is of the on-boarding is looked up by its key, entry by entry. In a join, PostgreSQL reads
  // all on-boardings for every page: it plans once for any place in the feed and any limit, and
  // takes a page for a tenth of a ninth of all history.
  std::string text =
      "SELECT position, serial, h.workspace, h.onboarding, COALESCE((SELECT p.plan FROM past_plans "
      "p WHERE p.workspace = h.workspace AND p.onboarding = h.onboarding AND p.until_sequence > "
      "h.sequence ORDER BY p.until_sequence LIMIT 1), (SELECT o.plan FROM onboardings o WHERE "
      "o.workspace = h.workspace AND o.onboarding = h.onboarding)), h.body FROM history h "
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
    text +=
        " AND (SELECT o.process FROM onboardings o WHERE o.workspace = h.workspace AND "
        "o.onboarding = h.onboarding) = :process";
    params.push_back({"process", query.process});
  }
  text += " ORDER BY position, serial LIMIT :limit";
  params.push_back({"limit", int64_t{query.limit}});
  std::vector<FeedEntry> entries;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    entries.clear();
    ASSIGN_OR_RETURN(Rows rows, tx.Query(text, absl::MakeConstSpan(params)));
    entries.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      FeedEntry& entry = entries.emplace_back();
      entry.cursor = {rows.Int(i, 0), rows.Int(i, 1)};
      entry.workspace = rows.Text(i, 2);
      entry.onboarding = rows.Text(i, 3);
      ASSIGN_OR_RETURN(entry.plan, LoadPlan(tx, entry.workspace, rows.Text(i, 4)));
      ASSIGN_OR_RETURN(entry.entry, ParseEntry(rows.Text(i, 5)));
    }
    return AddSubjects(tx, query, &entries);
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
    ASSIGN_OR_RETURN(Rows relay, tx.Query("SELECT position, serial, version, producer "
                                          "FROM relay_cursor WHERE relay = :relay",
                                          {{"relay", kRelay}}));
    if (!relay.empty()) {
      state.cursor = {relay.Int(0, 0), relay.Int(0, 1)};
      state.version = relay.Int(0, 2);
      state.producer = relay.Text(0, 3);
    }
    ASSIGN_OR_RETURN(Rows logs, tx.Query("SELECT log, next_sequence, refused, position, serial "
                                         "FROM relay_logs"));
    for (size_t i = 0; i < logs.size(); ++i) {
      RelayLog& log = state.logs[logs.Text(i, 0)];
      log.next_sequence = logs.Int(i, 1);
      if (logs.Int(i, 2) != 0) log.refused_after = FeedCursor{logs.Int(i, 3), logs.Int(i, 4)};
    }
    return absl::OkStatus();
  }));
  return state;
}

absl::Status SqlStore::SaveRelay(const CallContext& context, const RelayState& state) {
  return database_.Write(context, [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(
        int64_t stored,
        tx.Execute("INSERT INTO relay_cursor (relay, position, serial, version, producer) "
                   "VALUES (:relay, :at, :serial, :version, :producer) ON CONFLICT (relay) "
                   "DO UPDATE SET position = excluded.position, serial = excluded.serial, "
                   "version = excluded.version, producer = excluded.producer "
                   "WHERE relay_cursor.version = excluded.version - 1",
                   {{"relay", kRelay},
                    {"at", state.cursor.position},
                    {"serial", state.cursor.serial},
                    {"version", state.version + 1},
                    {"producer", state.producer}}));
    if (stored == 0) {
      return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                         "another relay has gone on meanwhile; load its place again");
    }
    for (const auto& [log, at] : state.logs) {
      const FeedCursor place = at.refused_after.value_or(FeedCursor());
      RETURN_IF_ERROR(
          tx.Execute("INSERT INTO relay_logs (log, next_sequence, refused, position, serial) "
                     "VALUES (:log, :next, :refused, :at, :serial) ON CONFLICT (log) "
                     "DO UPDATE SET next_sequence = excluded.next_sequence, "
                     "refused = excluded.refused, position = excluded.position, "
                     "serial = excluded.serial",
                     {{"log", log},
                      {"next", at.next_sequence},
                      {"refused", int64_t{at.refused_after.has_value()}},
                      {"at", place.position},
                      {"serial", place.serial}})
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
