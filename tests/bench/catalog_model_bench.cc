// SPDX-License-Identifier: Apache-2.0
//
// The catalog's own work, through its whole app on SQLite on disk with synchronous=FULL: comparing,
// publishing, and taking a large workspace.
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"
#include "common/cache/cache.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/sql/database.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "services/catalog/app.h"
#include "tests/bench/bench.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

using catalog::v1::Node;
using catalog::v1::Process;

constexpr char kWorkspace[] = "workspaces/default";
constexpr int kProcesses = 10'000;
constexpr int kInFlight = 32;

Node Step(int number) {
  Node node;
  node.set_id(absl::StrCat("step-", number));
  node.set_title(absl::StrCat("Do the work number ", number));
  catalog::v1::Step& step = *node.mutable_step();
  step.set_role(absl::StrCat("role-", number % 12));
  step.mutable_target()->set_days(1 + number % 5);
  step.add_utilities(absl::StrCat("utility-", number % 40));
  for (const char* id : {"first", "second", "third"}) {
    catalog::v1::ChecklistItem* item = step.add_checklist();
    item->set_id(id);
    item->set_title(absl::StrCat("The ", id, " thing is true of ", number));
  }
  step.add_defect_kinds("late");
  step.set_instructions(
      "Say what was done and what was left, and for whom the rest is waiting now.");
  return node;
}

// Groups of up to 50 steps, one after the other, in any order within.
Process Of(int steps) {
  Process process;
  process.set_title("A process of many steps");
  process.set_owner("sales-operations");
  process.mutable_root()->set_id("root");
  catalog::v1::Sequence& groups = *process.mutable_root()->mutable_sequence();
  for (int i = 0; i < steps; ++i) {
    if (i % 50 == 0) {
      groups.add_nodes()->set_id(absl::StrCat("group-", i / 50));
    }
    *groups.mutable_nodes(i / 50)->mutable_parallel()->add_nodes() = Step(i);
  }
  return process;
}

// A tenth retimed, and a fiftieth each moved, removed, added, and given another id.
Process Changed(Process process) {
  catalog::v1::Sequence& groups = *process.mutable_root()->mutable_sequence();
  for (int g = 0; g + 1 < groups.nodes_size(); g += 2) {
    auto& here = *groups.mutable_nodes(g)->mutable_parallel()->mutable_nodes();
    auto& there = *groups.mutable_nodes(g + 1)->mutable_parallel()->mutable_nodes();
    for (int i = 0; i < here.size(); i += 5) here[i].mutable_step()->mutable_target()->set_days(9);
    here.DeleteSubrange(0, 2);
    there.Add()->Swap(&here[0]);
    here.DeleteSubrange(0, 1);
    *there.Add() = Step(10'000 + g);
    here[1].set_id(absl::StrCat("renamed-", g));
    here[2].set_id(absl::StrCat("renamed-too-", g));
  }
  return process;
}

// A catalog with a server, whose in-process channel is used.
class BenchCatalog {
 public:
  static absl::StatusOr<std::unique_ptr<BenchCatalog>> Start() {
    auto made = std::make_unique<BenchCatalog>();
    ASSIGN_OR_RETURN(made->database_,
                     sql::Open(absl::StrCat("sqlite:", made->folder_.path(), "/catalog.db"), {}));
    ASSIGN_OR_RETURN(made->cache_, cache::NewCache({}, "catalog", made->logger_));
    ASSIGN_OR_RETURN(made->app_, catalog::CatalogApp::Create(*made->database_, *made->cache_,
                                                             made->clock_, made->logger_, {}));
    common::v1::ServerConfig config;
    config.set_listen_address("127.0.0.1:0");
    ASSIGN_OR_RETURN(made->server_, rpc::Server::Start(config, {}, made->app_->table(),
                                                       made->clock_, made->logger_));
    return made;
  }

  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(absl::string_view method, const Request& request) {
    Response response;
    RETURN_IF_ERROR(server_->in_process().Call(
        rpc::CallContext(), absl::StrCat("/plumbline.catalog.v1.CatalogService/", method), request,
        &response));
    return response;
  }

  absl::Status Put(const std::string& id, const Process& content) {
    catalog::v1::UpdateProcessRequest request;
    *request.mutable_process() = content;
    request.mutable_process()->set_name(absl::StrCat(kWorkspace, "/processes/", id));
    request.set_allow_missing(true);
    return Call<catalog::v1::UpdateProcessResponse>("UpdateProcess", request).status();
  }

  absl::Status Publish(const std::string& id) {
    catalog::v1::PublishProcessRequest request;
    request.set_name(absl::StrCat(kWorkspace, "/processes/", id));
    return Call<catalog::v1::PublishProcessResponse>("PublishProcess", request).status();
  }

 private:
  testing::TempDir folder_;
  base::SystemClock clock_;
  base::Logger logger_{clock_, base::LogLevel::kWarning, base::Logger::StandardError()};
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<cache::Cache> cache_;
  std::unique_ptr<catalog::CatalogApp> app_;
  std::unique_ptr<rpc::Server> server_;
};

absl::StatusOr<double> DiffMilliseconds(BenchCatalog& catalog) {
  const Process before = Of(1000);
  RETURN_IF_ERROR(catalog.Put("thousand", before));
  RETURN_IF_ERROR(catalog.Publish("thousand"));
  RETURN_IF_ERROR(catalog.Put("thousand", Changed(before)));
  RETURN_IF_ERROR(catalog.Publish("thousand"));
  catalog::v1::DiffRevisionsRequest request;
  request.set_name(absl::StrCat(kWorkspace, "/processes/thousand@1"));
  request.set_other_name(absl::StrCat(kWorkspace, "/processes/thousand@2"));
  std::vector<double> times;
  for (int i = 0; i < 40; ++i) {
    const Stopwatch watch;
    ASSIGN_OR_RETURN(const auto diff,
                     catalog.Call<catalog::v1::DiffRevisionsResponse>("DiffRevisions", request));
    times.push_back(watch.Seconds() * 1000);
    if (diff.differences_size() < 100) return absl::InternalError("the two hardly differ");
  }
  return Median(times);
}

absl::StatusOr<double> PublishMilliseconds(BenchCatalog& catalog) {
  std::vector<double> times;
  for (int i = 0; i < 40; ++i) {
    Process process = Of(200);
    process.set_title(absl::StrCat("Another title, number ", i));
    RETURN_IF_ERROR(catalog.Put("two-hundred", process));
    const Stopwatch watch;
    RETURN_IF_ERROR(catalog.Publish("two-hundred"));
    times.push_back(watch.Seconds() * 1000);
  }
  return Median(times);
}

absl::StatusOr<double> LoadSeconds(BenchCatalog& catalog) {
  const Process content = Of(50);
  std::atomic<int> next{0};
  absl::Mutex mutex;
  absl::Status failure;
  const Stopwatch watch;
  std::vector<std::thread> threads;
  for (int t = 0; t < kInFlight; ++t) {
    threads.emplace_back([&] {
      for (int i = next++; i < kProcesses; i = next++) {
        catalog::v1::CreateProcessRequest request;
        request.set_parent(kWorkspace);
        request.set_process_id(absl::StrCat("p-", i));
        *request.mutable_process() = content;
        const absl::Status status =
            catalog.Call<catalog::v1::CreateProcessResponse>("CreateProcess", request).status();
        if (!status.ok()) {
          absl::MutexLock lock(&mutex);
          failure = status;
          next = kProcesses;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (!failure.ok()) return failure;
  return watch.Seconds();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogModel() {
  ASSIGN_OR_RETURN(const auto catalog, BenchCatalog::Start());
  ASSIGN_OR_RETURN(const double diff, DiffMilliseconds(*catalog));
  ASSIGN_OR_RETURN(const double publish, PublishMilliseconds(*catalog));
  ASSIGN_OR_RETURN(const double load, LoadSeconds(*catalog));
  return std::vector<Figure>{{"catalog.diff_1000", diff, "ms"},
                             {"catalog.publish_200", publish, "ms"},
                             {"catalog.load_10000", load, "s"}};
}

}  // namespace plumbline::bench
