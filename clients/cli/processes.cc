// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/processes.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;
using catalog::v1::Node;
using catalog::v1::Process;

// Full names (without revision) of the processes that `node` calls.
void CollectCalls(Session& session, const Node& node, std::set<std::string>* calls) {
  const auto each = [&](const auto& nodes) {
    for (const Node& child : nodes) CollectCalls(session, child, calls);
  };
  switch (node.kind_case()) {
    case Node::kSequence:
      each(node.sequence().nodes());
      break;
    case Node::kParallel:
      each(node.parallel().nodes());
      break;
    case Node::kChoice:
      each(node.choice().nodes());
      break;
    case Node::kLoop:
      CollectCalls(session, node.loop().body(), calls);
      if (node.loop().has_redo()) CollectCalls(session, node.loop().redo(), calls);
      break;
    case Node::kCall: {
      const std::vector<std::string> parts = absl::StrSplit(node.call().process(), '@');
      calls->insert(session.FullName(parts[0]));
      break;
    }
    default:
      break;
  }
}

// What is called first: a depth-first walk over the files at hand. A cycle is left to the catalog,
// which names its chain.
std::vector<Process> InCallOrder(Session& session, const std::vector<Process>& processes) {
  std::map<std::string, const Process*> by_name;
  for (const Process& p : processes) by_name[p.name()] = &p;
  std::vector<Process> ordered;
  std::set<std::string> seen;
  std::function<void(const Process&)> visit = [&](const Process& process) {
    if (!seen.insert(process.name()).second) return;
    std::set<std::string> calls;
    CollectCalls(session, process.root(), &calls);
    for (const std::string& called : calls) {
      if (auto it = by_name.find(called); it != by_name.end()) visit(*it->second);
    }
    ordered.push_back(process);
  };
  for (const Process& p : processes) visit(p);
  return ordered;
}

absl::StatusOr<Applied> ApplyOne(Session& session, const Process& process,
                                 const ApplyOptions& options) {
  catalog::v1::UpdateProcessRequest update;
  *update.mutable_process() = process;
  update.set_allow_missing(true);
  update.set_validate_only(options.validate_only);
  update.set_request_id(base::NewUuid());
  catalog::v1::UpdateProcessResponse updated;
  RETURN_IF_ERROR(session.Call(kCatalog, "UpdateProcess", update, &updated));
  Applied applied{updated.process()};
  if (!options.publish || options.validate_only) return applied;

  catalog::v1::PublishProcessRequest publish;
  publish.set_name(process.name());
  publish.set_etag(updated.process().etag());
  publish.set_reason(options.reason);
  publish.set_request_id(base::NewUuid());
  catalog::v1::PublishProcessResponse published;
  const absl::Status status = session.Call(kCatalog, "PublishProcess", publish, &published);
  if (base::ReasonOf(status) == common::v1::ERROR_REASON_NOTHING_TO_PUBLISH) {
    applied.unchanged = true;
    return applied;
  }
  RETURN_IF_ERROR(status);
  applied.process = published.process();
  applied.published = true;
  return applied;
}

// The same error with the file in front of its message.
absl::StatusOr<Applied> InFile(const std::string& file, absl::StatusOr<Applied> applied) {
  if (applied.ok()) return applied;
  absl::Status named(applied.status().code(), absl::StrCat(file, ": ", applied.status().message()));
  applied.status().ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

}  // namespace

absl::StatusOr<Process> ReadProcessFile(Session& session, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Process process;
  RETURN_IF_ERROR(yaml::Parse(path, text, &process));
  if (process.name().empty()) {
    return base::FieldError(
        "name", absl::StrCat(path, ": is missing; begin the file with 'name: processes/{id}'"));
  }
  // What `get` printed of a revision can be applied again: it becomes the draft.
  const std::vector<std::string> name_and_revision = absl::StrSplit(process.name(), '@');
  process.set_name(session.FullName("processes", name_and_revision[0]));
  process.clear_etag();
  return process;
}

absl::StatusOr<std::vector<std::string>> ProcessFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".yml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    return base::FieldError(
        "file",
        absl::StrCat("'", path, "' holds no .yaml file; name a file or a folder of process files"));
  }
  return files;
}

absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options) {
  std::vector<Process> processes;
  std::map<std::string, std::string> file_of;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, ProcessFiles(path));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(Process process, ReadProcessFile(session, file));
      auto [it, fresh] = file_of.emplace(process.name(), file);
      if (!fresh) {
        return base::FieldError(
            "name", absl::StrCat(file, ": '", session.ShortName(process.name()),
                                 "' is also the name in ", it->second, "; give each file its own"));
      }
      processes.push_back(std::move(process));
    }
  }
  std::vector<Applied> applied;
  // The catalog looks at every file before the first is written.
  ApplyOptions look = options;
  look.validate_only = true;
  const std::vector<Process> ordered = InCallOrder(session, processes);
  for (const Process& process : ordered) {
    ASSIGN_OR_RETURN(Applied one,
                     InFile(file_of[process.name()], ApplyOne(session, process, look)));
    if (options.validate_only) applied.push_back(std::move(one));
  }
  if (options.validate_only) return applied;
  for (const Process& process : ordered) {
    ASSIGN_OR_RETURN(Applied one,
                     InFile(file_of[process.name()], ApplyOne(session, process, options)));
    applied.push_back(std::move(one));
  }
  return applied;
}

}  // namespace plumbline::cli
