// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/discover_command.h"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kDiscovery[] = "/plumbline.analytics.v1.DiscoveryService/";

struct Options {
  std::string log, save, title, owner = "unassigned";
  double noise = 0;
  bool heuristics = false, footprints = false;
  std::optional<double> dependency, loop_of_two, concurrency, rare;  // of --heuristics
  SelectionFlags selection;
};

absl::Status Save(Session& session, const Options& options,
                  const pb::DiscoverProcessResponse& discovered) {
  if (!discovered.has_root()) {
    return base::FieldError("--save",
                            absl::StrCat("is not possible: ", discovered.root_absent_reason()));
  }
  catalog::v1::CreateProcessRequest request;
  session.wording().Call(
      {{"process_id", "--save"}, {"process.title", "--title"}, {"process.owner", "--owner"}});
  request.set_parent(session.parent());
  const absl::string_view id = options.save;
  request.set_process_id(std::string(absl::StripPrefix(id, "processes/")));
  catalog::v1::Process& process = *request.mutable_process();
  process.set_title(options.title.empty() ? absl::StrCat("As done in ", options.log)
                                          : options.title);
  process.set_owner(options.owner);
  *process.mutable_root() = discovered.root();
  request.set_reason(absl::StrCat("discovered from ", session.FullName("eventLogs", options.log)));
  catalog::v1::CreateProcessResponse response;
  RETURN_IF_ERROR(session.Call(kCatalog, "CreateProcess", request, &response));
  session.err() << "Saved as a draft: " << session.ShortName(response.process().name()) << "\n";
  return absl::OkStatus();
}

void SetHeuristics(const Options& options, pb::DiscoverProcessRequest* request) {
  request->set_algorithm(pb::DISCOVERY_ALGORITHM_HEURISTICS);
  pb::HeuristicsThresholds& thresholds = *request->mutable_thresholds();
  if (options.dependency) thresholds.set_dependency(*options.dependency);
  if (options.loop_of_two) thresholds.set_loop_of_two(*options.loop_of_two);
  if (options.concurrency) thresholds.set_concurrency(*options.concurrency);
  if (options.rare) thresholds.set_rare(*options.rare);
}

absl::Status Discover(Session& session, const Options& options) {
  pb::DiscoverProcessRequest request;
  session.wording().Call({{"name", "LOG"},
                          {"event_log", "LOG"},
                          {"noise", "--noise"},
                          {"thresholds.dependency", "--dependency"},
                          {"thresholds.loop_of_two", "--loop-of-two"},
                          {"thresholds.concurrency", "--concurrency"},
                          {"thresholds.rare", "--rare"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  request.set_noise(options.noise);
  if (options.heuristics) SetHeuristics(options, &request);
  if (options.footprints) request.set_algorithm(pb::DISCOVERY_ALGORITHM_FOOTPRINTS);
  pb::DiscoverProcessResponse response;
  RETURN_IF_ERROR(session.Call(kDiscovery, "DiscoverProcess", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintDiscovered(response, session.paper());
  }
  return options.save.empty() ? absl::OkStatus() : Save(session, options, response);
}

bool Silent(const pb::ModelNode& node) { return node.kind() == pb::ModelNode::KIND_SILENT; }

// What stands above the children of a node that has any, of which `shown` do something.
std::string Heading(const pb::ModelNode& node, int shown) {
  const bool silent = shown < node.children_size();
  switch (node.kind()) {
    case pb::ModelNode::KIND_SEQUENCE:
      return "in order:";
    case pb::ModelNode::KIND_CHOICE:
      return silent ? (shown > 1 ? "maybe one of:" : "maybe:") : "one of:";
    case pb::ModelNode::KIND_PARALLEL:
      return "in any order:";
    case pb::ModelNode::KIND_LOOP:
      return shown == 1 ? "repeat:"
             : silent   ? "repeat the first, maybe after one of the others:"
                        : "repeat the first, after one of the others:";
    default:
      return "";
  }
}

void PrintNode(const pb::ModelNode& node, int depth, std::ostream& out) {
  out << std::string(static_cast<size_t>(2 * depth), ' ');
  if (node.children().empty()) {
    out << (Silent(node) ? "(nothing)" : Printable(node.activity())) << "\n";
    return;
  }
  // The body of a loop is shown even if it does nothing: it has its place.
  const bool loop = node.kind() == pb::ModelNode::KIND_LOOP;
  std::vector<const pb::ModelNode*> shown;
  for (const pb::ModelNode& child : node.children()) {
    if (!Silent(child) || (loop && shown.empty())) shown.push_back(&child);
  }
  out << Heading(node, static_cast<int>(shown.size())) << "\n";
  for (const pb::ModelNode* child : shown) PrintNode(*child, depth + 1, out);
}

void PrintTree(const pb::DiscoverProcessResponse& response, const Paper& paper) {
  if (response.has_model()) {
    PrintNode(response.model(), 0, paper.out);
  } else {
    paper.out << Printable(response.text()) << "\n";
  }
  if (response.case_count() == 0) {
    paper.out << "\nThere is no case.\n";
  } else {
    paper.out << "\n"
              << Count(response.fitting_case_count()) << " of "
              << Number(response.case_count(), "case fits", "cases fit") << " the model exactly";
    if (response.unchecked_case_count() > 0)
      paper.out << "; of " << Count(response.unchecked_case_count()) << " it is not known";
    paper.out << ".\n";
  }
  if (!response.has_root()) {
    paper.out << "It cannot be saved: " << response.root_absent_reason() << "\n";
  }
}

void PrintGraph(const pb::DependencyGraph& graph, const Paper& paper) {
  Table table({"~from", "~to", ">dependency", ">times", "?"});
  for (const pb::DependencyGraph::Dependency& edge : graph.dependencies()) {
    table.Add({Printable(edge.from()), Printable(edge.to()),
               absl::StrFormat("%.3f", edge.dependency()), Count(edge.count()),
               edge.loop_of_two() ? "in turn" : ""});
  }
  table.BreakLines();
  table.Print(paper, 0);
  if (graph.omitted_dependency_count() > 0) {
    paper.out << "and " << Count(graph.omitted_dependency_count()) << " more\n";
  }
  for (const pb::DependencyGraph::ConcurrentBranches& split : graph.splits()) {
    paper.out << "After " << Printable(split.activity()) << ", both " << Printable(split.first())
              << " and " << Printable(split.second()) << ".\n";
  }
}

void PrintFootprints(const pb::Footprints& footprints, const Paper& paper) {
  const auto names = [](const google::protobuf::RepeatedPtrField<std::string>& activities) {
    return absl::StrJoin(activities, ", ", [](std::string* text, const std::string& activity) {
      text->append(Printable(activity));
    });
  };
  if (footprints.start_activities().empty()) {
    paper.out << "There is no case.\n";
    return;
  }
  paper.out << Wrap(absl::StrCat("Cases begin with ", names(footprints.start_activities())),
                    paper.width, 0)
            << "\n"
            << Wrap(absl::StrCat("and end with ", names(footprints.end_activities()), "."),
                    paper.width, 0)
            << "\n\n";
  Table table({"~first", "", "~second"});
  for (const pb::Footprints::Pair& pair : footprints.pairs()) {
    table.Add(
        {Printable(pair.from()), pair.parallel() ? "either way" : "then", Printable(pair.to())});
  }
  table.BreakLines();
  table.Print(paper, 0);
  if (footprints.omitted_pair_count() > 0) {
    paper.out << "and " << Count(footprints.omitted_pair_count()) << " more\n";
  }
  paper.out << "All other pairs never follow each other directly.\n";
}

}  // namespace

void PrintDiscovered(const pb::DiscoverProcessResponse& response, const Paper& paper) {
  if (response.has_footprints()) {
    PrintFootprints(response.footprints(), paper);
  } else if (response.has_dependency_graph()) {
    PrintGraph(response.dependency_graph(), paper);
  } else {
    PrintTree(response, paper);
  }
}

namespace {

// What the heuristics miner keeps: each 0 to 1.
void AddThresholds(args::Command& command, args::Option* heuristics, Options* options) {
  const struct {
    const char* flag;
    std::optional<double>& value;
    const char* what;
  } kFlags[] = {
      {"--dependency", options->dependency, "Least dependency of an edge (default: 0.5)"},
      {"--loop-of-two", options->loop_of_two,
       "Least measure of two activities that take turns (default: 0.5)"},
      {"--concurrency", options->concurrency,
       "Least measure of two branches that are both done (default: 0.65)"},
      {"--rare", options->rare,
       "Leave out edges rarer than this share of the commonest at either end (default: 0.05)"}};
  for (const auto& flag : kFlags) {
    Takes(command.add_option(flag.flag, flag.value, flag.what), "SHARE")
        ->check(args::Range(0.0, 1.0))
        ->needs(heuristics);
  }
}

}  // namespace

void AddDiscoverCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("discover", "The process that a log shows, as a model that can be saved");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  args::Option* heuristics = command->add_flag("--heuristics", options->heuristics,
                                               "What depends on what, instead of a process tree");
  args::Option* footprints =
      command
          ->add_flag("--footprints", options->footprints,
                     "How activities stand to each other pair by pair, instead of a model")
          ->excludes(heuristics);
  Takes(command->add_option("--noise", options->noise,
                            "Leave out what is rarer than this share of its surroundings, as 0.2 "
                            "(default: 0, every case fits)"),
        "SHARE")
      ->excludes(heuristics)
      ->excludes(footprints);
  AddThresholds(*command, heuristics, options.get());
  args::Option* save = Takes(command->add_option("--save", options->save,
                                                 "Keep it in the catalog, as a draft of this id"),
                             "PROCESS")
                           ->excludes(heuristics)
                           ->excludes(footprints);
  Takes(command->add_option("--title", options->title, "Of the draft (default: As done in LOG)"),
        "TEXT")
      ->needs(save);
  Takes(command->add_option("--owner", options->owner, "Of the draft (default: unassigned)"),
        "NAME")
      ->needs(save);
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline discover my-events --noise 0.2", ""},
               {"plumbline discover my-events --noise 0.2 --save processes/as-it-is", ""},
               {"plumbline discover my-events --heuristics --dependency 0.8 --rare 0.1", ""}});
  command->callback([=] { *action = [=](Session& s) { return Discover(s, *options); }; });
}

}  // namespace plumbline::cli
