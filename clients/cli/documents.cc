// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/documents.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/parallel.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;

// What errors call the resource of a file whose kind is not known yet.
constexpr char kResource[] = "resource";

// ":12", or "" if the field has no place.
std::string Place(const std::string& text, absl::string_view field) {
  const auto place = yaml::Locate(text, field);
  return place.has_value() ? absl::StrCat(":", place->line) : "";
}

absl::Status NameError(const std::string& description) {
  return base::FieldError(absl::StrCat(kResource, ".name"), description);
}

absl::StatusOr<const ResourceKind*> KindOfFile(const std::string& path, const std::string& text) {
  ASSIGN_OR_RETURN(const std::string name, yaml::ReadKey(path, text, "name"));
  if (name.empty())
    return NameError(absl::StrCat("is missing; begin the file with name: ", KindsInWords()));
  if (const ResourceKind* kind = KindOf(name); kind != nullptr) return kind;
  std::vector<std::string> collections;
  for (const ResourceKind* kind : AllKinds()) collections.emplace_back(kind->collection());
  return NameError(absl::StrCat("'", name, "' names no kind of resource that files hold",
                                base::DidYouMean(name.substr(0, name.find('/')), collections),
                                "; write ", KindsInWords()));
}

// A file, and what can be told of it by itself.
struct Source {
  Document document;  // of BPMN: no more than its path
  std::string xml;    // of BPMN: its text
  absl::Status status;
};

absl::StatusOr<Source> ReadSource(const std::string& path) {
  Source source;
  source.document.path = path == "-" ? "standard input" : path;
  ASSIGN_OR_RETURN(source.document.text, ReadFile(path));
  return source;
}

absl::Status ParseYaml(Document* document) {
  ASSIGN_OR_RETURN(document->kind, KindOfFile(document->path, document->text));
  document->resource = document->kind->New();
  return yaml::Parse(document->path, document->text, document->resource.get());
}

// On all cores: of a large folder it is this that takes long.
void ParseAll(std::vector<Source>& sources) {
  InParallel(sources.size(), Cores(), [&](size_t i) {
    Document& document = sources[i].document;
    if (LooksLikeXml(document.text)) {
      sources[i].xml = std::exchange(document.text, "");
    } else {
      sources[i].status = ParseYaml(&document);
    }
    return true;
  });
}

// "acme" of "workspaces/acme/processes/x"; "" of a name without one.
std::string WorkspaceOf(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "workspaces/")) return "";
  return std::string(name.substr(0, name.find('/')));
}

// What the files name without a workspace is meant in the same one: their plan looks it up there.
absl::Status UseWorkspaceOf(Session& session, const std::vector<Source>& sources) {
  if (session.options().workspace_given) return absl::OkStatus();
  std::string workspace, path;
  for (const Source& source : sources) {
    const Document& document = source.document;
    if (!source.xml.empty()) continue;
    // What is wrong with a file is told when it is its turn.
    const auto name = yaml::ReadKey(document.path, document.text, "name");
    const std::string named = name.ok() ? WorkspaceOf(*name) : "";
    if (named.empty() || named == workspace) continue;
    if (!workspace.empty()) {
      session.wording().InFile(document.path, document.text, kResource);
      return NameError(absl::StrCat("the file names workspace '", named, "', ", path, " names '",
                                    workspace, "'; apply the files of one workspace at a time, or ",
                                    "remove the workspaces from the names and give one with -w"));
    }
    workspace = named;
    path = document.path;
  }
  if (workspace.empty() || workspace == session.options().workspace) return absl::OkStatus();
  session.SetWorkspace(workspace);
  if (!session.json())
    session.err() << "note: in workspace '" << workspace << "', which the files name\n";
  return absl::OkStatus();
}

// Nobody who asks for one workspace wants to write to another.
absl::Status CheckWorkspace(Session& session, absl::string_view name) {
  const std::string workspace = WorkspaceOf(name);
  if (!session.options().workspace_given || workspace.empty() ||
      workspace == session.options().workspace) {
    return absl::OkStatus();
  }
  return NameError(absl::StrCat("the file names workspace '", workspace,
                                "', -w or PLUMBLINE_WORKSPACE says '", session.options().workspace,
                                "'; remove one"));
}

absl::StatusOr<Document> ReadDocument(Session& session, Source source, const BpmnOptions& bpmn) {
  Document document = std::move(source.document);
  session.wording().InFile(document.path, document.text, kResource);
  RETURN_IF_ERROR(source.status);
  if (source.xml.empty()) {
    if (WithoutRevision(*document.kind, document.name()) == document.name())
      document.etag = TextOf(*document.resource, "etag");
  } else {
    ASSIGN_OR_RETURN(catalog::v1::Process process,
                     ReadBpmn(session, document.path, source.xml, bpmn));
    document.kind = KindOf(process.name());
    document.resource = std::make_unique<catalog::v1::Process>(std::move(process));
  }
  const std::string name = document.name();
  RETURN_IF_ERROR(CheckWorkspace(session, name));
  SetText("name", session.FullName(WithoutRevision(*document.kind, name)), document.resource.get());
  SetText("etag", "", document.resource.get());
  return document;
}

}  // namespace

void SpeakOf(Session& session, const Document& document) {
  session.wording().InFile(document.path, document.text, document.kind->field());
}

void SpeakOfNoFile(Session& session) { session.wording().InFile("", "", ""); }

absl::Status InFile(const Document& document, const absl::Status& status) {
  if (status.ok()) return status;
  std::string place;
  if (const auto fields = base::FieldViolationsOf(status); !fields.empty()) {
    absl::string_view field = fields[0].field;
    if (absl::ConsumePrefix(&field, document.kind->field())) absl::ConsumePrefix(&field, ".");
    place = Place(document.text, field);
  }
  absl::Status named(status.code(), absl::StrCat(document.path, place, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { named.SetPayload(type, payload); });
  return named;
}

std::string WarningLine(const Document& document, const common::v1::Warning& warning) {
  return absl::StrCat("warning: ", document.path, Place(document.text, warning.field()), ": ",
                      warning.description(), "\n");
}

absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  fs::recursive_directory_iterator entry(path, error), end;
  while (!error && entry != end) {
    const std::string extension = entry->path().extension().string();
    const bool ours = extension == ".yaml" || extension == ".yml" || extension == ".bpmn";
    if (ours && entry->is_regular_file()) files.push_back(entry->path().string());
    entry.increment(error);
  }
  if (error) {
    return base::FieldError("FILE", absl::StrCat("'", path, "' cannot be read whole (",
                                                 error.message(), "); check its permissions"));
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    return base::FieldError("FILE", absl::StrCat("'", path,
                                                 "' holds no .yaml or .bpmn file; name a file or a "
                                                 "folder of files"));
  }
  return files;
}

absl::StatusOr<std::vector<Document>> ReadDocuments(Session& session,
                                                    const std::vector<std::string>& paths,
                                                    const BpmnOptions& bpmn) {
  SpeakOfNoFile(session);
  std::vector<Source> sources;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOf(path));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(Source source, ReadSource(file));
      sources.push_back(std::move(source));
    }
  }
  ParseAll(sources);
  RETURN_IF_ERROR(UseWorkspaceOf(session, sources));
  std::vector<Document> documents;
  std::map<std::string, std::string> path_of;
  for (Source& source : sources) {
    ASSIGN_OR_RETURN(Document document, ReadDocument(session, std::move(source), bpmn));
    const auto [it, fresh] = path_of.emplace(document.name(), document.path);
    if (!fresh) {
      return NameError(absl::StrCat("'", session.ShortName(document.name()),
                                    "' is also the name in ", it->second,
                                    "; give each file its own"));
    }
    documents.push_back(std::move(document));
  }
  SpeakOfNoFile(session);
  return documents;
}

absl::StatusOr<catalog::v1::Process> ReadProcessFile(Session& session, const std::string& path,
                                                     const BpmnOptions& bpmn) {
  SpeakOfNoFile(session);
  std::vector<Source> sources(1);
  ASSIGN_OR_RETURN(sources[0], ReadSource(path));
  ParseAll(sources);
  RETURN_IF_ERROR(UseWorkspaceOf(session, sources));
  ASSIGN_OR_RETURN(const Document document, ReadDocument(session, std::move(sources[0]), bpmn));
  if (!document.kind->has_drafts()) {
    return NameError(absl::StrCat("'", session.ShortName(document.name()),
                                  "' is no process; write processes/ID"));
  }
  SpeakOf(session, document);
  return static_cast<const catalog::v1::Process&>(*document.resource);
}

}  // namespace plumbline::cli
