// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/onboarding_server.h"

#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {
namespace {

constexpr int kSideBySide = 3;
constexpr int kInARow = 4;

void AddSteps(const std::string& prefix, catalog::v1::Sequence* sequence) {
  for (int i = 1; i <= kInARow; ++i) {
    catalog::v1::Node* node = sequence->add_nodes();
    node->set_id(absl::StrCat(prefix, i));
    node->set_title(absl::StrCat("Step ", prefix, i));
    node->mutable_step()->set_role(i % 2 == 0 ? "manager" : "it");
    node->mutable_step()->mutable_target()->set_days(2);
  }
}

catalog::v1::Process TwentyStepsProcess() {
  catalog::v1::Process process;
  process.set_title("Twenty steps");
  process.set_owner("sales-ops");
  process.mutable_target()->set_days(30);
  catalog::v1::Node* root = process.mutable_root();
  root->set_id("all");
  AddSteps("before-", root->mutable_sequence());
  catalog::v1::Node* middle = root->mutable_sequence()->add_nodes();
  middle->set_id("middle");
  for (int i = 1; i <= kSideBySide; ++i) {
    catalog::v1::Node* branch = middle->mutable_parallel()->add_nodes();
    branch->set_id(absl::StrCat("branch-", i));
    AddSteps(absl::StrCat("beside-", i, "-"), branch->mutable_sequence());
  }
  AddSteps("after-", root->mutable_sequence());
  return process;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OnboardingServer>> OnboardingServer::Start(Engine engine) {
  auto server = std::unique_ptr<OnboardingServer>(new OnboardingServer());
  server->address_ = absl::StrCat("127.0.0.1:", testing::FreePort());
  testing::ProcessOptions options;
  options.args = {Program("plumbline-suite"),
                  absl::StrCat("--server.listen_address=", server->address_),
                  "--server.admin_address=127.0.0.1:0",
                  absl::StrCat("--data_directory=", server->folder_.path())};
  if (engine == Engine::kPostgresql) {
    ASSIGN_OR_RETURN(server->postgres_, testing::PostgresServer::Start());
    options.args.push_back(absl::StrCat("--database_url=", server->postgres_->url()));
  }
  server->suite_ = testing::Process::Start(options);
  ASSIGN_OR_RETURN(server->channel_, rpc::NewRemoteChannel({.address = server->address_}));
  absl::Status published;
  const absl::Time patience = absl::Now() + testing::kPatience;
  do {
    published = server->Publish(kTwentySteps, TwentyStepsProcess());
    if (!absl::IsUnavailable(published)) break;
    absl::SleepFor(absl::Milliseconds(20));
  } while (absl::Now() < patience && server->suite_->running());
  if (!published.ok())
    return base::Internal(absl::StrCat(published.ToString(), server->suite_->Output()));
  return server;
}

double OnboardingServer::ResidentBytes() const {
  std::ifstream status(absl::StrCat("/proc/", suite_->pid(), "/status"));
  for (std::string line; std::getline(status, line);) {
    double kib;
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() >= 2 && words[0] == "VmRSS:" && absl::SimpleAtod(words[1], &kib))
      return kib * 1024;
  }
  return 0;
}

absl::Status OnboardingServer::Publish(const std::string& id, const catalog::v1::Process& process) {
  catalog::v1::CreateProcessRequest request;
  request.set_parent(kWorkspace);
  request.set_process_id(id);
  *request.mutable_process() = process;
  request.set_publish(true);
  request.set_reason("a benchmark");
  catalog::v1::CreateProcessResponse response;
  return Call("/plumbline.catalog.v1.CatalogService/CreateProcess", request, &response);
}

absl::Status OnboardingServer::Call(absl::string_view path,
                                    const google::protobuf::Message& request,
                                    google::protobuf::Message* response) {
  rpc::CallContext context;
  context.deadline = absl::Now() + testing::kPatience;
  return channel_->Call(context, std::string(path), request, response);
}

const std::vector<std::string>& TwentySteps() {
  static const auto* const kSteps = [] {
    auto* steps = new std::vector<std::string>();
    const auto add = [&](const std::string& prefix) {
      for (int i = 1; i <= kInARow; ++i) steps->push_back(absl::StrCat(prefix, i));
    };
    add("before-");
    for (int i = 1; i <= kSideBySide; ++i) add(absl::StrCat("beside-", i, "-"));
    add("after-");
    return steps;
  }();
  return *kSteps;
}

onboarding::v1::StartOnboardingRequest StartRequest(const std::string& process,
                                                    const std::string& id) {
  onboarding::v1::StartOnboardingRequest request;
  request.set_parent(kWorkspace);
  request.set_onboarding_id(id);
  request.set_request_id(id);
  onboarding::v1::Onboarding& onboarding = *request.mutable_onboarding();
  onboarding.set_process(absl::StrCat(kWorkspace, "/processes/", process, "@1"));
  onboarding.set_person("ada@example.com");
  onboarding.set_day_one("2026-01-05");
  return request;
}

}  // namespace plumbline::bench
