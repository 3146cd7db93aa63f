// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/base/counts.h"
#include "services/analytics/defects/drill_down.h"
#include "services/analytics/improvement/baseline.h"
#include "services/analytics/report/pareto.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/proof.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

// The first bytes of a text, without a part of a character.
std::string Cut(const std::string& text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

// An id made of the letters and digits of a name.
std::string IdOf(const std::string& prefix, const std::string& name) {
  constexpr size_t kMost = 40;
  std::string id = prefix;
  for (const char c : name) {
    if (id.size() >= kMost) break;
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      id += absl::ascii_tolower(static_cast<unsigned char>(c));
    } else if (id.back() != '-') {
      id += '-';
    }
  }
  while (id.back() == '-') id.pop_back();
  return id;
}

class Writer {
 public:
  Writer(const Fix& fix, const LogSnapshot& log, const Facts& facts, const Windows& windows,
         const WordOptions& options)
      : fix_(fix), log_(log), facts_(facts), windows_(windows), options_(options) {
    const Candidate& candidate = fix.candidate;
    if (candidate.kind == FixKind::kImpediment) {
      name_ = CauseText(facts.causes[candidate.remedy.cause].cause);
    } else {
      name_ = log.activities[candidate.remedy.activity];
    }
    if (candidate.level.has_value()) {
      level_ = candidate.level->others
                   ? absl::StrCat("another ", candidate.level->attribute, " than ",
                                  candidate.level->value)
                   : absl::StrCat(candidate.level->attribute, " = ", candidate.level->value);
      filter_ = candidate.level->filter;
    }
    if (!options.filter.empty())
      filter_ =
          filter_.empty() ? options.filter : absl::StrCat("(", options.filter, ") AND ", filter_);
  }

  FixWords Write() {
    FixWords words;
    words.title = Title();
    words.evidence = Evidence();
    words.look = Look();
    words.measure = Measure();
    words.proof = Proven();
    words.command = Command(words);
    return words;
  }

 private:
  std::string Title() const;
  std::vector<std::string> Evidence() const;
  std::string Told() const;
  std::string Held() const;
  std::string AllWaits(const std::string& of_these) const;
  std::string InThese() const {
    return absl::StrCat("In these ", base::Counted(fix_.ended, "case", "cases"), " ");
  }
  std::string Levels() const;
  std::string PeriodFlags() const;
  std::string Look() const;
  std::string Measure() const;
  std::string Proven() const;
  std::string TooFew() const;
  std::string TooLong() const;
  std::string Id() const;
  std::string Command(const FixWords& words) const;
  std::string Time(double seconds) const { return SpanText(seconds, options_); }
  std::string FilterFlag() const {
    return filter_.empty() ? "" : absl::StrCat(" --filter ", ShellWord(filter_));
  }
  std::string Amount(double value) const {
    return fix_.proof.measure == Proof::Measure::kTimesOfStep ? absl::StrFormat("%.2f times", value)
                                                              : Time(value);
  }
  int64_t Scaled(int64_t count) const {
    return std::llround(static_cast<double>(count) * facts_.weight());
  }

  const Fix& fix_;
  const LogSnapshot& log_;
  const Facts& facts_;
  const Windows& windows_;
  const WordOptions& options_;
  std::string name_, level_, filter_;
};

std::string Writer::Title() const {
  switch (fix_.candidate.kind) {
    case FixKind::kWait:
      if (fix_.candidate.remedy.cap == 0)
        return absl::StrCat("Let no case wait for '", name_, "': half of them do not");
      return absl::StrCat("Let no case wait longer for '", name_, "' than the faster half does: ",
                          Time(static_cast<double>(fix_.candidate.remedy.cap) / 1e6));
    case FixKind::kLevel:
      return absl::StrCat("Bring the wait for '", name_, "' of cases with ", level_,
                          " to that of the rest");
    case FixKind::kBest:
      return absl::StrCat("Bring the wait for '", name_, "' of cases with ", level_,
                          ", which waits least, to that of ", fix_.candidate.level->value);
    case FixKind::kRework:
      return absl::StrCat("Get '", name_, "' right the first time");
    case FixKind::kImpediment:
      return absl::StrCat("Stop '", name_, "' from blocking work");
  }
  return "";
}

// Of waits, what they alone held up.
std::string Writer::Held() const {
  if (fix_.held_seconds > 0.995 * fix_.total_seconds) return "";
  return absl::StrCat(", of which ", Time(fix_.held_seconds * facts_.weight()),
                      " while nothing else of the case went on");
}

// Where that is another figure, the mean that is compared with the period before.
std::string Writer::AllWaits(const std::string& of_these) const {
  const auto found = facts_.waits.find(fix_.candidate.remedy.activity);
  if (found == facts_.waits.end() || found->second.samples[kThis].count == 0) return "";
  const std::string all = Time(found->second.samples[kThis].mean());
  if (all == of_these) return "";
  return absl::StrCat(
      " (", all,
      " over all waits that ended in the period, but for those beside other work of "
      "their case)");
}

// What the log says of it.
std::string Writer::Told() const {
  const double each =
      fix_.occurrences > 0 ? fix_.total_seconds / static_cast<double>(fix_.occurrences) : 0;
  const std::string count = CountText(Scaled(fix_.occurrences));
  const std::string total = Time(fix_.total_seconds * facts_.weight());
  switch (fix_.candidate.kind) {
    case FixKind::kWait:
      return absl::StrCat(InThese(), "it was waited for ", count, " times, ", total, " in all, ",
                          Time(each), " on average",
                          facts_.has_starts ? "" : " (work included: the log has no starts)",
                          Held(), AllWaits(Time(each)), ".");
    case FixKind::kLevel:
    case FixKind::kBest: {
      const SlowLevel& level = *fix_.candidate.level;
      return absl::StrCat("Cases with ", level_, " waited ", Time(level.mean),
                          " on average (n = ", CountText(level.count), "), ",
                          level.others ? absl::StrCat("those with ", level.value) : "the rest", " ",
                          Time(level.other_mean), " (n = ", CountText(level.other_count),
                          "): more than chance, with all groups that were looked at in mind.");
    }
    case FixKind::kRework:
      return absl::StrCat(InThese(), "it was repeated ", count,
                          " times; waiting for and working on repeats took ", total,
                          ", of which the work is ", Time(3600 * fix_.work_hours.value), ".");
    case FixKind::kImpediment:
      return absl::StrCat(InThese(), "it blocked steps ", count, " times, ", total, " in all",
                          Held(), ".");
  }
  return "";
}

std::vector<std::string> Writer::Evidence() const {
  std::vector<std::string> evidence = {
      absl::StrCat("Of ", CountText(fix_.ended), " cases that ended in the period, ",
                   CountText(Scaled(fix_.candidate.touched)), " would have been touched."),
      Told()};
  const double overlap = fix_.hours_alone - fix_.hours.value;
  if (overlap > 0.005 * fix_.hours_alone) {
    evidence.push_back(absl::StrCat("Alone it would save ", Time(3600 * fix_.hours_alone), "; ",
                                    Time(3600 * overlap),
                                    " of that the fixes above save already."));
  }
  if (overlap < -0.005 * fix_.hours_alone) {
    evidence.push_back(absl::StrCat("Alone it would save ", Time(3600 * fix_.hours_alone),
                                    ": another branch holds these cases until the fixes above."));
  }
  if (!fix_.examples.empty()) {
    std::vector<std::string> names;
    for (const uint32_t number : fix_.examples) names.emplace_back(facts_.log->cases[number]);
    evidence.push_back(
        absl::StrCat("Most would have been gained in: ", absl::StrJoin(names, ", "), "."));
  }
  return evidence;
}

// The cases of the period, on which the gains and figures are.
std::string Writer::PeriodFlags() const {
  constexpr char kEnded[] = "NOT open";
  const std::string filter = !options_.some_open ? filter_
                             : filter_.empty()   ? kEnded
                                                 : absl::StrCat("(", filter_, ") AND ", kEnded);
  return absl::StrCat(filter.empty() ? "" : absl::StrCat(" --filter ", ShellWord(filter)),
                      options_.flags, " --from ", TimeText(windows_.begin(kThis)), " --to ",
                      TimeText(windows_.end(kThis)), " --window ended");
}

std::string Writer::Look() const {
  const std::string log = ShellWord(options_.log), of_period = PeriodFlags();
  switch (fix_.candidate.kind) {
    case FixKind::kWait:
    case FixKind::kLevel:
    case FixKind::kBest:
      return absl::StrCat("plumbline chart ", log, " --of waiting --step ", ShellWord(name_),
                          of_period, options_.calendar, options_.zone);
    case FixKind::kRework:
      return absl::StrCat("plumbline yield ", log, of_period, options_.calendar);
    case FixKind::kImpediment: {
      // Events are chosen in one way.
      if (!options_.event_filter.empty() && !options_.only_events)
        return absl::StrCat("plumbline pareto ", log, of_period, options_.calendar);
      const ImpedimentCause& cause = facts_.causes[fix_.candidate.remedy.cause].cause;
      return absl::StrCat("plumbline pareto ", log, " --category ", ShellWord(cause.category),
                          " --utility ", ShellWord(cause.utility), of_period, options_.calendar);
    }
  }
  return "";
}

std::string Writer::Measure() const {
  switch (fix_.proof.measure) {
    case Proof::Measure::kStepWaiting:
      return absl::StrCat("waiting of a case for '", name_, "'",
                          level_.empty() ? "" : absl::StrCat(", of cases with ", level_));
    case Proof::Measure::kTimesOfStep:
      return absl::StrCat("number of times that a case comes to '", name_, "'");
    case Proof::Measure::kDuration:
      return "duration of a case";
  }
  return "";
}

// "from 122 days to 119 days"; where both look the same, what lies between them.
std::string Writer::Levels() const {
  const Proof& proof = fix_.proof;
  const std::string before = Amount(proof.before), after = Amount(proof.after);
  if (before != after) return absl::StrCat("from ", before, " to ", after);
  const double apart = proof.before - proof.after;
  return absl::StrCat("by ",
                      proof.measure == Proof::Measure::kTimesOfStep
                          ? absl::StrFormat("%.2g times", apart)
                          : Time(apart),
                      ", of ", before);
}

// Of what the cases of the period do not let see.
std::string Writer::TooFew() const {
  const Proof& proof = fix_.proof;
  if (!proof.longer.has_value()) {
    return absl::StrCat("To see that it takes ", CountText(*proof.each_side),
                        " cases before the change and as many after it; of those before, a project "
                        "keeps ",
                        CountText(static_cast<int64_t>(improvement::kMostKept)),
                        ": no project can prove it.");
  }
  const bool same = proof.longer->before == proof.longer->after;
  const std::string text =
      absl::StrCat("This period has ", CountText(Scaled(proof.case_count)),
                   " cases, too few before a change to see that by any number after it; ",
                   CountText(proof.longer->before), " before and ",
                   same ? "as many" : CountText(proof.longer->after), " after would do");
  if (proof.too_long.has_value()) return absl::StrCat(text, ", ", TooLong(), ".");
  const double weeks_of_log =
      static_cast<double>(windows_.end(kThis) - facts_.first_time) / (7 * 86'400e6);
  if (static_cast<double>(proof.longer->before) > weeks_of_log * proof.cases_per_week) {
    return absl::StrCat(text, ", but the log does not go back so far at today's ",
                        base::NumberText(proof.cases_per_week, 1), " a week.");
  }
  return absl::StrCat(text, ": take a longer one (--periods).");
}

// Nobody waits so long for a proof.
std::string Writer::TooLong() const {
  const double years = *fix_.proof.too_long / 52.18;
  return absl::StrCat("which take some ", CountText(std::llround(years)), " years at today's ",
                      base::NumberText(fix_.proof.cases_per_week, 1),
                      " a week: no project can prove it in time");
}

std::string Writer::Proven() const {
  const Proof& proof = fix_.proof;
  if (proof.case_count == 0) return "No case of the period tells what would prove it.";
  if (!proof.cases.has_value() && !proof.each_side.has_value()) {
    return absl::StrCat("The ", Measure(), ", ", Amount(proof.before),
                        " on average, would change by too little to be seen in ",
                        CountText(static_cast<int64_t>(kMostCasesOfProof)),
                        " cases: no project can prove it.");
  }
  const std::string text = absl::StrCat("The ", Measure(), " falls ", Levels(), " on average. ");
  if (!proof.cases.has_value()) return absl::StrCat(text, TooFew());
  const std::string seen =
      absl::StrCat(text, "To see that with a power of 80 % at 5 %, beside the ",
                   CountText(Scaled(proof.case_count)), " of this period, it takes ",
                   CountText(*proof.cases), " cases after the change");
  if (proof.too_long.has_value()) return absl::StrCat(seen, ", ", TooLong(), ".");
  return absl::StrCat(
      seen, "; at today's ", base::NumberText(proof.cases_per_week, 1), " a week, ",
      *proof.weeks < 1 ? "less than a week"
                       : absl::StrCat("about ", CountText(std::llround(std::ceil(*proof.weeks))),
                                      *proof.weeks > 1 ? " weeks" : " week"),
      ".",
      facts_.weight() * static_cast<double>(proof.case_count) < static_cast<double>(*proof.cases)
          ? " A longer period (--periods) makes a better baseline."
          : "",
      options_.no_project.empty() ? "" : absl::StrCat(" ", options_.no_project));
}

// Fixes of one step have ids of their own.
std::string Writer::Id() const {
  switch (fix_.candidate.kind) {
    case FixKind::kWait:
      return IdOf("wait-", name_);
    case FixKind::kLevel:
      return IdOf("group-", absl::StrCat(fix_.candidate.level->value, "-", name_));
    case FixKind::kBest:
      return IdOf("best-", absl::StrCat(fix_.candidate.level->value, "-", name_));
    case FixKind::kRework:
      return IdOf("rework-", name_);
    case FixKind::kImpediment:
      return IdOf("unblock-", name_);
  }
  return "";
}

std::string Writer::Command(const FixWords& words) const {
  if (!fix_.proof.cases.has_value() || fix_.proof.too_long.has_value() ||
      !options_.no_project.empty())
    return "";
  std::string command =
      absl::StrCat("plumbline improvement create ", Id(), " --log ", ShellWord(options_.log),
                   " --title ", ShellWord(Cut(words.title, 150)), " --problem ",
                   ShellWord(Cut(absl::StrJoin(words.evidence, " "), 2'000)));
  switch (fix_.proof.measure) {
    case Proof::Measure::kStepWaiting:
      absl::StrAppend(&command, " --of waiting --step ", ShellWord(name_), options_.calendar,
                      " --center mean");
      break;
    case Proof::Measure::kTimesOfStep:
      absl::StrAppend(&command, " --of times --step ", ShellWord(name_));
      break;
    case Proof::Measure::kDuration:
      absl::StrAppend(&command, " --of duration", options_.calendar, " --center mean");
      break;
  }
  absl::StrAppend(&command, FilterFlag(), options_.flags, " --better lower --smallest-effect ",
                  fix_.proof.measure == Proof::Measure::kTimesOfStep
                      ? absl::StrFormat("%.3f", fix_.proof.effect)
                      : SpanFlag(fix_.proof.effect, options_.business),
                  " --counted-by end --baseline-from ", TimeText(windows_.begin(kThis)),
                  " --baseline-to ", TimeText(windows_.end(kThis)));
  return command;
}

// So many periods in which a fix touches enough cases, if they are like this one; 0 where the log
// has no more of them.
int MorePeriods(int64_t touched, const Facts& facts, const Windows& windows, int periods) {
  const double length = static_cast<double>(windows.end(kThis) - windows.begin(kThis));
  const double of_log = static_cast<double>(windows.end(kThis) - facts.first_time);
  const double has = std::ceil(periods * of_log / length);
  const double wanted =
      std::ceil(periods * static_cast<double>(kLeastTouched) / static_cast<double>(touched));
  const int more = static_cast<int>(std::min({has, wanted, static_cast<double>(kMostPeriods)}));
  return more > periods ? more : 0;
}

}  // namespace

std::string NoFixText(const Fixes& fixes, const Facts& facts, const Windows& windows, int periods) {
  if (facts.ended == 0) return "No case ended, so that no gain of a fix can be told.";
  if (fixes.few_touched == 0) return "No fix was found that would save time.";
  const auto cases = static_cast<int64_t>(facts.graphs.cases.size());
  const bool part = facts.weight() > 1;
  const std::string text =
      cases < kLeastTouched
          ? absl::StrCat("Only ", base::Counted(cases, "case", "cases"),
                         " ended, and no fix is told that touches fewer than ", kLeastTouched)
          : absl::StrCat("No fix that saves time touches ", kLeastTouched, " or more of the ",
                         CountText(cases), " cases ",
                         part ? "of which gains are computed" : "that ended",
                         ", and one that touches fewer is not told");
  const int more = part ? 0 : MorePeriods(fixes.few_touched, facts, windows, periods);
  if (more == 0) return absl::StrCat(text, ".");
  return absl::StrCat(text, ": take more periods together (--periods ", more, ").");
}

double TimesFlag(double times) { return std::max(0.001, std::floor(1000 * times) / 1000); }

double SecondsFlag(double seconds) {
  auto whole = static_cast<int64_t>(std::max(1.0, std::floor(seconds)));
  if (whole >= 600) whole -= whole % 60;
  return static_cast<double>(whole);
}

std::string SpanFlag(double seconds, bool business) {
  auto left = static_cast<int64_t>(SecondsFlag(seconds));
  std::string text;
  for (const auto& [size, unit] :
       {std::pair<int64_t, const char*>{86'400, "d"}, {3'600, "h"}, {60, "m"}, {1, "s"}}) {
    if (left < size || (business && size > 3'600)) continue;
    absl::StrAppend(&text, left / size, unit);
    left %= size;
  }
  return text;
}

std::string ShellWord(const std::string& text) {
  bool plain = !text.empty() && text[0] != '-';
  for (const char c : text) {
    plain &= absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ||
             c == '.' || c == '/' || c == ':';
  }
  if (plain) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

FixWords WordsOf(const Fix& fix, const LogSnapshot& log, const Facts& facts, const Windows& windows,
                 const WordOptions& options) {
  return Writer(fix, log, facts, windows, options).Write();
}

}  // namespace plumbline::analytics::review
