// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/cases_command.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/help.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

constexpr char kSegments[] = "/plumbline.analytics.v1.SegmentService/";
constexpr int kMostOfAPage = 1000;

struct Options {
  std::string log, order;
  int limit = 50;
  SelectionFlags selection;
};

absl::Status Cases(Session& session, const Options& options) {
  pb::ListCasesRequest request;
  session.wording().Call({{"name", "LOG"}, {"order_by", "--order"}});
  request.set_name(session.FullName("eventLogs", options.log));
  request.set_order_by(options.order);
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request));
  pb::ListCasesResponse all, page;
  do {
    request.set_page_size(std::min(options.limit - all.cases_size(), kMostOfAPage));
    RETURN_IF_ERROR(session.Call(kSegments, "ListCases", request, &page));
    all.clear_selection();  // every page has it
    all.MergeFrom(page);
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty() && all.cases_size() < options.limit);
  if (session.json()) {
    all.clear_next_page_token();
    session.PrintJson(all);
  } else {
    if (!all.selection().notes().empty()) PrintSelection(all.selection(), session.paper());
    PrintCases(all, session.paper());
  }
  return absl::OkStatus();
}

}  // namespace

void PrintCases(const pb::ListCasesResponse& cases, const Paper& paper) {
  if (cases.cases().empty()) {
    paper.out << "No cases.\n";
    return;
  }
  Table table({"case", "began", "last event", ":duration", ">events", "?>variant", "~?first",
               "~?last", "?"});
  for (const pb::CaseSummary& c : cases.cases()) {
    table.Add({Printable(c.case_id()), When(c.start_time()), When(c.end_time()),
               TimeCell(Seconds(c.duration())), Count(c.event_count()),
               c.variant_rank() == 0 ? "" : Count(c.variant_rank()), Printable(c.first_activity()),
               Printable(c.last_activity()), c.open() ? "open" : ""});
  }
  table.BreakLines();
  table.Print(paper, 0);
  if (cases.cases_size() < cases.total_count()) {
    paper.out << Count(cases.cases_size()) << " of " << Count(cases.total_count()) << " cases\n";
  }
}

void AddCasesCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("cases", "Cases of a log, or those that a filter keeps");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  Takes(command->add_option("--order", options->order,
                            "case_id (default), start_time, end_time, duration or event_count; "
                            "'duration desc' for the longest first"),
        "FIELD");
  Takes(command->add_option("--limit", options->limit, "At most so many (default: 50)"), "N")
      ->check(args::Range(1, 1'000'000));
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline cases my-events --filter 'variant_rank = 1'", "those of a variant"},
               {"plumbline cases my-events --order 'duration desc' --limit 10", "the longest"}});
  command->callback([=] { *action = [=](Session& s) { return Cases(s, *options); }; });
}

}  // namespace plumbline::cli
