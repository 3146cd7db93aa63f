// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/forecast/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/sql/lease.h"
#include "plumbline/onboarding/stored/v1/stored.pb.h"

namespace plumbline::onboarding {
namespace {

using base::CallContext;
using sql::Rows;
using sql::Transaction;

constexpr char kName[] = "durations";

absl::StatusOr<Durations> ParseDurations(const std::string& content) {
  stored::v1::StoredDurations stored;
  if (!stored.ParseFromString(content)) return base::Internal("stored durations are damaged");
  return Durations(stored.seconds().begin(), stored.seconds().end());
}

std::string Bytes(const Durations& durations) {
  stored::v1::StoredDurations stored;
  stored.mutable_seconds()->Assign(durations.begin(), durations.end());
  return stored.SerializeAsString();
}

absl::StatusOr<FeedCursor> ReadPlace(Transaction& tx) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT position, serial FROM duration_place WHERE folder = :folder",
                            {{"folder", kName}}));
  if (rows.empty()) return FeedCursor();
  return FeedCursor{rows.Int(0, 0), rows.Int(0, 1)};
}

absl::Status AddTo(Transaction& tx, const DurationKey& key, const Durations& seconds) {
  ASSIGN_OR_RETURN(const Rows rows,
                   tx.Query("SELECT content FROM step_durations WHERE workspace = :workspace AND "
                            "process = :process AND owner = :owner AND step = :step",
                            {{"workspace", key.workspace},
                             {"process", key.process},
                             {"owner", key.owner},
                             {"step", key.step}}));
  Durations all;
  if (!rows.empty()) {
    ASSIGN_OR_RETURN(all, ParseDurations(rows.Text(0, 0)));
  }
  for (const int64_t one : seconds) AddDuration(one, &all);
  const std::string content = Bytes(all);
  return tx
      .Execute(
          "INSERT INTO step_durations (workspace, process, step, owner, content) VALUES "
          "(:workspace, :process, :step, :owner, :content) ON CONFLICT (workspace, process, "
          "owner, step) DO UPDATE SET content = excluded.content",
          {{"workspace", key.workspace},
           {"process", key.process},
           {"step", key.step},
           {"owner", key.owner},
           {"content", sql::Bytes{content}}})
      .status();
}

class SqlDurationStore final : public DurationStore {
 public:
  explicit SqlDurationStore(sql::Database& database) : database_(database) {}

  absl::StatusOr<ProcessDurations> Load(const CallContext& context, absl::string_view workspace,
                                        absl::string_view process,
                                        const std::vector<std::string>& owners) override {
    ProcessDurations durations;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      durations.clear();
      RETURN_IF_ERROR(LoadOf(tx, workspace, process, "", &durations));
      for (const std::string& owner : owners)
        RETURN_IF_ERROR(LoadOf(tx, workspace, process, owner, &durations));
      return absl::OkStatus();
    }));
    return durations;
  }

  absl::StatusOr<FeedCursor> Place(const CallContext& context) override {
    FeedCursor place;
    RETURN_IF_ERROR(database_.Read(context, [&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(place, ReadPlace(tx));
      return absl::OkStatus();
    }));
    return place;
  }

  absl::Status Add(const CallContext& context, const FeedCursor& from, const FeedCursor& to,
                   const std::map<DurationKey, Durations>& seconds) override {
    return database_.Write(context, [&](Transaction& tx) -> absl::Status {
      RETURN_IF_ERROR(tx.Lock(kName));
      ASSIGN_OR_RETURN(const FeedCursor place, ReadPlace(tx));
      if (place != from) {
        return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                           "durations were counted by another replica meanwhile")
            .With("etag", absl::StrCat(place.position, "/", place.serial));
      }
      for (const auto& [key, of_key] : seconds) RETURN_IF_ERROR(AddTo(tx, key, of_key));
      return tx
          .Execute(
              "INSERT INTO duration_place (folder, position, serial) VALUES (:folder, :position, "
              ":serial) ON CONFLICT (folder) DO UPDATE SET position = excluded.position, "
              "serial = excluded.serial",
              {{"folder", kName}, {"position", to.position}, {"serial", to.serial}})
          .status();
    });
  }

  absl::StatusOr<bool> TakeLease(const CallContext& context, absl::string_view holder,
                                 absl::Time now, absl::Duration term) override {
    return sql::TakeLease(database_, context, kName, holder, now, term);
  }

 private:
  static absl::Status LoadOf(Transaction& tx, absl::string_view workspace,
                             absl::string_view process, const std::string& owner,
                             ProcessDurations* durations) {
    ASSIGN_OR_RETURN(const Rows rows,
                     tx.Query("SELECT step, content FROM step_durations WHERE workspace = "
                              ":workspace AND process = :process AND owner = :owner",
                              {{"workspace", workspace}, {"process", process}, {"owner", owner}}));
    for (size_t i = 0; i < rows.size(); ++i) {
      ASSIGN_OR_RETURN((*durations)[std::make_pair(rows.Text(i, 0), owner)],
                       ParseDurations(rows.Text(i, 1)));
    }
    return absl::OkStatus();
  }

  sql::Database& database_;
};

}  // namespace

std::unique_ptr<DurationStore> NewDurationStore(sql::Database& database) {
  return std::make_unique<SqlDurationStore>(database);
}

}  // namespace plumbline::onboarding
