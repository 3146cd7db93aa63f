// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/forecast_case.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/check_model.h"
#include "clients/cli/current_process.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

using Step = pb::CaseStepForecast;

constexpr char kForecast[] = "/plumbline.analytics.v1.ForecastService/";

absl::Status SetModel(Session& session, const CaseForecastFlags& flags,
                      pb::ForecastCaseRequest* request) {
  if (flags.noise >= 0) request->set_discovery_noise(flags.noise);
  if (flags.process.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const catalog::v1::Process process,
                   CurrentProcess(session, session.FullName("processes", flags.process)));
  const CalledProcess called = [&](const std::string& name) {
    return CurrentProcess(session, name);
  };
  ASSIGN_OR_RETURN(*request->mutable_model(), ModelOf(process, called));
  return absl::OkStatus();
}

absl::Status SetAssumptions(Session& session, const CaseForecastFlags& flags,
                            pb::ForecastCaseRequest* request) {
  for (const std::string& text : flags.assumptions) {
    const size_t split = text.rfind('=');
    if (split == 0 || split == std::string::npos) {
      return base::FieldError("--assume",
                              absl::StrCat("is '", text, "'; it must be STEP=TIME, as 'Sign=2d'"));
    }
    pb::StepAssumption* step = request->add_assumptions();
    step->set_activity(text.substr(0, split));
    RETURN_IF_ERROR(SetOpenSpan(session, "--assume", text.substr(split + 1),
                                session.paper().working_day, step->mutable_duration()));
  }
  return absl::OkStatus();
}

void NameFields(Session& session) {
  session.wording().Call({{"name", "LOG"},
                          {"case_id", "--case"},
                          {"model", "--process"},
                          {"discovery_noise", "--noise"},
                          {"business_time", "--calendar"},
                          {"as_of_time", "--as-of"},
                          {"by_time", "--by"},
                          {"assumptions", "--assume"},
                          {"history_cases", "--history"},
                          {"confidences", "--confidence"},
                          {"runs", "--runs"}});
}

// Runs in which nothing is left to do end now, which is no step that takes no time.
void PrintDoneNow(const pb::ForecastCaseResponse& forecast, const Paper& paper) {
  double done = -1;
  for (const pb::CaseEstimate& estimate : forecast.estimates()) {
    if (Seconds(estimate.duration()) == 0) done = std::max(done, estimate.confidence());
  }
  if (done < 0) return;
  paper.out << Wrap(absl::StrCat("In ", Percent(done),
                                 " of the runs or more nothing is left to do: what the case has "
                                 "done may be all that it needs, so that it ends now."),
                    paper.width, 2)
            << "\n";
}

void PrintEstimates(const SpanWords& clock, const pb::ForecastCaseResponse& forecast,
                    const Paper& paper, const absl::TimeZone& zone) {
  Table table({">confidence", absl::StrCat("finished by (", zone.name(), ")"), ">in",
               ">Monte Carlo error"});
  for (const pb::CaseEstimate& estimate : forecast.estimates()) {
    table.Add(
        {Percent(estimate.confidence()),
         estimate.has_finish_time() ? WhenIn(zone, estimate.finish_time()) : "beyond the calendar",
         clock(estimate.duration()), clock(estimate.standard_error())});
  }
  table.Print(paper, 0);
  PrintDoneNow(forecast, paper);
  paper.out << "Mean: in " << clock(forecast.mean()) << " (error " << clock(forecast.mean_error())
            << ").\n";
  // Of other cases, from their begin: nothing of this case, which may be older than any of them.
  std::vector<std::string> checked;
  for (const pb::CaseEstimate& estimate : forecast.estimates()) {
    if (estimate.has_history_share()) {
      checked.push_back(absl::StrCat(Percent(estimate.history_share()), " where ",
                                     Percent(estimate.confidence()), " was told"));
    }
  }
  if (!checked.empty()) {
    paper.out << Wrap(
                     absl::StrCat("Check of the method, on the cases of the history, forecast from "
                                  "their begins: of them had ended by then ",
                                  absl::StrJoin(checked, ", "), "."),
                     paper.width, 2)
              << "\n";
  }
}

std::string StateOf(const Step& step, const absl::TimeZone& zone) {
  if (step.has_pending_time()) return absl::StrCat("since ", WhenIn(zone, step.pending_time()));
  return step.done_count() > 0 ? "again" : "to come";
}

std::string TimesOf(const Step& step) {
  switch (step.basis()) {
    case Step::BASIS_ASSUMED:
      return "assumed";
    case Step::BASIS_OTHER_STEPS:
      return "of other steps";
    default:
      return Count(step.observed_count());
  }
}

// "in turn('Draft', one of('Sign', nothing))" of "->( 'Draft', X( 'Sign', tau ) )".
std::string TreeWords(absl::string_view tree) {
  static constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
      {"->( ", "in turn("}, {"X( ", "one of("}, {"+( ", "side by side("},
      {"*( ", "repeated("}, {"tau", "nothing"}, {" )", ")"}};
  std::string words;
  bool quoted = false;
  while (!tree.empty()) {
    const auto* const word =
        quoted ? std::end(kWords)
               : std::find_if(std::begin(kWords), std::end(kWords),
                              [&](const auto& one) { return absl::StartsWith(tree, one.first); });
    if (word != std::end(kWords)) {
      absl::StrAppend(&words, word->second);
      tree.remove_prefix(word->first.size());
      continue;
    }
    if (tree[0] == '\'') quoted = !quoted;
    const size_t taken = quoted && tree[0] == '\\' && tree.size() > 1 ? 2 : 1;
    absl::StrAppend(&words, tree.substr(0, taken));
    tree.remove_prefix(taken);
  }
  return words;
}

void PrintSteps(const pb::ForecastCaseResponse& forecast, const Paper& paper,
                const absl::TimeZone& zone) {
  std::vector<const Step*> left;
  std::vector<std::string> over;
  for (const Step& step : forecast.steps()) {
    if (step.share() > 0) {
      left.push_back(&step);
    } else {
      over.push_back(Printable(step.activity()));
    }
  }
  std::stable_sort(left.begin(), left.end(), [](const Step* a, const Step* b) {
    return a->criticality() > b->criticality();
  });
  paper.out << "\nSteps that are left, most often critical first\n";
  Table table({"~step", "turn", ">needed", ":time left", ":ends in", ">critical", "?>times seen"});
  for (const Step* step : left) {
    table.Add({Printable(step->activity()), StateOf(*step, zone), Percent(step->share()),
               TimeCell(Seconds(step->mean_duration())), TimeCell(Seconds(step->mean_end())),
               Percent(step->criticality()), TimesOf(*step)});
  }
  table.Print(paper, 2);
  if (!over.empty()) {
    paper.out << Wrap(absl::StrCat("Done or not needed: ", absl::StrJoin(over, ", ")), paper.width,
                      2)
              << "\n";
  }
}

}  // namespace

void PrintCaseForecast(const pb::ForecastCaseRequest& request,
                       const pb::ForecastCaseResponse& forecast, const Paper& paper,
                       const absl::TimeZone& zone) {
  const std::string& case_id = request.case_id();
  const google::protobuf::Timestamp& by = request.by_time();
  const SpanWords clock(paper);
  const std::string what =
      case_id.empty() ? absl::StrCat("A case that begins ", WhenIn(zone, forecast.as_of_time()))
                      : absl::StrCat("Case '", Printable(case_id), "', begun ",
                                     WhenIn(zone, forecast.start_time()), ", as of ",
                                     WhenIn(zone, forecast.as_of_time()));
  paper.out << Wrap(absl::StrCat(what, " ", zone.name(), "."), paper.width, 2) << "\n\n";
  PrintEstimates(clock, forecast, paper, zone);
  if (forecast.has_done_share()) {
    paper.out << absl::StrFormat("Finished by %s (--by) with %s (error %.2f %%).\n",
                                 WhenIn(zone, by), Percent(forecast.done_share()),
                                 100 * forecast.done_share_error());
  }
  PrintSteps(forecast, paper, zone);
  const pb::CaseForecastHistory& history = forecast.history();
  const std::string from = absl::StrCat(
      "From ", Number(history.case_count(), "case", "cases"), " that came to the end; ",
      Count(history.unfinished_case_count()), " ended without, ", Count(history.open_case_count()),
      " open; ", Count(forecast.runs()), " runs.");
  paper.out << "\n" << Wrap(from, paper.width, 2) << "\n";
  if (!forecast.model_text().empty()) {
    paper.out << Wrap(absl::StrCat("Process as discovered (--process takes one): ",
                                   TreeWords(Printable(forecast.model_text()))),
                      paper.width, 2)
              << "\n";
  }
  PrintNotes(forecast.notes(), paper);
}

absl::Status ForecastCase(Session& session, const CaseForecastFlags& flags,
                          const ForecastFlags& common) {
  pb::ForecastCaseRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, flags.calendar, &request));
  NameFields(session);
  request.set_name(session.FullName("eventLogs", common.log));
  request.set_case_id(flags.id);
  ASSIGN_OR_RETURN(const absl::TimeZone zone, NamedZone(common.zone, request.business_time()));
  RETURN_IF_ERROR(SetSelection(session, common.selection, &request, zone));
  RETURN_IF_ERROR(SetModel(session, flags, &request));
  RETURN_IF_ERROR(SetTimeIn(zone, "--as-of", flags.as_of, &request, "as_of_time"));
  RETURN_IF_ERROR(SetTimeIn(zone, "--by", flags.by, &request, "by_time"));
  RETURN_IF_ERROR(SetAssumptions(session, flags, &request));
  request.set_history_cases(common.history);
  request.mutable_confidences()->Assign(common.confidences.begin(), common.confidences.end());
  request.set_runs(common.runs);
  request.set_seed(common.seed);
  pb::ForecastCaseResponse response;
  RETURN_IF_ERROR(session.Call(kForecast, "ForecastCase", request, &response));
  if (session.json()) {
    session.PrintJson(response);
    return absl::OkStatus();
  }
  PrintSelection(response.selection(), session.paper());
  PrintCompletion(response.completion(), session);
  PrintCaseForecast(request, response, session.paper(), zone);
  return absl::OkStatus();
}

absl::Status CheckWithoutCase(const CaseForecastFlags& flags) {
  const std::pair<const char*, bool> kGiven[] = {
      {"--process", !flags.process.empty()},    {"--noise", flags.noise >= 0},
      {"--as-of", !flags.as_of.empty()},        {"--by", !flags.by.empty()},
      {"--assume", !flags.assumptions.empty()}, {"--calendar", !flags.calendar.empty()}};
  for (const auto& [flag, given] : kGiven) {
    if (!given) continue;
    return base::FieldError(flag,
                            "is only with --case or --new-case: a forecast of many cases is drawn "
                            "from how many ended in each period up to the last event; leave it "
                            "out, or select cases with --filter, --from and --to");
  }
  return absl::OkStatus();
}

void AddCaseForecastFlags(args::Command& command, CaseForecastFlags* flags) {
  const char* const kGroup = "One case";
  args::Option* id =
      Takes(command.add_option("--case", flags->id, "When will this case be finished?"), "ID")
          ->group(kGroup);
  command.add_flag("--new-case", flags->fresh, "When would a case be finished that begins now?")
      ->excludes(id)
      ->group(kGroup);
  Takes(command.add_option("--process", flags->process,
                           "Its process, x or x@stable (default: discovered in the log)"),
        "NAME")
      ->group(kGroup);
  Takes(
      command.add_option("--noise", flags->noise,
                         "Of discovery: what is rarer than this share is left out (default: 0.2)"),
      "SHARE")
      ->check(args::Range(0.0, 0.99))
      ->group(kGroup);
  Takes(command.add_option("--as-of", flags->as_of,
                           "When the forecast is made (default: the last event of the log)"),
        "TIME")
      ->group(kGroup);
  Takes(command.add_option("--by", flags->by, "How likely it is finished by then"), "TIME")
      ->group(kGroup);
  Takes(command.add_option("--assume", flags->assumptions,
                           "How long a step takes, instead of what it took before: 'Sign=2d'; may "
                           "be repeated"),
        "STEP=TIME")
      ->group(kGroup);
  AddCalendarFlag(command, "Times", &flags->calendar)->group(kGroup);
}

}  // namespace plumbline::cli
