// SPDX-License-Identifier: Apache-2.0
#include "services/catalog/testing/catalog.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/strip.h"
#include "common/base/ids.h"

namespace plumbline::catalog {
namespace {

// The value, or the end of the test.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::cerr << result.status() << "\n";
    std::abort();
  }
  return *std::move(result);
}

}  // namespace

TestCatalog::TestCatalog(std::shared_ptr<ClearableCache> cache)
    : logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()),
      cache_(std::move(cache)),
      own_database_(Must(sql::Open("sqlite::memory:", {.schema = "catalog"}))) {
  Compose(*own_database_, {});
}

TestCatalog::TestCatalog(
    const std::vector<std::pair<std::string, std::vector<std::string>>>& subjects)
    : logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()),
      cache_(std::make_shared<ClearableCache>()),
      own_database_(Must(sql::Open("sqlite::memory:", {.schema = "catalog"}))) {
  common::v1::AuthConfig auth;
  for (const auto& [subject, permissions] : subjects) {
    common::v1::AccessToken& token = *auth.add_tokens();
    token.set_token_sha256(base::Sha256Hex(subject));
    token.set_subject(subject);
    token.add_workspaces("*");
    for (const std::string& permission : permissions) token.add_permissions(permission);
  }
  Compose(*own_database_, auth);
}

TestCatalog::TestCatalog(sql::Database& database)
    : logger_(clock_, base::LogLevel::kError, base::Logger::StandardError()),
      cache_(std::make_shared<ClearableCache>()) {
  Compose(database, {});
}

void TestCatalog::Compose(sql::Database& database, const common::v1::AuthConfig& auth) {
  app_ = Must(CatalogApp::Create(database, *cache_, clock_, logger_, {}));
  authenticator_ = std::make_unique<rpc::Authenticator>(Must(rpc::Authenticator::Create(auth)));
  metrics_ = std::make_unique<rpc::Metrics>(app_->table());
  executor_ = std::make_unique<rpc::Executor>(rpc::ExecutorOptions{.threads = 8}, machine_clock_);
  dispatcher_ =
      std::make_unique<rpc::Dispatcher>(app_->table(), *authenticator_, *executor_, *metrics_,
                                        machine_clock_, logger_, rpc::DispatcherLimits{});
}

rpc::Channel& TestCatalog::ChannelOf(const std::string& subject) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<rpc::Channel>& channel = channels_[subject];
  if (channel == nullptr) {
    channel = rpc::NewInProcessChannel(*dispatcher_,
                                       subject.empty() ? "" : absl::StrCat("Bearer ", subject));
  }
  return *channel;
}

absl::StatusOr<v1::CreateProcessResponse> TestCatalog::Create(
    const v1::CreateProcessRequest& request) {
  return Call<v1::CreateProcessResponse>("CreateProcess", request);
}
absl::StatusOr<v1::UpdateProcessResponse> TestCatalog::Update(
    const v1::UpdateProcessRequest& request) {
  return Call<v1::UpdateProcessResponse>("UpdateProcess", request);
}
absl::StatusOr<v1::PublishProcessResponse> TestCatalog::Publish(
    const v1::PublishProcessRequest& request) {
  return Call<v1::PublishProcessResponse>("PublishProcess", request);
}
absl::StatusOr<v1::GetProcessResponse> TestCatalog::Get(const v1::GetProcessRequest& request) {
  return Call<v1::GetProcessResponse>("GetProcess", request);
}

absl::StatusOr<v1::CreateProcessResponse> TestCatalog::Create(absl::string_view id,
                                                              const v1::Process& process) {
  v1::CreateProcessRequest request;
  request.set_parent("workspaces/acme");
  request.set_process_id(std::string(id));
  *request.mutable_process() = process;
  return Create(request);
}

absl::StatusOr<v1::PublishProcessResponse> TestCatalog::Publish(absl::string_view id) {
  v1::PublishProcessRequest request;
  request.set_name(absl::StrCat("workspaces/acme/processes/", id));
  return Publish(request);
}

absl::StatusOr<v1::Process> TestCatalog::Get(absl::string_view id) {
  v1::GetProcessRequest request;
  request.set_name(absl::StrCat("workspaces/acme/processes/", id));
  absl::StatusOr<v1::GetProcessResponse> response = Get(request);
  if (!response.ok()) return response.status();
  return response->process();
}

v1::Process TestCatalog::Define(absl::string_view id, const v1::Process& process) {
  v1::UpdateProcessRequest request;
  *request.mutable_process() = process;
  request.mutable_process()->set_name(absl::StrCat("workspaces/acme/processes/", id));
  request.set_allow_missing(true);
  return Must(Update(request)).process();
}

v1::Process TestCatalog::DefineAndPublish(absl::string_view id, const v1::Process& process) {
  Define(id, process);
  return Must(Publish(id)).process();
}

bool TestCatalog::InMemory(absl::string_view id, absl::string_view min_freshness) const {
  v1::GetProcessRequest request;
  request.set_name(absl::StrCat("workspaces/acme/processes/", id));
  request.set_min_freshness(std::string(min_freshness));
  const rpc::Method* method = app_->table().Find("/plumbline.catalog.v1.CatalogService/GetProcess");
  return method->inline_unary(context_, request).has_value();
}

cache::Bytes TestCatalog::ClearableCache::Peek(absl::string_view key) {
  absl::MutexLock lock(&mutex_);
  auto it = values_.find(key);
  return it == values_.end() ? nullptr : it->second;
}

void TestCatalog::ClearableCache::Put(absl::string_view key, cache::Bytes value) {
  absl::MutexLock lock(&mutex_);
  values_[std::string(key)] = std::move(value);
}

void TestCatalog::ClearableCache::Clear() {
  absl::MutexLock lock(&mutex_);
  values_.clear();
}

v1::Node StepNode(absl::string_view id) {
  v1::Node node;
  node.set_id(std::string(id));
  node.set_title(absl::StrCat("Do ", id));
  node.mutable_step()->set_role("sales-operations");
  return node;
}

v1::Node CallNode(absl::string_view id, absl::string_view called) {
  v1::Node node;
  node.set_id(std::string(id));
  node.mutable_call()->set_process(std::string(called));
  return node;
}

v1::Node SequenceNode(absl::string_view id, const std::vector<v1::Node>& nodes) {
  v1::Node node;
  node.set_id(std::string(id));
  for (const v1::Node& child : nodes) *node.mutable_sequence()->add_nodes() = child;
  return node;
}

v1::Process ProcessOf(absl::string_view title, const v1::Node& root) {
  v1::Process process;
  process.set_title(std::string(title));
  process.set_owner("sales-operations");
  *process.mutable_root() = root;
  return process;
}

v1::Process Calling(const std::vector<std::string>& called) {
  if (called.empty()) return ProcessOf("A single step", StepNode("work"));
  std::vector<v1::Node> nodes = {StepNode("work")};
  for (const std::string& process : called) {
    nodes.push_back(
        CallNode(absl::StrCat("call-", nodes.size()), absl::StrCat("processes/", process)));
  }
  return ProcessOf("A process that calls others", SequenceNode("all", nodes));
}

std::string ReasonText(const absl::Status& status) {
  if (status.ok()) return "OK";
  return std::string(
      absl::StripPrefix(common::v1::ErrorReason_Name(base::ReasonOf(status)), "ERROR_REASON_"));
}

}  // namespace plumbline::catalog
