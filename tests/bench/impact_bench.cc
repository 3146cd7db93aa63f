// SPDX-License-Identifier: Apache-2.0
//
// What stops if a utility stops, in a workspace of 10,000 processes of 50 steps: asked through the
// whole service, in process, with the answer's first page as messages.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/session.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/channel.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"

namespace plumbline::bench {
namespace {

using catalog::v1::Node;

constexpr int kProcesses = 10'000;
constexpr int kSteps = 50;
constexpr int kRounds = 21;

// One process: five phases, of which one is parallel and one a choice; every step is done by one of
// 40 roles and uses up to two of 60 utilities, of which every process uses "everywhere" in its
// first phase. Every tenth process may be called by the others.
class Maker {
 public:
  Node Root(int number) {
    number_ = number;
    steps_ = 0;
    Node root = NodeOf("all");
    for (int phase = 0; phase < 5; ++phase)
      *root.mutable_sequence()->add_nodes() = Phase(phase, phase == 4 ? kSteps - steps_ : 10);
    if (number >= 1000) AddCall("call-0", random_() % 1000, &root);
    if (number >= 2000) AddCall("call-1", 1000 + random_() % 1000, &root);
    return root;
  }

 private:
  static void AddCall(const std::string& id, uint32_t called, Node* root) {
    Node call = NodeOf(id);
    call.mutable_call()->set_process(absl::StrCat("processes/p", called));
    *root->mutable_sequence()->add_nodes() = call;
  }

  static Node NodeOf(const std::string& id) {
    Node node;
    node.set_id(id);
    node.set_title(absl::StrCat("Title of ", id));
    return node;
  }

  Node Phase(int phase, int steps) {
    Node node = NodeOf(absl::StrCat("phase-", phase));
    auto* children = phase == 1   ? node.mutable_parallel()->mutable_nodes()
                     : phase == 2 ? node.mutable_choice()->mutable_nodes()
                                  : node.mutable_sequence()->mutable_nodes();
    for (int i = 0; i < steps; ++i) *children->Add() = Step();
    return node;
  }

  Node Step() {
    Node node = NodeOf(absl::StrCat("step-number-", ++steps_));
    node.mutable_step()->set_role(absl::StrCat("role-", random_() % 40));
    if (steps_ == 5) node.mutable_step()->add_utilities("everywhere");
    if (steps_ == 15 && number_ % 100 == 0) node.mutable_step()->add_utilities("here-and-there");
    for (uint32_t i = random_() % 2; i > 0; --i)
      node.mutable_step()->add_utilities(absl::StrCat("utility-", random_() % 60));
    return node;
  }

  std::mt19937 random_{1};
  int number_ = 0, steps_ = 0;
};

absl::Status Fill(rpc::Channel& channel) {
  Maker maker;
  const rpc::CallContext context;
  for (int i = 0; i < kProcesses; ++i) {
    catalog::v1::CreateProcessRequest create;
    create.set_parent("workspaces/large");
    create.set_process_id(absl::StrCat("p", i));
    create.mutable_process()->set_title(absl::StrCat("Process number ", i));
    create.mutable_process()->set_owner("Head of Sales Operations");
    *create.mutable_process()->mutable_root() = maker.Root(i);
    catalog::v1::CreateProcessResponse created;
    RETURN_IF_ERROR(
        channel.Call(context, absl::StrCat(cli::kCatalog, "CreateProcess"), create, &created));
    catalog::v1::PublishProcessRequest publish;
    publish.set_name(created.process().name());
    catalog::v1::PublishProcessResponse published;
    RETURN_IF_ERROR(
        channel.Call(context, absl::StrCat(cli::kCatalog, "PublishProcess"), publish, &published));
  }
  return absl::OkStatus();
}

// Milliseconds of the median call.
template <typename Request, typename Response>
absl::StatusOr<double> Median(rpc::Channel& channel, const char* service, const char* method,
                              const std::string& name, Response* response) {
  Request request;
  request.set_name(absl::StrCat("workspaces/large/", name));
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch watch;
    RETURN_IF_ERROR(
        channel.Call(rpc::CallContext(), absl::StrCat(service, method), request, response));
    times.push_back(watch.Seconds() * 1000);
  }
  return bench::Median(times);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogImpact() {
  ASSIGN_OR_RETURN(const auto server, CatalogServer::Start("sqlite::memory:"));
  rpc::Channel& channel = server->channel();
  RETURN_IF_ERROR(Fill(channel));

  const Stopwatch first;
  catalog::v1::AnalyzeImpactRequest request;
  request.set_name("workspaces/large/utilities/here-and-there");
  catalog::v1::AnalyzeImpactResponse impact;
  RETURN_IF_ERROR(channel.Call(rpc::CallContext(), absl::StrCat(cli::kUtilities, "AnalyzeImpact"),
                               request, &impact));
  const double load = first.Seconds();
  const auto analyze = [&](const std::string& name) {
    return Median<catalog::v1::AnalyzeImpactRequest>(channel, cli::kUtilities, "AnalyzeImpact",
                                                     name, &impact);
  };
  ASSIGN_OR_RETURN(const double some, analyze("utilities/here-and-there"));
  ASSIGN_OR_RETURN(const double all, analyze("utilities/everywhere"));
  if (impact.process_count() != kProcesses) return base::Internal("the impact is not whole");
  catalog::v1::ListCallersResponse callers;
  ASSIGN_OR_RETURN(const double used,
                   Median<catalog::v1::ListCallersRequest>(channel, cli::kCatalog, "ListCallers",
                                                           "utilities/everywhere", &callers));
  return std::vector<Figure>{{"catalog.impact_10000", all, "ms"},
                             {"catalog.impact_10000.some", some, "ms"},
                             {"catalog.impact_10000.callers", used, "ms"},
                             {"catalog.impact_10000.load", load, "s"},
                             {"catalog.impact_10000.memory",
                              static_cast<double>(server->app().graph_memory_bytes()) / 1e6, "MB"}};
}

}  // namespace plumbline::bench
