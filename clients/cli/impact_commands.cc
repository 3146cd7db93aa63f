// SPDX-License-Identifier: Apache-2.0
//
// impact, callers, dependencies: how processes, utilities and roles hang together.
#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/impact_view.h"
#include "clients/cli/list.h"
#include "clients/cli/resource_kind.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/utility_service.pb.h"

namespace plumbline::cli {
namespace {

namespace pb = catalog::v1;

constexpr int kPage = 1000;
// Calls of the service to place what waits in the tree of an impact, and to say why it lives.
constexpr int kMostAsked = 100;

struct Options {
  std::string name;
  std::string filter, order_by;
  bool direct = false;
  int limit = 50;
};

// Calls `method` page by page until `limit` rows are in `all`. `rows` gives those of a response.
template <typename Request, typename Response, typename Rows>
absl::Status Gather(Session& session, const char* service, const char* method, Request request,
                    int limit, Rows rows, Response* all) {
  do {
    request.set_page_size(std::min(kPage, limit - rows(*all)->size()));
    Response page;
    RETURN_IF_ERROR(session.Call(service, method, request, &page));
    request.set_page_token(page.next_page_token());
    auto before = std::move(*rows(*all));
    *all = std::move(page);
    before.MergeFrom(*rows(*all));
    *rows(*all) = std::move(before);
  } while (!request.page_token().empty() && rows(*all)->size() < limit);
  return absl::OkStatus();
}

std::string Chain(Session& session, const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::vector<std::string> chain;
  for (const std::string& name : names) chain.push_back(session.ShortName(name));
  return absl::StrJoin(chain, " > ");
}

// The table, or `nothing` where it has no rows; and how to see more, if there is.
template <typename Response>
void Show(Session& session, const Table& table, const Options& options, const char* nothing,
          const Response& response) {
  if (table.empty()) {
    session.out() << (options.filter.empty() ? nothing : "nothing fits the filter") << '\n';
  } else {
    table.Print(session.paper());
  }
  session.out().flush();
  if (!response.next_page_token().empty()) {
    session.err() << "there is more, of " << response.total_count()
                  << (options.filter.empty() ? "" : " before the filter") << ": raise --limit\n";
  }
}

// None where the service does not say: then less is known, and nothing is wrong.
std::vector<std::string> DirectCallers(Session& session, const std::string& revision) {
  pb::ListCallersRequest request;
  request.set_name(revision);
  request.set_direct_only(true);
  request.set_page_size(kPage);
  pb::ListCallersResponse response;
  std::vector<std::string> callers;
  if (!session.Call(kCatalog, "ListCallers", request, &response).ok()) return callers;
  for (const pb::Caller& caller : response.callers()) callers.push_back(caller.name());
  return callers;
}

// nullopt where the service does not say, as above.
std::optional<std::vector<std::string>> TagsNaming(Session& session, const std::string& revision) {
  pb::GetProcessRequest request;
  request.set_name(revision);
  pb::GetProcessResponse response;
  if (!session.Call(kCatalog, "GetProcess", request, &response).ok()) return std::nullopt;
  std::vector<std::string> tags;
  for (const pb::Tag& tag : response.process().tags()) tags.push_back(tag.tag());
  return tags;
}

absl::Status Impact(Session& session, const Options& options) {
  pb::AnalyzeImpactRequest request;
  session.wording().Call({{"name", "NAME"}});
  request.set_name(FullNameOf(session, options.name));
  pb::AnalyzeImpactResponse impact;
  RETURN_IF_ERROR(Gather(
      session, kUtilities, "AnalyzeImpact", request, options.limit,
      [](auto& response) { return response.mutable_processes(); }, &impact));
  if (session.json()) {
    session.PrintJson(impact);
  } else {
    int asked = 0;
    PrintImpact(
        impact, [&](const std::string& name) { return session.ShortName(name); },
        [&](const std::string& revision) {
          return ++asked > kMostAsked ? std::vector<std::string>()
                                      : DirectCallers(session, revision);
        },
        [&](const std::string& revision) {
          return ++asked > kMostAsked ? std::nullopt : TagsNaming(session, revision);
        },
        session.paper());
  }
  return absl::OkStatus();
}

absl::Status Callers(Session& session, const Options& options) {
  pb::ListCallersRequest request;
  session.wording().Call({{"name", "NAME"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  request.set_name(FullNameOf(session, options.name));
  request.set_direct_only(options.direct);
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  pb::ListCallersResponse response;
  RETURN_IF_ERROR(Gather(
      session, kCatalog, "ListCallers", request, options.limit,
      [](auto& page) { return page.mutable_callers(); }, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table({">DEPTH", "CALLER", "?~OWNER", "~BY", "?~CHAIN"}, 80);
  for (const pb::Caller& caller : response.callers()) {
    table.Add({absl::StrCat(caller.depth()), session.ShortName(caller.name()), caller.owner(),
               absl::StrJoin(caller.nodes(), ", "), Chain(session, caller.chain())});
  }
  Show(session, table, options, "nothing uses it", response);
  return absl::OkStatus();
}

absl::Status Dependencies(Session& session, const Options& options) {
  pb::ListDependenciesRequest request;
  session.wording().Call({{"name", "PROCESS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  request.set_name(session.FullName("processes", options.name));
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  pb::ListDependenciesResponse response;
  RETURN_IF_ERROR(Gather(
      session, kCatalog, "ListDependencies", request, options.limit,
      [](auto& page) { return page.mutable_dependencies(); }, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  Table table({"KIND", ">DEPTH", "NAME", "?~TITLE", "~NAMED BY", "?~CHAIN"}, 80);
  for (const pb::Dependency& d : response.dependencies()) {
    table.Add({KindWords(pb::Dependency::Kind_Name(d.kind())), absl::StrCat(d.depth()),
               absl::StrCat(session.ShortName(d.name()), d.missing() ? " (not kept)" : ""),
               d.title(), absl::StrJoin(d.nodes(), ", "),
               d.depth() > 1 ? Chain(session, d.chain()) : ""});
  }
  Show(session, table, options, "it depends on nothing", response);
  return absl::OkStatus();
}

args::Command* AddCommand(args::Command& app, Action* action, const char* name, const char* help,
                          const char* argument, const char* takes, std::shared_ptr<Options> options,
                          absl::Status (*run)(Session&, const Options&)) {
  args::Command* command = app.add_subcommand(name, help);
  command->group("Look");
  command->add_option(argument, options->name, takes)->required();
  Takes(command->add_option("--limit", options->limit, "At most so many rows (default: 50)"), "N")
      ->check(args::Range(1, 1'000'000));
  command->callback([=] { *action = [=](Session& s) { return run(s, *options); }; });
  return command;
}

}  // namespace

void AddImpactCommands(args::Command& app, Action* action) {
  args::Command* impact =
      AddCommand(app, action, "impact", "What stops and what waits if something stops", "NAME",
                 "utilities/ID, processes/ID or processes/ID/steps/STEP; an id alone is a process",
                 std::make_shared<Options>(), &Impact);
  AddExamples(*impact, {{"plumbline impact utilities/crm", "what backs up if the CRM stops"},
                        {"plumbline impact processes/renewal/steps/health-check",
                         "if one step is not done"}});
  auto callers = std::make_shared<Options>();
  args::Command* used = AddCommand(
      app, action, "callers",
      "Where a process, a utility or a step of the library is used, also through others", "NAME",
      "processes/ID[@REVISION], utilities/ID or steps/ID[@REVISION]; an id alone is a process",
      callers, &Callers);
  used->add_flag("--direct", callers->direct, "Only those that name it themselves");
  AddFilterOptions(*used, "name, process, revision (0: a draft), title, owner, latest, depth",
                   &callers->filter, &callers->order_by);
  AddExamples(*used, {{"plumbline callers utilities/crm --filter latest",
                       "what is published now and needs it"},
                      {"plumbline callers steps/check-credit --filter 'revision = 0'",
                       "drafts that use a step of the library"}});
  auto needed = std::make_shared<Options>();
  args::Command* needs =
      AddCommand(app, action, "dependencies",
                 "Processes, utilities, roles and steps of the library that a process needs",
                 "PROCESS", "Its id (its draft), ID@REVISION or ID@latest", needed, &Dependencies);
  AddFilterOptions(*needs, "kind, name, title, depth, missing", &needed->filter, &needed->order_by);
  AddExamples(*needs, {{"plumbline dependencies renewal --filter 'kind = UTILITY missing'",
                        "utilities that it names and that nobody keeps"}});
}

}  // namespace plumbline::cli
