// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/store_sql.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/listing/table.h"
#include "common/sql/requests.h"
#include "common/sql/text_or_null.h"
#include "google/protobuf/util/time_util.h"
#include "services/onboarding/people/fields.h"

namespace plumbline::onboarding {

// Beside the whole message, `body`, what lists filter and order by.
const char kPeopleSchema[] = R"sql(
CREATE TABLE people (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  version BIGINT NOT NULL,
  name {text} NOT NULL,
  display_name {text},
  email {text},
  manager {text},
  calendar {text},
  time_zone {text},
  state {text} NOT NULL,
  author {text},
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, person)
);
CREATE INDEX people_name ON people (workspace, name);
CREATE INDEX people_by_manager ON people (workspace, manager);
CREATE TABLE people_labels (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  label {text} NOT NULL,
  value {text} NOT NULL,
  PRIMARY KEY (workspace, person, label),
  FOREIGN KEY (workspace, person) REFERENCES people (workspace, person) ON DELETE CASCADE
);
CREATE TABLE people_relations (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  relation {text} NOT NULL,
  related {text} NOT NULL,
  PRIMARY KEY (workspace, person, relation),
  FOREIGN KEY (workspace, person) REFERENCES people (workspace, person) ON DELETE CASCADE
);
CREATE INDEX people_related ON people_relations (workspace, related);
CREATE TABLE people_groups (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  member_of {text} NOT NULL,
  PRIMARY KEY (workspace, member_of, person),
  FOREIGN KEY (workspace, person) REFERENCES people (workspace, person) ON DELETE CASCADE
);
CREATE INDEX people_groups_of ON people_groups (workspace, person);
CREATE TABLE people_history (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  sequence BIGINT NOT NULL,
  kind {text} NOT NULL,
  create_time BIGINT NOT NULL,
  actor {text},
  reason {text},
  fields {text},
  body {bytes} NOT NULL,
  PRIMARY KEY (workspace, person, sequence)
))sql";

// Who has to be looked at, as somebody went or came back. `version` is another one with every
// change of the record, and of those that stand in.
const char kStandInsSchema[] = R"sql(
CREATE TABLE stand_ins (
  workspace TEXT NOT NULL,
  person {text} NOT NULL,
  next_micros BIGINT NOT NULL,
  away_micros BIGINT,
  version TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (workspace, person)
);
CREATE INDEX stand_ins_next ON stand_ins (next_micros);
CREATE INDEX stand_ins_away ON stand_ins (workspace, person) WHERE away_micros IS NOT NULL;
INSERT INTO stand_ins (workspace, person, next_micros) SELECT workspace, person, 0 FROM people)sql";

namespace {

using sql::Bytes;
using sql::Rows;

int64_t Micros(const google::protobuf::Timestamp& time) {
  return google::protobuf::util::TimeUtil::TimestampToMicroseconds(time);
}

absl::StatusOr<v1::Person> ParseStored(const std::string& bytes) {
  v1::Person person;
  if (!person.ParseFromString(bytes))
    return base::Internal("a stored person is not a message of its type");
  return person;
}

std::string PartsOf(absl::string_view table) {
  return absl::StrCat(table, " x WHERE x.workspace = p.workspace AND x.person = p.person");
}

listing::TableSpec PeopleSpec() {
  return {
      .from = "people p",
      .where = "p.workspace = :workspace",
      .keys = "p.person AS person",
      .select = "b.body",
      .join = "JOIN people b ON b.workspace = :workspace AND b.person = k.person",
      .columns = {{"name", {.sql = "p.name"}},
                  {"display_name", {.sql = "p.display_name"}},
                  {"email", {.sql = "p.email"}},
                  {"manager", {.sql = "p.manager"}},
                  {"relations",
                   {.sql = "x.related", .rows = PartsOf("people_relations"), .key = "x.relation"}},
                  {"groups", {.sql = "x.member_of", .rows = PartsOf("people_groups")}},
                  {"calendar", {.sql = "p.calendar"}},
                  {"time_zone", {.sql = "p.time_zone"}},
                  {"labels",
                   {.sql = "x.value", .rows = PartsOf("people_labels"), .key = "x.label"}},
                  {"state", {.sql = "p.state"}},
                  {"author", {.sql = "p.author"}},
                  {"create_time", {.sql = "p.create_time"}},
                  {"update_time", {.sql = "p.update_time"}}},
      .key = {{"name", false}}};
}

std::vector<std::string> FirstColumn(const Rows& rows) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < rows.size(); ++i) ids.push_back(rows.Text(i, 0));
  return ids;
}

class SqlPeopleChanges final : public PeopleChanges {
 public:
  explicit SqlPeopleChanges(sql::Transaction& transaction) : transaction_(transaction) {}

  absl::StatusOr<std::optional<StoredPerson>> FindPerson(const PersonKey& key) override {
    ASSIGN_OR_RETURN(Rows rows,
                     transaction_.Query("SELECT body, version FROM people "
                                        "WHERE workspace = :workspace AND person = :person",
                                        {{"workspace", key.workspace}, {"person", key.person}}));
    if (rows.empty()) return std::nullopt;
    ASSIGN_OR_RETURN(v1::Person person, ParseStored(rows.Text(0, 0)));
    return StoredPerson{std::move(person), rows.Int(0, 1)};
  }

  absl::StatusOr<listing::Page<v1::Person>> ListPeople(absl::string_view workspace,
                                                       const listing::Query& query) override {
    static const auto& table = *new listing::Table(PersonSchema(), PeopleSpec());
    const sql::Param params[] = {{"workspace", workspace}};
    ASSIGN_OR_RETURN(const listing::FoundRows found, table.Read(transaction_, params, query));
    listing::Page<v1::Person> page{{}, found.next};
    for (size_t i = 0; i < found.size; ++i) {
      ASSIGN_OR_RETURN(v1::Person person, ParseStored(found.rows.Text(i, 0)));
      page.rows.push_back(std::move(person));
    }
    return page;
  }

  absl::StatusOr<std::vector<std::string>> Members(absl::string_view workspace,
                                                   absl::string_view group, int limit) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query("SELECT g.person FROM people_groups g JOIN people p ON p.workspace = "
                           "g.workspace AND p.person = g.person WHERE g.workspace = :workspace AND "
                           "g.member_of = :grp AND p.state <> :left ORDER BY g.person LIMIT :most",
                           {{"workspace", workspace},
                            {"grp", group},
                            {"left", "STATE_LEFT"},
                            {"most", int64_t{limit}}}));
    return FirstColumn(rows);
  }

  absl::StatusOr<std::vector<std::string>> Naming(const PersonKey& key, int limit) override {
    ASSIGN_OR_RETURN(
        const Rows rows,
        transaction_.Query(
            "SELECT person FROM people WHERE workspace = :workspace AND manager = "
            ":named UNION SELECT person FROM people_relations WHERE workspace = "
            ":workspace AND related = :named AND person <> :named ORDER BY 1 "
            "LIMIT :most",
            {{"workspace", key.workspace}, {"named", key.person}, {"most", int64_t{limit}}}));
    return FirstColumn(rows);
  }

  absl::StatusOr<listing::Page<v1::PersonHistoryEntry>> ListHistory(
      const PersonKey& key, const listing::Query& query) override {
    return ReadPersonHistory(transaction_, key, query);
  }

  absl::StatusOr<int64_t> Position() override { return transaction_.Position(); }

  absl::Status PutPerson(const PersonKey& key, const StoredPerson& stored,
                         v1::PersonHistoryEntry entry) override {
    RETURN_IF_ERROR(PutRow(key, stored));
    RETURN_IF_ERROR(PutPersonParts(transaction_, key, stored.person));
    RETURN_IF_ERROR(LookAtAbsences(key, !stored.person.absences().empty()));
    return AppendPersonHistory(transaction_, key, std::move(entry));
  }

  absl::Status RemovePerson(const PersonKey& key, v1::PersonHistoryEntry entry) override {
    RETURN_IF_ERROR(LookAtAbsences(key, false));
    RETURN_IF_ERROR(
        transaction_
            .Execute("DELETE FROM people WHERE workspace = :workspace AND person = :person",
                     {{"workspace", key.workspace}, {"person", key.person}})
            .status());
    RETURN_IF_ERROR(ForgetPersonValues(transaction_, key));
    return AppendPersonHistory(transaction_, key, std::move(entry));
  }

 private:
  // Lets who hands over the work of people who are away look at the person at once; one who was
  // never away and will not be is nobody's concern. At those for whom the person stands in, too:
  // who does so next may be another.
  absl::Status LookAtAbsences(const PersonKey& key, bool has_some) {
    const std::string version = base::NewUuid();
    if (has_some) {
      RETURN_IF_ERROR(
          transaction_
              .Execute("INSERT INTO stand_ins (workspace, person, next_micros) VALUES (:workspace, "
                       ":person, 0) ON CONFLICT (workspace, person) DO NOTHING",
                       {{"workspace", key.workspace}, {"person", key.person}})
              .status());
    }
    return transaction_
        .Execute(
            "UPDATE stand_ins SET next_micros = 0, version = :version WHERE "
            "workspace = :workspace AND (person = :person OR person IN (SELECT stands_for FROM "
            "open_tasks WHERE workspace = :workspace AND resource = :person AND "
            "stands_for IS NOT NULL) OR person IN (SELECT waiver_for FROM open_tasks WHERE "
            "workspace = :workspace AND waiver = :person AND waiver_for IS NOT NULL))",
            {{"workspace", key.workspace}, {"person", key.person}, {"version", version}})
        .status();
  }

  absl::Status PutRow(const PersonKey& key, const StoredPerson& stored) {
    const v1::Person& person = stored.person;
    const std::string body = person.SerializeAsString();
    const std::string name = NameOf(key);
    const std::string state = v1::Person::State_Name(person.state());
    return transaction_
        .Execute(
            "INSERT INTO people (workspace, person, version, name, display_name, email, manager, "
            "calendar, time_zone, state, author, create_time, update_time, body) "
            "VALUES (:workspace, :person, :version, :name, :display_name, :email, :manager, "
            ":calendar, :time_zone, :state, :author, :create_time, :update_time, :body) "
            "ON CONFLICT (workspace, person) DO UPDATE SET version = excluded.version, "
            "display_name = excluded.display_name, email = excluded.email, "
            "manager = excluded.manager, calendar = excluded.calendar, "
            "time_zone = excluded.time_zone, state = excluded.state, author = excluded.author, "
            "create_time = excluded.create_time, update_time = excluded.update_time, "
            "body = excluded.body",
            {{"workspace", key.workspace},
             {"person", key.person},
             {"version", stored.version},
             {"name", name},
             {"display_name", sql::TextOrNull(person.display_name())},
             {"email", sql::TextOrNull(person.email())},
             {"manager", sql::TextOrNull(person.manager())},
             {"calendar", sql::TextOrNull(person.calendar())},
             {"time_zone", sql::TextOrNull(person.time_zone())},
             {"state", state},
             {"author", sql::TextOrNull(person.author())},
             {"create_time", Micros(person.create_time())},
             {"update_time", Micros(person.update_time())},
             {"body", Bytes{body}}})
        .status();
  }

  sql::Transaction& transaction_;
};

class SqlPeopleStore final : public PeopleStore {
 public:
  explicit SqlPeopleStore(sql::Database& database) : database_(database) {}

  absl::Status Read(const base::CallContext& context,
                    absl::FunctionRef<absl::Status(PeopleReads&)> body) override {
    return database_.Read(context, [&](sql::Transaction& transaction) {
      SqlPeopleChanges view(transaction);
      return body(view);
    });
  }

  absl::StatusOr<std::string> Write(
      const base::CallContext& context, const PeopleRequest& request, absl::Time now,
      absl::FunctionRef<absl::StatusOr<std::string>(PeopleChanges&)> body) override {
    const sql::RequestKey key{request.workspace, request.method, request.request_id, request.body};
    return sql::Once(database_, context, key, now,
                     [&](sql::Transaction& transaction) -> absl::StatusOr<std::string> {
                       // One lock for all people: who reports to whom concerns them all.
                       RETURN_IF_ERROR(transaction.Lock(absl::StrCat("people:", key.workspace)));
                       SqlPeopleChanges view(transaction);
                       return body(view);
                     });
  }

 private:
  sql::Database& database_;
};

}  // namespace

std::unique_ptr<PeopleStore> NewPeopleStore(sql::Database& database) {
  return std::make_unique<SqlPeopleStore>(database);
}

}  // namespace plumbline::onboarding
