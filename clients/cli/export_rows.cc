// SPDX-License-Identifier: Apache-2.0
//
// export tasks and export history: rows for spreadsheets, due dates for calendars. What is written
// is a page at a time, however much there is.
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/commands.h"
#include "clients/cli/csv.h"
#include "clients/cli/entry_changes.h"
#include "clients/cli/help.h"
#include "clients/cli/list.h"
#include "clients/cli/onboarding.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;
using google::protobuf::util::TimeUtil;

struct Options {
  std::string onboarding, person, state, filter, output;
  std::string format = "csv";
  bool todo = false;
};

// RFC 3339; "" if it is not set.
std::string TimeText(bool present, const google::protobuf::Timestamp& time) {
  return present ? TimeUtil::ToString(time) : "";
}

// The part of a name after its collection: "ada" of "workspaces/w/onboardings/ada/tasks/x".
std::string OnboardingOf(const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  return parts.size() > 3 ? parts[3] : name;
}

const std::vector<std::string>& TaskHeader() {
  static const auto& header = *new std::vector<std::string>{"onboarding",
                                                            "task",
                                                            "step",
                                                            "round",
                                                            "title",
                                                            "role",
                                                            "assignee",
                                                            "state",
                                                            "due_time",
                                                            "planned_start_time",
                                                            "ready_time",
                                                            "start_time",
                                                            "end_time",
                                                            "blocked_s",
                                                            "planned_end_time",
                                                            "utilities",
                                                            "defects",
                                                            "open_impediments",
                                                            "person",
                                                            "process",
                                                            "labels"};
  return header;
}

// On-boardings that tasks are of, read once each while there are not too many.
class Owners {
 public:
  explicit Owners(Session& session) : session_(session) {}
  // That of the task of this name.
  absl::StatusOr<const ob::Onboarding*> Of(const std::string& task) {
    const std::string name = task.substr(0, task.find("/tasks/"));
    if (const auto known = known_.find(name); known != known_.end()) return &known->second;
    if (known_.size() >= kMostKept) known_.clear();
    ob::GetOnboardingRequest request;
    request.set_name(name);
    ob::GetOnboardingResponse response;
    RETURN_IF_ERROR(session_.Call(kOnboarding, "GetOnboarding", request, &response));
    return &(known_[name] = std::move(*response.mutable_onboarding()));
  }

 private:
  static constexpr size_t kMostKept = 10'000;
  Session& session_;
  std::map<std::string, ob::Onboarding> known_;
};

std::vector<std::string> TaskCells(const ob::Task& t, const ob::Onboarding& of) {
  return {OnboardingOf(t.name()),
          IdOf(t.name()),
          t.step(),
          absl::StrCat(t.round()),
          t.title(),
          t.role(),
          t.assignee(),
          StateWord(ob::Task::State_Name(t.state())),
          TimeText(t.has_due_time(), t.due_time()),
          TimeText(t.has_planned_start_time(), t.planned_start_time()),
          TimeText(t.has_ready_time(), t.ready_time()),
          TimeText(t.has_start_time(), t.start_time()),
          TimeText(t.has_end_time(), t.end_time()),
          absl::StrCat(t.blocked_duration().seconds()),
          TimeText(t.has_planned_end_time(), t.planned_end_time()),
          absl::StrJoin(t.utilities(), " "),
          absl::StrJoin(t.defects(), " "),
          absl::StrJoin(t.open_impediments(), " "),
          of.person(),
          IdOf(of.process()),
          absl::StrReplaceAll(ValuesText(of.labels()), {{", ", "; "}})};
}

const std::vector<std::string>& HistoryHeader() {
  static const auto& header = *new std::vector<std::string>{"onboarding",
                                                            "sequence",
                                                            "occur_time",
                                                            "record_time",
                                                            "kind",
                                                            "actor",
                                                            "task",
                                                            "step",
                                                            "title",
                                                            "resource",
                                                            "decision",
                                                            "option",
                                                            "impediment",
                                                            "category",
                                                            "utility",
                                                            "reason",
                                                            "due_time",
                                                            "defects",
                                                            "milestone",
                                                            "reach_time",
                                                            "previous_due_time",
                                                            "day_one",
                                                            "rule",
                                                            "level",
                                                            "recipients",
                                                            "previous_day_one",
                                                            "changes"};
  return header;
}

std::vector<std::string> HistoryCells(const ob::HistoryEntry& h) {
  return {OnboardingOf(h.name()),
          absl::StrCat(h.sequence()),
          TimeText(h.has_occur_time(), h.occur_time()),
          TimeText(h.has_record_time(), h.record_time()),
          StateWord(ob::HistoryEntry::Kind_Name(h.kind())),
          h.actor(),
          h.task(),
          h.step(),
          h.title(),
          h.resource(),
          h.decision(),
          h.option(),
          h.impediment(),
          h.category() == 0 ? "" : StateWord(ob::Impediment::Category_Name(h.category())),
          h.utility(),
          h.reason(),
          TimeText(h.has_due_time(), h.due_time()),
          absl::StrJoin(h.defects(), " "),
          h.milestone(),
          TimeText(h.has_reach_time(), h.reach_time()),
          TimeText(h.has_previous_due_time(), h.previous_due_time()),
          h.day_one(),
          h.escalation().rule(),
          h.has_escalation() ? absl::StrCat(h.escalation().level()) : "",
          absl::StrJoin(h.escalation().recipients(), " "),
          h.previous_day_one(),
          ChangesCell(h.changes())};
}

// The file that a path means: not the link to it, which a rename would replace.
std::string FileOf(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_symlink(path, error)) return path;
  const std::filesystem::path file = std::filesystem::weakly_canonical(path, error);
  return error ? path : file.string();
}

// A device or a pipe, which is there already and takes what comes.
bool TakesAsItComes(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
}

// Where the export goes: a file, or standard output. The file is there when all of it is: what is
// written goes to one beside it.
class Output {
 public:
  Output(Session& session, const std::string& path)
      : session_(session),
        path_(FileOf(path)),
        part_(TakesAsItComes(path_) ? path_ : path_ + ".part") {}
  ~Output() {
    Restore();
    if (file_.is_open()) RemovePart();
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Before anything is asked for: whoever cannot write need not wait for it. Rows that the session
  // prints as JSON go there too.
  absl::Status Open() {
    if (path_.empty()) return absl::OkStatus();
    file_.open(part_, std::ios::binary | std::ios::trunc);
    if (!file_) return CannotBeWritten();
    if (session_.json()) before_ = session_.out().rdbuf(file_.rdbuf());
    return absl::OkStatus();
  }
  // Goes in front of what is written first: not before a call went well.
  void Head(std::string text) { head_ = std::move(text); }
  void Write(absl::string_view text) {
    (path_.empty() ? session_.out() : file_) << std::exchange(head_, "") << text;
  }
  absl::Status Finish() {
    Write("");  // the head, where there is nothing else
    if (path_.empty()) return absl::OkStatus();
    Restore();
    file_.close();
    std::error_code error;
    if (file_.good() && part_ != path_) std::filesystem::rename(part_, path_, error);
    if (file_.good() && !error) return absl::OkStatus();
    RemovePart();
    return CannotBeWritten();
  }

 private:
  void Restore() {
    if (before_ != nullptr) session_.out().rdbuf(std::exchange(before_, nullptr));
  }
  void RemovePart() const {
    std::error_code ignored;
    if (part_ != path_) std::filesystem::remove(part_, ignored);
  }
  absl::Status CannotBeWritten() const {
    return base::FieldError("--output", absl::StrCat("'", path_,
                                                     "' cannot be written; name a file in a folder "
                                                     "that you may write to"));
  }

  Session& session_;
  std::streambuf* before_ = nullptr;  // where the session prints otherwise
  std::string head_;
  const std::string path_, part_;
  std::ofstream file_;
};

constexpr int kAll = 2'000'000'000;

absl::Status ExportCsvTasks(Session& session, const Options& options, Output& output) {
  session.wording().Call({{"parent", "ON-BOARDING"},
                          {"assignee", "--person"},
                          {"state", "--state"},
                          {"filter", "--filter"}});
  ob::ListTasksRequest request;
  request.set_parent(
      session.FullName("onboardings", options.onboarding.empty() ? "-" : options.onboarding));
  request.set_assignee(options.person);
  ob::Task::State state = ob::Task::STATE_UNSPECIFIED;
  ob::Task::State_Parse(
      absl::StrCat("STATE_",
                   absl::StrReplaceAll(absl::AsciiStrToUpper(options.state), {{"-", "_"}})),
      &state);
  request.set_state(state);
  request.set_filter(options.filter);
  Owners owners(session);
  absl::Status failed;
  const auto write = [&](const ob::ListTasksResponse& page) {
    for (const ob::Task& task : page.tasks()) {
      const absl::StatusOr<const ob::Onboarding*> owner = owners.Of(task.name());
      if (!owner.ok()) {
        failed = owner.status();
        return kAll;  // that ends it
      }
      output.Write(CsvLine(TaskCells(task, **owner)));
    }
    return page.tasks_size();
  };
  if (!session.json()) output.Head(CsvLine(TaskHeader()));
  RETURN_IF_ERROR(
      (Pages<ob::ListTasksRequest, ob::ListTasksResponse>(
           session, kOnboarding, "ListTasks", request, kAll,
           [&](const auto& page) { return session.json() ? page.tasks_size() : write(page); }))
          .status());
  return failed;
}

absl::Status ExportCalendar(Session& session, const Options& options, Output& output) {
  session.wording().Call({{"assignee", "--person"}});
  ob::ExportTaskCalendarRequest request;
  request.set_parent(session.parent());
  request.set_assignee(options.person);
  if (options.todo) request.set_component(ob::ExportTaskCalendarRequest::COMPONENT_TODO);
  ob::ExportTaskCalendarResponse response;
  RETURN_IF_ERROR(session.Call(kOnboarding, "ExportTaskCalendar", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  output.Write(response.icalendar());
  if (response.task_count() == 0) {
    session.err() << "note: it holds no task, for none that is open is of "
                  << Printable(options.person) << "; --person takes a person or a role\n";
  }
  if (response.more()) {
    session.err() << "note: it holds the " << Number(response.task_count(), "task", "tasks")
                  << " that are due first, and milestones of 20 on-boardings at most; there are "
                     "more\n";
  }
  if (response.unreadable_task_count() > 0 || response.unreadable_onboarding_count() > 0) {
    session.err() << "note: left out, since what is stored of their on-boardings is damaged: "
                  << Number(response.unreadable_task_count(), "task", "tasks")
                  << ", and the milestones of "
                  << Number(response.unreadable_onboarding_count(), "on-boarding", "on-boardings")
                  << '\n';
  }
  return absl::OkStatus();
}

absl::Status ExportTasks(Session& session, const Options& options) {
  Output output(session, options.output);
  const bool calendar = options.format == "ics";
  if (calendar && options.person.empty()) {
    return base::FieldError("--person", "is missing; a calendar is of one person, or of a role");
  }
  if (calendar &&
      (!options.onboarding.empty() || !options.state.empty() || !options.filter.empty())) {
    return base::FieldError("--format",
                            "'ics' holds all open tasks of a person; leave ON-BOARDING, "
                            "--state and --filter out, or write csv");
  }
  RETURN_IF_ERROR(output.Open());
  RETURN_IF_ERROR(calendar ? ExportCalendar(session, options, output)
                           : ExportCsvTasks(session, options, output));
  return output.Finish();
}

absl::Status ExportHistoryOf(Session& session, const std::string& name, Output& output) {
  ob::ListHistoryRequest request;
  request.set_parent(name);
  return Pages<ob::ListHistoryRequest, ob::ListHistoryResponse>(
             session, kOnboarding, "ListHistory", request, kAll,
             [&](const auto& page) {
               if (session.json()) return page.entries_size();
               for (const ob::HistoryEntry& entry : page.entries())
                 output.Write(CsvLine(HistoryCells(entry)));
               return page.entries_size();
             })
      .status();
}

absl::Status ExportHistory(Session& session, const Options& options) {
  session.wording().Call({{"parent", "ON-BOARDING"}});
  Output output(session, options.output);
  if (!session.json()) output.Head(CsvLine(HistoryHeader()));
  RETURN_IF_ERROR(output.Open());
  if (!options.onboarding.empty()) {
    RETURN_IF_ERROR(
        ExportHistoryOf(session, session.FullName("onboardings", options.onboarding), output));
    return output.Finish();
  }
  ob::ListOnboardingsRequest request;
  request.set_parent(session.parent());
  request.set_page_size(1000);
  do {
    ob::ListOnboardingsResponse page;
    RETURN_IF_ERROR(session.Call(kOnboarding, "ListOnboardings", request, &page));
    for (const ob::Onboarding& onboarding : page.onboardings())
      RETURN_IF_ERROR(ExportHistoryOf(session, onboarding.name(), output));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return output.Finish();
}

void AddCommon(args::Command& command, std::shared_ptr<Options> options) {
  command.add_option("ON-BOARDING", options->onboarding, "Only of this one (default: of all)");
  Takes(command.add_option("-o,-d,--output", options->output,
                           "File to write (default: standard output)"),
        "FILE");
}

}  // namespace

void AddExportRows(args::Command& command, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* tasks = command.add_subcommand(
      "tasks", "Write tasks for a spreadsheet, or the due dates of a person for a calendar");
  AddCommon(*tasks, options);
  Takes(tasks->add_option("--person", options->person,
                          "Only tasks of this person, or of this role where no person is named"),
        "WHO");
  Takes(tasks->add_option("--state", options->state,
                          "pending, ready, in-progress, awaiting-verification, done, skipped or "
                          "not-needed"),
        "STATE")
      ->check(args::IsMember({"pending", "ready", "in-progress", "awaiting-verification", "done",
                              "skipped", "not-needed"}));
  Takes(tasks->add_option("--filter", options->filter,
                          "Only what fits, as in 'plumbline list tasks'; of all on-boardings it "
                          "takes tasks that are open"),
        "FILTER");
  Takes(tasks->add_option("--format", options->format, "csv (default) or ics"), "FORMAT")
      ->check(args::IsMember({"csv", "ics"}));
  tasks->add_flag("--todo", options->todo,
                  "ics: to-dos, for programs that keep them (default: "
                  "events, which all calendars show)");
  AddExamples(*tasks, {{"plumbline export tasks --state ready -o ready.csv", ""},
                       {"plumbline export tasks --person it@example.com --format ics -o it.ics",
                        "again now and then: what moved, moves; what is done, goes"}});
  tasks->callback([=] { *action = [=](Session& s) { return ExportTasks(s, *options); }; });

  args::Command* history =
      command.add_subcommand("history", "Write everything that happened for a spreadsheet");
  AddCommon(*history, options);
  Takes(history->add_option("--format", options->format, "csv (default)"), "FORMAT")
      ->check(args::IsMember({"csv"}));
  AddExamples(*history, {{"plumbline export history ada -o ada.csv", "one on-boarding"}});
  history->callback([=] { *action = [=](Session& s) { return ExportHistory(s, *options); }; });
}

}  // namespace plumbline::cli
