// SPDX-License-Identifier: Apache-2.0
//
// A suite of its own with a process of 20 steps, for benchmarks of on-boarding.
#ifndef PLUMBLINE_TESTS_BENCH_ONBOARDING_SERVER_H_
#define PLUMBLINE_TESTS_BENCH_ONBOARDING_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/channel.h"
#include "google/protobuf/message.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"
#include "tests/support/process.h"

namespace plumbline::bench {

inline constexpr char kOnboardingService[] = "/plumbline.onboarding.v1.OnboardingService/";
inline constexpr char kWorkspace[] = "workspaces/default";
inline constexpr char kTwentySteps[] = "twenty-steps";

enum class Engine { kSqlite, kPostgresql };

// plumbline-suite in a process of its own, on the database of an engine, fsync on.
class OnboardingServer {
 public:
  static absl::StatusOr<std::unique_ptr<OnboardingServer>> Start(Engine engine);

  const std::string& address() const { return address_; }
  // Resident bytes of the suite.
  double ResidentBytes() const;
  // Writes a process and publishes it.
  absl::Status Publish(const std::string& id, const catalog::v1::Process& process);
  absl::Status Call(absl::string_view path, const google::protobuf::Message& request,
                    google::protobuf::Message* response);

 private:
  OnboardingServer() = default;

  std::unique_ptr<testing::PostgresServer> postgres_;
  testing::TempDir folder_;
  std::string address_;
  std::unique_ptr<testing::Process> suite_;
  std::unique_ptr<rpc::Channel> channel_;
};

// The ids of the steps of kTwentySteps in an order in which each one's turn has come: four, three
// times four side by side, and four more.
const std::vector<std::string>& TwentySteps();

// A start of it; `id` is that of the on-boarding and of the request.
onboarding::v1::StartOnboardingRequest StartRequest(const std::string& process,
                                                    const std::string& id);

}  // namespace plumbline::bench

#endif  // PLUMBLINE_TESTS_BENCH_ONBOARDING_SERVER_H_
