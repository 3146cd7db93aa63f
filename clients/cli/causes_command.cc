// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/attribute_key.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/improvement_analysis.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/zones.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct KindName {
  const char* name;
  pb::CauseKind kind;
};
constexpr KindName kKinds[] = {{"attribute", pb::CAUSE_KIND_ATTRIBUTE},
                               {"event-attribute", pb::CAUSE_KIND_EVENT_ATTRIBUTE},
                               {"first-resource", pb::CAUSE_KIND_FIRST_RESOURCE},
                               {"last-resource", pb::CAUSE_KIND_LAST_RESOURCE},
                               {"activity", pb::CAUSE_KIND_ACTIVITY},
                               {"variant", pb::CAUSE_KIND_VARIANT},
                               {"month", pb::CAUSE_KIND_START_MONTH}};

struct Options {
  std::string log, calendar, slower_than, condition, zone;
  std::vector<std::string> sources, kinds, keys;
  double slowest = 0, confidence = 0;
  int min_cases = 0, values = 0, groups = 0;
  bool defects = false, open = false, holm = false, hours = false;
  SelectionFlags selection;
};

absl::Status SetOutcome(Session& session, const Options& options, pb::CauseOutcome* outcome) {
  if (options.defects || !options.sources.empty()) {
    outcome->set_kind(pb::CauseOutcome::KIND_DEFECT);
    for (const std::string& source : options.sources) outcome->add_sources(DefectSourceOf(source));
  } else if (!options.condition.empty()) {
    outcome->set_kind(pb::CauseOutcome::KIND_CONDITION);
    outcome->set_condition(options.condition);
  } else {
    outcome->set_kind(pb::CauseOutcome::KIND_SLOW);
    if (!options.slower_than.empty())
      RETURN_IF_ERROR(SetOpenSpan(session, "--slower-than", options.slower_than,
                                  session.paper().working_day, outcome->mutable_target()));
    if (options.slowest > 0) outcome->set_quantile(1 - options.slowest / 100);
  }
  outcome->set_include_open_cases(options.open);
  return absl::OkStatus();
}

absl::Status Causes(Session& session, const Options& options) {
  pb::AnalyzeRootCausesRequest request;
  RETURN_IF_ERROR(SetBusinessTime(session, options.calendar, &request));
  session.wording().Call({{"name", "LOG"},
                          {"outcome.target", "--slower-than"},
                          {"outcome.quantile", "--slowest"},
                          {"outcome.condition", "--condition"},
                          {"outcome.sources", "--defect"},
                          {"outcome.include_open_cases", "--open"},
                          {"keys", "--attribute"},
                          {"min_cases", "--min-cases"},
                          {"rank_by_hours", "--by-hours"},
                          {"time_zone", "--zone"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request,
                               ZoneOf(options.zone, request.business_time())));
  RETURN_IF_ERROR(SetOutcome(session, options, request.mutable_outcome()));
  for (const std::string& name : options.kinds) {
    for (const KindName& kind : kKinds) {
      if (name == kind.name) request.add_kinds(kind.kind);
    }
  }
  for (const std::string& key : options.keys) request.add_keys(AttributeKeyOf(key));
  request.set_min_cases(options.min_cases);
  request.set_max_values(options.values);
  request.set_max_groups(options.groups);
  // As everywhere a share; a percentage, which it was first, is none.
  request.set_confidence(options.confidence > 1 ? options.confidence / 100 : options.confidence);
  if (options.holm) request.set_correction(pb::AnalyzeRootCausesRequest::CORRECTION_HOLM);
  request.set_time_zone(options.zone);
  request.set_rank_by_hours(options.hours);
  pb::AnalyzeRootCausesResponse response;
  RETURN_IF_ERROR(session.Call(kImprovementAnalysis, "AnalyzeRootCauses", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintCauses(response, session.paper());
  }
  return absl::OkStatus();
}

void AddOutcomeFlags(args::Command& command, Options& options) {
  const char* const kGroup = "What is to be explained (default: the slowest quarter)";
  args::Option* slower =
      Takes(command.add_option("--slower-than", options.slower_than,
                               "Cases that take longer, as 30d; of a calendar 10wd"),
            "SPAN");
  args::Option* slowest =
      Takes(command.add_option("--slowest", options.slowest, "The slowest so many in 100 cases"),
            "PERCENT");
  slowest->check(args::Range(0.01, 99.99))->excludes(slower);
  args::Option* defects = command.add_flag("--defects", options.defects, "Cases with a defect");
  args::Option* condition =
      Takes(command.add_option("--condition", options.condition,
                               "Cases that are so, as 'activities:Lost' (see docs/filters.md)"),
            "CONDITION");
  args::Option* open =
      command.add_flag("--open", options.open, "Also asks --defects or --condition of open cases");
  for (args::Option* option : {slower, slowest}) option->excludes(defects)->excludes(condition);
  defects->excludes(condition);
  for (args::Option* option : {slower, slowest, defects, condition, open}) option->group(kGroup);
  AddDefectFlag(command, &options.sources);
}

void AddColumnFlags(args::Command& command, Options& options) {
  std::vector<std::string> names;
  for (const KindName& kind : kKinds) names.push_back(kind.name);
  Takes(command.add_option("--attribute", options.keys,
                           "Of attributes, only this one (repeat for several)"),
        "KEY");
  Takes(command.add_option("--kind", options.kinds,
                           "Only this kind of causes (repeat for several): attribute, "
                           "event-attribute, first-resource, last-resource, activity, variant, "
                           "month"),
        "KIND")
      ->check(args::IsMember(names));
  Takes(command.add_option("--min-cases", options.min_cases,
                           "Smaller groups become one (default: 10)"),
        "N")
      ->check(args::Range(2, 1'000'000));
  Takes(command.add_option("--values", options.values,
                           "Values of an attribute that are compared (default: 50)"),
        "N")
      ->check(args::Range(2, 1'000));
  Takes(command.add_option("--causes", options.groups, "Groups to show (default: 20)"), "N")
      ->check(args::Range(1, 1'000));
  Takes(command.add_option("--confidence", options.confidence, "Of intervals (default: 0.95)"),
        "SHARE")
      ->check([](const std::string& text) {
        double share = 0;
        const bool good = absl::SimpleAtod(text, &share) &&
                          ((share >= 0.5 && share <= 0.9999) || (share >= 50 && share <= 99.99));
        return good ? std::string() : "must be 0.5 to 0.9999";
      });
  command.add_flag("--holm", options.holm,
                   "Corrects so that hardly any is chance (default: so that few of them are)");
  command.add_flag("--by-hours", options.hours, "Ranks by hours, not by cases");
  Takes(command.add_option(
            "--zone", options.zone,
            "Time zone of months and of dates (default: that of the calendar, else UTC)"),
        "ZONE");
}

}  // namespace

void AddCausesCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command =
      app.add_subcommand("causes", "Which attributes explain slow or failed cases");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddOutcomeFlags(*command, *options);
  AddSelectionFlags(*command, &options->selection);
  AddCalendarFlag(*command, "Durations", &options->calendar);
  AddColumnFlags(*command, *options);
  AddExamples(*command,
              {{"plumbline causes my-events", "what the slowest quarter has in common"},
               {"plumbline causes my-events --slower-than 30d --by-hours", ""},
               {"plumbline causes my-events --condition activities:Lost", "why deals are lost"},
               {"plumbline causes my-events --defects --attribute region", ""}});
  command->callback([=] { *action = [=](Session& s) { return Causes(s, *options); }; });
}

}  // namespace plumbline::cli
