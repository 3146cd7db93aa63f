// SPDX-License-Identifier: Apache-2.0
//
// Get of a published process from memory, through the whole server, against bare gRPC echoes of the
// very bytes that it answers.
#include <string>
#include <vector>

#include "clients/cli/session.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"
#include "tests/bench/rpc_echo_bench.h"

namespace plumbline::bench {
namespace {

constexpr char kPath[] = "/plumbline.catalog.v1.CatalogService/GetProcess";
constexpr int kRounds = 5;

// Publishes the shipped on-boarding process; returns the serialised answer of a Get of its first
// revision.
absl::StatusOr<std::string> Publish(rpc::Channel& channel,
                                    const catalog::v1::GetProcessRequest& get) {
  ASSIGN_OR_RETURN(const std::string text, cli::ReadFile("processes/sales-rep-onboarding.yaml"));
  catalog::v1::CreateProcessRequest create;
  RETURN_IF_ERROR(yaml::Parse("sales-rep-onboarding.yaml", text, create.mutable_process()));
  create.mutable_process()->clear_name();
  create.set_parent("workspaces/default");
  create.set_process_id("sales-rep-onboarding");
  catalog::v1::CreateProcessResponse created;
  const rpc::CallContext context;
  RETURN_IF_ERROR(channel.Call(context, "/plumbline.catalog.v1.CatalogService/CreateProcess",
                               create, &created));
  catalog::v1::PublishProcessRequest publish;
  publish.set_name("workspaces/default/processes/sales-rep-onboarding");
  catalog::v1::PublishProcessResponse published;
  RETURN_IF_ERROR(channel.Call(context, "/plumbline.catalog.v1.CatalogService/PublishProcess",
                               publish, &published));
  catalog::v1::GetProcessResponse got;
  RETURN_IF_ERROR(channel.Call(context, kPath, get, &got));
  return got.SerializeAsString();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogGet() {
  ASSIGN_OR_RETURN(auto catalog, CatalogServer::Start("sqlite::memory:"));
  catalog::v1::GetProcessRequest get;
  get.set_name("workspaces/default/processes/sales-rep-onboarding@1");
  ASSIGN_OR_RETURN(const std::string payload, Publish(catalog->channel(), get));
  const std::string request = get.SerializeAsString();
  const auto bytes = BareEcho::Start(Echo::kBytes, kPath, payload);
  const auto typed = BareEcho::Start(Echo::kTyped, kPath, payload);

  std::vector<double> ours, bare, bare_typed;
  for (int round = 0; round < kRounds; ++round) {
    ASSIGN_OR_RETURN(const double a, CallsPerSecond({catalog->address(), kPath, request}));
    ASSIGN_OR_RETURN(const double b, CallsPerSecond({bytes->address(), kPath, request}));
    ASSIGN_OR_RETURN(const double c, CallsPerSecond({typed->address(), kPath, request}));
    ours.push_back(a);
    bare.push_back(b);
    bare_typed.push_back(c);
  }
  // The ratio is taken against the faster yardstick: the one that does not even parse.
  return std::vector<Figure>{
      {"catalog.get", Median(ours), "1/s"},
      {"catalog.get.echo_of_bytes", Median(bare), "1/s"},
      {"catalog.get.echo_of_messages", Median(bare_typed), "1/s"},
      {"catalog.get.ratio", Median(ours) / std::max(Median(bare), Median(bare_typed)), "ratio"}};
}

}  // namespace plumbline::bench
