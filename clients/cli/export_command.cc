// SPDX-License-Identifier: Apache-2.0
//
// export: resources of the workspace as files that `apply` takes back.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/commands.h"
#include "clients/cli/resource_kind.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;

// A way to write resources. A new format is a row of the table below.
struct Format {
  const char* name;
  const char* extension;
  const char* only;  // the one collection that it can write; nullptr: all
  absl::StatusOr<std::string> (*write)(const Message& resource);
};

absl::StatusOr<std::string> WriteYaml(const Message& resource) { return yaml::Format(resource); }

constexpr std::array<Format, 1> kFormats = {{{"yaml", ".yaml", nullptr, &WriteYaml}}};

struct ExportOptions {
  std::vector<std::string> names;
  std::string folder;
  std::string format = "yaml";
};

// One resource to write.
struct Export {
  const ResourceKind* kind = nullptr;
  std::string name;  // full
};

absl::Status CannotWrite(const Format& format, const ResourceKind& kind) {
  return base::FieldError("--format",
                          absl::StrCat("'", format.name, "' can write ", format.only, " only, not ",
                                       kind.collection(), "; name those that you want"));
}

// All resources that the arguments name: "processes/x", "processes" (all of them), or none (all of
// every kind that the format can write).
absl::StatusOr<std::vector<Export>> Find(Session& session, const Format& format,
                                         const std::vector<std::string>& names) {
  std::vector<Export> found;
  const auto add_all = [&](const ResourceKind& kind) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<std::string> all, kind.List(session));
    for (const std::string& name : all) found.push_back({&kind, name});
    return absl::OkStatus();
  };
  const auto can_write = [&](const ResourceKind& kind) {
    return format.only == nullptr || absl::string_view(format.only) == kind.collection();
  };
  if (names.empty()) {
    for (const ResourceKind* kind : AllKinds()) {
      if (can_write(*kind)) RETURN_IF_ERROR(add_all(*kind));
    }
  }
  for (const std::string& name : names) {
    const ResourceKind* kind = nullptr;
    for (const ResourceKind* one : AllKinds()) {
      if (name == one->collection()) kind = one;
    }
    const bool whole = kind != nullptr;
    if (!whole) kind = KindOf(name);
    if (kind == nullptr) {
      return base::FieldError("NAME", absl::StrCat("'", name,
                                                   "' is no resource that files hold; "
                                                   "write ",
                                                   KindsInWords()));
    }
    if (!can_write(*kind)) return CannotWrite(format, *kind);
    if (whole) {
      RETURN_IF_ERROR(add_all(*kind));
    } else {
      found.push_back({kind, session.FullName(name)});
    }
  }
  return found;
}

absl::Status WriteFile(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (file.good()) return absl::OkStatus();
  return base::FieldError("--output", absl::StrCat("'", path.string(),
                                                   "' cannot be written; name a folder that you "
                                                   "may write to"));
}

absl::Status ExportOne(Session& session, const Export& one, const Format& format,
                       const std::string& folder) {
  ASSIGN_OR_RETURN(const MessagePtr resource, one.kind->Find(session, one.name));
  if (resource == nullptr) return base::NotFound(one.kind->field(), one.name);
  // A file says which resource it is; of a revision it is the content for its draft.
  const std::string name = session.ShortName(TextOf(*resource, "name"));
  const MessagePtr content = ContentOf(*resource);
  SetText("name", name.substr(0, name.find('@')), content.get());
  ASSIGN_OR_RETURN(const std::string text, format.write(*content));
  if (folder.empty()) {
    session.out() << text;
    return absl::OkStatus();
  }
  const fs::path path = fs::path(folder) / absl::StrCat(name, format.extension);
  RETURN_IF_ERROR(WriteFile(path, text));
  session.err() << path.string() << '\n';
  return absl::OkStatus();
}

// Applying the files publishes drafts that were not published: whoever exports them should know.
absl::Status TellUnpublished(Session& session, const std::vector<Export>& exports) {
  std::vector<Document> documents;
  for (const Export& one : exports) {
    if (!one.kind->has_drafts() || absl::StrContains(one.name, "@")) continue;
    ASSIGN_OR_RETURN(MessagePtr resource, one.kind->Find(session, one.name));
    if (resource == nullptr) continue;
    SetText("etag", "", resource.get());
    documents.push_back({.kind = one.kind, .resource = std::move(resource)});
  }
  const auto plan = PlanChanges(session, std::move(documents), {.publish = true});
  // What could not be published will be told when it is applied.
  if (!plan.ok()) return absl::OkStatus();
  for (const PlannedChange& change : *plan) {
    if (!change.publish) continue;
    session.err() << "note: " << session.ShortName(change.document.name())
                  << " differs from its latest revision: apply -f would publish it\n";
  }
  return absl::OkStatus();
}

absl::Status ExportAll(Session& session, const ExportOptions& options) {
  const auto format = std::find_if(kFormats.begin(), kFormats.end(),
                                   [&](const Format& f) { return f.name == options.format; });
  const bool one = options.names.size() == 1 && KindOf(options.names[0]) != nullptr;
  if (options.folder.empty() && !one) {
    return base::FieldError("--output",
                            "is missing; name a folder for the files, or one resource to print");
  }
  ASSIGN_OR_RETURN(const std::vector<Export> exports, Find(session, *format, options.names));
  for (const Export& each : exports)
    RETURN_IF_ERROR(ExportOne(session, each, *format, options.folder));
  return options.folder.empty() ? absl::OkStatus() : TellUnpublished(session, exports);
}

}  // namespace

void AddExportCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write resources as files that apply -f takes back");
  command->add_option("NAME", options->names,
                      absl::StrCat(KindsInWords(), ", or a kind alone (default: everything)"));
  command->add_option("-o,--output", options->folder,
                      "Folder for the files, KIND/ID.EXTENSION (default: one resource is printed)");
  std::vector<std::string> formats;
  for (const Format& format : kFormats) formats.emplace_back(format.name);
  command->add_option("--format", options->format, "How to write them (default: yaml)")
      ->check(CLI::IsMember(formats));
  command->callback([=] { *action = [=](Session& s) { return ExportAll(s, *options); }; });
}

}  // namespace plumbline::cli
