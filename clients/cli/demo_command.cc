// SPDX-License-Identifier: Apache-2.0
//
// The main job from end to end, all through the public API: define, run, relay, import, study.
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/apply_plan.h"
#include "clients/cli/commands.h"
#include "clients/cli/help.h"
#include "clients/cli/import_flags.h"
#include "clients/cli/importing.h"
#include "clients/cli/playing.h"
#include "clients/cli/progress_line.h"
#include "clients/cli/report_view.h"
#include "clients/cli/review_view.h"
#include "clients/cli/suite_process.h"
#include "clients/cli/units.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "plumbline/analytics/v1/analytics_service.pb.h"

namespace plumbline::cli {
namespace {

constexpr char kProcess[] = "sales-rep-onboarding";
constexpr char kGenerated[] = "quote-to-order";
constexpr char kSuite[] = "plumbline-suite";  // looked for on the PATH

struct DemoOptions {
  std::string file, suite = kSuite, processes = "processes", utilities = "utilities";
  std::shared_ptr<ImportFlags> flags = std::make_shared<ImportFlags>();  // of the file
  bool keep = false;
  int count = 200;
  uint64_t seed = 7;
};

class Demo {
 public:
  Demo(Session& session, const DemoOptions& options) : session_(session), options_(options) {}

  absl::Status Run() {
    RETURN_IF_ERROR(CheckFile());
    RETURN_IF_ERROR(StartSuite());
    // What is wrong with a file should be known before minutes of other work.
    if (!options_.file.empty()) RETURN_IF_ERROR(ImportOwn());
    RETURN_IF_ERROR(Publish());
    RETURN_IF_ERROR(RunCohortOfReps());
    RETURN_IF_ERROR(AwaitRelay());
    if (options_.file.empty()) RETURN_IF_ERROR(ImportGenerated());
    RETURN_IF_ERROR(Report(kProcess));
    RETURN_IF_ERROR(Report(imported_));
    Banner();
    return absl::OkStatus();
  }

 private:
  // What is missing should be told before minutes of other work.
  absl::Status CheckFile() {
    RETURN_IF_ERROR(FilesOf(options_.utilities).status());
    RETURN_IF_ERROR(FilesOf(options_.processes).status());
    std::error_code error;
    if (options_.file.empty() || std::filesystem::is_regular_file(options_.file, error))
      return absl::OkStatus();
    return base::FieldError(
        "FILE", absl::StrCat("'", options_.file,
                             "' is not a file; name an event log (CSV or XES, gzipped or not)"));
  }

  absl::Status StartSuite() {
    const char* tmp = ::getenv("TMPDIR");
    folder_ = absl::StrCat(tmp != nullptr ? tmp : "/tmp", "/plumbline-demo-XXXXXX");
    if (::mkdtemp(folder_.data()) == nullptr)
      return base::FieldError("TMPDIR", absl::StrCat("no folder can be made like ", folder_));
    const absl::Time begin = session_.clock().Now();
    ASSIGN_OR_RETURN(suite_,
                     SuiteProcess::Start(options_.suite, folder_, session_.clock(), options_.keep));
    session_.SetAddress(suite_->address());
    Step(absl::StrCat("The suite is ready after ",
                      Span(absl::ToDoubleSeconds(session_.clock().Now() - begin)), " at ",
                      suite_->address()));
    return absl::OkStatus();
  }

  absl::Status Publish() {
    ASSIGN_OR_RETURN(const auto applied,
                     ApplyFiles(session_, {options_.utilities, options_.processes},
                                {.publish = true, .reason = "Shipped with Plumbline"}));
    const auto published = std::count_if(applied.begin(), applied.end(),
                                         [](const Applied& one) { return one.published; });
    Step(absl::StrCat("Published ", published, " sales processes and the ",
                      static_cast<int64_t>(applied.size()) - published,
                      " utilities that they use:"));
    for (const Applied& one : applied) {
      if (!one.published) continue;
      session_.err() << "    " << session_.ShortName(TextOf(*one.resource, "name")) << "  "
                     << TextOf(*one.resource, "title") << '\n';
    }
    return absl::OkStatus();
  }

  absl::Status RunCohortOfReps() {
    simulation::CohortOptions cohort;
    cohort.workspace = session_.options().workspace;
    cohort.process = kProcess;
    cohort.count = options_.count;
    cohort.seed = options_.seed;
    const absl::Time begin = session_.clock().Now();
    ASSIGN_OR_RETURN(const simulation::CohortSummary summary, RunCohort(session_, cohort));
    const double seconds = absl::ToDoubleSeconds(session_.clock().Now() - begin);
    Step(absl::StrCat("Ran ", Count(summary.completed),
                      " on-boardings over a simulated year: ", Count(summary.calls),
                      " durable calls in ", Span(seconds), ", ", Count(summary.impediments),
                      " impediments, ", Count(summary.repeated_rounds), " certifications retaken"));
    return absl::OkStatus();
  }

  // Every entry of the history must be an event of the log, once.
  absl::Status AwaitRelay() {
    ASSIGN_OR_RETURN(const int64_t expected, CountHistory(session_));
    ProgressLine line(session_.err());
    const absl::Time patience = session_.clock().Now() + absl::Seconds(60);
    for (int64_t seen = 0;;) {
      analytics::v1::GetEventLogRequest request;
      request.set_name(session_.FullName("eventLogs", kProcess));
      analytics::v1::GetEventLogResponse response;
      const absl::Status status = session_.Call(kAnalytics, "GetEventLog", request, &response);
      if (!status.ok() && status.code() != absl::StatusCode::kNotFound) return status;
      seen = response.event_log().event_count();
      if (seen == expected) break;
      if (seen > expected || session_.clock().Now() > patience) {
        return base::Error(common::v1::ERROR_REASON_INTERNAL,
                           absl::StrCat("analytics holds ", seen, " events where the history has ",
                                        expected, " entries"));
      }
      line.Show(absl::StrCat("  ", Count(seen), " of ", Count(expected),
                             " events have reached analytics"));
      const timespec pause{0, 20'000'000};
      ::nanosleep(&pause, nullptr);
    }
    line.Clear();
    Step(absl::StrCat("The relay brought all ", Count(expected),
                      " history entries to analytics, each once"));
    return absl::OkStatus();
  }

  // "./dev demo deals.csv".
  std::string CommandOfFile() const {
    const bool through_dev = options_.suite != kSuite;
    return absl::StrCat(through_dev ? "./dev demo " : "plumbline demo ", ShellWord(options_.file));
  }

  absl::Status ImportOwn() {
    analytics::v1::ImportHeader header;
    UseImportFlags(*options_.flags, session_.wording(), &header);
    header.set_parent(session_.parent());
    imported_ = LogIdOf(options_.file);
    // The cohort's log, which on-boarding keeps, has a name of its own.
    if (imported_ == kProcess) imported_ += "-file";
    header.set_event_log_id(imported_);
    header.mutable_event_log()->set_title(std::filesystem::path(options_.file).filename().string());
    analytics::v1::ImportEventLogResponse response;
    const absl::Status status = ImportFile(session_, options_.file, header, &response);
    if (!status.ok()) {
      const std::string better = CorrectedCommand(CommandOfFile(), *options_.flags, status);
      if (!better.empty()) session_.SetHint(absl::StrCat("try: ", better));
      return status;
    }
    TellImport(response);
    return absl::OkStatus();
  }

  absl::Status ImportGenerated() {
    analytics::v1::ImportHeader header;
    header.set_parent(session_.parent());
    imported_ = kGenerated;
    header.set_event_log_id(imported_);
    header.mutable_event_log()->set_title("Quote to order, 2,000 simulated cases");
    analytics::v1::ImportEventLogResponse response;
    RETURN_IF_ERROR(ImportText(
        session_, header,
        [&](const Feed& feed) {
          return PlayProcess(session_, kGenerated, simulation::PlayoutOptions(), feed);
        },
        &response));
    TellImport(response);
    return absl::OkStatus();
  }

  void TellImport(const analytics::v1::ImportEventLogResponse& response) {
    Step(absl::StrCat("Imported ", Number(response.event_count(), "event", "events"), " of ",
                      Number(response.event_log().case_count(), "case", "cases"), " (",
                      response.format(), ") in ", Span(Seconds(response.elapsed()))));
    std::vector<std::string> notes;
    if (!options_.file.empty())
      notes = ImportNotes(response, absl::StrCat("run ", CommandOfFile(), " with"));
    for (const std::string& sentence : notes) session_.err() << "    " << sentence << '\n';
    for (const auto& dropped : response.dropped()) {
      session_.err() << "    dropped " << Count(dropped.count()) << ": " << dropped.reason()
                     << '\n';
    }
  }

  absl::Status Report(const std::string& log) {
    analytics::v1::GetReportRequest request;
    request.set_name(session_.FullName("eventLogs", log));
    request.set_max_edges(15);
    request.set_max_variants(5);
    // Of a quarter: a month of a simulated company has too few on-boardings to tell anything.
    request.mutable_review()->set_period_count(3);
    analytics::v1::GetReportResponse response;
    RETURN_IF_ERROR(session_.Call(kAnalytics, "GetReport", request, &response));
    if (session_.json()) {
      session_.PrintJsonLine(response.report());
    } else {
      session_.out() << '\n';
      PrintReview(response.report(), session_.paper());
      session_.out() << '\n';
      PrintReport(response.report(), session_.paper());
    }
    return absl::OkStatus();
  }

  void Banner() {
    std::ostream& err = session_.err();
    if (options_.keep) suite_->Keep();
    session_.out().flush();
    // Absolute, since the next command may be typed in another folder.
    const std::string bin = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
    err << "\n----------------------------------------------------------------------\n";
    if (options_.keep) {
      err << "gRPC       " << suite_->address() << "   (health and reflection too)\n"
          << "admin      " << suite_->admin_address() << '\n';
    }
    err << "data       " << folder_ << "   (log lines in suite.log)\n"
        << "workspace  " << session_.options().workspace << '\n';
    if (options_.keep) {
      err << "\nThe suite runs on as process " << suite_->pid() << "; end it with: kill "
          << suite_->pid() << "\nWorth typing next:\n"
          << "  export PATH=\"" << bin << ":$PATH\" PLUMBLINE_ADDRESS=" << suite_->address() << '\n'
          << "  plumbline list onboardings\n"
          << "  plumbline start " << kProcess
          << " --id ada --person ada@example.com --day-one 2027-01-04\n"
          << "  plumbline list tasks ada --state ready\n";
    } else {
      err << "\nThe suite was stopped; its data stays. Worth typing next:\n"
          << "  ./dev demo --keep                      leave the suite running, to try the "
             "commands\n"
          << "  ./dev demo FILE.csv                    the same on an event log of your own (CSV, "
             "XES, gzipped)\n"
          << "  " << bin << "/plumbline-suite --data_directory=" << folder_
          << "   this data again\n";
    }
  }

  void Step(const std::string& text) { session_.err() << "* " << text << '\n'; }

  Session& session_;
  const DemoOptions& options_;
  std::string folder_, imported_;
  std::unique_ptr<SuiteProcess> suite_;
};

}  // namespace

void AddDemoCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<DemoOptions>();
  args::Command* demo = app.add_subcommand(
      "demo", "Start a suite of its own and run the whole path: define, run, study");
  demo->group("Try");
  demo->add_option("FILE", options->file,
                   "An event log of yours to study (default: one that the demo makes)");
  demo->add_flag("--keep", options->keep, "Leave the suite running");
  Takes(demo->add_option("--suite", options->suite,
                         "The program plumbline-suite (default: looked for on the PATH)"),
        "FILE");
  Takes(demo->add_option("--processes", options->processes,
                         "Folder of process files (default: processes)"),
        "FOLDER");
  Takes(demo->add_option("--utilities", options->utilities,
                         "Folder of utility files (default: utilities)"),
        "FOLDER");
  Takes(demo->add_option("--count", options->count, "On-boardings to run (default: 200)"), "N")
      ->check(args::Range(1, 100'000));
  Takes(
      demo->add_option("--seed", options->seed, "The same seed gives the same cohort (default: 7)"),
      "N");
  AddImportFlags(*demo, options->flags);
  AddExamples(*demo, {{"plumbline demo", ""},
                      {"plumbline demo crm.csv --case-column deal_id --activity-column stage \\\n"
                       "      --time-column changed_at",
                       "the same, and a report of your own log"}});
  demo->callback([=] { *action = [=](Session& s) { return Demo(s, *options).Run(); }; });
}

}  // namespace plumbline::cli
