// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/testing/service.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/onboarding/testing/engine.h"

namespace plumbline::onboarding::testing {
namespace {

using base::Reason;

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().ToString().c_str());
    std::abort();
  }
  return *std::move(result);
}

std::string HeadOf(const std::string& name) { return name.substr(0, name.find('@')); }

}  // namespace

std::string ReasonText(const absl::Status& status) {
  if (status.ok()) return "OK";
  std::string name = common::v1::ErrorReason_Name(base::ReasonOf(status));
  return std::string(absl::StripPrefix(name, "ERROR_REASON_"));
}

absl::Status FakeChannel::ReadStream(const rpc::CallContext&, absl::string_view,
                                     const rpc::Message&, const rpc::Message&,
                                     std::function<bool(const rpc::Message&)>) {
  return base::Internal("no streams here");
}

absl::StatusOr<std::unique_ptr<rpc::OutgoingStream>> FakeChannel::WriteStream(
    const rpc::CallContext&, absl::string_view) {
  return base::Internal("no streams here");
}

void FakeCatalog::Publish(const catalog::v1::Process& process) {
  absl::MutexLock lock(&mutex_);
  processes_[process.name()] = process;
  processes_[HeadOf(process.name()) + "@latest"] = process;
  remembered_.insert({HeadOf(process.name()) + "@latest", process});
  processes_[HeadOf(process.name())] = process;
}

void FakeCatalog::Publish(const catalog::v1::Calendar& calendar) {
  absl::MutexLock lock(&mutex_);
  calendars_[calendar.name()] = calendar;
}

void FakeCatalog::Forget(const std::string& calendar) {
  absl::MutexLock lock(&mutex_);
  calendars_.erase(calendar);
}

void FakeCatalog::AddDraft(const std::string& name) {
  absl::MutexLock lock(&mutex_);
  processes_[name].set_name(name);
}

void FakeCatalog::Answer(const std::string& name, const catalog::v1::Process& process) {
  absl::MutexLock lock(&mutex_);
  processes_[name] = process;
  remembered_.erase(name);
}

void FakeCatalog::Refuse(const std::string& name, absl::Status status) {
  absl::MutexLock lock(&mutex_);
  refused_[name] = std::move(status);
}

catalog::v1::GetProcessRequest FakeCatalog::last_get() const {
  absl::MutexLock lock(&mutex_);
  return last_get_;
}

std::vector<catalog::v1::ReportProcessUseRequest> FakeCatalog::reports() const {
  absl::MutexLock lock(&mutex_);
  return reports_;
}

void FakeCatalog::AwaitReport() const {
  absl::MutexLock lock(&mutex_);
  const auto told = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return !reports_.empty(); };
  mutex_.Await(absl::Condition(&told));
}

void FakeCatalog::FailWith(absl::Status status) {
  absl::MutexLock lock(&mutex_);
  failure_ = std::move(status);
}

int FakeCatalog::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

absl::Status FakeCatalog::Call(const rpc::CallContext&, absl::string_view path,
                               const rpc::Message& request, rpc::Message* response) {
  absl::MutexLock lock(&mutex_);
  ++calls_;
  if (!failure_.ok()) return failure_;
  if (absl::EndsWith(path, "/ReportProcessUse")) {
    reports_.push_back(static_cast<const catalog::v1::ReportProcessUseRequest&>(request));
    return absl::OkStatus();
  }
  if (absl::EndsWith(path, "/GetCalendar")) {
    const auto& of = static_cast<const catalog::v1::GetCalendarRequest&>(request);
    const auto it = calendars_.find(of.name());
    if (it == calendars_.end()) return base::NotFound("Calendar", of.name());
    *static_cast<catalog::v1::GetCalendarResponse*>(response)->mutable_calendar() = it->second;
    return absl::OkStatus();
  }
  const auto& get = static_cast<const catalog::v1::GetProcessRequest&>(request);
  const std::string& name = get.name();
  last_get_ = get;
  if (auto refused = refused_.find(name); refused != refused_.end()) return refused->second;
  auto it = processes_.find(name);
  if (it == processes_.end()) return base::NotFound("Process", name);
  auto remembered = remembered_.find(name);
  if (remembered != remembered_.end() && get.min_freshness() != "now") it = remembered;
  *static_cast<catalog::v1::GetProcessResponse*>(response)->mutable_process() = it->second;
  return absl::OkStatus();
}

std::vector<analytics::v1::Event> FakeAnalytics::Events(const std::string& log) const {
  absl::MutexLock lock(&mutex_);
  auto it = logs_.find(log);
  return it == logs_.end() ? std::vector<analytics::v1::Event>() : it->second.events;
}

analytics::v1::EventLog FakeAnalytics::Log(const std::string& log) const {
  absl::MutexLock lock(&mutex_);
  auto it = logs_.find(log);
  return it == logs_.end() ? analytics::v1::EventLog() : it->second.log;
}

std::vector<std::string> FakeAnalytics::LogNames() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> names;
  for (const auto& [name, stored] : logs_) names.push_back(name);
  return names;
}

void FakeAnalytics::Delete(const std::string& log) {
  absl::MutexLock lock(&mutex_);
  logs_.erase(log);
}

void FakeAnalytics::Truncate(const std::string& log, size_t count) {
  absl::MutexLock lock(&mutex_);
  logs_[log].events.resize(count);
  for (auto& [producer, taken] : logs_[log].counts) taken = static_cast<int64_t>(count);
}

absl::Status FakeAnalytics::Do(absl::string_view method, const rpc::Message& request,
                               rpc::Message* response) {
  absl::MutexLock lock(&mutex_);
  if (method == "CreateEventLog") {
    const auto& create = static_cast<const analytics::v1::CreateEventLogRequest&>(request);
    std::string name = absl::StrCat(create.parent(), "/eventLogs/", create.event_log_id());
    if (logs_.contains(name)) return base::AlreadyExists("EventLog", name);
    logs_[name].log = create.event_log();
    return absl::OkStatus();
  }
  const auto& write = static_cast<const analytics::v1::WriteEventsRequest&>(request);
  auto it = logs_.find(write.name());
  if (it == logs_.end()) return base::NotFound("EventLog", write.name());
  int64_t& count = it->second.counts[write.producer()];
  if (write.first_sequence() > count + 1) {
    return base::Error(Reason::ERROR_REASON_SEQUENCE_GAP, "a gap")
        .With("expected", absl::StrCat(count + 1));
  }
  auto& answer = *static_cast<analytics::v1::WriteEventsResponse*>(response);
  for (int i = 0; i < write.events_size(); ++i) {
    if (write.first_sequence() + i <= count) {
      answer.set_duplicate_count(answer.duplicate_count() + 1);
      continue;
    }
    it->second.events.push_back(write.events(i));
    ++count;
  }
  answer.set_next_sequence(count + 1);
  return absl::OkStatus();
}

absl::Status FakeAnalytics::Call(const rpc::CallContext& context, absl::string_view path,
                                 const rpc::Message& request, rpc::Message* response) {
  if (hung != nullptr) {
    if (!hung->HasBeenNotified()) hung->Notify();
    absl::Notification never;
    while (!context.cancelled->load()) never.WaitForNotificationWithTimeout(absl::Milliseconds(1));
    return absl::CancelledError("by its caller");
  }
  absl::string_view method = path.substr(path.rfind('/') + 1);
  if (before) {
    if (absl::Status status = before(method); !status.ok()) return status;
  }
  if (check && method == "WriteEvents") {
    const auto& write = static_cast<const analytics::v1::WriteEventsRequest&>(request);
    if (absl::Status status = check(write); !status.ok()) return status;
  }
  absl::Status status = Do(method, request, response);
  if (!status.ok() || !after) return status;
  return after(method);
}

TestOnboarding::TestOnboarding(sql::Database* database, const common::v1::AuthConfig& auth,
                               const OnboardingOptions& options)
    : clock_(At("2031-03-03T09:00:00Z")),
      logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()),
      database_(database) {
  if (database == nullptr) {
    own_database_ = Must(sql::Open("sqlite::memory:", {.schema = "onboarding"}));
    database_ = own_database_.get();
  }
  catalog_.Publish(DealDesk());
  catalog_.Publish(SalesRep());
  catalog_.Publish(Pair());
  app_ = Must(OnboardingApp::Create(*database_, catalog_, &analytics_, clock_, logger_, options));
  authenticator_ = std::make_unique<rpc::Authenticator>(Must(rpc::Authenticator::Create(auth)));
  metrics_ = std::make_unique<rpc::Metrics>(app_->table());
  executor_ = std::make_unique<rpc::Executor>(rpc::ExecutorOptions{.threads = 8}, clock_);
  dispatcher_ =
      std::make_unique<rpc::Dispatcher>(app_->table(), *authenticator_, *executor_, *metrics_,
                                        clock_, logger_, rpc::DispatcherLimits{});
}

TestOnboarding::~TestOnboarding() {
  dispatcher_->Drain();
  dispatcher_->WaitIdle(absl::Seconds(10));
  app_->Stop();
}

rpc::Channel& TestOnboarding::ChannelOf(const std::string& token) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<rpc::Channel>& channel = channels_[token];
  if (channel == nullptr) {
    std::string authorization = token.empty() ? "" : absl::StrCat("Bearer ", token);
    channel = rpc::NewInProcessChannel(*dispatcher_, authorization);
  }
  return *channel;
}

std::string TestOnboarding::Path(absl::string_view method) {
  return absl::StrCat("/plumbline.onboarding.v1.OnboardingService/", method);
}

v1::StartOnboardingRequest TestOnboarding::StartRequest(absl::string_view id) {
  v1::StartOnboardingRequest request;
  request.set_parent("workspaces/acme");
  request.set_onboarding_id(std::string(id));
  v1::Onboarding& onboarding = *request.mutable_onboarding();
  onboarding.set_process("workspaces/acme/processes/sales-rep@3");
  onboarding.set_person("ada@example.com");
  onboarding.set_day_one("2031-03-03");
  (*onboarding.mutable_assignees())["it"] = "it@example.com";
  return request;
}

absl::StatusOr<v1::StartOnboardingResponse> TestOnboarding::Start(absl::string_view id,
                                                                  absl::string_view process) {
  v1::StartOnboardingRequest request = StartRequest(id);
  if (!process.empty()) {
    request.mutable_onboarding()->set_process(absl::StrCat("workspaces/acme/processes/", process));
    request.mutable_onboarding()->clear_assignees();  // roles are another process's
  }
  return Call<v1::StartOnboardingResponse>("StartOnboarding", request);
}

absl::StatusOr<v1::CompleteTaskResponse> TestOnboarding::Complete(absl::string_view onboarding,
                                                                  absl::string_view task) {
  v1::CompleteTaskRequest request;
  request.set_name(absl::StrCat("workspaces/acme/onboardings/", onboarding, "/tasks/", task));
  request.set_tick_all(true);
  return Call<v1::CompleteTaskResponse>("CompleteTask", request);
}

}  // namespace plumbline::onboarding::testing
