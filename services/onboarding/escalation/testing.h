// SPDX-License-Identifier: Apache-2.0
//
// For tests: replicas of the service over one database, on both engines.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_TESTING_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/escalation_service.pb.h"
#include "plumbline/onboarding/v1/people_service.pb.h"
#include "services/onboarding/runs/store_testing.h"
#include "services/onboarding/testing/service.h"
#include "services/onboarding/testing/watched.h"

namespace plumbline::onboarding::escalation::testing {

using onboarding::testing::At;
using onboarding::testing::ReasonText;
using onboarding::testing::TestOnboarding;

inline constexpr char kAda[] = "workspaces/acme/onboardings/ada";

// The runs of another store; a test overrides what is to go wrong.
class PassingStore : public RunStore {
 public:
  explicit PassingStore(RunStore& store) : store_(store) {}

  absl::StatusOr<Receipt> Create(const base::CallContext& context, const RequestKey& request,
                                 absl::Time now, const absl::StatusOr<Started>& started) override {
    return store_.Create(context, request, now, started);
  }
  absl::StatusOr<std::string> Update(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, absl::string_view onboarding,
                                     Change change) override {
    return store_.Update(context, request, now, onboarding, change);
  }
  absl::StatusOr<onboarding::Run> Load(const base::CallContext& context,
                                       absl::string_view workspace,
                                       absl::string_view onboarding) override {
    return store_.Load(context, workspace, onboarding);
  }
  absl::StatusOr<std::vector<onboarding::Run>> List(const base::CallContext& context,
                                                    const RunQuery& query) override {
    return store_.List(context, query);
  }
  absl::StatusOr<listing::Page<v1::Onboarding>> ListOnboardings(
      const base::CallContext& context, const OnboardingQuery& query) override {
    return store_.ListOnboardings(context, query);
  }
  absl::StatusOr<listing::Page<v1::Task>> ListOpenTasks(const base::CallContext& context,
                                                        const OpenTaskQuery& query) override {
    return store_.ListOpenTasks(context, query);
  }
  absl::StatusOr<listing::Page<v1::Impediment>> ListImpediments(
      const base::CallContext& context, const ImpedimentQuery& query) override {
    return store_.ListImpediments(context, query);
  }

 private:
  RunStore& store_;
};

// Cannot change ada's run, whose zone is gone, and counts how often that was tried. Calls `before`
// before every other change.
class RefusingStore final : public PassingStore {
 public:
  using PassingStore::PassingStore;
  absl::StatusOr<std::string> Update(const base::CallContext& context, const RequestKey& request,
                                     absl::Time now, absl::string_view onboarding,
                                     Change change) override {
    if (onboarding == refused) {
      ++tries;
      return base::FieldError("time_zone", "'Mars/Olympus' is no time zone of this machine");
    }
    if (before) before();
    return PassingStore::Update(context, request, now, onboarding, change);
  }

  std::string refused;
  int tries = 0;
  std::function<void()> before;
};

// The clocks stand at 2031-03-03T09:00:00Z, a Monday. hr@example.com has the tasks of hr, and
// reports to hera@example.com.
class EscalationTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    static std::atomic<int> next{0};
    const std::string url =
        GetParam() ? onboarding::testing::SharedPostgres().url() : "sqlite::memory:";
    auto opened = sql::Open(url, {.schema = absl::StrCat("escalation_", next++)});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    service_ = Replica();
    v1::Person person;
    person.set_manager("hera@example.com");
    Put("hr@example.com", person);
  }

  // Without leases: whoever works, works.
  std::unique_ptr<TestOnboarding> Replica() {
    OnboardingOptions options;
    options.escalation.rounds.lease_term = absl::ZeroDuration();
    auto replica =
        std::make_unique<TestOnboarding>(database_.get(), common::v1::AuthConfig(), options);
    replica->catalog().Publish(onboarding::testing::Watched());
    replica->catalog().Publish(onboarding::testing::Tour());
    replica->catalog().Publish(onboarding::testing::Gear());
    if (service_ != nullptr)
      replica->clock().Advance(service_->clock().Now() - replica->clock().Now());
    return replica;
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(const std::string& service, const std::string& method,
                                const Request& request) {
    Response response;
    const absl::Status status = service_->channel().Call(
        service_->context(), absl::StrCat("/plumbline.onboarding.v1.", service, "Service/", method),
        request, &response);
    if (!status.ok()) return status;
    return response;
  }

  void Put(const std::string& id, const v1::Person& person) {
    v1::UpdatePersonRequest request;
    *request.mutable_person() = person;
    request.mutable_person()->set_name(absl::StrCat("workspaces/acme/people/", id));
    request.set_allow_missing(true);
    const auto put = Call<v1::UpdatePersonResponse>("People", "UpdatePerson", request);
    ASSERT_TRUE(put.ok()) << put.status();
  }

  void Start(const std::string& id = "ada", const std::string& process = "watched@1") {
    v1::StartOnboardingRequest request = TestOnboarding::StartRequest(id);
    request.mutable_onboarding()->set_process(absl::StrCat("workspaces/acme/processes/", process));
    request.mutable_onboarding()->clear_assignees();
    (*request.mutable_onboarding()->mutable_assignees())["hr"] = "hr@example.com";
    const auto started = service_->Call<v1::StartOnboardingResponse>("StartOnboarding", request);
    ASSERT_TRUE(started.ok()) << started.status();
  }

  // What a round did: "2 told, 1 handed over".
  std::string Round() { return RoundOf(*service_); }
  static std::string RoundOf(TestOnboarding& service) {
    const auto rounds =
        service.app().escalations().RunOnce(service.context(), service.clock().Now());
    EXPECT_TRUE(rounds.ok()) << rounds.status();
    if (!rounds.ok()) return "";
    return absl::StrCat(rounds->escalations.changed, " told, ", rounds->stand_ins.changed,
                        " handed over");
  }

  v1::ListEscalationsRequest ListRequest(const std::string& filter = "") {
    v1::ListEscalationsRequest request;
    request.set_parent("workspaces/acme/onboardings/-");
    request.set_filter(filter);
    request.set_page_size(1000);
    return request;
  }
  // "late 1 paperwork: hr@example.com", the oldest first.
  std::vector<std::string> Told(v1::ListEscalationsRequest request) {
    request.set_order_by("sequence, rule");
    const auto list = Call<v1::ListEscalationsResponse>("Escalation", "ListEscalations", request);
    EXPECT_TRUE(list.ok()) << list.status();
    std::vector<std::string> texts;
    if (!list.ok()) return texts;
    for (const v1::Escalation& one : list->escalations()) {
      texts.push_back(absl::StrCat(one.rule(), " ", one.level(), " ", one.step(), ": ",
                                   absl::StrJoin(one.recipients(), " ")));
    }
    return texts;
  }
  std::vector<std::string> Told(const std::string& filter = "") {
    return Told(ListRequest(filter));
  }

  void Execute(const std::string& statement) {
    const absl::Status done =
        database_->Write({}, [&](sql::Transaction& tx) { return tx.Execute(statement).status(); });
    ASSERT_TRUE(done.ok()) << done;
  }

  v1::Task Task(const std::string& task) {
    v1::GetTaskRequest request;
    request.set_name(absl::StrCat(kAda, "/tasks/", task));
    const auto got = service_->Call<v1::GetTaskResponse>("GetTask", request);
    EXPECT_TRUE(got.ok()) << got.status();
    return got.ok() ? got->task() : v1::Task();
  }

  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<TestOnboarding> service_;
  base::FakeClock log_clock_;
  base::Logger logger_{log_clock_, base::LogLevel::kError, base::Logger::StandardError()};
};

}  // namespace plumbline::onboarding::escalation::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ESCALATION_TESTING_H_
