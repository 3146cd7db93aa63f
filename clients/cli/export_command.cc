// SPDX-License-Identifier: Apache-2.0
//
// export: resources of the workspace as files that `apply` takes back.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/commands.h"
#include "clients/cli/documents.h"
#include "clients/cli/event_data.h"
#include "clients/cli/help.h"
#include "clients/cli/json.h"
#include "clients/cli/resource_kind.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/yaml/yaml.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace fs = std::filesystem;

// One resource to write.
struct Export {
  const ResourceKind* kind = nullptr;
  std::string name;  // full
};

// A way to write resources. A new format is a row of the table below.
struct Format {
  const char* name;
  const char* extension;
  const char* only;  // the one collection that it can write; nullptr: all
  absl::StatusOr<std::string> (*write)(Session& session, const Export& one);
};

// What people write of it. Its name says which resource it is; of a revision it is the content for
// its draft.
absl::StatusOr<std::string> WriteYaml(Session& session, const Export& one) {
  ASSIGN_OR_RETURN(const MessagePtr resource, one.kind->Find(session, one.name));
  if (resource == nullptr) return base::NotFound(one.kind->type(), one.name);
  if (session.json()) return JsonOf(*resource, /*pretty=*/true);
  const std::string name = session.ShortName(TextOf(*resource, "name"));
  const MessagePtr content = ContentOf(*resource);
  SetText("name", WithoutRevision(*one.kind, name), content.get());
  return yaml::Format(*content);
}

absl::StatusOr<std::string> WriteBpmn(Session& session, const Export& one) {
  catalog::v1::ExportProcessBpmnRequest request;
  request.set_name(one.name);
  catalog::v1::ExportProcessBpmnResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "ExportProcessBpmn", request, &response));
  return session.json() ? JsonOf(response, /*pretty=*/true) : response.xml();
}

constexpr std::array<Format, 2> kFormats = {
    {{"yaml", ".yaml", nullptr, &WriteYaml}, {"bpmn", ".bpmn", "processes", &WriteBpmn}}};

struct ExportOptions {
  std::vector<std::string> names;
  std::string folder;
  std::string format = "yaml";
};

// So many drafts that cannot be published are told; each costs a look at all others.
constexpr int kMostTold = 10;

// The kind that a word names as a whole; none of a kind of which there is only one.
const ResourceKind* WholeKind(const std::string& name) {
  for (const ResourceKind* kind : AllKinds()) {
    if (name == kind->collection() && name != kind->pattern()) return kind;
  }
  return nullptr;
}

bool CanWrite(const Format& format, const ResourceKind& kind) {
  return format.only == nullptr || absl::string_view(format.only) == kind.collection();
}

absl::Status AddAll(Session& session, const ResourceKind& kind, std::vector<Export>* exports) {
  ASSIGN_OR_RETURN(const std::vector<std::string> all, kind.List(session));
  for (const std::string& name : all) exports->push_back({&kind, name});
  return absl::OkStatus();
}

// What one argument names: "processes" (all of them), "utilities/crm", or the id of a process.
absl::Status AddNamed(Session& session, const Format& format, const std::string& name,
                      std::vector<Export>* exports) {
  const ResourceKind* const whole = WholeKind(name);
  const std::string full = FullNameOf(session, name);
  const ResourceKind* const kind = whole != nullptr ? whole : KindOf(full);
  if (kind == nullptr) {
    return base::FieldError(
        "NAME",
        absl::StrCat("'", name, "' names no resource that files hold; write ", KindsInWords()));
  }
  if (!CanWrite(format, *kind)) {
    return base::FieldError(
        "--format", absl::StrCat("'", format.name, "' can write ", format.only, " only, not ",
                                 kind->collection(), "; leave them out, or write yaml"));
  }
  if (whole != nullptr) return AddAll(session, *kind, exports);
  exports->push_back({kind, full});
  return absl::OkStatus();
}

// All kinds. One that the caller may not read is left out, with a note; an error if that is so of
// all.
absl::Status AddEverything(Session& session, const Format& format, std::vector<Export>* exports) {
  absl::Status denied;
  std::vector<std::string> readable;
  for (const ResourceKind* kind : AllKinds()) {
    if (!CanWrite(format, *kind)) continue;
    const absl::Status added = AddAll(session, *kind, exports);
    if (added.ok()) {
      if (WholeKind(kind->collection()) != nullptr) readable.emplace_back(kind->collection());
      continue;
    }
    if (base::ReasonOf(added) != base::Reason::ERROR_REASON_PERMISSION_DENIED) return added;
    denied.Update(added);
    session.err() << "note: " << kind->collection()
                  << " left out: " << session.wording().Sentence(added.message()) << '\n';
  }
  if (denied.ok()) return denied;
  if (readable.empty()) return denied;
  session.err() << "  name the kinds to have no such note: plumbline export "
                << absl::StrJoin(readable, " ") << " -o FOLDER\n";
  return absl::OkStatus();
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

// The draft as apply -f reads its file; it goes by its name, and has no text.
absl::StatusOr<Document> DraftOf(Session& session, const Export& one) {
  ASSIGN_OR_RETURN(MessagePtr resource, one.kind->Find(session, one.name));
  if (resource != nullptr) SetText("etag", "", resource.get());
  return Document{.path = session.ShortName(one.name),
                  .text = "",
                  .kind = one.kind,
                  .resource = std::move(resource)};
}

absl::Status TellPlan(Session& session, const std::vector<PlannedChange>& plan) {
  for (const PlannedChange& change : plan) {
    if (change.publication == Publication::kNone) continue;
    session.err() << "note: " << session.ShortName(change.document.name())
                  << " differs from its latest revision: apply -f would publish it\n";
  }
  return absl::OkStatus();
}

// Why a draft cannot be published, and how the other files are applied all the same.
void TellUnpublishable(Session& session, const std::string& draft, const std::string& file,
                       const absl::Status& status) {
  const auto fields = base::FieldViolationsOf(status);
  absl::string_view why = status.message();
  absl::ConsumePrefix(&why, absl::StrCat(draft, ": "));
  session.err() << "note: " << draft << " cannot be published: "
                << (fields.empty()
                        ? session.wording().Sentence(why)
                        : absl::StrCat(fields[0].field, ": ",
                                       session.wording().Sentence(fields[0].description)))
                << "; apply -f refuses all files with it: mend the draft and export again, or "
                   "move "
                << file << " away; as a draft it is saved with: plumbline apply " << file << '\n';
}

// Applying the files publishes drafts that are not published: whoever exports them should know.
absl::Status TellUnpublished(Session& session, const std::vector<Export>& exports,
                             const std::function<std::string(const Export&)>& file) {
  std::map<std::string, const Export*> drafts;  // by short name
  for (const Export& one : exports) {
    if (one.kind->has_drafts() && !absl::StrContains(one.name, '@'))
      drafts[session.ShortName(one.name)] = &one;
  }
  // One that cannot be published is told and left out of what is asked next.
  for (int told = 0; !drafts.empty(); ++told) {
    std::vector<Document> documents;
    for (const auto& [name, one] : drafts) {
      ASSIGN_OR_RETURN(Document document, DraftOf(session, *one));
      if (document.resource != nullptr) documents.push_back(std::move(document));
    }
    const auto plan = PlanChanges(session, std::move(documents), {.publish = true, .submit = true});
    const auto faulty = drafts.find(session.wording().file());
    SpeakOfNoFile(session);
    if (plan.ok()) return TellPlan(session, *plan);
    // Notes are no reason to fail: the files are written, and apply says what is wrong.
    if (faulty == drafts.end() || told == kMostTold) {
      session.err() << "note: whether " << (told == 0 ? "" : "further ")
                    << "drafts differ from their latest revisions was not found out; "
                       "plumbline apply -f FOLDER --dry-run says it\n";
      return absl::OkStatus();
    }
    TellUnpublishable(session, faulty->first, file(*faulty->second), plan.status());
    drafts.erase(faulty);
  }
  return absl::OkStatus();
}

absl::Status ExportAll(Session& session, const ExportOptions& options) {
  session.wording().Call({{"name", "NAME"}});
  const Format& format = *std::find_if(kFormats.begin(), kFormats.end(),
                                       [&](const Format& f) { return f.name == options.format; });
  const bool one = options.names.size() == 1 && WholeKind(options.names[0]) == nullptr;
  if (options.folder.empty() && !one) {
    return base::FieldError("--output",
                            "is missing; name a folder for the files, or one resource to print");
  }
  std::vector<Export> exports;
  for (const std::string& name : options.names)
    RETURN_IF_ERROR(AddNamed(session, format, name, &exports));
  if (options.names.empty()) RETURN_IF_ERROR(AddEverything(session, format, &exports));
  const auto path_of = [&](const Export& each) {
    return (fs::path(options.folder) / absl::StrCat(each.kind->Path(session.ShortName(each.name)),
                                                    session.json() ? ".json" : format.extension))
        .string();
  };
  for (const Export& each : exports) {
    ASSIGN_OR_RETURN(const std::string text, format.write(session, each));
    if (options.folder.empty()) {
      session.out() << text;
      return absl::OkStatus();
    }
    const std::string path = path_of(each);
    RETURN_IF_ERROR(WriteFile(path, text));
    session.err() << path << '\n';
  }
  return TellUnpublished(session, exports, path_of);
}

}  // namespace

void AddExportCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<ExportOptions>();
  args::Command* command = app.add_subcommand(
      "export",
      "Write drafts, steps, utilities, calendars, tags, people and the policy as files that apply "
      "takes "
      "back. Not kept: published revisions (name one to write it), histories, effective periods, "
      "what was deprecated or archived, approvals; see docs/files.md");
  command->group("Draw");
  command->add_option("NAME", options->names,
                      absl::StrCat("The id of a process, with @REVISION or @latest if not the "
                                   "draft; ",
                                   KindsInWords(), "; or a kind alone (default: everything)"));
  Takes(command->add_option("-o,-d,--output", options->folder,
                            "Folder for the files, KIND/ID.EXTENSION (default: the one resource "
                            "that is named is printed)"),
        "FOLDER");
  std::vector<std::string> formats;
  for (const Format& format : kFormats) formats.emplace_back(format.name);
  Takes(command
            ->add_option("--format", options->format,
                         "yaml (default), or bpmn: BPMN 2.0 with its diagram; apply reads both")
            ->check(args::IsMember(formats)),
        "FORMAT");
  AddExamples(*command,
              {{"plumbline export -o backup", "everything, to be applied with: apply -f backup"},
               {"plumbline export renewal --format bpmn > renewal.bpmn", "for a BPMN modeller"},
               {"plumbline export renewal@3 > renewal.yaml", "a revision, to be applied again"}});
  AddExportRows(*command, action);
  AddExportLog(*command, action);
  command->callback([=] {
    // A command below it has said what to do.
    if (!command->has_chosen()) *action = [=](Session& s) { return ExportAll(s, *options); };
  });
}

}  // namespace plumbline::cli
