// SPDX-License-Identifier: Apache-2.0
//
// apply: files into the service.
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/commands.h"
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
  ASSIGN_OR_RETURN(std::vector<Document> documents, ReadDocuments(session, paths));
  ASSIGN_OR_RETURN(const std::vector<PlannedChange> plan,
                   PlanChanges(session, std::move(documents), options.apply));
  if (options.dry_run) {
    for (const PlannedChange& change : plan) {
      for (const auto& warning : change.warnings)
        session.err() << WarningLine(change.document, warning);
      if (session.json()) PrintAsJson(session, change);
    }
    if (!session.json()) PrintPlan(session, plan);
    if (!session.json()) session.out() << "all valid, nothing written\n";
    return absl::OkStatus();
  }
  if (declarative && !session.json()) PrintPlan(session, plan);
  return CarryOut(session, plan, options.apply, [&](const PlannedChange& change, Applied applied) {
    for (const auto& warning : applied.warnings)
      session.err() << WarningLine(change.document, warning);
    if (session.json()) {
      session.PrintJsonLine(*applied.resource);
    } else if (!declarative || !change.nothing()) {
      session.out() << session.ShortName(TextOf(*applied.resource, "name")) << ": "
                    << Outcome(change, applied, options.apply.publish) << '\n';
    }
  });
}

}  // namespace

void AddApplyCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<Options>();
  CLI::App* apply =
      app.add_subcommand("apply", "Create or update processes and utilities from YAML files");
  apply->add_option("FILE", options->files,
                    "Files or folders of them; - is standard input. Processes become drafts");
  apply
      ->add_option("-f,--file", options->declared,
                   "Files or folders that say how it shall be: creates, updates and publishes "
                   "what differs, in the order of what names what")
      ->allow_extra_args(false);
  apply->add_flag("--publish", options->apply.publish,
                  "Publish what changed as the next revision (with -f always)");
  apply->add_flag("--dry-run", options->dry_run,
                  "Check everything, show what would be done, write nothing");
  apply->add_option("--reason", options->apply.reason, "Why, kept with the revision");
  apply->callback([=] { *action = [=](Session& s) { return Apply(s, *options); }; });
}

}  // namespace plumbline::cli
