// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/processes.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

// A process with the file that it was read from.
struct ReadProcess {
  Process process;
  std::string path, text;
};

// Puts what is called before what calls it: a depth-first walk over the files at hand.
class CallOrder {
 public:
  CallOrder(Session& session, const std::vector<ReadProcess>& files) : session_(session) {
    for (const ReadProcess& file : files) by_name_[file.process.name()] = &file;
  }

  // Adds `file` and all that it calls to `ordered`, once. PROCESS_CYCLE with the chain of names.
  absl::Status Visit(const ReadProcess& file, std::vector<const ReadProcess*>* ordered) {
    const std::string& name = file.process.name();
    const auto begun = std::find(chain_.begin(), chain_.end(), name);
    if (begun != chain_.end()) return Cycle(std::vector<std::string>(begun, chain_.end()));
    if (!seen_.insert(name).second) return absl::OkStatus();
    chain_.push_back(name);
    std::set<std::string> calls;
    CollectCalls(session_, file.process.root(), &calls);
    calls.erase(name);  // of a process that calls itself the catalog tells the file and the reason
    for (const std::string& called : calls) {
      if (auto it = by_name_.find(called); it != by_name_.end())
        RETURN_IF_ERROR(Visit(*it->second, ordered));
    }
    chain_.pop_back();
    ordered->push_back(&file);
    return absl::OkStatus();
  }

 private:
  absl::Status Cycle(std::vector<std::string> names) const {
    names.push_back(names.front());
    for (std::string& name : names) name = session_.ShortName(name);
    const std::string chain = absl::StrJoin(names, " -> ");
    return base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE,
                       absl::StrCat("these processes call each other in a circle: ", chain,
                                    "; remove one of these calls"))
        .With("chain", chain);
  }

  Session& session_;
  std::map<std::string, const ReadProcess*> by_name_;
  std::set<std::string> seen_;
  std::vector<std::string> chain_;  // the names that are being visited
};

absl::StatusOr<Applied> ApplyOne(Session& session, const Process& process,
                                 const ApplyOptions& options) {
  catalog::v1::UpdateProcessRequest update;
  *update.mutable_process() = process;
  update.set_allow_missing(true);
  update.set_validate_only(options.validate_only);
  update.set_reason(options.reason);
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

// The same error with the file in front of its message, for programs; people get it from the
// session's wording.
absl::StatusOr<Applied> InFile(Session& session, const ReadProcess& file,
                               const ApplyOptions& options) {
  session.wording().InFile(file.path, file.text, "process");
  absl::StatusOr<Applied> applied = ApplyOne(session, file.process, options);
  if (applied.ok()) return applied;
  absl::Status named(applied.status().code(),
                     absl::StrCat(file.path, ": ", applied.status().message()));
  applied.status().ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

absl::StatusOr<ReadProcess> Read(Session& session, const std::string& path,
                                 const BpmnOptions& bpmn) {
  session.wording().InFile("", "", "");
  ReadProcess read;
  read.path = path == "-" ? "standard input" : path;
  ASSIGN_OR_RETURN(read.text, ReadFile(path));
  // Only in YAML do fields have places.
  const std::string xml = LooksLikeXml(read.text) ? std::exchange(read.text, "") : "";
  session.wording().InFile(read.path, read.text, "process");
  if (xml.empty()) {
    RETURN_IF_ERROR(yaml::Parse(read.path, read.text, &read.process));
  } else {
    ASSIGN_OR_RETURN(read.process, ReadBpmn(session, read.path, xml, bpmn));
  }
  if (read.process.name().empty())
    return base::FieldError("process.name",
                            "is missing; begin the file with 'name: processes/{id}'");
  // What `get` printed of a revision can be applied again: it becomes the draft.
  const std::vector<std::string> name_and_revision = absl::StrSplit(read.process.name(), '@');
  read.process.set_name(session.FullName("processes", name_and_revision[0]));
  read.process.clear_etag();
  return read;
}

// Every file of `paths`; two of the same name are FIELD_INVALID.
absl::StatusOr<std::vector<ReadProcess>> ReadAll(Session& session,
                                                 const std::vector<std::string>& paths,
                                                 const BpmnOptions& bpmn) {
  std::vector<ReadProcess> all;
  std::map<std::string, std::string> file_of;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, ProcessFiles(path));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(ReadProcess read, Read(session, file, bpmn));
      auto [it, fresh] = file_of.emplace(read.process.name(), file);
      if (!fresh) {
        return base::FieldError(
            "process.name",
            absl::StrCat("'", session.ShortName(read.process.name()), "' is also the name in ",
                         it->second, "; give each file its own"));
      }
      all.push_back(std::move(read));
    }
  }
  session.wording().InFile("", "", "");
  return all;
}

}  // namespace

absl::StatusOr<Process> ReadProcessFile(Session& session, const std::string& path,
                                        const BpmnOptions& bpmn) {
  ASSIGN_OR_RETURN(ReadProcess read, Read(session, path, bpmn));
  return std::move(read.process);
}

absl::StatusOr<std::vector<std::string>> ProcessFiles(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".yml" || extension == ".bpmn")
      files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    return base::FieldError(
        "FILE",
        absl::StrCat("'", path,
                     "' holds no .yaml or .bpmn file; name a file or a folder of process files"));
  }
  return files;
}

absl::StatusOr<std::vector<Applied>> ApplyFiles(Session& session,
                                                const std::vector<std::string>& paths,
                                                const ApplyOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<ReadProcess> files, ReadAll(session, paths, options.bpmn));
  CallOrder order(session, files);
  std::vector<const ReadProcess*> ordered;
  for (const ReadProcess& file : files) RETURN_IF_ERROR(order.Visit(file, &ordered));
  std::vector<Applied> applied;
  // The catalog looks at every file before the first is written.
  ApplyOptions look = options;
  look.validate_only = true;
  for (const ReadProcess* file : ordered) {
    ASSIGN_OR_RETURN(Applied one, InFile(session, *file, look));
    if (options.validate_only) applied.push_back(std::move(one));
  }
  if (options.validate_only) return applied;
  for (const ReadProcess* file : ordered) {
    ASSIGN_OR_RETURN(Applied one, InFile(session, *file, options));
    applied.push_back(std::move(one));
  }
  return applied;
}

}  // namespace plumbline::cli
