// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/escalation/store_sql_rows.h"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/sql/text_or_null.h"
#include "plumbline/onboarding/v1/escalation.pb.h"
#include "services/onboarding/engine/codec.h"
#include "services/onboarding/engine/tasks.h"

namespace plumbline::onboarding::escalation {
namespace {

using sql::Transaction;

constexpr char kOpen[] = "STATE_OPEN";
constexpr char kAcknowledged[] = "STATE_ACKNOWLEDGED";
constexpr char kOver[] = "STATE_OVER";

constexpr char kThisLadder[] =
    " WHERE workspace = :workspace AND onboarding = :onboarding AND task = :task AND rule = :rule "
    "AND since_micros = :since";

std::string TriggerName(flow::EscalationTrigger trigger) {
  return v1::EscalationTrigger_Name(static_cast<v1::EscalationTrigger>(trigger));
}

// What has no column of its own.
std::string BodyOf(const HistoryEntry& entry) {
  v1::Escalation body;
  body.mutable_recipients()->Assign(entry.escalation->recipients.begin(),
                                    entry.escalation->recipients.end());
  body.set_note(entry.reason);
  return body.SerializeAsString();
}

class Rows {
 public:
  Rows(Transaction& tx, const Run& run) : tx_(tx), run_(run) {}

  // A row that is there already tells of the same entry.
  absl::Status Insert(const HistoryEntry& entry) {
    const EscalationStep& step = *entry.escalation;
    const std::string body = BodyOf(entry);
    const std::string watched = TriggerName(step.trigger);
    RETURN_IF_ERROR(
        tx_.Execute(
               "INSERT INTO escalations (workspace, onboarding, sequence, task, step, title, rule, "
               "watched, level, since_micros, reach_micros, tell_micros, state, body) VALUES "
               "(:workspace, :onboarding, :sequence, :task, :step, :title, :rule, :watched, "
               ":level, :since, :reach, :tell, :state, :body) ON CONFLICT DO NOTHING",
               {{"workspace", run_.spec.workspace},
                {"onboarding", run_.spec.id},
                {"sequence", entry.sequence},
                {"task", entry.task},
                {"step", entry.step},
                {"title", entry.title},
                {"rule", step.rule},
                {"watched", watched},
                {"level", int64_t{step.level}},
                {"since", absl::ToUnixMicros(step.since)},
                {"reach", absl::ToUnixMicros(step.reach_time.value_or(entry.occur_time))},
                {"tell", absl::ToUnixMicros(entry.occur_time)},
                {"state", kOpen},
                {"body", sql::Bytes{body}}})
            .status());
    for (const std::string& recipient : step.recipients)
      RETURN_IF_ERROR(InsertRecipient(entry, recipient));
    return absl::OkStatus();
  }

  absl::Status Acknowledge(const HistoryEntry& entry) {
    return tx_
        .Execute(absl::StrCat("UPDATE escalations SET state = :state, acknowledger = :actor, "
                              "acknowledge_micros = :time, acknowledge_note = :note",
                              kThisLadder, " AND state = :open"),
                 {{"state", kAcknowledged},
                  {"open", kOpen},
                  {"actor", sql::TextOrNull(entry.actor)},
                  {"time", absl::ToUnixMicros(entry.occur_time)},
                  {"note", sql::TextOrNull(entry.reason)},
                  {"workspace", run_.spec.workspace},
                  {"onboarding", run_.spec.id},
                  {"task", entry.task},
                  {"rule", entry.escalation->rule},
                  {"since", absl::ToUnixMicros(entry.escalation->since)}})
        .status();
  }

  absl::Status Turn(const LadderTurn& turn) {
    const char* const state = turn.over ? kOver : turn.acknowledged ? kAcknowledged : kOpen;
    return tx_
        .Execute(absl::StrCat("UPDATE escalations SET state = :state", kThisLadder),
                 {{"state", state},
                  {"workspace", run_.spec.workspace},
                  {"onboarding", run_.spec.id},
                  {"task", turn.task},
                  {"rule", turn.rule},
                  {"since", absl::ToUnixMicros(turn.since)}})
        .status();
  }

  // After a change of the plan: what the run knows no more under this name is over.
  absl::Status CloseUnknown() {
    ASSIGN_OR_RETURN(
        const sql::Rows rows,
        tx_.Query(
            "SELECT DISTINCT task, rule, since_micros FROM escalations WHERE "
            "workspace = :workspace AND onboarding = :onboarding AND "
            "state <> :over",
            {{"workspace", run_.spec.workspace}, {"onboarding", run_.spec.id}, {"over", kOver}}));
    std::set<std::tuple<std::string, std::string, absl::Time>> known;
    for (const TaskRecord& task : run_.tasks) {
      for (const Ladder& ladder : task.ladders) {
        if (!ladder.over)
          known.insert({TaskId(*run_.plan, task.step, task.round), ladder.rule, ladder.since});
      }
    }
    for (size_t i = 0; i < rows.size(); ++i) {
      const absl::Time since = absl::FromUnixMicros(rows.Int(i, 2));
      if (known.contains({rows.Text(i, 0), rows.Text(i, 1), since})) continue;
      RETURN_IF_ERROR(Turn({rows.Text(i, 0), rows.Text(i, 1), since, /*over=*/true}));
    }
    return absl::OkStatus();
  }

  absl::Status WriteNext(int64_t version) {
    if (!run_.next_escalation.has_value()) {
      return tx_
          .Execute(
              "DELETE FROM escalation_times WHERE workspace = :workspace AND "
              "onboarding = :onboarding",
              {{"workspace", run_.spec.workspace}, {"onboarding", run_.spec.id}})
          .status();
    }
    return tx_
        .Execute(
            "INSERT INTO escalation_times (workspace, onboarding, next_micros, version) "
            "VALUES (:workspace, :onboarding, :next, :version) ON CONFLICT (workspace, onboarding) "
            "DO UPDATE SET next_micros = excluded.next_micros, version = excluded.version",
            {{"workspace", run_.spec.workspace},
             {"onboarding", run_.spec.id},
             {"next", absl::ToUnixMicros(*run_.next_escalation)},
             {"version", version}})
        .status();
  }

 private:
  absl::Status InsertRecipient(const HistoryEntry& entry, const std::string& recipient) {
    return tx_
        .Execute(
            "INSERT INTO escalation_recipients (workspace, recipient, onboarding, sequence, "
            "tell_micros) VALUES (:workspace, :recipient, :onboarding, :sequence, :tell) "
            "ON CONFLICT DO NOTHING",
            {{"workspace", run_.spec.workspace},
             {"recipient", recipient},
             {"onboarding", run_.spec.id},
             {"sequence", entry.sequence},
             {"tell", absl::ToUnixMicros(entry.occur_time)}})
        .status();
  }

  Transaction& tx_;
  const Run& run_;
};

}  // namespace

absl::Status WriteRows(Transaction& tx, const Run& run, const Entries& entries,
                       const LadderChange& change) {
  Rows rows(tx, run);
  for (const HistoryEntry& entry : entries) {
    if (entry.kind == EntryKind::kEscalated) RETURN_IF_ERROR(rows.Insert(entry));
    if (entry.kind == EntryKind::kEscalationAcknowledged) RETURN_IF_ERROR(rows.Acknowledge(entry));
  }
  for (const LadderTurn& turn : change.TurnsTo(run)) RETURN_IF_ERROR(rows.Turn(turn));
  const bool other_plan = std::any_of(entries.begin(), entries.end(), [](const HistoryEntry& e) {
    return e.kind == EntryKind::kMigrated || e.kind == EntryKind::kTaskAdded ||
           e.kind == EntryKind::kTaskMoved;
  });
  if (other_plan) RETURN_IF_ERROR(rows.CloseUnknown());
  return change.MovesNext(run) ? rows.WriteNext(entries.back().sequence) : absl::OkStatus();
}

}  // namespace plumbline::onboarding::escalation
