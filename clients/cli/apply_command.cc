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

const char* Word(Publication publication) {
  switch (publication) {
    case Publication::kPublish:
      return "publish";
    case Publication::kSubmit:
      return "submit";
    case Publication::kWait:
      return "wait";
    default:
      return "none";
  }
}

// "update processes/x, publish as @3", "publish processes/y as @2: calls processes/x@3"
std::string Headline(Session& session, const PlannedChange& change) {
  const std::string name = session.ShortName(change.document.name());
  const bool writes = change.write != Write::kNothing;
  std::string line = writes ? absl::StrCat(Word(change.write), " ", name) : name;
  if (change.publication == Publication::kWait)
    return absl::StrCat(line, writes ? ", " : ": ", change.why);
  if (change.publication == Publication::kNone) return line;
  const std::string what = change.publication == Publication::kSubmit
                               ? " for approval"
                               : absl::StrCat(" as @", change.revision);
  if (writes) return absl::StrCat(line, ", ", Word(change.publication), what);
  return absl::StrCat(Word(change.publication), " ", name, what, change.why.empty() ? "" : ": ",
                      change.why);
}

// What becomes of a document, or became.
struct Effect {
  Write write;
  Publication publication;
};

Effect Planned(const PlannedChange& change) { return {change.write, change.publication}; }

// By the answer: others may have acted since the plan.
Effect Told(const PlannedChange& change, const Applied& applied) {
  return {applied.created   ? Write::kCreate
          : applied.updated ? Write::kUpdate
                            : Write::kNothing,
          applied.published                          ? Publication::kPublish
          : applied.submitted                        ? Publication::kSubmit
          : change.publication == Publication::kWait ? Publication::kWait
                                                     : Publication::kNone};
}

// A change as JSON: {"name": ..., "action": "update", "publish": true, "revision": 3, ...}.
void PrintAsJson(Session& session, const PlannedChange& change, const Effect& effect) {
  google::protobuf::Struct line;
  auto& fields = *line.mutable_fields();
  fields["name"].set_string_value(change.document.name());
  fields["file"].set_string_value(change.document.path);
  fields["action"].set_string_value(Word(effect.write));
  fields["publish"].set_bool_value(effect.publication == Publication::kPublish);
  fields["publication"].set_string_value(Word(effect.publication));
  fields["revision"].set_number_value(static_cast<double>(change.revision));
  if (!change.why.empty()) fields["why"].set_string_value(change.why);
  auto& differences = *fields["differences"].mutable_list_value();
  for (const std::string& difference : change.differences)
    differences.add_values()->set_string_value(difference);
  session.PrintJsonLine(line);
}

// "2 to create, 1 to update, 3 to publish, 19 unchanged"; once done: "2 created, ...".
std::string Summary(const std::vector<Effect>& effects, bool done) {
  std::vector<std::string> parts;
  const auto add = [&](const char* what, const auto& counts) {
    const auto count = std::count_if(effects.begin(), effects.end(), counts);
    if (count > 0) parts.push_back(absl::StrCat(count, " ", what));
  };
  const auto writes = [](Write write) {
    return [=](const Effect& effect) { return effect.write == write; };
  };
  const auto becomes = [](Publication publication) {
    return [=](const Effect& effect) { return effect.publication == publication; };
  };
  add(done ? "created" : "to create", writes(Write::kCreate));
  add(done ? "updated" : "to update", writes(Write::kUpdate));
  add(done ? "published" : "to publish", becomes(Publication::kPublish));
  add(done ? "submitted for approval" : "to submit for approval", becomes(Publication::kSubmit));
  add("not approved yet", becomes(Publication::kWait));
  add("unchanged", [](const Effect& effect) {
    return effect.write == Write::kNothing && effect.publication == Publication::kNone;
  });
  return absl::StrJoin(parts, ", ");
}

void PrintPlan(Session& session, const std::vector<PlannedChange>& plan) {
  std::vector<Effect> effects;
  for (const PlannedChange& change : plan) {
    effects.push_back(Planned(change));
    if (change.nothing() && change.publication == Publication::kNone) continue;
    session.out() << Headline(session, change) << '\n';
    for (const std::string& difference : change.differences) session.out() << difference << '\n';
  }
  session.out() << Summary(effects, /*done=*/false) << '\n';
}

// What became of one document, in a word or three.
std::string Outcome(const PlannedChange& change, const Effect& effect, bool publishes) {
  const bool writes = effect.write != Write::kNothing;
  if (effect.publication == Publication::kPublish) return "published";
  if (effect.publication == Publication::kSubmit) return "submitted for approval";
  if (effect.publication == Publication::kWait)
    return absl::StrCat(writes ? "draft saved, " : "", change.why);
  const bool drafts = change.document.kind->has_drafts();
  if (!writes) return publishes && drafts ? "published before, unchanged" : "unchanged";
  if (drafts) {
    return change.publication == Publication::kPublish ? "draft saved, published before"
                                                       : "draft saved";
  }
  return effect.write == Write::kCreate ? "created" : "updated";
}

void PrintWarnings(Session& session, const Document& document,
                   const std::vector<common::v1::Warning>& warnings) {
  for (const common::v1::Warning& warning : warnings) {
    session.err() << (session.json() ? absl::StrCat(JsonOf(warning, false), "\n")
                                     : WarningLine(document, warning));
  }
}

// Shows what would be done.
void PrintDryRun(Session& session, const std::vector<PlannedChange>& plan) {
  for (const PlannedChange& change : plan) {
    PrintWarnings(session, change.document, change.warnings);
    if (session.json()) PrintAsJson(session, change, Planned(change));
  }
  if (session.json()) return;
  PrintPlan(session, plan);
  session.out() << "all valid, nothing written\n";
}

// What the files leave for people to do.
void PrintNext(Session& session, const std::vector<PlannedChange>& plan,
               const ApplyOptions& options) {
  const auto any = [&](const auto& is) { return std::any_of(plan.begin(), plan.end(), is); };
  const bool drafts =
      any([](const PlannedChange& change) { return change.document.kind->has_drafts(); });
  if (drafts && !options.publish)
    session.out() << "  next: plumbline apply --publish, or plumbline publish PROCESS\n";
  if (any([](const PlannedChange& c) { return c.publication == Publication::kSubmit; }))
    session.out() << "  next: plumbline approve PROCESS, then apply again\n";
}

// What only BPMN files can be told. Their fields have no places, so no text is kept of them.
absl::Status CheckBpmnOptions(const BpmnOptions& options, const std::vector<Document>& documents) {
  if (options.id.empty() && options.owner.empty() && options.element.empty())
    return absl::OkStatus();
  for (const Document& document : documents) {
    if (document.text.empty()) return absl::OkStatus();
  }
  if (!options.element.empty()) {
    return base::FieldError("--process-element",
                            "is for BPMN files, and no file is one; leave it out");
  }
  const bool id = !options.id.empty();
  return base::FieldError(id ? "--id" : "--owner",
                          absl::StrCat("is for BPMN files, and no file is one; write ",
                                       id ? "name: processes/" : "owner: ",
                                       id ? options.id : options.owner, " in the file"));
}

// Does it, and tells of each resource as it is done; at the end of all, if that was declared.
absl::Status CarryOutAndTell(Session& session, const std::vector<PlannedChange>& plan,
                             const Options& options) {
  const bool declarative = !options.declared.empty();
  const auto to_do = std::count_if(plan.begin(), plan.end(),
                                   [](const PlannedChange& change) { return !change.nothing(); });
  int done = 0;
  std::vector<Effect> effects;
  const auto tell = [&](const PlannedChange& change, const Applied& applied) {
    const Effect effect = Told(change, applied);
    effects.push_back(effect);
    done += !change.nothing();
    PrintWarnings(session, change.document, applied.warnings);
    if (session.json()) {
      PrintAsJson(session, change, effect);
    } else if (!declarative || !change.nothing() || change.publication == Publication::kWait) {
      // Whoever breaks it off knows what was done.
      session.out() << session.ShortName(TextOf(*applied.resource, "name")) << ": "
                    << Outcome(change, effect, options.apply.publish) << '\n'
                    << std::flush;
    }
  };
  const absl::Status status = CarryOut(session, plan, options.apply, tell);
  if (!status.ok() && to_do > 1)
    session.SetHint(absl::StrCat(done, " of ", to_do, " done; run it again after mending"));
  if (status.ok() && declarative && !session.json())
    session.out() << Summary(effects, /*done=*/true) << '\n';
  return status;
}

absl::Status Apply(Session& session, Options options) {
  if (options.files.empty() && options.declared.empty()) {
    return base::FieldError("FILE",
                            "is missing; name files or folders, for example: plumbline "
                            "apply -f utilities -f processes");
  }
  session.wording().Call({{"reason", "--reason"}});
  const bool declarative = !options.declared.empty();
  options.apply.publish = options.apply.publish || options.apply.submit || declarative;
  std::vector<std::string> paths = options.files;
  paths.insert(paths.end(), options.declared.begin(), options.declared.end());
  ASSIGN_OR_RETURN(std::vector<Document> documents,
                   ReadDocuments(session, paths, options.apply.bpmn));
  RETURN_IF_ERROR(CheckBpmnOptions(options.apply.bpmn, documents));
  ASSIGN_OR_RETURN(const std::vector<PlannedChange> plan,
                   PlanChanges(session, std::move(documents), options.apply));
  if (options.dry_run) {
    PrintDryRun(session, plan);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CarryOutAndTell(session, plan, options));
  if (session.json()) return absl::OkStatus();
  PrintNext(session, plan, options.apply);
  return absl::OkStatus();
}

}  // namespace

void AddApplyCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* apply = app.add_subcommand(
      "apply",
      "Create or update processes, steps, utilities, calendars, tags and the policy from YAML and "
      "BPMN files; see docs/files.md");
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
  apply->add_flag("--submit", options->apply.submit,
                  "The same, and where the workspace demands approval submit what changed for it; "
                  "once approved, the same command publishes it");
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
  Takes(apply->add_option("--process-element", options->apply.bpmn.element,
                          "Which process of a BPMN file that holds several, by its id in the file"),
        "ID");
  AddExamples(*apply,
              {{"plumbline apply -f utilities -f processes --dry-run", "what would be done"},
               {"plumbline apply -f utilities -f processes", "and does it"},
               {"plumbline apply --publish processes", "a folder of files, published"},
               {"plumbline get processes/renewal | plumbline apply -", "from a pipe"},
               {"plumbline apply --best-effort order.bpmn", "of any BPMN modeller"}});
  apply->callback([=] { *action = [=](Session& s) { return Apply(s, *options); }; });
}

}  // namespace plumbline::cli
