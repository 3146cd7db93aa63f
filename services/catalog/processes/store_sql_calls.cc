// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/processes/store_sql_calls.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/flow/validate.h"
#include "services/catalog/life/store_sql_states.h"
#include "services/catalog/processes/calls.h"
#include "services/catalog/processes/store_sql_index.h"
#include "services/catalog/search/store_sql_words.h"
#include "services/catalog/steps/store_sql_uses.h"

namespace plumbline::catalog {
namespace {

using sql::Rows;
using sql::Transaction;

// Whole trees that are in memory at a time.
constexpr int64_t kTreesAtOnce = 100;

absl::StatusOr<v1::Process> ParseTree(const std::string& bytes) {
  v1::Process process;
  if (!process.ParseFromString(bytes))
    return base::Internal("a stored process is not a message of its type");
  return process;
}

absl::Status MarkNoted(Transaction& transaction, const ProcessKey& key, int64_t revision) {
  if (revision == 0) {
    return transaction
        .Execute(
            "UPDATE processes SET calls_version = version "
            "WHERE workspace = :workspace AND process = :process",
            {{"workspace", key.workspace}, {"process", key.process}})
        .status();
  }
  return transaction
      .Execute(
          "UPDATE process_revisions SET calls_noted = 1 WHERE workspace = :workspace "
          "AND process = :process AND revision = :revision",
          {{"workspace", key.workspace}, {"process", key.process}, {"revision", revision}})
      .status();
}

// A release that knows no retirement left the states of lists as they were without it.
absl::Status IndexLife(Transaction& transaction, const ProcessKey& key,
                       const v1::Process& process) {
  if (process.revision() != 0) return absl::OkStatus();
  RETURN_IF_ERROR(IndexHead(transaction, key, process));
  return IndexStates(transaction, key, process);
}

// A workspace in which there is something to note, or "".
absl::StatusOr<std::string> FindOldWorkspace(sql::Database& database,
                                             const base::CallContext& context) {
  std::string workspace;
  RETURN_IF_ERROR(database.Read(context, [&](Transaction& transaction) -> absl::Status {
    for (const char* query : {"SELECT workspace FROM processes WHERE calls_version <> version "
                              "ORDER BY workspace LIMIT 1",
                              "SELECT workspace FROM process_revisions WHERE calls_noted = 0 "
                              "ORDER BY workspace LIMIT 1"}) {
      ASSIGN_OR_RETURN(const Rows rows, transaction.Query(query));
      workspace = rows.empty() ? "" : rows.Text(0, 0);
      if (!workspace.empty()) break;
    }
    return absl::OkStatus();
  }));
  return workspace;
}

}  // namespace

absl::Status ForEachOldTree(
    Transaction& transaction, absl::string_view workspace, int64_t limit,
    absl::FunctionRef<absl::Status(const ProcessKey&, const v1::Process&)> visit) {
  for (const bool revisions : {false, true}) {
    const char* query =
        revisions ? "SELECT process, body, revision FROM process_revisions WHERE workspace = "
                    ":workspace AND calls_noted = 0 AND (process > :process OR (process = :process "
                    "AND revision > :revision)) ORDER BY process, revision LIMIT :limit"
                  : "SELECT process, body, 0 FROM processes WHERE workspace = :workspace AND "
                    "calls_version <> version AND process > :process ORDER BY process LIMIT :limit";
    ProcessKey key{std::string(workspace), ""};
    int64_t revision = 0, left = limit;
    for (bool more = true; more && left > 0;) {
      const int64_t size = std::min(left, kTreesAtOnce);
      const std::string after = key.process;
      std::vector<sql::Param> params = {
          {"workspace", workspace}, {"process", after}, {"limit", size}};
      if (revisions) params.push_back({"revision", revision});
      ASSIGN_OR_RETURN(const Rows rows, transaction.Query(query, params));
      for (size_t i = 0; i < rows.size(); ++i) {
        key.process = rows.Text(i, 0);
        revision = rows.Int(i, 2);
        ASSIGN_OR_RETURN(const v1::Process tree, ParseTree(rows.Text(i, 1)));
        RETURN_IF_ERROR(visit(key, tree));
      }
      left -= static_cast<int64_t>(rows.size());
      more = static_cast<int64_t>(rows.size()) == size;
    }
  }
  return absl::OkStatus();
}

absl::Status ForgetCalls(Transaction& transaction, const ProcessKey& caller, int64_t revision) {
  RETURN_IF_ERROR(ForgetStepUses(transaction, caller, revision));
  return transaction
      .Execute(
          "DELETE FROM process_calls WHERE workspace = :workspace AND caller = :caller "
          "AND revision = :revision",
          {{"workspace", caller.workspace}, {"caller", caller.process}, {"revision", revision}})
      .status();
}

absl::Status NoteCalls(Transaction& transaction, const ProcessKey& caller,
                       const v1::Process& process) {
  for (const std::string& text : CallsOf(process.root())) {
    const auto called = flow::ParseCalled(text);
    if (!called.has_value()) return base::Internal(absl::StrCat("unchecked call '", text, "'"));
    RETURN_IF_ERROR(
        transaction
            .Execute("INSERT INTO process_calls (workspace, caller, revision, text, called) "
                     "VALUES (:workspace, :caller, :revision, :text, :called)",
                     {{"workspace", caller.workspace},
                      {"caller", caller.process},
                      {"revision", process.revision()},
                      {"text", text},
                      {"called", called->process}})
            .status());
  }
  return NoteStepUses(transaction, caller, process);
}

absl::StatusOr<OldCalls> ReadOldCalls(Transaction& transaction, absl::string_view workspace) {
  OldCalls calls;
  RETURN_IF_ERROR(
      ForEachOldTree(transaction, workspace, INT64_MAX,
                     [&](const ProcessKey& caller, const v1::Process& process) -> absl::Status {
                       calls.trees.insert({caller.process, process.revision()});
                       for (std::string& text : CallsOf(process.root())) {
                         const auto parsed = flow::ParseCalled(text);
                         if (!parsed.has_value()) continue;
                         calls.callers[parsed->process].insert(
                             {caller.process, process.revision(), std::move(text)});
                       }
                       return absl::OkStatus();
                     }));
  return calls;
}

absl::StatusOr<std::vector<Caller>> FindCallers(Transaction& transaction, const OldCalls& old,
                                                const ProcessKey& called) {
  std::set<Caller> callers;
  if (const auto it = old.callers.find(called.process); it != old.callers.end())
    callers = it->second;
  ASSIGN_OR_RETURN(
      const Rows rows,
      transaction.Query("SELECT caller, revision, text FROM process_calls "
                        "WHERE workspace = :workspace AND called = :called",
                        {{"workspace", called.workspace}, {"called", called.process}}));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (old.trees.contains({rows.Text(i, 0), rows.Int(i, 1)})) continue;
    callers.insert({rows.Text(i, 0), rows.Int(i, 1), rows.Text(i, 2)});
  }
  return std::vector<Caller>(callers.begin(), callers.end());
}

absl::StatusOr<int64_t> NoteOldCalls(sql::Database& database, const base::CallContext& context,
                                     int limit) {
  ASSIGN_OR_RETURN(const std::string workspace, FindOldWorkspace(database, context));
  if (workspace.empty()) return 0;
  int64_t noted = 0;
  RETURN_IF_ERROR(database.Write(context, [&](Transaction& transaction) -> absl::Status {
    noted = 0;
    RETURN_IF_ERROR(transaction.Lock(WorkspaceLock(workspace)));
    return ForEachOldTree(transaction, workspace, limit,
                          [&](const ProcessKey& key, const v1::Process& process) -> absl::Status {
                            ++noted;
                            RETURN_IF_ERROR(ForgetCalls(transaction, key, process.revision()));
                            RETURN_IF_ERROR(NoteCalls(transaction, key, process));
                            RETURN_IF_ERROR(IndexLife(transaction, key, process));
                            return MarkNoted(transaction, key, process.revision());
                          });
  }));
  return noted;
}

}  // namespace plumbline::catalog
