// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/footprints_command.h"

#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/check_flags.h"
#include "clients/cli/help.h"
#include "clients/cli/not_known.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kConformance[] = "/plumbline.analytics.v1.ConformanceService/";

struct Options {
  std::string log, process, against;
  int pairs = 20;
  SelectionFlags selection;
};

absl::Status Footprints(Session& session, const Options& options) {
  pb::CompareFootprintsRequest request;
  session.wording().Call({{"name", "LOG"},
                          {"other_selection", "--against"},
                          {"other_selection.filter", "--against"},
                          {"model", "--process"},
                          {"other", "--process or --against"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  const bool process = !options.process.empty();
  if (process) {
    ASSIGN_OR_RETURN(*request.mutable_model(), ModelOfProcess(session, options.process));
  } else if (!options.against.empty()) {
    request.mutable_other_selection()->set_filter(options.against);
  }
  request.set_max_differences(options.pairs);
  pb::CompareFootprintsResponse response;
  RETURN_IF_ERROR(session.Call(kConformance, "CompareFootprints", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintSelection(response.other_selection(), session.paper());
    PrintFootprintComparison(response, process ? "process" : "other part", session.paper());
  }
  return absl::OkStatus();
}

// "then (12)": what is read between the names of a pair.
std::string Words(pb::FootprintRelation relation, int64_t count, int64_t reversed) {
  const bool counted = count + reversed > 0;
  switch (relation) {
    case pb::FOOTPRINT_RELATION_SEQUENCE:
      return counted ? absl::StrCat("then (", Count(count), ")") : "then";
    case pb::FOOTPRINT_RELATION_REVERSED:
      return counted ? absl::StrCat("only after (", Count(reversed), ")") : "only after";
    case pb::FOOTPRINT_RELATION_PARALLEL:
      return counted ? absl::StrCat("either way (", Count(count), ", ", Count(reversed), ")")
                     : "either way";
    default:
      return "never next";
  }
}

using Names = google::protobuf::RepeatedPtrField<std::string>;

void PrintOnly(const char* what, const std::string& who, const Names& names, const Paper& paper) {
  if (names.empty()) return;
  const std::string list = absl::StrJoin(
      names, ", ",
      [](std::string* text, const std::string& name) { text->append(Printable(name)); });
  paper.out << Wrap(absl::StrCat(what, " ", who, ": ", list), paper.width, 2) << "\n";
}

}  // namespace

void PrintFootprintComparison(const pb::CompareFootprintsResponse& comparison,
                              const std::string& other, const Paper& paper) {
  paper.out << "Similarity "
            << (comparison.has_similarity() ? absl::StrFormat("%.4f", comparison.similarity())
                                            : NotKnown("similarity", comparison.absent()))
            << "   (" << Count(comparison.differing_cell_count()) << " of "
            << Count(comparison.cell_count()) << " cells of the matrix differ)\n";
  if (!comparison.differences().empty()) {
    paper.out << "\n";
    Table table({"~first", "log", other, "~second"});
    table.BreakLines();
    for (const pb::FootprintDifference& one : comparison.differences()) {
      table.Add(
          {Printable(one.from()), Words(one.first(), one.first_count(), one.first_reversed_count()),
           Words(one.other(), one.other_count(), one.other_reversed_count()), Printable(one.to())});
    }
    table.Print(paper, 0);
    if (comparison.omitted_difference_count() > 0) {
      paper.out << "and " << Count(comparison.omitted_difference_count()) << " more pairs\n";
    }
    paper.out << "\n";
  }
  const std::string the_other = absl::StrCat("in the ", other);
  PrintOnly("Only", "in the log", comparison.only_first_activities(), paper);
  PrintOnly("Only", the_other, comparison.only_other_activities(), paper);
  PrintOnly("Cases begin with these only", "in the log", comparison.only_first_start_activities(),
            paper);
  PrintOnly("Cases begin with these only", the_other, comparison.only_other_start_activities(),
            paper);
  PrintOnly("Cases end with these only", "in the log", comparison.only_first_end_activities(),
            paper);
  PrintOnly("Cases end with these only", the_other, comparison.only_other_end_activities(), paper);
}

void AddFootprintsCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "footprints", "Which steps directly follow which, compared with a process or another part");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  args::Option* process =
      Takes(command->add_option("--process", options->process,
                                "Compare with a process of the catalog, x or x@stable"),
            "NAME");
  Takes(command->add_option("--against", options->against,
                            "Compare with these cases of the log (see docs/filters.md)"),
        "CONDITION")
      ->excludes(process);
  Takes(command->add_option("--pairs", options->pairs, "Pairs that differ to show (default: 20)"),
        "N")
      ->check(args::Range(1, 10'000));
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command, {{"plumbline footprints my-events --process x@stable", ""},
                         {"plumbline footprints my-events --from 2026-01-01 \\\n"
                          "      --against 'start_time < 2026-01-01'",
                          "this year against before"}});
  command->callback([=] { *action = [=](Session& s) { return Footprints(s, *options); }; });
}

}  // namespace plumbline::cli
