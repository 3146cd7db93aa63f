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
#include "clients/cli/table.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"

namespace plumbline::cli {
namespace {

constexpr int kMostAtOnce = 100;

struct SearchOptions {
  std::vector<std::string> words;
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
    session.out() << "no process holds all of these words\n";
  } else {
    table.Print(session.paper());
  }
  return absl::OkStatus();
}

}  // namespace

void AddSearchCommand(CLI::App& app, Action* action) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* search = app.add_subcommand(
      "search", "Find processes by words of their titles, purposes, labels and steps, best first");
  search->group("Look");
  search
      ->add_option("WORDS", options->words,
                   "One to ten; all must be there, each may be the beginning of a longer one")
      ->required();
  search->add_option("--limit", options->limit, "At most so many (default: 20)")
      ->check(CLI::Range(1, 10'000'000));
  search->callback([=] { *action = [=](Session& s) { return Search(s, *options); }; });
}

}  // namespace plumbline::cli
