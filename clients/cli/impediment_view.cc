// SPDX-License-Identifier: Apache-2.0
//
// impediment list, impediment show.
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/entry_changes.h"
#include "clients/cli/impediment_group.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/plan_notes.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/onboarding/v1/impediment_service.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr int kShownTasks = 100;

void PrintRecord(Session& session, const ob::ImpedimentRecord& i) {
  std::ostream& out = session.out();
  const auto fold = [&](const std::string& text, size_t hanging) {
    out << Folded(session.paper(), Printable(text), hanging) << '\n';
  };
  fold(absl::StrCat(IdOf(i.name()), ": ", i.description()), 2);
  const auto line = [&](const char* what, const std::string& text) {
    if (!text.empty()) fold(absl::StrCat("  ", what, text), 16);
  };
  line("State:        ", ImpedimentState(i));
  line("Category:     ", CategoryWord(i.category()));
  line("Utility:      ", i.utility().empty()
                             ? ""
                             : absl::StrCat(i.utility(), i.all_users() ? ", all its users" : ""));
  line("Owner:        ", i.owner());
  line("Cost:         ", i.cost_estimate());
  line("Opened:       ", absl::StrCat(When(i.open_time()), " UTC by ", i.opener()));
  if (i.has_acknowledge_time())
    line("Acknowledged: ", absl::StrCat(When(i.acknowledge_time()), " UTC by ", i.acknowledger()));
  if (i.has_resolve_time()) {
    line("Resolved:     ",
         absl::StrCat(When(i.resolve_time()), " UTC by ", i.resolver(), ": ", i.resolution()));
  }
}

absl::Status ShowTasks(Session& session, const std::string& id) {
  ob::ListImpedimentsRequest request;
  request.set_parent(session.FullName("onboardings", "-"));
  request.set_filter(absl::StrCat("record = \"", id, "\""));
  request.set_page_size(kShownTasks);
  ob::ListImpedimentsResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ListImpediments", request, &response));
  Table table({"TASK", "BLOCKED (UTC)", "?UNBLOCKED (UTC)"});
  for (const ob::Impediment& i : response.impediments()) {
    ob::Task task;
    task.set_name(i.task());
    table.Add({TypedTask(task), When(i.open_time()), When(i.resolve_time())});
  }
  session.out() << '\n';
  ShowList(session, table, "it has blocked no task", !response.next_page_token().empty());
  return absl::OkStatus();
}

}  // namespace

std::string CategoryWord(ob::Impediment::Category category) {
  return StateWord(ob::Impediment::Category_Name(category));
}

ob::Impediment::Category CategoryOf(const std::string& word) {
  ob::Impediment::Category category = ob::Impediment::CATEGORY_UNSPECIFIED;
  ob::Impediment::Category_Parse(
      absl::StrCat("CATEGORY_", absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}})),
      &category);
  return category;
}

std::string ImpedimentState(const ob::ImpedimentRecord& impediment) {
  return absl::StrCat(StateWord(ob::ImpedimentRecord::State_Name(impediment.state())),
                      impediment.pending() ? " (under way)" : "");
}

void PrintBlocks(Session& session, const ob::ImpedimentRecord& impediment, bool dry_run) {
  const std::string line = absl::StrCat(IdOf(impediment.name()), ": ", BlocksText(impediment));
  session.out() << Folded(session.paper(), Printable(line), 2) << '\n';
  if (impediment.pending() && !dry_run)
    session.out() << "  see: plumbline impediment show " << IdOf(impediment.name()) << '\n';
}

std::string BlocksText(const ob::ImpedimentRecord& impediment) {
  const bool resolved = impediment.state() == ob::ImpedimentRecord::STATE_RESOLVED;
  const std::string tasks =
      absl::StrCat(Number(impediment.open_task_count(), "task", "tasks"), " of ",
                   Number(impediment.open_onboarding_count(), "on-boarding", "on-boardings"));
  if (!resolved) {
    // That the users of a utility are looked for once more goes without saying.
    if (impediment.all_users()) {
      return absl::StrCat(StateWord(ob::ImpedimentRecord::State_Name(impediment.state())),
                          ", blocks ", tasks, " by now, and each task that depends on ",
                          impediment.utility(), " whose turn comes until it is resolved");
    }
    return absl::StrCat(ImpedimentState(impediment), ", blocks ", tasks,
                        impediment.pending() ? "; more of those that were named follow" : "");
  }
  if (impediment.open_task_count() == 0) return "resolved";
  return absl::StrCat("resolved, ", tasks, impediment.open_task_count() == 1 ? " is" : " are",
                      " still to go on");
}

absl::StatusOr<std::string> ImpedimentRecordName(Session& session, const std::string& typed) {
  const std::vector<std::string> parts = absl::StrSplit(typed, '/');
  if (parts.size() != 2 || parts[0] == "impediments") return session.FullName("impediments", typed);
  ob::ListImpedimentsRequest request;
  request.set_parent(session.FullName("onboardings", parts[0]));
  request.set_page_size(1000);  // more than one on-boarding has
  ob::ListImpedimentsResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ListImpediments", request, &response));
  for (const ob::Impediment& i : response.impediments())
    if (IdOf(i.name()) == parts[1]) return i.record();
  return base::NotFound("Impediment", absl::StrCat(request.parent(), "/impediments/", parts[1]));
}

absl::Status ListImpedimentRecords(Session& session, const ImpedimentOptions& options) {
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  ob::ListImpedimentRecordsRequest request;
  request.set_parent(session.parent());
  request.set_order_by(options.order_by);
  request.set_filter(options.filter);
  if (options.open_only) {
    request.set_filter(options.filter.empty()
                           ? "open = true"
                           : absl::StrCat("open = true AND (", options.filter, ")"));
  }
  Table table({"IMPEDIMENT", "STATE", "CATEGORY", "?UTILITY", "|DESCRIPTION", "?~OWNER", ">BLOCKS",
               "OPENED (UTC)", "?RESOLVED (UTC)", "?>COST"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListImpedimentRecordsRequest, ob::ListImpedimentRecordsResponse>(
          session, kImpediments, "ListImpedimentRecords", request, options.limit,
          [&](const auto& page) {
            for (const ob::ImpedimentRecord& i : page.impediments()) {
              table.Add({IdOf(i.name()), ImpedimentState(i), CategoryWord(i.category()),
                         i.utility(), i.description(), i.owner(), absl::StrCat(i.open_task_count()),
                         When(i.open_time()), When(i.resolve_time()), i.cost_estimate()});
            }
            return page.impediments_size();
          })));
  ShowList(session, table, options.open_only ? "no open impediments" : "no impediments", more);
  return absl::OkStatus();
}

// What was changed of it, where another column does not say that; of an older entry the fields
// alone. What is wrong, when it is opened, is its text.
std::string ChangeOf(const ob::ImpedimentEntry& entry) {
  FieldChanges changes;
  const bool opened = entry.kind() == ob::ImpedimentEntry::KIND_OPENED;
  for (const ob::FieldChange& change : entry.changes())
    if (change.field() != "state" && !(opened && change.field() == "description"))
      *changes.Add() = change;
  if (changes.empty()) return absl::StrJoin(entry.fields(), ", ");
  return ChangesText(changes, absl::UTCTimeZone());
}

absl::Status ShowImpediment(Session& session, const ImpedimentOptions& options) {
  session.wording().Call({{"name", "IMPEDIMENT"}, {"parent", "IMPEDIMENT"}});
  ob::GetImpedimentRequest request;
  ASSIGN_OR_RETURN(*request.mutable_name(), ImpedimentRecordName(session, options.id));
  ob::GetImpedimentResponse response;
  RETURN_IF_ERROR(session.Call(kImpediments, "GetImpediment", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintRecord(session, response.impediment());
  ob::ListImpedimentHistoryRequest history;
  history.set_parent(request.name());
  Table table({">#", "WHEN (UTC)", "WHAT", "~WHO", "?|CHANGE", "?|TEXT"});
  ASSIGN_OR_RETURN(const bool more,
                   (Pages<ob::ListImpedimentHistoryRequest, ob::ListImpedimentHistoryResponse>(
                       session, kImpediments, "ListImpedimentHistory", history, options.limit,
                       [&](const auto& page) {
                         for (const ob::ImpedimentEntry& e : page.entries()) {
                           table.Add({absl::StrCat(e.sequence()), When(e.occur_time()),
                                      KindWords(ob::ImpedimentEntry::Kind_Name(e.kind())),
                                      e.actor(), ChangeOf(e), e.text()});
                         }
                         return page.entries_size();
                       })));
  session.out() << '\n';
  ShowList(session, table, "no history", more);
  return ShowTasks(session, IdOf(request.name()));
}

}  // namespace plumbline::cli
