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

#include "absl/strings/str_cat.h"
#include "clients/cli/commands.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;
using catalog::v1::Process;

// A way to write a process. A new format is a row of the table below.
struct Format {
  const char* name;
  const char* extension;
  absl::StatusOr<std::string> (*write)(const Process& process);
};

absl::StatusOr<std::string> WriteYaml(const Process& process) { return yaml::Format(process); }

constexpr std::array<Format, 1> kFormats = {{{"yaml", ".yaml", &WriteYaml}}};

struct ExportOptions {
  std::vector<std::string> names;
  std::string folder;
  std::string format = "yaml";
};

// Only what people write: the fields from 20 on are the catalog's.
void KeepContent(Process* process) {
  std::vector<const google::protobuf::FieldDescriptor*> set;
  process->GetReflection()->ListFields(*process, &set);
  for (const auto* field : set) {
    if (field->number() >= 20) process->GetReflection()->ClearField(process, field);
  }
}

absl::StatusOr<std::vector<std::string>> AllProcesses(Session& session) {
  std::vector<std::string> names;
  catalog::v1::ListProcessesRequest request;
  request.set_parent(session.parent());
  request.set_page_size(1000);
  catalog::v1::ListProcessesResponse page;
  do {
    RETURN_IF_ERROR(session.Call(kCatalog, "ListProcesses", request, &page));
    for (const Process& process : page.processes()) names.push_back(process.name());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return names;
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

absl::Status ExportOne(Session& session, const std::string& name, const Format& format,
                       const std::string& folder) {
  catalog::v1::GetProcessRequest request;
  request.set_name(session.FullName("processes", name));
  catalog::v1::GetProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "GetProcess", request, &response));
  Process& process = *response.mutable_process();
  KeepContent(&process);
  process.set_name(session.ShortName(process.name()));
  ASSIGN_OR_RETURN(const std::string text, format.write(process));
  if (folder.empty()) {
    session.out() << text;
    return absl::OkStatus();
  }
  const fs::path path = fs::path(folder) / absl::StrCat(process.name(), format.extension);
  RETURN_IF_ERROR(WriteFile(path, text));
  session.err() << path.string() << '\n';
  return absl::OkStatus();
}

absl::Status Export(Session& session, const ExportOptions& options) {
  const auto format = std::find_if(kFormats.begin(), kFormats.end(),
                                   [&](const Format& f) { return f.name == options.format; });
  std::vector<std::string> names = options.names;
  if (options.folder.empty() && names.size() != 1) {
    return base::FieldError("--output",
                            "is missing; name a folder for the files, or one resource to print");
  }
  if (names.empty()) {
    ASSIGN_OR_RETURN(names, AllProcesses(session));
  }
  for (const std::string& name : names)
    RETURN_IF_ERROR(ExportOne(session, name, *format, options.folder));
  return absl::OkStatus();
}

}  // namespace

void AddExportCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write resources as files that apply takes back");
  command->add_option("NAME", options->names, "processes/ID (default: everything)");
  command->add_option("-o,--output", options->folder,
                      "Folder for the files, KIND/ID.EXTENSION (default: one resource is printed)");
  std::vector<std::string> formats;
  for (const Format& format : kFormats) formats.emplace_back(format.name);
  command->add_option("--format", options->format, "How to write processes (default: yaml)")
      ->check(CLI::IsMember(formats));
  command->callback([=] { *action = [=](Session& s) { return Export(s, *options); }; });
}

}  // namespace plumbline::cli
