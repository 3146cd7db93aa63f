// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/deviations_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/check_flags.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kConformance[] = "/plumbline.analytics.v1.ConformanceService/";
constexpr int kMostOfAPage = 1000;
constexpr int kShownPlaces = 3;

struct Options {
  std::string log, process, step;
  bool skipped = false, extra = false;
  int limit = 50;
  CheckFlags flags;
  SelectionFlags selection;
};

absl::Status Deviations(Session& session, const Options& options) {
  pb::ListDeviatingCasesRequest request;
  session.wording().Call({{"name", "LOG"}, {"activity", "--step"}, {"model", "--process"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  SetCheckFlags(session, options.flags, &request);
  ASSIGN_OR_RETURN(*request.mutable_model(), ModelOfProcess(session, options.process));
  request.set_activity(options.step);
  if (options.skipped) request.set_kind(pb::VariantConformance::KIND_SKIPPED);
  if (options.extra) request.set_kind(pb::VariantConformance::KIND_EXTRA);
  pb::ListDeviatingCasesResponse all, page;
  do {
    request.set_page_size(std::min(options.limit - all.cases_size(), kMostOfAPage));
    RETURN_IF_ERROR(session.Call(kConformance, "ListDeviatingCases", request, &page));
    all.mutable_cases()->MergeFrom(page.cases());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty() && all.cases_size() < options.limit);
  page.clear_next_page_token();
  page.mutable_cases()->Swap(all.mutable_cases());
  if (session.json()) {
    session.PrintJson(page);
  } else {
    PrintSelection(page.selection(), session.paper());
    PrintCompletion(page.completion(), session);
    PrintDeviating(page, session.paper());
  }
  return absl::OkStatus();
}

// "Exam skipped after Quote; Order out of place at the begin".
std::string Places(const pb::DeviatingCase& one) {
  std::string text;
  const int shown = std::min(one.places_size(), kShownPlaces);
  for (int i = 0; i < shown; ++i) {
    const pb::DeviationPlace& place = one.places(i);
    const bool skipped = place.kind() == pb::VariantConformance::KIND_SKIPPED;
    absl::StrAppend(&text, i == 0 ? "" : "; ", Printable(place.activity()),
                    skipped ? " skipped " : " out of place ",
                    place.after_activity().empty()
                        ? "at the begin"
                        : absl::StrCat("after ", Printable(place.after_activity())));
    if (place.has_time()) absl::StrAppend(&text, ", ", When(place.time()));
  }
  if (one.place_count() > shown) absl::StrAppend(&text, "; ", one.place_count() - shown, " more");
  return text;
}

}  // namespace

void PrintDeviating(const pb::ListDeviatingCasesResponse& cases, const Paper& paper) {
  if (cases.cases().empty()) {
    paper.out << "No case has such a deviation.\n";
  } else {
    Table table({"case", "?>variant", ">deviations", "~where", "?"});
    table.BreakLines();
    for (const pb::DeviatingCase& one : cases.cases()) {
      table.Add({Printable(one.case_id()), one.variant_rank() == 0 ? "" : Count(one.variant_rank()),
                 Count(one.deviation_count()), Places(one), one.open() ? "open" : ""});
    }
    table.Print(paper, 0);
  }
  if (cases.cases_size() < cases.total_count()) {
    paper.out << Count(cases.cases_size()) << " of " << Count(cases.total_count()) << " cases\n";
  }
  if (cases.unchecked_case_count() > 0) {
    paper.out << Number(cases.unchecked_case_count(), "case", "cases")
              << " could not be checked in time; more --budget checks more.\n";
  }
}

void AddDeviationsCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand(
      "deviations", "The cases that deviate from a process of the catalog, and where");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--process", options->process,
                            "What should have happened: a process, x or x@stable"),
        "NAME")
      ->required();
  Takes(command->add_option("--step", options->step,
                            "Only cases in which this step deviates: a step of the process or an "
                            "activity of the log"),
        "STEP");
  args::Option* skipped =
      command->add_flag("--skipped", options->skipped, "Only where a step was skipped");
  command
      ->add_flag("--out-of-place", options->extra,
                 "Only where something happened that the process does not allow there")
      ->excludes(skipped);
  Takes(command->add_option("--limit", options->limit, "At most so many (default: 50)"), "N")
      ->check(args::Range(1, 1'000'000));
  AddCheckFlags(*command, &options->flags);
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline deviations onboarding-log --process sales-rep-onboarding@stable \\\n"
                "      --step Certification --skipped",
                "who was not certified"},
               {"plumbline deviations my-events --process x --from 2026-01-01 --limit 1000", ""}});
  command->callback([=] { *action = [=](Session& s) { return Deviations(s, *options); }; });
}

}  // namespace plumbline::cli
