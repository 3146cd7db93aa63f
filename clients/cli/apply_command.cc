// SPDX-License-Identifier: Apache-2.0
//
// apply: files into the service.
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/json.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/struct.pb.h"

namespace plumbline::cli {
namespace {

using Write = PlannedChange::Write;

struct Options {
  std::vector<std::string> files;     // saved, and published if asked
  std::vector<std::string> declared;  // what is to be: published too
  bool dry_run = false;
  ApplyOptions apply;
};

const char* Word(Write write) {
  return write == Write::kCreate ? "create" : write == Write::kUpdate ? "update" : "none";
}

// "update processes/x, publish as @3"
std::string Headline(Session& session, const PlannedChange& change) {
  const std::string name = session.ShortName(change.document.name());
  std::string line =
      change.write == Write::kNothing ? "" : absl::StrCat(Word(change.write), " ", name);
  if (change.publish) {
    absl::StrAppend(&line, line.empty() ? absl::StrCat("publish ", name) : ", publish", " as @",
                    change.revision);
    if (change.write == Write::kNothing && !change.why_publish.empty())
      absl::StrAppend(&line, ": ", change.why_publish);
  }
  return line;
}

// A change as JSON: {"name": ..., "action": "update", "publish": true, "revision": 3, ...}.
void PrintAsJson(Session& session, const PlannedChange& change) {
  google::protobuf::Struct line;
  auto& fields = *line.mutable_fields();
  fields["name"].set_string_value(change.document.name());
  fields["file"].set_string_value(change.document.path);
  fields["action"].set_string_value(Word(change.write));
  fields["publish"].set_bool_value(change.publish);
  fields["revision"].set_number_value(static_cast<double>(change.revision));
  auto& differences = *fields["differences"].mutable_list_value();
  for (const std::string& difference : change.differences)
    differences.add_values()->set_string_value(difference);
  session.PrintJsonLine(line);
}

// "2 to create, 1 to update, 3 to publish, 19 unchanged"
std::string Summary(const std::vector<PlannedChange>& plan) {
  int creates = 0, updates = 0, publishes = 0, unchanged = 0;
  for (const PlannedChange& change : plan) {
    creates += change.write == Write::kCreate;
    updates += change.write == Write::kUpdate;
    publishes += change.publish;
    unchanged += change.nothing();
  }
  std::vector<std::string> parts;
  const auto add = [&](int count, const char* what) {
    if (count > 0) parts.push_back(absl::StrCat(count, " ", what));
  };
  add(creates, "to create");
  add(updates, "to update");
  add(publishes, "to publish");
  add(unchanged, "unchanged");
  return absl::StrJoin(parts, ", ");
}

void PrintPlan(Session& session, const std::vector<PlannedChange>& plan) {
  for (const PlannedChange& change : plan) {
    if (change.nothing()) continue;
    session.out() << Headline(session, change) << '\n';
    for (const std::string& difference : change.differences) session.out() << difference << '\n';
  }
  session.out() << Summary(plan) << '\n';
}

// What became of one document, in a word or three.
std::string Outcome(const PlannedChange& change, const Applied& applied, bool publishes) {
  if (applied.published) return "published";
  if (change.write == Write::kNothing) {
    return publishes && change.document.kind->has_drafts() ? "published before, unchanged"
                                                           : "unchanged";
  }
  if (change.document.kind->has_drafts()) return "draft saved";
  return change.write == Write::kCreate ? "created" : "updated";
}

void PrintWarnings(Session& session, const Document& document,
                   const std::vector<common::v1::Warning>& warnings) {
  for (const common::v1::Warning& warning : warnings) {
    session.err() << (session.json() ? absl::StrCat(JsonOf(warning, false), "\n")
                                     : WarningLine(document, warning));
  }
}

absl::Status Apply(Session& session, Options options) {
  if (options.files.empty() && options.declared.empty()) {
    return base::FieldError("FILE",
                            "is missing; name files or folders, for example: plumbline "
                            "apply -f utilities -f processes");
  }
  const bool declarative = !options.declared.empty();
  options.apply.publish = options.apply.publish || declarative;
  std::vector<std::string> paths = options.files;
  paths.insert(paths.end(), options.declared.begin(), options.declared.end());
  ASSIGN_OR_RETURN(std::vector<Document> documents,
                   ReadDocuments(session, paths, options.apply.bpmn));
  ASSIGN_OR_RETURN(const std::vector<PlannedChange> plan,
                   PlanChanges(session, std::move(documents), options.apply));
  if (options.dry_run) {
    for (const PlannedChange& change : plan) {
      PrintWarnings(session, change.document, change.warnings);
      if (session.json()) PrintAsJson(session, change);
    }
    if (!session.json()) PrintPlan(session, plan);
    if (!session.json()) session.out() << "all valid, nothing written\n";
    return absl::OkStatus();
  }
  if (declarative && !session.json()) PrintPlan(session, plan);
  RETURN_IF_ERROR(
      CarryOut(session, plan, options.apply, [&](const PlannedChange& change, Applied applied) {
        PrintWarnings(session, change.document, applied.warnings);
        if (session.json()) {
          session.PrintJsonLine(*applied.resource);
        } else if (!declarative || !change.nothing()) {
          session.out() << session.ShortName(TextOf(*applied.resource, "name")) << ": "
                        << Outcome(change, applied, options.apply.publish) << '\n';
        }
      }));
  const bool drafts = std::any_of(plan.begin(), plan.end(), [](const PlannedChange& change) {
    return change.document.kind->has_drafts();
  });
  if (!session.json() && drafts && !options.apply.publish)
    session.out() << "  next: plumbline apply --publish, or plumbline publish PROCESS\n";
  return absl::OkStatus();
}

}  // namespace

void AddApplyCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* apply = app.add_subcommand(
      "apply", "Create or update processes, utilities and calendars from YAML and BPMN files");
  apply->group("Draw");
  apply->add_option("FILE", options->files,
                    "Files or folders of them; - is standard input. Processes become drafts");
  Takes(apply
            ->add_option("-f,--file", options->declared,
                         "A file or folder that says how it shall be: creates, updates and "
                         "publishes what differs, what is named before what names it")
            ->allow_extra_args(false),
        "FILE");
  apply->add_flag("--publish", options->apply.publish,
                  "Publish what changed as the next revision (-f always does)");
  apply->add_flag("--dry-run", options->dry_run,
                  "Check everything, show what would be done, write nothing");
  Takes(apply->add_option("--reason", options->apply.reason, "Why, kept with the revision"),
        "TEXT");
  apply->add_flag("--best-effort", options->apply.bpmn.best_effort,
                  "Of a BPMN file keep what can be kept; what was changed and dropped is told");
  Takes(apply->add_option("--id", options->apply.bpmn.id,
                          "Id of the process of a BPMN file (default: what the file says)"),
        "ID");
  Takes(apply->add_option("--owner", options->apply.bpmn.owner,
                          "Owner and role where a BPMN file names nobody (default: unassigned)"),
        "WHO");
  AddExamples(*apply,
              {{"plumbline apply -f utilities -f processes --dry-run", "what would be done"},
               {"plumbline apply -f utilities -f processes", "and does it"},
               {"plumbline apply --publish processes", "a folder of files, published"},
               {"plumbline get processes/renewal | plumbline apply -", "from a pipe"},
               {"plumbline apply --best-effort order.bpmn", "of any BPMN modeller"}});
  apply->callback([=] { *action = [=](Session& s) { return Apply(s, *options); }; });
}

}  // namespace plumbline::cli
