// SPDX-License-Identifier: Apache-2.0
//
// The whole service for tests: the app over a database, behind an in-process channel, with a
// catalog and an analytics service that live in memory.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_TESTING_SERVICE_H_
#define PLUMBLINE_SERVICES_ONBOARDING_TESTING_SERVICE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/in_process.h"
#include "common/sql/database.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"
#include "plumbline/catalog/v1/calendar.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "services/onboarding/app.h"

namespace plumbline::onboarding::testing {

// "FIELD_INVALID", or "OK".
std::string ReasonText(const absl::Status& status);
template <typename T>
std::string ReasonText(const absl::StatusOr<T>& result) {
  return ReasonText(result.status());
}

// A channel whose unary calls are answered by a function.
class FakeChannel : public rpc::Channel {
 public:
  absl::Status ReadStream(const rpc::CallContext&, absl::string_view, const rpc::Message&,
                          const rpc::Message&, std::function<bool(const rpc::Message&)>) override;
  absl::StatusOr<std::unique_ptr<rpc::OutgoingStream>> WriteStream(const rpc::CallContext&,
                                                                   absl::string_view) override;
};

// Answers GetProcess from what it holds: to who does not ask for what is true now, the revision
// that was published first, as from a memory that is behind. Thread-safe.
class FakeCatalog final : public FakeChannel {
 public:
  // Published as it is; its name says which revision, and "@latest" gives the last one that was
  // added.
  void Publish(const catalog::v1::Process& process);
  void AddDraft(const std::string& name);
  // Answered to GetCalendar until it is published anew.
  void Publish(const catalog::v1::Calendar& calendar);
  void Forget(const std::string& calendar);
  // Answers this under another name: a tag, or "@latest".
  void Answer(const std::string& name, const catalog::v1::Process& process);
  void FailWith(absl::Status status);
  // The same for one name.
  void Refuse(const std::string& name, absl::Status status);
  int calls() const;
  // What GetProcess was asked last, and all reports of use, the latest last.
  catalog::v1::GetProcessRequest last_get() const;
  std::vector<catalog::v1::ReportProcessUseRequest> reports() const;
  void AwaitReport() const;

  absl::Status Call(const rpc::CallContext&, absl::string_view path, const rpc::Message& request,
                    rpc::Message* response) override;

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, catalog::v1::Process> processes_;
  std::map<std::string, catalog::v1::Process> remembered_;
  std::map<std::string, absl::Status> refused_;
  std::map<std::string, catalog::v1::Calendar> calendars_;
  absl::Status failure_;
  catalog::v1::GetProcessRequest last_get_;
  std::vector<catalog::v1::ReportProcessUseRequest> reports_;
  int calls_ = 0;
};

// Takes events as analytics does: all or nothing, once per number, without gaps. Thread-safe.
class FakeAnalytics final : public FakeChannel {
 public:
  // Asked before and after each call is done; an error of `before` prevents the call, one of
  // `after` hides its success.
  std::function<absl::Status(absl::string_view method)> before;
  std::function<absl::Status(absl::string_view method)> after;
  // Sees every batch before it is taken; an error refuses it.
  std::function<absl::Status(const analytics::v1::WriteEventsRequest&)> check;

  // If given, told of the first call; all calls then hang until their callers cancel them.
  absl::Notification* hung = nullptr;

  std::vector<analytics::v1::Event> Events(const std::string& log) const;
  analytics::v1::EventLog Log(const std::string& log) const;
  std::vector<std::string> LogNames() const;
  void Delete(const std::string& log);
  // As after a restore of an old backup: only the first `count` events are left.
  void Truncate(const std::string& log, size_t count);

  absl::Status Call(const rpc::CallContext&, absl::string_view path, const rpc::Message& request,
                    rpc::Message* response) override;

 private:
  struct Stored {
    analytics::v1::EventLog log;
    std::vector<analytics::v1::Event> events;
    std::map<std::string, int64_t> counts;  // by producer
  };
  absl::Status Do(absl::string_view method, const rpc::Message& request, rpc::Message* response);

  mutable absl::Mutex mutex_;
  std::map<std::string, Stored> logs_;
};

// One replica. The clock stands at 2031-03-03T09:00:00Z, a Monday: databases measure deadlines with
// the machine's clock, and the fake one must not be behind it.
class TestOnboarding {
 public:
  // Its own database in memory, or a replica over `database`.
  explicit TestOnboarding(sql::Database* database = nullptr,
                          const common::v1::AuthConfig& auth = {},
                          const OnboardingOptions& options = {});
  ~TestOnboarding();

  // Call<v1::GetTaskResponse>("GetTask", request), as who presents `token`.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request,
                                const std::string& token = "") {
    Response response;
    absl::Status status = ChannelOf(token).Call(context_, Path(method), request, &response);
    if (!status.ok()) return status;
    return response;
  }

  // A valid request for workspaces/acme/onboardings/{id} of sales-rep@3.
  static v1::StartOnboardingRequest StartRequest(absl::string_view id);
  absl::StatusOr<v1::StartOnboardingResponse> Start(absl::string_view id,
                                                    absl::string_view process = "");
  absl::StatusOr<v1::CompleteTaskResponse> Complete(absl::string_view onboarding,
                                                    absl::string_view task);

  rpc::Channel& channel() { return ChannelOf(""); }
  rpc::Channel& ChannelOf(const std::string& token);
  static std::string Path(absl::string_view method);

  base::FakeClock& clock() { return clock_; }
  FakeCatalog& catalog() { return catalog_; }
  FakeAnalytics& analytics() { return analytics_; }
  OnboardingApp& app() { return *app_; }
  sql::Database& database() { return *database_; }
  const base::CallContext& context() const { return context_; }

 private:
  base::FakeClock clock_;
  base::Logger logger_;
  FakeCatalog catalog_;
  FakeAnalytics analytics_;
  std::unique_ptr<sql::Database> own_database_;
  sql::Database* database_;
  std::unique_ptr<OnboardingApp> app_;
  std::unique_ptr<rpc::Authenticator> authenticator_;
  std::unique_ptr<rpc::Metrics> metrics_;
  std::unique_ptr<rpc::Executor> executor_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<rpc::Channel>> channels_;
  base::CallContext context_;
};

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_TESTING_SERVICE_H_
