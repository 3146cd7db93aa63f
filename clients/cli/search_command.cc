// SPDX-License-Identifier: Apache-2.0
//
// search: processes by what stands in them.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

constexpr int kMostAtOnce = 100;

struct SearchOptions {
  std::vector<std::string> words;
  std::string filter, order_by;
  int limit = 20;
};

void AddMatch(const catalog::v1::ProcessMatch& match, Table* table) {
  const std::string& name = match.process().name();
  table->Add(
      {name.substr(name.rfind('/') + 1), match.process().title(),
       match.node_id().empty() ? "" : absl::StrCat(match.node_id(), ": ", match.node_title()),
       match.snippet()});
}

absl::Status Search(Session& session, const SearchOptions& options) {
  catalog::v1::SearchProcessesRequest request;
  request.set_parent(session.parent());
  request.set_query(absl::StrJoin(options.words, " "));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"query", "WORDS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  Table table({"PROCESS", "~TITLE", "~STEP", "?~PASSAGE"});
  for (int seen = 0; seen < options.limit;) {
    request.set_page_size(std::min(kMostAtOnce, options.limit - seen));
    catalog::v1::SearchProcessesResponse response;
    RETURN_IF_ERROR(session.Call(kCatalog, "SearchProcesses", request, &response));
    if (session.json()) session.PrintJsonLine(response);
    for (const auto& match : response.matches()) AddMatch(match, &table);
    seen += response.matches_size();
    request.set_page_token(response.next_page_token());
    if (request.page_token().empty()) break;
  }
  if (!request.page_token().empty())
    session.err() << "there is more: raise --limit (" << options.limit << "), or add a word\n";
  if (session.json()) return absl::OkStatus();
  if (table.empty()) {
    session.out() << (options.filter.empty()
                          ? "no process holds all of these words\n"
                          : "no process holds all of these words and fits the filter\n");
  } else {
    table.Print(session.paper());
  }
  return absl::OkStatus();
}

}  // namespace

void AddSearchCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<SearchOptions>();
  args::Command* search = app.add_subcommand("search",
                                             "Find processes by words of their titles, purposes, "
                                             "labels, attributes and steps, best first");
  search->group("Look");
  search
      ->add_option("WORDS", options->words,
                   "One to ten; all must be there, each may be the beginning of a longer one")
      ->required();
  Takes(search->add_option("--limit", options->limit, "At most so many (default: 20)"), "N")
      ->check(args::Range(1, 10'000'000));
  AddFilterOptions(*search,
                   "name, title, owner, labels.KEY, state, author, create_time, update_time, "
                   "latest_revision, approval.state, unpublished_changes, rank (1: all words in "
                   "the title; 2: beginnings of its words; 3: "
                   "titles and purpose; 4: anywhere)",
                   &options->filter, &options->order_by);
  AddExamples(*search, {{"plumbline search discount legal", "all words, wherever they stand"},
                        {"plumbline search discount --filter 'rank <= 3 AND owner = \"Deal desk\"'",
                         "in titles and purposes, of somebody"}});
  search->callback([=] { *action = [=](Session& s) { return Search(s, *options); }; });
}

}  // namespace plumbline::cli
