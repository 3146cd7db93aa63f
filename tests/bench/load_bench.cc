// SPDX-License-Identifier: Apache-2.0
//
// A workspace of 10,000 processes, from its files to its last published revision: every file is
// parsed, and its process created and published through the whole service, in process, on SQLite
// with a commit that is on the disk before it is answered. The processes are 2,000 copies of the
// five that Plumbline ships, calls included.
#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

constexpr int kCopies = 2000;
constexpr int kInFlight = 64;
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

absl::Status Load(CatalogServer& server, const std::string& file) {
  catalog::v1::CreateProcessRequest create;
  RETURN_IF_ERROR(yaml::Parse("process.yaml", file, create.mutable_process()));
  const std::string name = create.process().name();
  create.set_parent("workspaces/large");
  create.set_process_id(name.substr(name.find('/') + 1));
  create.mutable_process()->clear_name();
  catalog::v1::CreateProcessResponse created;
  RETURN_IF_ERROR(server.Call("CreateProcess", create, &created));
  catalog::v1::PublishProcessRequest publish;
  publish.set_name(created.process().name());
  publish.set_etag(created.process().etag());
  catalog::v1::PublishProcessResponse published;
  return server.Call("PublishProcess", publish, &published);
}

// All of them, so many at once; the first error.
absl::Status LoadAll(CatalogServer& server, const std::vector<std::string>& files) {
  std::atomic<size_t> next{0};
  absl::Mutex mutex;
  absl::Status status;
  std::vector<std::thread> threads;
  for (int i = 0; i < kInFlight; ++i) {
    threads.emplace_back([&] {
      for (size_t at = next++; at < files.size(); at = next++) {
        const absl::Status loaded = Load(server, files[at]);
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

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogLoad() {
  std::vector<std::vector<std::string>> levels;
  for (const auto& level : kLevels) {
    ASSIGN_OR_RETURN(std::vector<std::string> files, FilesOf(level));
    levels.push_back(std::move(files));
  }
  const testing::TempDir folder;
  ASSIGN_OR_RETURN(const auto server,
                   CatalogServer::Start(absl::StrCat("sqlite:", folder.Join("catalog.db"))));
  const Stopwatch watch;
  for (const auto& files : levels) RETURN_IF_ERROR(LoadAll(*server, files));
  return std::vector<Figure>{{"catalog.load_10000", watch.Seconds(), "s"}};
}

}  // namespace plumbline::bench
