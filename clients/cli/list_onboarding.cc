// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/entry_changes.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// "in-progress" -> "STATE_IN_PROGRESS".
std::string StateName(const std::string& word) {
  return absl::StrCat("STATE_", absl::StrReplaceAll(absl::AsciiStrToUpper(word), {{"-", "_"}}));
}

std::string CountOrNone(int count) { return count == 0 ? "" : absl::StrCat(count); }

// "active", "active (late)", "completed", "completed (late)": late is past its target; "active (at
// risk)" and "paused (at risk)" will be, unless something is done.
std::string StateOf(const ob::Onboarding& o, absl::Time now) {
  const int64_t end = o.has_finish_time() ? o.finish_time().seconds() : absl::ToUnixSeconds(now);
  const bool late = o.has_target_time() && end > o.target_time().seconds();
  return StateWord(ob::Onboarding::State_Name(o.state())) + (late          ? " (late)"
                                                             : o.at_risk() ? " (at risk)"
                                                                           : "");
}

// `filter`, of those that miss their target unless something is done: from their `risk_time` on, as
// the service takes it.
std::string AtRisk(const std::string& filter, absl::Time now) {
  const std::string risk =
      absl::StrCat("state = ACTIVE AND risk_time <= ",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", now, absl::UTCTimeZone()));
  return filter.empty() ? risk : absl::StrCat("(", filter, ") AND ", risk);
}

absl::Status ListOnboardings(Session& session, const ListOptions& options) {
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  ob::Onboarding::State state = ob::Onboarding::STATE_UNSPECIFIED;
  if (!options.state.empty()) ob::Onboarding::State_Parse(StateName(options.state), &state);
  request.set_state(state);
  const absl::Time now = session.clock().Now();
  request.set_filter(options.at_risk ? AtRisk(options.filter, now) : options.filter);
  request.set_order_by(options.order_by);
  session.wording().Call({{"filter", "--filter"}, {"order_by", "--order-by"}});
  // Those on the right go first where the terminal is narrow.
  Table table({"ON-BOARDING", "~PERSON", "PROCESS", "STATE", "?READINESS", ">STEPS", "?>BLOCKERS",
               "?>TO DECIDE", "?TARGET (UTC)", "?EXPECTED (UTC)", "?FINISHED (UTC)", "?DAY ONE"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListOnboardingsRequest, ob::ListOnboardingsResponse>(
          session, kOnboarding, "ListOnboardings", request, options.limit, [&](const auto& page) {
            for (const auto& o : page.onboardings()) {
              table.Add(
                  {IdOf(o.name()), o.display_name().empty() ? o.person() : o.display_name(),
                   IdOf(o.process()), StateOf(o, now),
                   o.readiness() == ob::Readiness::LEVEL_UNSPECIFIED ? ""
                                                                     : LevelWord(o.readiness()),
                   absl::StrCat(o.steps_ended(), "/", o.steps_total()),
                   CountOrNone(o.open_impediments()), CountOrNone(o.decisions_size()),
                   When(o.target_time()), o.has_finish_time() ? "" : When(o.expected_finish_time()),
                   When(o.finish_time()), o.day_one()});
            }
            return page.onboardings_size();
          })));
  ShowList(session, table,
           options.at_risk && options.filter.empty() ? "no on-boardings that are at risk"
           : !options.filter.empty() ? "no on-boardings that fit what was asked for (--filter)"
           : options.state.empty()
               ? "no on-boardings; begin one with: plumbline start PROCESS --id ID --person WHO "
                 "--day-one DATE"
               : absl::StrCat("no on-boardings that are ", options.state),
           more);
  return absl::OkStatus();
}

// Who decides: the person who fills the role, where one is named.
std::string DeciderOf(const ob::Onboarding& o, const std::string& role) {
  const auto named = o.assignees().find(role);
  if (named != o.assignees().end()) return named->second;
  return role == "@person" ? o.person() : role;
}

absl::Status ListDecisions(Session& session, const ListOptions& options) {
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_state(ob::Onboarding::STATE_ACTIVE);
  Table table({"ON-BOARDING", "DECISION", "~QUESTION", "OPTIONS", "~WHO", "?SINCE (UTC)"});
  const auto add = [&](const ob::Onboarding& o) {
    for (const ob::Decision& d : o.decisions()) {
      ob::Onboarding line;  // a decision alone does not say whose it is
      line.set_name(o.name());
      *line.add_decisions() = d;
      if (session.json()) session.PrintJsonLine(line);
      table.Add({IdOf(o.name()), d.id(), d.title(), absl::StrJoin(d.options(), " | "),
                 DeciderOf(o, d.role()), When(d.ready_time())});
    }
    return o.decisions_size();
  };
  if (!options.of.empty()) {
    ob::GetOnboardingRequest get;
    get.set_name(session.FullName("onboardings", options.of));
    session.wording().Call({{"name", "ON-BOARDING"}});
    ob::GetOnboardingResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "GetOnboarding", get, &response));
    add(response.onboarding());
    ShowList(session, table, "nothing to decide", false);
    return absl::OkStatus();
  }
  bool more = true;
  for (int seen = 0; more && seen < options.limit;) {
    ob::ListOnboardingsResponse response;
    RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", request, &response));
    for (const ob::Onboarding& o : response.onboardings()) seen += add(o);
    request.set_page_token(response.next_page_token());
    more = !response.next_page_token().empty();
  }
  ShowList(session, table, "nothing to decide", more);
  return absl::OkStatus();
}

// "no tasks that fit --state and --assignee", of those that were given.
std::string NoTasks(const ListOptions& options) {
  std::vector<std::string> given;
  if (!options.state.empty()) given.push_back("--state " + options.state);
  if (!options.assignee.empty()) given.push_back("--assignee " + options.assignee);
  if (!options.filter.empty()) given.push_back("--filter");
  if (given.empty()) return "no tasks";
  return absl::StrCat("no tasks that fit ", absl::StrJoin(given, " and "),
                      "; decisions that wait: plumbline list decisions");
}

// "late 2", "late 2 (taken on)": how far it came up which ladders.
std::string LaddersOf(const ob::Task& task) {
  std::vector<std::string> texts;
  for (const ob::LadderState& ladder : task.ladders()) {
    texts.push_back(absl::StrCat(ladder.rule(), " ", ladder.level(),
                                 ladder.acknowledged() ? " (taken on)" : ""));
  }
  return absl::StrJoin(texts, ", ");
}

// Who is to act on it: `whose`, if their queue is asked for; else while it awaits verification who
// verifies it.
std::string ActorOf(const ob::Task& t, const std::string& whose) {
  if (!whose.empty()) return whose;
  if (t.state() == ob::Task::STATE_AWAITING_VERIFICATION) return t.verifier();
  return t.assignee().empty() ? t.role() : t.assignee();
}

// What its state does not say: " (blocked)", " (its program waits until 2027-03-01 08:00)".
std::string MoreOf(const ob::Task& t) {
  if (t.has_waiver())
    return t.state() == ob::Task::STATE_PENDING ? " (to be left out)" : " (waiver asked)";
  if (!t.open_impediments().empty()) return " (blocked)";
  if (!t.automation().has_wait_until_time()) return "";
  return absl::StrCat(" (its program waits until ", When(t.automation().wait_until_time()), ")");
}

void AddTask(const ob::Task& t, bool with_onboarding, const std::string& whose, Table* table) {
  const std::vector<std::string> parts = absl::StrSplit(t.name(), '/');
  const bool pending = t.state() == ob::Task::STATE_PENDING;
  table->Add({with_onboarding ? absl::StrCat(parts[3], "/", parts[5]) : parts[5], t.title(),
              ActorOf(t, whose), StateWord(ob::Task::State_Name(t.state())) + MoreOf(t),
              When(t.due_time()), pending ? When(t.planned_end_time()) : "", When(t.end_time()),
              LaddersOf(t), t.stands_in() ? t.owner() : ""});
}

absl::Status ListTasks(Session& session, const ListOptions& options) {
  ob::ListTasksRequest request;
  const bool all = options.of.empty();
  request.set_parent(session.FullName("onboardings", all ? "-" : options.of));
  session.wording().Call({{"parent", "ON-BOARDING"},
                          {"assignee", "--assignee"},
                          {"state", "--state"},
                          {"filter", "--filter"},
                          {"order_by", "--order-by"}});
  request.set_assignee(options.assignee);
  request.set_filter(options.filter);
  // Whose queue is asked for wants to know what is to be done, not what was.
  const bool queue = all && !options.assignee.empty() && options.state.empty();
  request.set_order_by(queue && options.order_by.empty() ? "due_time" : options.order_by);
  ob::Task::State state = ob::Task::STATE_UNSPECIFIED;
  if (!options.state.empty()) ob::Task::State_Parse(StateName(options.state), &state);
  request.set_state(state);
  Table table({"TASK", "~TITLE", "~WHO", "STATE", "DUE (UTC)", "?PLANNED END (UTC)", "?ENDED (UTC)",
               "?ESCALATED", "?IN STEAD OF"});
  ASSIGN_OR_RETURN(const bool more, (Pages<ob::ListTasksRequest, ob::ListTasksResponse>(
                                        session, kOnboarding, "ListTasks", request, options.limit,
                                        [&](const auto& page) {
                                          for (const auto& t : page.tasks())
                                            AddTask(t, all, options.assignee, &table);
                                          return page.tasks_size();
                                        })));
  ShowList(session, table, NoTasks(options), more);
  return absl::OkStatus();
}

absl::Status ListImpediments(Session& session, const ListOptions& options) {
  ob::ListImpedimentsRequest request;
  request.set_parent(session.FullName("onboardings", options.of.empty() ? "-" : options.of));
  session.wording().Call(
      {{"parent", "ON-BOARDING"}, {"filter", "--filter"}, {"order_by", "--order-by"}});
  request.set_open_only(options.open_only);
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  // The first is what `impediment show` takes, the last what `task unblock --impediment` does: of
  // what concerns one on-boarding the first says it too.
  Table table({"IMPEDIMENT", "TASK", "?CATEGORY", "?UTILITY", "|DESCRIPTION", "?OPENED (UTC)",
               "?RESOLVED (UTC)", "?ITS ID THERE"});
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListImpedimentsRequest, ob::ListImpedimentsResponse>(
          session, kOnboarding, "ListImpediments", request, options.limit, [&](const auto& page) {
            for (const auto& i : page.impediments()) {
              const std::vector<std::string> parts = absl::StrSplit(i.name(), '/');
              const bool own = IdOf(i.record()) == absl::StrCat(parts[3], ".", parts[5]);
              table.Add({IdOf(i.record()), absl::StrCat(parts[3], "/", IdOf(i.task())),
                         StateWord(ob::Impediment::Category_Name(i.category())), i.utility(),
                         i.description(), When(i.open_time()), When(i.resolve_time()),
                         own ? "" : parts[5]});
            }
            return page.impediments_size();
          })));
  ShowList(session, table, options.open_only ? "no open impediments" : "no impediments", more);
  return absl::OkStatus();
}

// What an entry is about: its task or milestone, attributes, or the decision and its answer.
std::string SubjectOf(const ob::HistoryEntry& h) {
  if (!h.task().empty())  // of what is to be left out also whether it is
    return absl::StrCat(h.task(), h.option().empty() ? "" : " -> ", h.option());
  if (!h.milestone().empty()) return h.milestone();
  if (!h.day_one().empty()) return "day one";
  if (h.kind() == ob::HistoryEntry::KIND_ATTRIBUTES_SET) {
    std::vector<std::string> ids;
    for (const auto& [id, value] : h.attributes()) ids.push_back(id);
    std::sort(ids.begin(), ids.end());
    return absl::StrJoin(ids, ", ");
  }
  return absl::StrCat(h.decision(), h.option().empty() ? "" : " -> ", h.option());
}

// "late, level 2".
std::string EscalationOf(const ob::HistoryEntry& h) {
  if (!h.has_escalation()) return "";
  return absl::StrCat(h.escalation().rule(), ", level ", h.escalation().level());
}

// "assignee ann -> bob (knows it)". One column, so that a terminal has room for who did it.
std::string ChangeAndReason(const std::string& change, const std::string& reason) {
  if (change.empty() || reason.empty()) return change + reason;
  // The new description of an impediment is both.
  if (absl::EndsWith(change, reason)) return change;
  return absl::StrCat(change, " (", reason, ")");
}

absl::Status ListHistory(Session& session, const ListOptions& options) {
  ob::ListHistoryRequest request;
  request.set_parent(session.FullName("onboardings", options.of));
  request.set_order_by(options.last > 0 ? "sequence desc" : options.order_by);
  session.wording().Call({{"parent", "ON-BOARDING"}, {"order_by", "--order-by"}});
  Table table({">#", "WHEN (UTC)", "WHAT", "TASK OR DECISION", "?~WHO", "?~ENTERED BY",
               "?ESCALATION", "?~TOLD", "?|CHANGE AND REASON"});
  EntryZones zones(session);
  ASSIGN_OR_RETURN(
      const bool more,
      (Pages<ob::ListHistoryRequest, ob::ListHistoryResponse>(
          session, kOnboarding, "ListHistory", request,
          options.last > 0 ? options.last : options.limit, [&](const auto& page) {
            for (const auto& h : page.entries()) {
              table.Add({absl::StrCat(h.sequence()), When(h.occur_time()),
                         StateWord(ob::HistoryEntry::Kind_Name(h.kind())), SubjectOf(h),
                         h.resource().empty() ? h.actor() : h.resource(), h.actor(),
                         EscalationOf(h), absl::StrJoin(h.escalation().recipients(), ", "),
                         ChangeAndReason(session.json() ? "" : zones.ChangeOf(h), h.reason())});
            }
            return page.entries_size();
          })));
  ShowList(session, table, "no history", more && options.last == 0);
  return absl::OkStatus();
}

void AddTaskList(args::Command& list, Action* action, const std::shared_ptr<ListOptions>& options) {
  args::Command* tasks =
      AddListKind(list, action, options,
                  {.name = "tasks",
                   .help = "Tasks in the order of the plan, those that are done "
                           "included; with --assignee, --filter or --order-by over "
                           "all on-boardings what is open, by due date",
                   .of = "ON-BOARDING",
                   .of_help = "Only of this one (default: of all)",
                   .fields = "state, assignee, role, resource, step, due_time, "
                             "ready_time, waiver, onboarding, onboarding.state, "
                             "person, process, labels.KEY",
                   .examples = {{"plumbline list tasks --state ready --assignee it",
                                 "the queue of a role, what is due first first"},
                                {"plumbline list tasks --filter 'role = it AND "
                                 "due_time < 2027-01-08T17:00:00Z'",
                                 "also what people of the role have"}},
                   .run = ListTasks});
  tasks
      ->add_option("--state", options->state,
                   "pending, ready, in-progress, awaiting-verification, done, skipped or "
                   "not-needed")
      ->option_text("STATE")
      ->check(args::IsMember({"pending", "ready", "in-progress", "awaiting-verification", "done",
                              "skipped", "not-needed"}));
  Takes(tasks->add_option("--assignee", options->assignee,
                          "Only of this person, or of this role where no person is named"),
        "WHO")
      ->check([](const std::string& who) {
        return who.empty() ? "is empty; name a person or a role, or leave it out" : "";
      });
}

void AddHistoryList(args::Command& list, Action* action,
                    const std::shared_ptr<ListOptions>& options) {
  args::Command* history = AddListKind(
      list, action, options,
      {.name = "history",
       .help = "Everything that happened to an on-boarding, in order, with what was changed and "
               "what it was before",
       .of = "ON-BOARDING",
       .of_help = "Its id",
       .of_required = true,
       .examples = {{"plumbline list history ada --last 10", "what happened last, newest first"}},
       .run = ListHistory});
  args::Option* order = Takes(
      history->add_option("--order-by", options->order_by,
                          "sequence, or \"sequence desc\": newest first (default: oldest first)"),
      "FIELDS");
  Takes(history->add_option("--last", options->last, "The last N, newest first"), "N")
      ->check(args::Range(1, 10'000'000))
      ->excludes(order)
      ->excludes(history->get_option("--limit"));
}

}  // namespace

void AddOnboardingLists(args::Command& list, Action* action) {
  auto options = std::make_shared<ListOptions>();
  args::Command* onboardings = AddListKind(
      list, action, options,
      {.name = "onboardings",
       .help = "On-boardings with their progress",
       .fields = "name, person, process, state, day_one, start_time, risk_time, labels.KEY",
       .examples = {{"plumbline list onboardings --filter 'labels.cohort = 2027-q1' --order-by "
                     "day_one",
                     "a cohort"}},
       .run = ListOnboardings});
  onboardings
      ->add_option("--state", options->state,
                   "active, paused, completed or cancelled (default: all)")
      ->option_text("STATE")
      ->check(args::IsMember({"active", "paused", "completed", "cancelled"}));
  onboardings->add_flag(
      "--at-risk", options->at_risk,
      "Only those that are active and miss their target unless something is done");

  AddTaskList(list, action, options);
  AddListKind(list, action, options,
              {.name = "decisions",
               .help = "Decisions that wait for a person",
               .of = "ON-BOARDING",
               .of_help = "Only of this one (default: of all)",
               .run = ListDecisions});

  args::Command* impediments = AddListKind(list, action, options,
                                           {.name = "impediments",
                                            .help = "What blocks or blocked tasks, oldest first",
                                            .of = "ON-BOARDING",
                                            .of_help = "Only of this one (default: of all)",
                                            .fields = "category, utility, onboarding, task, "
                                                      "impediment, record, open, open_time",
                                            .run = ListImpediments});
  impediments->add_flag("--open", options->open_only, "Only those that are open");

  AddHistoryList(list, action, options);
}

}  // namespace plumbline::cli
