// SPDX-License-Identifier: Apache-2.0
//
// How on-boardings follow records.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "services/onboarding/impediments/store_sql.h"
#include "services/onboarding/impediments/store_sql_records.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

constexpr char kLease[] = "impediments";

// Who changed the record last: the entries of on-boardings that follow it are theirs.
absl::StatusOr<std::string> LastAuthor(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT body FROM impediment_entries WHERE workspace = :workspace AND "
                            "impediment = :impediment AND kind <> :comment "
                            "ORDER BY sequence DESC LIMIT 1",
                            {{"workspace", key.workspace},
                             {"impediment", key.record},
                             {"comment", int64_t{v1::ImpedimentEntry::KIND_COMMENTED}}}));
  v1::ImpedimentEntry entry;
  if (rows.empty() || !entry.ParseFromString(rows.Text(0, 0)))
    return base::Internal("an impediment without a history");
  return entry.actor();
}

absl::StatusOr<std::vector<Wish>> TakeWishes(Transaction& tx, const ImpedimentKey& key,
                                             absl::string_view onboarding) {
  constexpr char kThese[] =
      " FROM impediment_wishes WHERE workspace = :workspace AND impediment = :impediment AND "
      "onboarding = :onboarding";
  const sql::Param params[] = {
      {"workspace", key.workspace}, {"impediment", key.record}, {"onboarding", onboarding}};
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query(absl::StrCat("SELECT task, release, reason", kThese, " ORDER BY task"),
                            absl::MakeConstSpan(params)));
  std::vector<Wish> wishes;
  for (size_t i = 0; i < rows.size(); ++i) {
    wishes.push_back(
        {std::string(onboarding), rows.Text(i, 0), rows.Int(i, 1) != 0, rows.Text(i, 2)});
  }
  if (wishes.empty()) return wishes;
  RETURN_IF_ERROR(tx.Execute(absl::StrCat("DELETE", kThese), absl::MakeConstSpan(params)).status());
  return wishes;
}

absl::StatusOr<bool> HasWishes(Transaction& tx, const ImpedimentKey& key) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT 1 FROM impediment_wishes WHERE workspace = :workspace AND "
                            "impediment = :impediment LIMIT 1",
                            {{"workspace", key.workspace}, {"impediment", key.record}}));
  return !rows.empty();
}

void AddTexts(const Rows& rows, std::set<std::string>* texts) {
  for (size_t i = 0; i < rows.size(); ++i) texts->insert(rows.Text(i, 0));
}

// The paths of the steps of a plan that depend on a utility.
std::vector<std::string> UsersIn(const flow::Plan& plan, const std::string& utility) {
  std::vector<std::string> paths;
  for (flow::NodeIndex i = 0; i < plan.size(); ++i) {
    const std::vector<std::string>& used = plan.node(i).step.utilities;
    if (std::find(used.begin(), used.end(), utility) != used.end())
      paths.push_back(plan.node(i).path);
  }
  return paths;
}

// On-boardings of a plan with an open task of one of its users.
absl::Status AddUsers(Transaction& tx, absl::string_view workspace, const PlanUsers& users,
                      absl::string_view after, int limit, std::set<std::string>* found) {
  const std::vector<std::string>& paths = users.paths;
  std::vector<std::string> names;
  for (size_t i = 0; i < paths.size(); ++i) names.push_back(absl::StrCat("p", i));
  std::vector<sql::Param> params = {
      {"workspace", workspace}, {"plan", users.plan}, {"after", after}, {"limit", int64_t{limit}}};
  for (size_t i = 0; i < paths.size(); ++i) params.push_back({names[i], paths[i]});
  const std::string sql = absl::StrCat(
      "SELECT o.onboarding FROM onboardings o WHERE o.workspace = :workspace AND o.plan = :plan "
      "AND o.finished = 0 AND o.onboarding > :after AND EXISTS (SELECT 1 FROM open_tasks t WHERE "
      "t.workspace = o.workspace AND t.onboarding = o.onboarding AND t.path IN (",
      absl::StrJoin(
          names, ", ",
          [](std::string* out, const std::string& name) { absl::StrAppend(out, ":", name); }),
      ")) ORDER BY o.onboarding LIMIT :limit");
  ASSIGN_OR_RETURN(const Rows rows, tx.Query(sql, absl::MakeConstSpan(params)));
  AddTexts(rows, found);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<StoredRecord>> ImpedimentStore::Pending(const CallContext& context,
                                                                   int limit) {
  return FindAll(context, "pending = 1", limit);
}

absl::StatusOr<std::vector<StoredRecord>> ImpedimentStore::OfAllUsers(const CallContext& context) {
  return FindAll(context, "all_users = 1 AND resolved = 0", INT32_MAX);
}

absl::StatusOr<std::vector<StoredRecord>> ImpedimentStore::FindAll(const CallContext& context,
                                                                   absl::string_view where,
                                                                   int limit) {
  std::vector<StoredRecord> records;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    records.clear();
    ASSIGN_OR_RETURN(
        const Rows rows,
        tx.Query(absl::StrCat("SELECT workspace, impediment FROM impediment_records WHERE ", where,
                              " ORDER BY workspace, impediment LIMIT :limit"),
                 {{"limit", int64_t{limit}}}));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN(std::optional<StoredRecord> stored,
                       FindRecord(tx, {rows.Text(i, 0), rows.Text(i, 1)}));
      if (stored.has_value()) records.push_back(*std::move(stored));
    }
    return absl::OkStatus();
  }));
  return records;
}

absl::StatusOr<std::vector<PlanUsers>> ImpedimentStore::UsersOf(const CallContext& context,
                                                                const StoredRecord& stored) {
  std::vector<PlanUsers> users;
  if (!stored.record.all_users() || stored.resolved()) return users;
  ASSIGN_OR_RETURN(const std::vector<PlanPointer> plans,
                   runs_.PlansUnderWay(context, stored.key.workspace));
  for (const PlanPointer& plan : plans) {
    std::vector<std::string> paths = UsersIn(plan->plan, stored.record.utility());
    if (!paths.empty()) users.push_back({plan->id, std::move(paths)});
  }
  return users;
}

absl::StatusOr<std::vector<std::string>> ImpedimentStore::Followers(
    const CallContext& context, const StoredRecord& stored, absl::Span<const PlanUsers> users,
    absl::string_view after, int limit) {
  std::set<std::string> found;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    found.clear();
    const sql::Param params[] = {{"workspace", stored.key.workspace},
                                 {"record", stored.key.record},
                                 {"after", after},
                                 {"limit", int64_t{limit}}};
    ASSIGN_OR_RETURN(
        const Rows rows,
        tx.Query("SELECT onboarding FROM impediments WHERE workspace = :workspace AND "
                 "record = :record AND resolved = 0 AND onboarding > :after UNION "
                 "SELECT onboarding FROM impediment_wishes WHERE workspace = :workspace AND "
                 "impediment = :record AND onboarding > :after ORDER BY 1 LIMIT :limit",
                 absl::MakeConstSpan(params)));
    AddTexts(rows, &found);
    for (const PlanUsers& of_plan : users)
      RETURN_IF_ERROR(AddUsers(tx, stored.key.workspace, of_plan, after, limit, &found));
    return absl::OkStatus();
  }));
  std::vector<std::string> names(found.begin(), found.end());
  if (names.size() > static_cast<size_t>(limit)) names.resize(static_cast<size_t>(limit));
  return names;
}

absl::Status ImpedimentStore::Follow(const CallContext& context, const ImpedimentKey& key,
                                     absl::Span<const std::string> onboardings, absl::Time now) {
  const absl::Time time = absl::FromUnixMicros(absl::ToUnixMicros(now));
  return runs_.UpdateWithin(
      context, key.workspace, onboardings,
      [&](Transaction& tx, Run& run) -> absl::StatusOr<Entries> {
        RETURN_IF_ERROR(LockRecord(tx, key));
        ASSIGN_OR_RETURN(const std::optional<StoredRecord> stored, FindRecord(tx, key));
        if (!stored.has_value()) return Entries();
        ASSIGN_OR_RETURN(const std::vector<Wish> wishes, TakeWishes(tx, key, run.spec.id));
        ASSIGN_OR_RETURN(const std::string actor, LastAuthor(tx, key));
        // Another replica's clock may be ahead; the times of a history never decrease.
        return FollowRecord(run, NewsOf(*stored, wishes),
                            {std::max(time, run.last_time), time, actor});
      });
}

absl::Status ImpedimentStore::Settle(const CallContext& context, const StoredRecord& stored) {
  return database_.Write(context, [&](Transaction& tx) -> absl::Status {
    RETURN_IF_ERROR(LockRecord(tx, stored.key));
    ASSIGN_OR_RETURN(std::optional<StoredRecord> now, FindRecord(tx, stored.key));
    if (!now.has_value() || !now->pending || now->version != stored.version)
      return absl::OkStatus();
    ASSIGN_OR_RETURN(const bool left,
                     now->resolved() ? BlocksSomething(tx, now->key) : HasWishes(tx, now->key));
    if (left) return absl::OkStatus();
    now->pending = false;
    return UpdateRecord(tx, *now);
  });
}

absl::StatusOr<std::vector<std::string>> ImpedimentStore::BlockedRuns(const CallContext& context,
                                                                      absl::string_view workspace) {
  std::set<std::string> names;
  RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
    names.clear();
    ASSIGN_OR_RETURN(const Rows rows, tx.Query("SELECT DISTINCT onboarding FROM impediments WHERE "
                                               "workspace = :workspace AND resolved = 0",
                                               {{"workspace", workspace}}));
    AddTexts(rows, &names);
    return absl::OkStatus();
  }));
  return std::vector<std::string>(names.begin(), names.end());
}

absl::StatusOr<bool> ImpedimentStore::TakeLease(const CallContext& context,
                                                absl::string_view holder, absl::Time now,
                                                absl::Duration term) {
  return sql::TakeLease(database_, context, kLease, holder, now, term);
}

}  // namespace plumbline::onboarding
