// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/outcome.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "common/statistics/survival.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/filter/select_by_defects.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::causes {
namespace {

double Seconds(double micros) { return micros / 1e6; }

// How long each open case has taken so far, in seconds, ascending.
std::vector<double> AgesOf(const OutcomeFacts& facts, const TimeBetween& between) {
  std::vector<double> ages;
  ages.reserve(facts.open.size());
  for (const uint32_t c : facts.open) {
    const int64_t age = Measure(between, facts.begin[c], facts.last_time);
    ages.push_back(Seconds(static_cast<double>(age)));
  }
  statistics::SortAscending(&ages);
  return ages;
}

std::optional<double> QuantileOf(const OutcomeFacts& facts, const TimeBetween& between, double q) {
  std::vector<double> ended(facts.ended.size());
  for (size_t i = 0; i < ended.size(); ++i) ended[i] = Seconds(facts.ended[i].value);
  return statistics::SurvivalQuantiles(ended, AgesOf(facts, between), {q})[0];
}

// The first begin of a case that could have been seen for no longer than the threshold: the later a
// case began, the less of it was.
int64_t TooYoungFrom(const OutcomeFacts& facts, const TimeBetween& between, double threshold) {
  if (facts.begin.empty()) return 0;
  const auto [first, last] = std::minmax_element(facts.begin.begin(), facts.begin.end());
  int64_t low = *first, high = *last + 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const int64_t seen = Measure(between, middle, facts.last_time);
    if (Seconds(static_cast<double>(seen)) <= threshold) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

// Adds the cases that count.
void TakeSlow(const OutcomeFacts& facts, const TimeBetween& between, double threshold,
              Outcomes* outcomes) {
  constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  const int64_t young = facts.marks_ends ? TooYoungFrom(facts, between, threshold) : kNever;
  const auto old_enough = BitSet::Where(facts.marks_ends ? facts.begin.size() : 0,
                                        [&](size_t c) { return facts.begin[c] < young; });
  outcomes->cases.reserve(facts.ended.size());
  outcomes->micros.reserve(facts.ended.size());
  size_t fast = 0;  // those at most as long as the threshold come first
  for (const auto& [micros, c] : facts.ended) {
    if (facts.marks_ends && !old_enough[c]) continue;
    outcomes->cases.push_back(c);
    outcomes->micros.push_back(static_cast<int64_t>(micros));
    fast += Seconds(micros) <= threshold;
  }
  outcomes->unknown_ended = static_cast<int64_t>(facts.ended.size() - outcomes->cases.size());
  for (const uint32_t c : facts.open) {
    if (!old_enough[c]) continue;
    outcomes->cases.push_back(c);
    ++outcomes->open_slow;
  }
  outcomes->has_it.assign(outcomes->cases.size(), 1);
  std::fill_n(outcomes->has_it.begin(), fast, 0);
}

absl::Status DecideSlow(const OutcomeFacts& facts, const OutcomeSpec& spec, KeepOn keep_on,
                        Outcomes* outcomes) {
  const bool by_target = spec.target.has_value();
  std::optional<double> threshold;
  if (by_target) {
    threshold = Seconds(static_cast<double>(*spec.target));
  } else {
    threshold = QuantileOf(facts, spec.between, spec.quantile);
  }
  const std::string share = absl::StrFormat("%.3g %%", (1 - spec.quantile) * 100);
  if (!threshold.has_value()) {
    outcomes->words = absl::StrCat("is among the slowest ", share);
    outcomes->problem =
        "too many cases are open to say what the slowest ones take; give a target instead";
    return keep_on();
  }
  outcomes->threshold_seconds = threshold;
  // A day of open hours is none of 24.
  outcomes->span =
      spec.between ? absl::StrFormat("%.4g open hours", *threshold / 3600) : SpanWords(*threshold);
  outcomes->words = absl::StrCat("takes longer than ", outcomes->span,
                                 by_target ? "" : absl::StrCat(" (the slowest ", share, ")"));
  RETURN_IF_ERROR(keep_on());
  TakeSlow(facts, spec.between, *threshold, outcomes);
  return keep_on();
}

void AddTo(DefectSources* sources, DefectSources more) {
  for (const DefectSource source : kDefectSources) {
    if (more.Has(source)) sources->Add(source);
  }
}

std::string WordsOf(DefectSource source) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(NameOf(source)), {{"_", " "}});
}

void DecideOther(const OutcomeFacts& facts, const OutcomeSpec& spec, Outcomes* outcomes) {
  if (spec.kind == OutcomeSpec::Kind::kCondition) {
    outcomes->words = absl::StrCat("is as: ", spec.condition_text);
  } else {
    std::string names;
    for (const DefectSource source : kDefectSources) {
      if (facts.told.Has(source))
        absl::StrAppend(&names, names.empty() ? "" : ", ", WordsOf(source));
    }
    outcomes->words =
        absl::StrCat("has a defect", names.empty() ? "" : " (", names, names.empty() ? "" : ")");
    if (facts.told.empty() && facts.case_count > 0)
      outcomes->problem = WhyNoneTold(spec.sources);
  }
  size_t open = 0;
  for (uint32_t c = 0; c < facts.case_count; ++c) {
    const bool is_open = open < facts.open.size() && facts.open[open] == c;
    open += is_open ? 1 : 0;
    if (is_open && !spec.include_open) continue;
    outcomes->cases.push_back(c);
    outcomes->has_it.push_back(facts.has_it[c]);
  }
}

// Of kSlow: begins and durations of cases.
struct Spans {
  std::vector<int64_t> begin;
  std::vector<statistics::Numbered> ended;
};
absl::StatusOr<Spans> ReadSpans(const LogSnapshot& log, const CaseEnds& ends,
                                const TimeBetween& between, KeepOn keep_on) {
  Spans spans;
  spans.begin.reserve(log.case_count());
  spans.ended.reserve(log.case_count());
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, [&](uint32_t first, uint32_t end) {
    for (uint32_t c = first; c < end; ++c) {
      spans.begin.push_back(CaseStart(log, c));
      if (!ends.HasEnded(c)) continue;
      const int64_t micros = Measure(between, spans.begin.back(), CaseEnd(log, c));
      spans.ended.push_back({static_cast<double>(micros), c});
    }
  }));
  RETURN_IF_ERROR(statistics::SortAscending(&spans.ended, keep_on));
  return spans;
}

}  // namespace

std::string SpanWords(double seconds) {
  const struct {
    double unit;
    const char* name;
  } kUnits[] = {{86'400, "d"}, {3600, "h"}, {60, "min"}};
  for (const auto& [unit, name] : kUnits) {
    if (seconds >= 2 * unit || (unit == 86'400 && seconds == unit))
      return absl::StrFormat("%.4g %s", seconds / unit, name);
  }
  return absl::StrFormat("%.4g s", seconds);
}

absl::StatusOr<Outcomes> DecideFrom(const OutcomeFacts& facts, const OutcomeSpec& spec,
                                    KeepOn keep_on) {
  Outcomes outcomes;
  outcomes.open = static_cast<int64_t>(facts.open.size());
  outcomes.notes = facts.notes;
  if (spec.kind == OutcomeSpec::Kind::kSlow) {
    RETURN_IF_ERROR(DecideSlow(facts, spec, keep_on, &outcomes));
  } else {
    DecideOther(facts, spec, &outcomes);
  }
  if (!outcomes.problem.empty()) {
    outcomes.cases.clear();
    outcomes.has_it.clear();
  }
  outcomes.known = static_cast<int64_t>(outcomes.cases.size());
  for (const uint8_t has_it : outcomes.has_it) outcomes.happened += has_it;
  outcomes.unknown = static_cast<int64_t>(facts.case_count) - outcomes.known;
  return outcomes;
}

absl::StatusOr<Failures> ReadFailures(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      DefectSources sources, KeepOn keep_on) {
  Failures failures;
  failures.failed.resize(log.case_count());
  failures.told.resize(log.case_count());
  RETURN_IF_ERROR(ReadDefects(
      log, map_transitions, {sources, {}},
      [&](const StepVisit& visit) {
        AddTo(&failures.told[visit.case_number], visit.told);
        if (!visit.defects.empty()) failures.failed[visit.case_number] = 1;
      },
      keep_on));
  return failures;
}

absl::StatusOr<Outcomes> Decide(const LogParts& parts,
                                const std::vector<std::string>& map_transitions,
                                const OutcomeSpec& spec, KeepOn keep_on) {
  const LogSnapshot& log = parts.log;
  const CaseEnds ends(log);
  OutcomeFacts facts{log.case_count(), ends.marked(), log.LastTime()};
  std::vector<uint32_t> open;
  for (uint32_t c = 0; c < facts.case_count; ++c) {
    if (!ends.HasEnded(c)) open.push_back(c);
  }
  facts.open = open;
  Spans spans;
  Failures failures;
  if (spec.kind == OutcomeSpec::Kind::kSlow) {
    ASSIGN_OR_RETURN(spans, ReadSpans(log, ends, spec.between, keep_on));
    facts.begin = spans.begin;
    facts.ended = spans.ended;
  } else if (spec.kind == OutcomeSpec::Kind::kDefect) {
    ASSIGN_OR_RETURN(failures, ReadFailures(log, map_transitions, spec.sources, keep_on));
    for (const DefectSources told : failures.told) AddTo(&facts.told, told);
  } else {
    ASSIGN_OR_RETURN(Selected selected, Select(spec.condition, parts, map_transitions, keep_on));
    for (uint32_t c = 0; c < facts.case_count; ++c)
      failures.failed.push_back(selected.cases[c] ? 1 : 0);
    facts.notes = std::move(selected.notes);
  }
  facts.has_it = failures.failed;
  return DecideFrom(facts, spec, keep_on);
}

}  // namespace plumbline::analytics::causes
