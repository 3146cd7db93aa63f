// SPDX-License-Identifier: Apache-2.0
//
// People for tests: records in memory, and PeopleService over a database of its own.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_TESTING_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/in_process.h"
#include "common/sql/database.h"
#include "common/sql/requests.h"
#include "gtest/gtest.h"
#include "services/onboarding/people/people.h"
#include "services/onboarding/people/rpc.h"
#include "services/onboarding/people/store_sql.h"
#include "tests/support/postgres_server.h"

namespace plumbline::onboarding::testing {

// "2031-03-03T09:00:00Z"
inline absl::Time TimeAt(absl::string_view text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text << ": " << error;
  return time;
}

// "FIELD_INVALID", or "OK".
inline std::string ReasonWord(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::string name = common::v1::ErrorReason_Name(base::ReasonOf(status));
  return std::string(absl::StripPrefix(name, "ERROR_REASON_"));
}
template <typename T>
std::string ReasonWord(const absl::StatusOr<T>& result) {
  return ReasonWord(result.status());
}

inline v1::Absence Away(const std::string& from, const std::string& until,
                        const std::string& substitute = "", const std::string& reason = "") {
  v1::Absence absence;
  absence.set_from_date(from);
  absence.set_until_date(until);
  absence.set_substitute(substitute);
  absence.set_reason(reason);
  return absence;
}

class MapDirectory final : public Directory {
 public:
  v1::Person& operator[](const std::string& id) { return people_[id]; }
  absl::StatusOr<std::optional<v1::Person>> Find(absl::string_view person) override {
    ++finds_;
    const auto found = people_.find(std::string(person));
    if (found == people_.end()) return std::nullopt;
    return found->second;
  }
  absl::StatusOr<std::vector<std::string>> Members(absl::string_view group, int limit) override {
    std::vector<std::string> members;
    for (const auto& [id, person] : people_) {
      for (const std::string& one : person.groups()) {
        const bool counts = one == group && person.state() != v1::Person::STATE_LEFT;
        if (counts && static_cast<int>(members.size()) < limit) members.push_back(id);
      }
    }
    return members;
  }
  int finds() const { return finds_; }

 private:
  std::map<std::string, v1::Person> people_;
  int finds_ = 0;
};

// The sentences of the steps, one a line.
template <typename Steps>
std::string TextsOf(const Steps& steps) {
  return absl::StrJoin(steps, "\n", [](std::string* out, const v1::ResolutionStep& step) {
    absl::StrAppend(out, step.text());
  });
}

enum class Engine { kSqlite, kPostgres };

// What the store reads of tasks: for whom somebody stands in.
inline constexpr char kOpenTasks[] =
    "CREATE TABLE open_tasks (workspace TEXT, resource TEXT, stands_for TEXT, waiver TEXT, "
    "waiver_for TEXT)";

// PeopleService of workspaces "acme" and others. The clock stands at 2031-03-03T09:00:00Z, a
// Monday.
class TestPeople {
 public:
  explicit TestPeople(Engine engine = Engine::kSqlite, const common::v1::AuthConfig& auth = {})
      : clock_(TimeAt("2031-03-03T09:00:00Z")),
        logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()) {
    static std::atomic<int> next{0};
    database_ = *sql::Open(engine == Engine::kSqlite ? "sqlite::memory:" : PostgresUrl(),
                           {.connections = 4, .schema = absl::StrCat("people_", next++)});
    const sql::Migration migrations[] = {
        {1, sql::kRequestsSchema}, {2, kPeopleSchema}, {3, kStandInsSchema}, {4, kOpenTasks}};
    const absl::Status migrated = sql::Migrate(*database_, migrations);
    EXPECT_TRUE(migrated.ok()) << migrated;
    store_ = NewPeopleStore(*database_);
    people_ = std::make_unique<People>(*store_, clock_);
    RegisterPeopleService(
        *people_,
        [this](const base::CallContext& context, const std::string& name) {
          if (calendar_asked) calendar_asked(context);
          return name == "workspaces/acme/calendars/atlantis";
        },
        clock_, &table_);
    authenticator_ = std::make_unique<rpc::Authenticator>(*rpc::Authenticator::Create(auth));
    metrics_ = std::make_unique<rpc::Metrics>(table_);
    executor_ = std::make_unique<rpc::Executor>(rpc::ExecutorOptions{.threads = 8}, clock_);
    dispatcher_ = std::make_unique<rpc::Dispatcher>(table_, *authenticator_, *executor_, *metrics_,
                                                    clock_, logger_, rpc::DispatcherLimits{});
  }
  ~TestPeople() {
    dispatcher_->Drain();
    dispatcher_->WaitIdle(absl::Seconds(10));
  }

  // Called for each calendar that is asked for.
  std::function<void(const base::CallContext&)> calendar_asked;

  // Call<v1::GetPersonResponse>("GetPerson", request), as who presents `token`.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& method, const Request& request,
                                const std::string& token = "") {
    const auto channel =
        rpc::NewInProcessChannel(*dispatcher_, token.empty() ? "" : absl::StrCat("Bearer ", token));
    Response response;
    const absl::Status status = channel->Call(
        {}, absl::StrCat("/plumbline.onboarding.v1.PeopleService/", method), request, &response);
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::Person> Create(const std::string& id, const v1::Person& person = {}) {
    v1::CreatePersonRequest request;
    request.set_parent("workspaces/acme");
    request.set_person_id(id);
    *request.mutable_person() = person;
    auto response = Call<v1::CreatePersonResponse>("CreatePerson", request);
    if (!response.ok()) return response.status();
    return response->person();
  }
  absl::StatusOr<v1::Person> Get(const std::string& id) {
    v1::GetPersonRequest request;
    request.set_name(absl::StrCat("workspaces/acme/people/", id));
    auto response = Call<v1::GetPersonResponse>("GetPerson", request);
    if (!response.ok()) return response.status();
    return response->person();
  }

  base::FakeClock& clock() { return clock_; }

 private:
  // One server for all tests of the program.
  static std::string PostgresUrl() {
    static auto& server = *new auto(plumbline::testing::PostgresServer::Start());
    EXPECT_TRUE(server.ok()) << server.status();
    return (*server)->url();
  }

  base::FakeClock clock_;
  base::Logger logger_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<PeopleStore> store_;
  std::unique_ptr<People> people_;
  rpc::MethodTable table_;
  std::unique_ptr<rpc::Authenticator> authenticator_;
  std::unique_ptr<rpc::Metrics> metrics_;
  std::unique_ptr<rpc::Executor> executor_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
};

inline v1::Person ReportsTo(const std::string& manager) {
  v1::Person person;
  person.set_manager(manager);
  return person;
}

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_TESTING_H_
