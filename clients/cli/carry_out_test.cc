// SPDX-License-Identifier: Apache-2.0
//
// What applying does with the answers of a service, whatever these are.
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/draft_checks.h"
#include "clients/cli/errors.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;
using base::Reason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using BatchRequest = pb::BatchUpdateProcessesRequest;
using BatchResponse = pb::BatchUpdateProcessesResponse;
using Names = std::multiset<std::string>;

constexpr char kService[] = "plumbline.catalog.v1.CatalogService";
constexpr absl::Duration kLongest = absl::Seconds(30);  // of a wait that does not end

absl::Status DoAll(const BatchRequest& request, BatchResponse* response) {
  for (const pb::UpdateProcessRequest& one : request.requests()) {
    pb::UpdatedProcess& updated = *response->add_results();
    updated.set_name(one.process().name());
    updated.set_created(true);
    updated.set_published(one.publish());
    updated.set_latest_revision(one.publish() ? 1 : 0);
  }
  return absl::OkStatus();
}

// A server that answers as the test says, and a session with it.
class CarryOutTest : public ::testing::Test {
 protected:
  void Start(int max_request_bytes = 0) {
    table_.Unary<BatchRequest, BatchResponse>(
        kService, "BatchUpdateProcesses", "", rpc::WorkClass::kWrite,
        [this](const rpc::CallContext&, const BatchRequest& request, BatchResponse* response) {
          return batch_(request, response);
        });
    table_.Unary<pb::CreateProcessRequest, pb::CreateProcessResponse>(
        kService, "CreateProcess", "", rpc::WorkClass::kWrite,
        [this](const rpc::CallContext&, const pb::CreateProcessRequest& request,
               pb::CreateProcessResponse* response) {
          *response->mutable_process() = request.process();
          absl::MutexLock lock(&mutex_);
          alone_.insert(request.process().name());
          return absl::OkStatus();
        });
    table_.Unary<pb::PublishProcessRequest, pb::PublishProcessResponse>(
        kService, "PublishProcess", "", rpc::WorkClass::kWrite,
        [](const rpc::CallContext&, const pb::PublishProcessRequest&, pb::PublishProcessResponse*) {
          return base::Error(Reason::ERROR_REASON_NOTHING_TO_PUBLISH, "published already");
        });
    table_.Unary<pb::CreateUtilityRequest, pb::CreateUtilityResponse>(
        "plumbline.catalog.v1.UtilityService", "CreateUtility", "", rpc::WorkClass::kWrite,
        [this](const rpc::CallContext&, const pb::CreateUtilityRequest& request,
               pb::CreateUtilityResponse* response) {
          *response->mutable_utility() = request.utility();
          absl::MutexLock lock(&mutex_);
          ++utilities_;
          const auto two = [this] { return utilities_ >= 2; };
          side_by_side_ = mutex_.AwaitWithTimeout(absl::Condition(&two), absl::Seconds(10));
          return absl::OkStatus();
        });
    common::v1::ServerConfig config;
    config.set_listen_address("127.0.0.1:0");
    config.set_admin_address("127.0.0.1:0");
    config.mutable_limits()->set_max_request_bytes(max_request_bytes);
    auto server = rpc::Server::Start(config, {"fake", "{}"}, table_, clock_, logger_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    GlobalOptions options;
    options.address = server_->address();
    session_ = std::make_unique<Session>(options, clock_, Paper{out_}, err_);
    ASSERT_TRUE(session_->channel().ok());
  }

  // Names no other; its file is called like it.
  void Plan(const std::string& name, size_t bytes = 10,
            Publication publication = Publication::kNone) {
    PlannedChange change;
    change.document.path = absl::StrCat(name, ".yaml");
    change.document.kind = KindOf(name);
    change.document.resource = change.document.kind->New();
    SetText("name", session_->FullName(name), change.document.resource.get());
    SetText(change.document.kind->has_drafts() ? "purpose" : "title", std::string(bytes, 'x'),
            change.document.resource.get());
    change.write = PlannedChange::Write::kCreate;
    change.publication = publication;
    plan_.push_back(std::move(change));
  }
  void PlanProcesses(int count, size_t bytes = 10) {
    for (int i = 0; i < count; ++i) Plan(absl::StrCat("processes/p", i), bytes);
  }
  absl::Status Carry() {
    return CarryOut(*session_, plan_, options_, [this](const PlannedChange& change, Applied one) {
      done_.insert(change.document.name());
      applied_.push_back(std::move(one));
      if (on_done_) on_done_();
    });
  }
  // Each of the plan once.
  Names All() const {
    Names names;
    for (const PlannedChange& change : plan_) names.insert(change.document.name());
    return names;
  }
  // As people see it.
  std::string Told(const absl::Status& status) {
    std::ostringstream text;
    PrintError(status, session_->wording(), "", {text});
    return text.str();
  }

  std::function<absl::Status(const BatchRequest&, BatchResponse*)> batch_ = &DoAll;
  std::function<void()> on_done_;
  ApplyOptions options_;
  std::vector<PlannedChange> plan_;
  Names done_, alone_;
  std::vector<Applied> applied_;
  absl::Mutex mutex_;
  int utilities_ = 0;
  bool side_by_side_ = false;
  std::unique_ptr<Session> session_;

 private:
  base::SystemClock clock_;
  base::Logger logger_{clock_, base::LogLevel::kError, [](absl::string_view) {}};
  rpc::MethodTable table_;
  std::unique_ptr<rpc::Server> server_;
  std::ostringstream out_, err_;
};

TEST_F(CarryOutTest, WhatIsTooLargeIsSentInHalves) {
  Start(/*max_request_bytes=*/4096);
  PlanProcesses(30, 500);
  const absl::Status status = Carry();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(done_, All());
}

TEST_F(CarryOutTest, OneThatIsTooLargeIsNamed) {
  Start(/*max_request_bytes=*/4096);
  PlanProcesses(3, 500);
  Plan("processes/large", 5000);
  const absl::Status status = Carry();
  EXPECT_EQ(base::ReasonOf(status), Reason::ERROR_REASON_MESSAGE_TOO_LARGE);
  EXPECT_THAT(std::string(status.message()), HasSubstr("processes/large.yaml: "));
}

TEST_F(CarryOutTest, WhatHasTooManyNodesIsSentInHalves) {
  batch_ = [](const BatchRequest& request, BatchResponse* response) {
    if (request.requests_size() > 7)
      return base::FieldError("requests", "the first 8 have 9 nodes already; send fewer");
    return DoAll(request, response);
  };
  Start();
  PlanProcesses(120);
  EXPECT_TRUE(Carry().ok());
  EXPECT_EQ(done_, All());
}

TEST_F(CarryOutTest, AnErrorOfTheServiceNamesNoFile) {
  absl::Status answer;
  batch_ = [&](const BatchRequest&, BatchResponse*) { return answer; };
  Start();
  PlanProcesses(3);
  for (const Reason reason : {Reason::ERROR_REASON_DEADLINE_EXCEEDED,
                              Reason::ERROR_REASON_OVERLOADED, Reason::ERROR_REASON_INTERNAL}) {
    answer = base::Error(reason, "it is so");
    const absl::Status status = Carry();
    EXPECT_EQ(base::ReasonOf(status), reason);
    EXPECT_THAT(Told(status), Not(HasSubstr(".yaml")));
    std::vector<Document> documents;
    for (PlannedChange& change : plan_) {
      documents.push_back({.path = change.document.path, .kind = change.document.kind});
      documents.back().resource.reset(change.document.resource->New());
      documents.back().resource->CopyFrom(*change.document.resource);
    }
    SpeakOf(*session_, documents[0]);
    const auto checks = CheckDrafts(*session_, documents, std::vector<Kept>(3), "");
    EXPECT_EQ(base::ReasonOf(checks.status()), reason);
    EXPECT_THAT(Told(checks.status()), Not(HasSubstr(".yaml")));
  }
}

absl::Status RefuseAt(int place, const absl::Status& status) {
  const std::string field = absl::StrCat("requests[", place, "]");
  return base::OfPart(status, field, field, {"request", absl::StrCat(place)});
}

TEST_F(CarryOutTest, AReasonThatIsTooLongIsOfNoFile) {
  batch_ = [](const BatchRequest&, BatchResponse*) {
    return RefuseAt(0, base::FieldError("reason", "has 1,001 characters; write at most 1,000"));
  };
  Start();
  PlanProcesses(2);
  session_->wording().Call({{"reason", "--reason"}});
  EXPECT_EQ(Told(Carry()),
            "error: --reason: has 1,001 characters; write at most 1,000\n  (FIELD_INVALID)\n");
}

TEST_F(CarryOutTest, OfARefusedOneTheFileIsNamed) {
  batch_ = [](const BatchRequest&, BatchResponse*) {
    return RefuseAt(1, base::FieldError("process.title", "is empty"));
  };
  Start();
  PlanProcesses(3);
  EXPECT_EQ(Told(Carry()), "error: processes/p1.yaml: title: is empty\n  (FIELD_INVALID)\n");
}

TEST_F(CarryOutTest, WhatAHalfUpgradedServiceWroteIsNotWrittenAgain) {
  absl::Mutex mutex;
  Names together;
  batch_ = [&](const BatchRequest& request, BatchResponse* response) -> absl::Status {
    if (request.requests(0).process().name() != session_->FullName("processes/p0"))
      return base::Error(Reason::ERROR_REASON_METHOD_UNKNOWN, "of an older release");
    absl::MutexLock lock(&mutex);
    for (const auto& one : request.requests()) together.insert(one.process().name());
    return DoAll(request, response);
  };
  Start();
  PlanProcesses(250);
  const absl::Status status = Carry();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(together.size(), 100u);
  EXPECT_EQ(alone_.size(), 150u);
  for (const std::string& name : together) EXPECT_EQ(alone_.count(name), 0u) << name;
  EXPECT_EQ(done_, All());
}

TEST_F(CarryOutTest, WhatOthersPublishedMeanwhileIsNotToldAsPublished) {
  batch_ = [](const BatchRequest& request, BatchResponse* response) {
    for (const auto& one : request.requests())
      response->add_results()->set_name(one.process().name());
    return absl::OkStatus();
  };
  Start();
  Plan("processes/alone", 10, Publication::kPublish);
  const absl::Status status = Carry();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_FALSE(applied_[0].published);
  EXPECT_TRUE(applied_[0].created);
  Plan("processes/second", 10, Publication::kPublish);
  ASSERT_TRUE(Carry().ok());
  ASSERT_EQ(applied_.size(), 3u);
  EXPECT_FALSE(applied_[1].published || applied_[1].created);
}

TEST_F(CarryOutTest, ABatchIsToldWhileOthersAreUnderWay) {
  absl::Notification told;
  std::atomic<bool> in_time{true};
  batch_ = [&](const BatchRequest& request, BatchResponse* response) {
    if (request.requests(0).process().name() != session_->FullName("processes/p0"))
      if (!told.WaitForNotificationWithTimeout(kLongest)) in_time = false;
    return DoAll(request, response);
  };
  on_done_ = [&] {
    if (!told.HasBeenNotified()) told.Notify();
  };
  Start();
  PlanProcesses(200);
  EXPECT_TRUE(Carry().ok());
  EXPECT_TRUE(in_time);
}

TEST_F(CarryOutTest, OtherKindsGoSideBySide) {
  Start();
  Plan("utilities/crm");
  Plan("utilities/mail");
  const absl::Status status = Carry();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(side_by_side_);
  EXPECT_EQ(done_, All());
}

TEST_F(CarryOutTest, ThoseBeforeARefusedOneAreNotAskedAgain) {
  batch_ = [](const BatchRequest&, BatchResponse*) {
    return RefuseAt(2, base::FieldError("process.title", "is empty"));
  };
  Start();
  PlanProcesses(4);
  std::vector<Document> documents;
  for (PlannedChange& change : plan_) documents.push_back(std::move(change.document));
  const auto checks = CheckDrafts(*session_, documents, std::vector<Kept>(4), "");
  ASSERT_TRUE(checks.ok()) << checks.status();
  std::vector<bool> asked, fine;
  for (const DraftCheck& check : *checks) {
    asked.push_back(check.asked);
    fine.push_back(check.status.ok());
  }
  EXPECT_THAT(asked, ElementsAre(true, true, true, false));
  EXPECT_THAT(fine, ElementsAre(true, true, false, true));
}

}  // namespace
}  // namespace plumbline::cli
