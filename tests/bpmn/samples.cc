// SPDX-License-Identifier: Apache-2.0
//
// samples write FOLDER: writes the shipped processes and random trees as BPMN files, for open.mjs
// to open. samples compare FOLDER: compares X.bpmn.saved, which another tool wrote, with X.bpmn:
// they must mean the same.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/proto/convert.h"
#include "common/flow/test_trees.h"
#include "common/yaml/yaml.h"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

constexpr int kRandomTrees = 40;

absl::StatusOr<std::string> Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.good()) return absl::NotFoundError(absl::StrCat(path.string(), " cannot be read"));
  return text.str();
}

absl::Status Write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file.good() ? absl::OkStatus()
                     : absl::UnavailableError(absl::StrCat(path.string(), " cannot be written"));
}

absl::Status WriteAll(const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& entry : fs::directory_iterator("processes")) {
    if (entry.path().extension() != ".yaml") continue;
    ASSIGN_OR_RETURN(const std::string text, Read(entry.path()));
    catalog::v1::Process process;
    RETURN_IF_ERROR(yaml::Parse(entry.path().string(), text, &process));
    ASSIGN_OR_RETURN(const std::string xml, flow::bpmn::ExportProcess(process));
    RETURN_IF_ERROR(Write(folder / entry.path().stem().concat(".bpmn"), xml));
  }
  std::mt19937 random(42);
  for (int i = 0; i < kRandomTrees; ++i) {
    const flow::bpmn::Process process{.id = absl::StrCat("random-", i),
                                      .content = {.title = absl::StrCat("Random ", i),
                                                  .root = flow::RandomTree(&random, 2 + i % 6)}};
    RETURN_IF_ERROR(Write(folder / absl::StrCat(process.id, ".bpmn"), flow::bpmn::Export(process)));
  }
  return absl::OkStatus();
}

absl::Status CompareAll(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".bpmn") continue;
    const std::string path = entry.path().string();
    ASSIGN_OR_RETURN(const std::string ours, Read(path));
    ASSIGN_OR_RETURN(const std::string saved, Read(absl::StrCat(path, ".saved")));
    ASSIGN_OR_RETURN(const flow::bpmn::Imported a, flow::bpmn::Import(ours, {}));
    ASSIGN_OR_RETURN(const flow::bpmn::Imported b, flow::bpmn::Import(saved, {}));
    if (!(a.process == b.process) || !b.findings.empty())
      return absl::DataLossError(absl::StrCat(path, " is another process once it was saved"));
  }
  return absl::OkStatus();
}

absl::Status Run(const std::string& what, const fs::path& folder) {
  if (what == "write") return WriteAll(folder);
  if (what == "compare") return CompareAll(folder);
  return absl::InvalidArgumentError("write or compare?");
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const absl::Status status = plumbline::Run(argv[1], argv[2]);
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
