// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/outcome.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "common/statistics/ascending.h"
#include "common/statistics/survival.h"
#include "services/analytics/defects/quality_pareto.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_pieces.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::causes {
namespace {

constexpr double kMicros = 1e6;

// How long each case took, or has taken so far; and how long one that began with it could have been
// seen.
struct Ages {
  std::vector<double> taken, seen;
};

absl::StatusOr<Ages> MeasureAges(const LogSnapshot& log, const CaseEnds& ends,
                                 const TimeBetween& between, KeepOn keep_on) {
  Ages ages;
  ages.taken.resize(log.case_count());
  ages.seen.resize(log.case_count());
  const int64_t last = log.LastTime();
  RETURN_IF_ERROR(ForCasePieces(log.case_begin, keep_on, [&](uint32_t first, uint32_t end) {
    for (uint32_t c = first; c < end; ++c) {
      const int64_t begin = CaseStart(log, c);
      const auto since = [&](int64_t to) {
        return static_cast<double>(Measure(between, begin, to)) / kMicros;
      };
      const bool ended = ends.HasEnded(c);
      if (!ended || ends.marked()) ages.seen[c] = since(last);
      ages.taken[c] = ended ? since(CaseEnd(log, c)) : ages.seen[c];
    }
  }));
  return ages;
}

std::optional<double> QuantileOf(const Ages& ages, const CaseEnds& ends, double q) {
  std::vector<double> ended, open;
  for (size_t c = 0; c < ages.taken.size(); ++c)
    (ends.HasEnded(c) ? ended : open).push_back(ages.taken[c]);
  statistics::SortAscending(&ended);
  statistics::SortAscending(&open);
  return statistics::SurvivalQuantiles(ended, open, {q})[0];
}

absl::Status DecideSlow(const LogParts& parts, const OutcomeSpec& spec, const CaseEnds& ends,
                        KeepOn keep_on, Outcomes* outcomes) {
  ASSIGN_OR_RETURN(const Ages ages, MeasureAges(parts.log, ends, spec.between, keep_on));
  const bool by_target = spec.target.has_value();
  std::optional<double> threshold;
  if (by_target) {
    threshold = static_cast<double>(*spec.target) / kMicros;
  } else {
    threshold = QuantileOf(ages, ends, spec.quantile);
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
  outcomes->seconds.assign(ages.taken.size(), Outcomes::kNoDuration);
  for (size_t c = 0; c < ages.taken.size(); ++c) {
    if (ends.marked() && ages.seen[c] <= *threshold) {
      outcomes->unknown_ended += ends.HasEnded(c) ? 1 : 0;
      continue;
    }
    const bool slow = ages.taken[c] > *threshold;
    outcomes->state[c] = slow ? Outcomes::kYes : Outcomes::kNo;
    if (ends.HasEnded(c)) {
      outcomes->seconds[c] = ages.taken[c];
    } else {
      ++outcomes->open_slow;
    }
  }
  return keep_on();
}

std::string WordsOf(DefectSource source) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(NameOf(source)), {{"_", " "}});
}

absl::Status DecideDefect(const LogParts& parts, const std::vector<std::string>& map_transitions,
                          const OutcomeSpec& spec, KeepOn keep_on, std::vector<bool>* happened,
                          Outcomes* outcomes) {
  DefectSources told;
  RETURN_IF_ERROR(ReadDefects(
      parts.log, map_transitions, {spec.sources, {}},
      [&](const StepVisit& visit) {
        for (const DefectSource source : kDefectSources) {
          if (visit.told.Has(source)) told.Add(source);
        }
        if (!visit.defects.empty()) (*happened)[visit.case_number] = true;
      },
      keep_on));
  std::string names;
  for (const DefectSource source : kDefectSources) {
    if (told.Has(source)) absl::StrAppend(&names, names.empty() ? "" : ", ", WordsOf(source));
  }
  outcomes->words =
      absl::StrCat("has a defect", names.empty() ? "" : " (", names, names.empty() ? "" : ")");
  if (told.empty() && !parts.log.empty())
    outcomes->problem = "the log tells of none of these defects";
  return absl::OkStatus();
}

void Count(Outcomes* outcomes) {
  if (!outcomes->problem.empty())
    std::fill(outcomes->state.begin(), outcomes->state.end(), Outcomes::kUnknown);
  for (const Outcomes::State state : outcomes->state) {
    outcomes->known += state != Outcomes::kUnknown;
    outcomes->happened += state == Outcomes::kYes;
  }
  outcomes->unknown = static_cast<int64_t>(outcomes->state.size()) - outcomes->known;
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

absl::StatusOr<Outcomes> Decide(const LogParts& parts,
                                const std::vector<std::string>& map_transitions,
                                const OutcomeSpec& spec, KeepOn keep_on) {
  const size_t cases = parts.log.case_count();
  const CaseEnds ends(parts.log);
  Outcomes outcomes;
  outcomes.state.assign(cases, Outcomes::kUnknown);
  for (size_t c = 0; c < cases; ++c) outcomes.open += ends.HasEnded(c) ? 0 : 1;
  std::vector<bool> happened(cases);
  switch (spec.kind) {
    case OutcomeSpec::Kind::kSlow:
      RETURN_IF_ERROR(DecideSlow(parts, spec, ends, keep_on, &outcomes));
      Count(&outcomes);
      return outcomes;
    case OutcomeSpec::Kind::kDefect:
      RETURN_IF_ERROR(DecideDefect(parts, map_transitions, spec, keep_on, &happened, &outcomes));
      break;
    case OutcomeSpec::Kind::kCondition: {
      ASSIGN_OR_RETURN(Selected selected, Select(spec.condition, parts, keep_on));
      for (size_t c = 0; c < cases; ++c) happened[c] = selected.cases[c];
      outcomes.words = absl::StrCat("is as: ", spec.condition_text);
      outcomes.notes = std::move(selected.notes);
      break;
    }
  }
  for (size_t c = 0; c < cases; ++c) {
    if (!spec.include_open && !ends.HasEnded(c)) continue;
    outcomes.state[c] = happened[c] ? Outcomes::kYes : Outcomes::kNo;
  }
  Count(&outcomes);
  return outcomes;
}

}  // namespace plumbline::analytics::causes
