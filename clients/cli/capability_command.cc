// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/business_flag.h"
#include "clients/cli/help.h"
#include "clients/cli/quality_commands.h"
#include "clients/cli/selection_flags.h"
#include "clients/cli/table.h"
#include "clients/cli/units.h"
#include "clients/cli/zones.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

struct Options {
  std::string log, lower, upper, target;
  MeasureFlags measure;
  SelectionFlags selection;
};

// What is best cannot be wrong.
absl::Status CheckBest(const Options& options, const pb::GetCapabilityRequest& request) {
  if (!request.has_target()) return absl::OkStatus();
  const double best = Seconds(request.target());
  const bool below = request.has_lower_limit() && best < Seconds(request.lower_limit());
  const bool above = request.has_upper_limit() && best > Seconds(request.upper_limit());
  if (!below && !above) return absl::OkStatus();
  return base::FieldError("--best",
                          absl::StrCat("is '", options.target, "', which is ",
                                       below ? absl::StrCat("below --lower '", options.lower)
                                             : absl::StrCat("above --upper '", options.upper),
                                       "'; what is best lies within the limits"));
}

absl::Status Capability(Session& session, const Options& options) {
  pb::GetCapabilityRequest request;
  RETURN_IF_ERROR(SetMeasure(session, options.measure, request.mutable_measure()));
  session.wording().Call({{"name", "LOG"},
                          {"lower_limit", "--lower"},
                          {"upper_limit", "--upper"},
                          {"target", "--best"}});
  request.set_name(session.FullName("eventLogs", options.log));
  RETURN_IF_ERROR(SetSelection(session, options.selection, &request,
                               ZoneOf("", request.measure().business_time())));
  const auto limit = [&](const char* flag, const std::string& text, auto* span) {
    return SetOpenSpan(session, flag, text, session.paper().working_day, span);
  };
  if (!options.lower.empty())
    RETURN_IF_ERROR(limit("--lower", options.lower, request.mutable_lower_limit()));
  if (!options.upper.empty())
    RETURN_IF_ERROR(limit("--upper", options.upper, request.mutable_upper_limit()));
  if (!options.target.empty())
    RETURN_IF_ERROR(limit("--best", options.target, request.mutable_target()));
  if (request.has_lower_limit() && request.has_upper_limit() &&
      Seconds(request.lower_limit()) >= Seconds(request.upper_limit())) {
    return base::FieldError("--lower",
                            absl::StrCat("is '", options.lower, "', which is not below --upper '",
                                         options.upper, "'; perhaps they are the wrong way round"));
  }
  RETURN_IF_ERROR(CheckBest(options, request));
  pb::GetCapabilityResponse response;
  RETURN_IF_ERROR(session.Call(kQuality, "GetCapability", request, &response));
  if (session.json()) {
    session.PrintJson(response);
  } else {
    PrintSelection(response.selection(), session.paper());
    PrintCompletion(response.completion(), session);
    PrintCapability(request, response, session.paper());
  }
  return absl::OkStatus();
}

std::string Index(bool has, double value) { return has ? absl::StrFormat("%.3f", value) : ""; }

using Figures = pb::CapabilityFigures;

// An index with its interval.
struct IndexField {
  bool (Figures::*has)() const;
  double (Figures::*value)() const;
  bool (Figures::*has_interval)() const;
  const pb::CapabilityInterval& (Figures::*interval)() const;
};
constexpr IndexField kBoth = {&Figures::has_both, &Figures::both, &Figures::has_both_interval,
                              &Figures::both_interval};
constexpr IndexField kLower = {&Figures::has_lower, &Figures::lower, &Figures::has_lower_interval,
                               &Figures::lower_interval};
constexpr IndexField kUpper = {&Figures::has_upper, &Figures::upper, &Figures::has_upper_interval,
                               &Figures::upper_interval};
constexpr IndexField kLeast = {&Figures::has_least, &Figures::least, &Figures::has_least_interval,
                               &Figures::least_interval};
constexpr IndexField kTarget = {&Figures::has_target, &Figures::target,
                                &Figures::has_target_interval, &Figures::target_interval};

// "1.234 (1.105 to 1.362)".
std::string Cell(const Figures& of, const IndexField& field) {
  if (!(of.*field.has)()) return "";
  const double value = (of.*field.value)();
  if (!(of.*field.has_interval)()) return Index(true, value);
  const pb::CapabilityInterval& interval = (of.*field.interval)();
  return absl::StrFormat("%.3f (%.3f to %.3f)", value, interval.low(), interval.high());
}

std::string Ppm(bool has, double value) {
  return has ? Count(static_cast<int64_t>(value + 0.5)) : "";
}

void PrintIndices(const pb::GetCapabilityResponse& capability, const Paper& paper) {
  const SpanWords span(paper);
  const pb::CapabilityFigures &all = capability.overall(), &within = capability.within();
  Table table({"", ">overall", "?>within", "?>by quantiles"});
  table.Add({"standard deviation", span(all.sigma_seconds()),
             capability.has_within() ? span(within.sigma_seconds()) : ""});
  const auto add = [&](const char* name, std::string first, std::string second,
                       std::string third = "") {
    if (first.empty() && second.empty() && third.empty()) return;
    table.Add({name, std::move(first), std::move(second), std::move(third)});
  };
  add("Pp, Cp", Cell(all, kBoth), Cell(within, kBoth));
  add("Ppl, Cpl", Cell(all, kLower), Cell(within, kLower),
      Index(capability.has_quantile_lower(), capability.quantile_lower()));
  add("Ppu, Cpu", Cell(all, kUpper), Cell(within, kUpper),
      Index(capability.has_quantile_upper(), capability.quantile_upper()));
  add("Ppk, Cpk", Cell(all, kLeast), Cell(within, kLeast),
      Index(capability.has_quantile_least(), capability.quantile_least()));
  add("Cpm", Cell(all, kTarget), Cell(within, kTarget));
  add("expected below, ppm", Ppm(all.has_expected_below_ppm(), all.expected_below_ppm()),
      Ppm(within.has_expected_below_ppm(), within.expected_below_ppm()));
  add("expected above, ppm", Ppm(all.has_expected_above_ppm(), all.expected_above_ppm()),
      Ppm(within.has_expected_above_ppm(), within.expected_above_ppm()));
  paper.out << "\n";
  table.Print(paper, 0);
}

// "3 below and 12 above the limits of 1.0 d and 2.0 d"; of one limit, one.
std::string OutsideWords(const pb::GetCapabilityRequest& asked,
                         const pb::GetCapabilityResponse& capability, const SpanWords& span) {
  const std::string below = absl::StrCat(Count(capability.below_count()), " below");
  const std::string above = absl::StrCat(Count(capability.above_count()), " above");
  const std::string lower = span(asked.lower_limit()), upper = span(asked.upper_limit());
  if (asked.has_lower_limit() && asked.has_upper_limit())
    return absl::StrCat(below, " and ", above, " the limits of ", lower, " and ", upper);
  return asked.has_upper_limit() ? absl::StrCat(above, " the limit of ", upper)
                                 : absl::StrCat(below, " the limit of ", lower);
}

}  // namespace

void PrintCapability(const pb::GetCapabilityRequest& asked,
                     const pb::GetCapabilityResponse& capability, const Paper& paper) {
  const SpanWords span(paper);
  if (capability.has_mean_seconds()) {
    paper.out << Number(capability.value_count(), "value", "values") << ": mean "
              << span(capability.mean_seconds()) << ", median " << span(capability.median_seconds())
              << ".\n";
    const std::string outside = absl::StrCat(
        OutsideWords(asked, capability, span), ": ", Ppm(true, capability.observed_ppm()),
        " in a million, sigma level ",
        absl::StrFormat("%.2f with the shift of 1.5%s.", capability.observed_sigma_level(),
                        capability.observed_bounded() ? " (a bound)" : ""));
    paper.out << Wrap(outside, paper.width, 2) << "\n";
  }
  if (capability.open_case_count() > 0) {
    const std::string open =
        absl::StrCat(Number(capability.open_case_count(), "open case is", "open cases are"),
                     " not in these figures, ", Count(capability.open_above_count()),
                     " of them above the limit already.");
    paper.out << Wrap(open, paper.width, 2) << "\n";
  }
  if (capability.has_overall()) PrintIndices(capability, paper);
  if (capability.has_mean_seconds() || capability.open_case_count() > 0) paper.out << "\n";
  PrintNotes(capability.warnings(), paper);
  PrintAbsent(capability.absent(), paper);
}

void AddCapabilityCommand(args::Command& app, Action* action) {
  auto options = std::make_shared<Options>();
  args::Command* command = app.add_subcommand("capability", "Can the process hold a target?");
  command->group("Study");
  command->add_option("LOG", options->log, "Id of the event log")->required();
  AddMeasureFlags(*command, false, &options->measure);
  Takes(command->add_option("--upper", options->upper, "The longest that is right, as 2d or 36h"),
        "SPAN");
  Takes(command->add_option("--lower", options->lower, "The shortest that is right"), "SPAN");
  Takes(command->add_option("--best", options->target, "What is best, for Cpm"), "SPAN");
  AddSelectionFlags(*command, &options->selection);
  AddExamples(*command,
              {{"plumbline capability my-events --upper 30d", ""},
               {"plumbline capability my-events --of waiting --step Legal --upper 16h \\\n"
                "      --calendar head-office",
                ""}});
  command->callback([=] { *action = [=](Session& s) { return Capability(s, *options); }; });
}

}  // namespace plumbline::cli
