// SPDX-License-Identifier: Apache-2.0
//
// history, policy history; users.
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/life_commands.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/policy_service.pb.h"
#include "plumbline/catalog/v1/resource_history_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ct = catalog::v1;

constexpr char kPolicyService[] = "/plumbline.catalog.v1.CatalogPolicyService/";
constexpr char kResourceHistory[] = "/plumbline.catalog.v1.ResourceHistoryService/";
constexpr char kHistoryFields[] =
    "sequence, kind, create_time, actor, reason, revision, tag, fields";

// "approval: optional -> required": a rule of a policy has two values, so what it became says what
// it was.
std::string RuleChange(const std::string& field, const ct::CatalogPolicy& policy) {
  const auto change = [](absl::string_view rule, bool now, absl::string_view no,
                         absl::string_view yes) {
    return absl::StrCat(rule, ": ", now ? no : yes, " -> ", now ? yes : no);
  };
  if (field == "approval_required")
    return change("approval", policy.approval_required(), "optional", "required");
  if (field == "self_approval_refused")
    return change("self-approval", policy.self_approval_refused(), "allowed", "refused");
  return field;
}

// The fields that changed; of a policy, how.
std::string FieldsOf(const ct::CatalogHistoryEntry& entry) {
  if (!entry.has_policy()) return absl::StrJoin(entry.fields(), ", ");
  return absl::StrJoin(entry.fields(), ", ", [&](std::string* out, const std::string& field) {
    out->append(RuleChange(field, entry.policy()));
  });
}

// What an entry is about, in a few words.
std::string Subject(const ct::CatalogHistoryEntry& entry) {
  std::vector<std::string> parts;
  if (!entry.tag().empty()) parts.push_back(absl::StrCat("@", entry.tag()));
  if (entry.previous_revision() != 0)
    parts.push_back(absl::StrCat("from ", entry.previous_revision()));
  if (entry.revision() != 0) {
    parts.push_back(entry.tag().empty() ? absl::StrCat("revision ", entry.revision())
                                        : absl::StrCat("to ", entry.revision()));
  }
  if (!entry.fields().empty()) {
    const std::string fields = FieldsOf(entry);
    parts.push_back(parts.empty() ? fields : absl::StrCat("(", fields, ")"));
  }
  if (entry.has_effective_from())
    parts.push_back(absl::StrCat("from ", When(entry.effective_from())));
  if (entry.has_effective_until())
    parts.push_back(absl::StrCat("until ", When(entry.effective_until())));
  if (!entry.replacement().empty()) parts.push_back(absl::StrCat("use ", entry.replacement()));
  if (entry.user_count() > 0)
    parts.push_back(absl::StrCat("(", Number(entry.user_count(), "user", "users"), ")"));
  return absl::StrJoin(parts, " ");
}

std::string Subject(const ct::ResourceHistoryEntry& entry) {
  return absl::StrJoin(entry.fields(), ", ");
}

// Shows what `method` lists of one process, policy or other resource.
template <typename Entry, typename Request, typename Response>
absl::Status ShowHistory(Session& session, const char* service, const char* method, Request request,
                         const ListOptions& options) {
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"name", "PROCESS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  // What a policy became is short, and of no use in parts.
  constexpr bool kWhole = std::is_same_v<Request, ct::ListCatalogPolicyHistoryRequest>;
  Table table({">#", "WHEN (UTC)", "WHAT", kWhole ? "?OF" : "?~OF", "?~WHO", "?|REASON"});
  ASSIGN_OR_RETURN(const bool more,
                   (Pages<Request, Response>(
                       session, service, method, request, options.limit, [&](const auto& page) {
                         for (const Entry& entry : page.entries()) {
                           table.Add({absl::StrCat(entry.sequence()), When(entry.create_time()),
                                      KindWords(Entry::Kind_Name(entry.kind())), Subject(entry),
                                      entry.actor(), entry.reason()});
                         }
                         return page.entries_size();
                       })));
  ShowList(session, table,
           options.filter.empty() ? "no history; it begins with the first change since it is kept"
                                  : "no change fits the filter",
           more);
  return absl::OkStatus();
}

absl::Status ResourceHistory(Session& session, const ListOptions& options) {
  ct::ListResourceHistoryRequest request;
  request.set_name(session.FullName(options.of));
  return ShowHistory<ct::ResourceHistoryEntry, ct::ListResourceHistoryRequest,
                     ct::ListResourceHistoryResponse>(session, kResourceHistory,
                                                      "ListResourceHistory", request, options);
}

absl::Status History(Session& session, const ListOptions& options) {
  ct::ListProcessHistoryRequest request;
  request.set_name(session.FullName("processes", options.of));
  const std::string short_name = session.ShortName(session.FullName(options.of));
  for (const char* collection : {"utilities/", "steps/", "calendars/"})
    if (absl::StartsWith(short_name, collection)) return ResourceHistory(session, options);
  return ShowHistory<ct::CatalogHistoryEntry, ct::ListProcessHistoryRequest,
                     ct::ListProcessHistoryResponse>(session, kCatalog, "ListProcessHistory",
                                                     request, options);
}

absl::Status PolicyHistory(Session& session, const ListOptions& options) {
  ct::ListCatalogPolicyHistoryRequest request;
  request.set_name(absl::StrCat(session.parent(), "/catalogPolicy"));
  return ShowHistory<ct::CatalogHistoryEntry, ct::ListCatalogPolicyHistoryRequest,
                     ct::ListCatalogPolicyHistoryResponse>(
      session, kPolicyService, "ListCatalogPolicyHistory", request, options);
}

absl::Status Users(Session& session, const ListOptions& options) {
  ct::ListProcessUsersRequest request;
  ASSIGN_OR_RETURN(const std::string name, ExactName(session, options.of));
  request.set_name(name);
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  Table table({"USER", "KIND", "USES", ">COUNT", "?~FOR EXAMPLE", "?REPORTED (UTC)"});
  session.wording().Call({{"name", "PROCESS"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ct::ListProcessUsersRequest, ct::ListProcessUsersResponse>(
          session, kCatalog, "ListProcessUsers", request, options.limit, [&](const auto& page) {
            for (const ct::ProcessUser& user : page.users()) {
              table.Add({session.ShortName(user.user()),
                         KindWords(ct::ProcessUser::Kind_Name(user.kind())), user.used(),
                         Count(user.count()), absl::StrJoin(user.examples(), ", "),
                         user.has_report_time() ? When(user.report_time()) : ""});
            }
            return page.users_size();
          })));
  ShowList(session, table, options.filter.empty() ? "nobody uses it" : "no user fits the filter",
           more);
  return absl::OkStatus();
}

}  // namespace

void AddHistoryCommands(args::Command& app, Action* action) {
  auto options = std::make_shared<ListOptions>();
  const ListKind history = {
      .name = "history",
      .help =
          "Who changed a process, when, and why, from the first change on; or a "
          "utility, a step of the library or a calendar, the newest change first",
      .of = "PROCESS",
      .of_help = "Its id; or utilities/ID, steps/ID, calendars/ID (also deleted ones)",
      .of_required = true,
      .fields = kHistoryFields,
      .examples = {{"plumbline history deal-desk-approval --order-by 'sequence desc' --limit 5",
                    "what happened last"},
                   {"plumbline history deal-desk-approval --filter 'kind = PUBLISHED AND "
                    "create_time >= 2026-01-01'",
                    "what was published since a day"},
                   {"plumbline history deal-desk-approval --filter fields:owner",
                    "who changed the owner"},
                   {"plumbline history calendars/germany --filter 'kind = IMPORTED'",
                    "who brought holidays in, and why"}},
      .run = History};
  const ListKind users = {
      .name = "users",
      .help = "Who still uses a process or a revision: callers, tags, what runs it",
      .of = "PROCESS",
      .of_help = "Its id, ID@REVISION or ID@TAG",
      .of_required = true,
      .fields = "kind, user, used, count, report_time",
      .examples = {{"plumbline users deal-desk-approval@1 --filter 'kind = RUNNER' --order-by "
                    "'count desc'",
                    "what runs it, most first"}},
      .run = Users};
  for (const ListKind& kind : {history, users})
    AddListKind(app, action, options, kind)->group("Govern");
}

void AddPolicyHistory(args::Command& policy, Action* action) {
  AddListKind(policy, action, std::make_shared<ListOptions>(),
              {.name = "history",
               .help = "Who changed it, when, and why",
               .fields = kHistoryFields,
               .run = PolicyHistory});
}

}  // namespace plumbline::cli
