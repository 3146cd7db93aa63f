// SPDX-License-Identifier: Apache-2.0
//
// A workspace of 10,000 processes, from its files to its last published revision: every file is
// parsed, and its process validated, created and published through the whole service, in process,
// in batches as `plumbline apply` sends them, on SQLite with a commit that is on the disk before it
// is answered. The processes are 2,000 copies of the five that Plumbline ships, calls included.
#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "google/protobuf/arena.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline::bench {
namespace {

constexpr int kCopies = 2000;
constexpr int kInFlight = 4;
constexpr size_t kBatch = 100;
constexpr char kWorkspace[] = "workspaces/large";
// What is called before what calls it: those of a level are loaded side by side.
const std::array<std::vector<std::string>, 3> kLevels = {
    {{"deal-desk-approval", "lead-hand-over", "sales-rep-onboarding"},
     {"quote-to-order"},
     {"renewal"}}};

absl::StatusOr<std::string> ReadProcess(const std::string& id) {
  const std::string path = absl::StrCat("processes/", id, ".yaml");
  std::ifstream file(path);
  if (!file) return base::Internal(absl::StrCat(path, " cannot be read: run this at the root"));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The files of one level: each with names of its own, for itself and in its calls.
absl::StatusOr<std::vector<std::string>> FilesOf(const std::vector<std::string>& level) {
  std::vector<std::string> files;
  for (const std::string& id : level) {
    ASSIGN_OR_RETURN(const std::string text, ReadProcess(id));
    for (int copy = 0; copy < kCopies; ++copy) {
      std::vector<std::pair<std::string, std::string>> names;
      for (const auto& ids : kLevels) {
        for (const std::string& other : ids)
          names.emplace_back("processes/" + other, absl::StrCat("processes/", other, "-", copy));
      }
      files.push_back(absl::StrReplaceAll(text, names));
    }
  }
  return files;
}

// The request that brings a file's process to what the file says, as `plumbline apply` makes it.
absl::Status AddUpdate(const std::string& file, catalog::v1::BatchUpdateProcessesRequest* batch) {
  catalog::v1::UpdateProcessRequest& request = *batch->add_requests();
  catalog::v1::Process& process = *request.mutable_process();
  RETURN_IF_ERROR(yaml::Parse("process.yaml", file, &process));
  process.set_name(absl::StrCat(kWorkspace, "/", process.name()));
  request.set_allow_missing(true);
  request.set_publish(true);
  return absl::OkStatus();
}

absl::Status LoadBatch(CatalogServer& server, absl::Span<const std::string> files) {
  google::protobuf::Arena arena;
  auto& batch =
      *google::protobuf::Arena::CreateMessage<catalog::v1::BatchUpdateProcessesRequest>(&arena);
  batch.set_parent(kWorkspace);
  for (const std::string& file : files) RETURN_IF_ERROR(AddUpdate(file, &batch));
  catalog::v1::BatchUpdateProcessesResponse response;
  RETURN_IF_ERROR(server.Call("BatchUpdateProcesses", batch, &response));
  for (const catalog::v1::UpdatedProcess& one : response.results()) {
    if (!one.created() || !one.published())
      return base::Internal(absl::StrCat(one.name(), " was there before"));
  }
  return absl::OkStatus();
}

// All of them, so many batches at once; the first error.
absl::Status LoadAll(CatalogServer& server, absl::Span<const std::string> files) {
  std::atomic<size_t> next{0};
  absl::Mutex mutex;
  absl::Status status;
  std::vector<std::thread> threads;
  for (int i = 0; i < kInFlight; ++i) {
    threads.emplace_back([&] {
      for (size_t at = next.fetch_add(kBatch); at < files.size(); at = next.fetch_add(kBatch)) {
        const absl::Status loaded = LoadBatch(server, files.subspan(at, kBatch));
        if (loaded.ok()) continue;
        absl::MutexLock lock(&mutex);
        status.Update(loaded);
        return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return status;
}

using Levels = std::vector<std::vector<std::string>>;

absl::StatusOr<double> SecondsToLoad(const Levels& levels) {
  const testing::TempDir folder;
  ASSIGN_OR_RETURN(const auto server,
                   CatalogServer::Start(absl::StrCat("sqlite:", folder.Join("catalog.db"))));
  const Stopwatch watch;
  for (const auto& files : levels) RETURN_IF_ERROR(LoadAll(*server, files));
  return watch.Seconds();
}

// The same by the command line, from files on the disk and over the wire: planned, too.
absl::StatusOr<double> SecondsToApply(const Levels& levels) {
  const testing::TempDir folder, data;
  int count = 0;
  for (const auto& files : levels) {
    for (const std::string& file : files)
      std::ofstream(folder.Join(absl::StrCat("process-", count++, ".yaml"))) << file;
  }
  ASSIGN_OR_RETURN(const auto server,
                   CatalogServer::Start(absl::StrCat("sqlite:", data.Join("catalog.db"))));
  const Stopwatch watch;
  const auto command =
      testing::Process::Start({.args = {Program("plumbline"), "--address", server->address(),
                                        "--workspace", "large", "apply", "-f", folder.path()}});
  ASSIGN_OR_RETURN(const int code, command->Wait(absl::Minutes(5)));
  const double seconds = watch.Seconds();
  const std::string summary = absl::StrCat(count, " created, ", count, " published");
  if (code != 0 || !absl::StrContains(command->Output(), summary))
    return base::Internal(absl::StrCat("plumbline apply: ", command->Output()));
  return seconds;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogLoad() {
  Levels levels;
  for (const auto& level : kLevels) {
    ASSIGN_OR_RETURN(std::vector<std::string> files, FilesOf(level));
    levels.push_back(std::move(files));
  }
  ASSIGN_OR_RETURN(const double load, SecondsToLoad(levels));
  ASSIGN_OR_RETURN(const double apply, SecondsToApply(levels));
  return std::vector<Figure>{{"catalog.load_10000", load, "s"},
                             {"catalog.apply_10000", apply, "s"}};
}

}  // namespace plumbline::bench
