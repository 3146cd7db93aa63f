// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/causes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/counts.h"
#include "common/base/status_macros.h"
#include "common/base/threads.h"
#include "common/statistics/normal.h"
#include "services/analytics/causes/compare.h"

namespace plumbline::analytics::causes {
namespace {

using statistics::Estimate;

Estimate Times(const Estimate& estimate, double factor) {
  return {estimate.value * factor, estimate.lower * factor, estimate.upper * factor};
}

// Hours that the group took beyond what the rest did on average (Welch 1947).
std::optional<Estimate> ExcessHours(const Compared& group, double z) {
  if (group.timed < 2 || group.other_timed < 2) return std::nullopt;
  const auto variance = [](double n, double distance, double squares) {
    return std::max(0.0, squares - distance * distance / n) / (n - 1) / n;
  };
  const double difference = group.distance / group.timed - group.other_distance / group.other_timed;
  const double half =
      z * std::sqrt(variance(group.timed, group.distance, group.squares) +
                    variance(group.other_timed, group.other_distance, group.other_squares));
  return Times({difference, difference - half, difference + half}, group.timed / 3600);
}

class Analysis {
 public:
  Analysis(Columns columns, const CauseOptions& options, KeepOn keep_on, RootCauses* result)
      : all_columns_(std::move(columns)),
        columns_(all_columns_.columns),
        options_(options),
        keep_on_(keep_on),
        z_(statistics::NormalUpperQuantile((1 - options.confidence) / 2)),
        result_(*result),
        ranks_(RankDurations(result->outcomes)),
        durations_(result->outcomes, all_columns_, ranks_) {}

  absl::Status Run();

 private:
  void MergeSame();
  int64_t KeepFew(std::vector<size_t>* places) const;
  double ExcessOf(const Compared& group) const;
  double AdjustedOf(const Compared& group) const {
    return ByHours(group) ? group.adjusted_duration : group.adjusted;
  }
  bool ByHours(const Compared& group) const {
    return options_.by_hours && group.duration_p_value.has_value();
  }
  bool Significant(const Compared& group) const {
    return AdjustedOf(group) <= 1 - options_.confidence;
  }
  Cause Describe(size_t place);
  absl::Status Tell(const std::vector<size_t>& places, std::vector<Cause>* list);
  void TellColumns();

  const Columns all_columns_;
  const std::vector<Column>& columns_;
  const CauseOptions& options_;
  const KeepOn keep_on_;
  const double z_;
  RootCauses& result_;
  const Ranks ranks_;
  GroupDurations durations_;
  Comparison comparison_;
  std::vector<std::vector<std::string>> same_;  // by group: labels of those with the same cases
  std::optional<Checker> checker_;
};

absl::Status Analysis::Run() {
  ASSIGN_OR_RETURN(
      comparison_,
      Compare(result_.outcomes, all_columns_, ranks_,
              {options_.columns.min_cases, options_.confidence, options_.holm}, keep_on_));
  result_.test_count = comparison_.test_count;
  result_.group_count = static_cast<int64_t>(comparison_.groups.size());
  result_.skipped.insert(result_.skipped.end(), comparison_.skipped.begin(),
                         comparison_.skipped.end());
  MergeSame();
  checker_.emplace(result_.outcomes, all_columns_, comparison_, options_.confidence);
  std::vector<size_t> worse, better;
  for (size_t i = 0; i < comparison_.groups.size(); ++i) {
    const Compared& group = comparison_.groups[i];
    const double excess = ExcessOf(group);
    if (excess > 0) worse.push_back(i);
    if (excess < 0 && Significant(group)) better.push_back(i);
  }
  const auto sort = [&](std::vector<size_t>& places) {
    std::stable_sort(places.begin(), places.end(), [&](size_t a, size_t b) {
      const Compared &x = comparison_.groups[a], &y = comparison_.groups[b];
      if (Significant(x) != Significant(y)) return Significant(x);
      return std::abs(ExcessOf(x)) > std::abs(ExcessOf(y));
    });
    return KeepFew(&places);
  };
  result_.omitted_causes = sort(worse);
  sort(better);
  RETURN_IF_ERROR(Tell(worse, &result_.causes));
  RETURN_IF_ERROR(Tell(better, &result_.better));
  TellColumns();
  return absl::OkStatus();
}

// Keeps the first max_groups of what was so from the begin of the case, and as many of what
// happened in it: there is always much of that, and it says little of why.
int64_t Analysis::KeepFew(std::vector<size_t>* places) const {
  int64_t kept[2] = {0, 0}, omitted = 0;
  std::erase_if(*places, [&](size_t place) {
    const ColumnKind kind = columns_[comparison_.groups[place].column].told_kind();
    const bool leave = ++kept[IsFromTheBegin(kind) ? 0 : 1] > options_.max_groups;
    omitted += leave;
    return leave;
  });
  return omitted;
}

// Of groups with the same cases the first stays.
void Analysis::MergeSame() {
  std::vector<Compared> kept;
  absl::flat_hash_map<std::pair<uint64_t, int64_t>, size_t> places;
  for (const Compared& group : comparison_.groups) {
    const auto [found, added] =
        places.try_emplace(std::pair(group.members, group.table.count), kept.size());
    if (added) {
      kept.push_back(group);
      same_.emplace_back();
    } else {
      same_[found->second].push_back(columns_[group.column].groups[group.group].label);
    }
  }
  comparison_.groups = std::move(kept);
}

double Analysis::ExcessOf(const Compared& group) const {
  if (ByHours(group)) {
    const auto hours = ExcessHours(group, z_);
    return hours.has_value() ? hours->value : 0;
  }
  const statistics::TwoByTwo& t = group.table;
  return static_cast<double>(t.happened) - static_cast<double>(t.other_happened) *
                                               static_cast<double>(t.count) /
                                               static_cast<double>(t.other_count);
}

Cause Analysis::Describe(size_t place) {
  const Compared& group = comparison_.groups[place];
  const Column& column = columns_[group.column];
  Cause cause;
  cause.kind = column.told_kind();
  cause.key = column.key;
  cause.group = column.groups[group.group];
  const statistics::TwoByTwo& t = group.table;
  cause.table = t;
  cause.risk = statistics::Proportion(t.happened, t.count, z_);
  cause.other_risk = statistics::Proportion(t.other_happened, t.other_count, z_);
  cause.difference = statistics::RiskDifference(t, z_);
  cause.ratio = statistics::RiskRatio(t, z_);
  cause.odds = statistics::OddsRatio(t, z_);
  cause.excess_cases = Times(cause.difference, static_cast<double>(t.count));
  cause.excess_hours = ExcessHours(group, z_);
  cause.p_value = group.p_value;
  cause.adjusted = group.adjusted;
  cause.significant = Significant(group);
  if (group.duration_p_value.has_value()) cause.durations = durations_.Describe(group, z_);
  cause.same_cases_as = same_[place];
  return cause;
}

absl::Status Analysis::Tell(const std::vector<size_t>& places, std::vector<Cause>* list) {
  list->resize(places.size());
  return base::TryInThreads(base::ThreadsOfOneQuestion(), places.size(), keep_on_,
                            [&](size_t i, KeepOn go_on) {
                              Cause& cause = (*list)[i];
                              cause = Describe(places[i]);
                              if (cause.significant)
                                cause.check = checker_->Run(comparison_.groups[places[i]]);
                              return go_on();
                            });
}

void Analysis::TellColumns() {
  for (const ComparedColumn& compared : comparison_.columns) {
    const Column& column = columns_[compared.column];
    CauseColumn told;
    told.kind = column.told_kind();
    told.key = column.key;
    told.label = column.label;
    told.group_count = static_cast<int64_t>(column.groups.size());
    told.value_count = column.value_count;
    told.missing = column.missing;
    told.association = compared.association;
    told.adjusted = compared.adjusted;
    told.rank_correlation = compared.rank_correlation;
    result_.columns.push_back(std::move(told));
  }
  const auto p = [](const CauseColumn& column) {
    return column.association.has_value() ? column.adjusted : 2;
  };
  const auto v = [](const CauseColumn& column) {
    return column.association.has_value() ? column.association->cramers_v.value : 0;
  };
  std::stable_sort(result_.columns.begin(), result_.columns.end(),
                   [&](const CauseColumn& a, const CauseColumn& b) {
                     if (p(a) != p(b)) return p(a) < p(b);
                     return v(a) != v(b) ? v(a) > v(b) : a.label < b.label;
                   });
}

// Why nothing can be compared; "" where it can.
std::string ProblemOf(const Outcomes& outcomes, int64_t min_cases) {
  if (outcomes.known + outcomes.unknown == 0) return "there is no case";
  if (!outcomes.problem.empty()) return outcomes.problem;
  if (outcomes.known == 0) {
    return absl::StrCat(
        "the outcome of no case is known yet: ", outcomes.unknown == 1 ? "the only one" : "all ",
        outcomes.unknown == 1 ? "" : base::CountText(outcomes.unknown),
        outcomes.span.empty()
            ? outcomes.unknown == 1 ? " is open" : " are open"
            : absl::StrCat(" began no more than ", outcomes.span, " before the end of the log"));
  }
  if (outcomes.happened == 0) return absl::StrCat("no case ", outcomes.words);
  if (outcomes.happened == outcomes.known) return absl::StrCat("every case ", outcomes.words);
  if (outcomes.known < 2 * min_cases) {
    return absl::StrCat("the outcome is known of ", base::Counted(outcomes.known, "case", "cases"),
                        "; two groups of min_cases = ", base::CountText(min_cases), " are needed");
  }
  return "";
}

// Which cases do not count, and why not even those of them that have ended.
std::string UnknownNote(const Outcomes& outcomes) {
  const std::string count = base::Counted(outcomes.unknown, "case does", "cases do");
  if (outcomes.span.empty())
    return absl::StrCat(count, " not count: open, so that the outcome may still come");
  const std::string since = absl::StrCat(count, " not count: begun no more than ", outcomes.span,
                                         " before the end of the log");
  if (outcomes.unknown_ended == 0)
    return absl::StrCat(since, ", and open, so that it is not known whether they are slow");
  return absl::StrCat(since, ". Of cases begun so late only fast ones can have ended, as ",
                      base::CountText(outcomes.unknown_ended),
                      outcomes.unknown_ended == 1 ? " has" : " have",
                      ": they would make such cases look faster than they are");
}

// The slowest quarter is reckoned of all cases, and counted of those whose outcome is known.
std::string QuantileNote(const Outcomes& outcomes, double quantile) {
  const auto known = static_cast<double>(outcomes.known);
  const double same = std::max(0.005, 1 / known);
  const double share = static_cast<double>(outcomes.happened) / known;
  if (std::abs(share - (1 - quantile)) <= same) return "";
  if (outcomes.unknown == 0 && outcomes.open == 0) {
    return absl::StrFormat("%.1f %% take longer than %s, since several take just as long",
                           100 * share, outcomes.span);
  }
  return absl::StrFormat(
      "%s is what %.3g %% of all %s take longer than, reckoned with what is known of open and late "
      "ones (Kaplan and Meier); of the %s that count it is %.1f %%",
      outcomes.span, 100 * (1 - quantile),
      base::Counted(outcomes.known + outcomes.unknown, "case", "cases"),
      base::CountText(outcomes.known), 100 * share);
}

void AddNotes(const OutcomeSpec& spec, RootCauses* result) {
  const Outcomes& outcomes = result->outcomes;
  if (outcomes.known > 0 && !outcomes.span.empty() && !spec.target.has_value()) {
    std::string note = QuantileNote(outcomes, spec.quantile);
    if (!note.empty()) result->notes.push_back(std::move(note));
  }
  if (outcomes.known > 0 && outcomes.unknown > 0 && outcomes.problem.empty())
    result->notes.push_back(UnknownNote(outcomes));
  if (std::any_of(result->causes.begin(), result->causes.end(), [&](const Cause& cause) {
        return cause.significant && !IsFromTheBegin(cause.kind);
      })) {
    result->notes.emplace_back(
        "activities, variants, last resources and what single events have come after the begin of "
        "a "
        "case: they may be how a cause works, or what being slow leads to");
  }
}

}  // namespace

absl::StatusOr<RootCauses> Conclude(Outcomes outcomes, Columns columns, const OutcomeSpec& outcome,
                                    const CauseOptions& options, KeepOn keep_on) {
  RootCauses result;
  result.outcomes = std::move(outcomes);
  result.notes = result.outcomes.notes;
  if (result.outcomes.known > 0) {
    result.risk =
        statistics::Proportion(result.outcomes.happened, result.outcomes.known,
                               statistics::NormalUpperQuantile((1 - options.confidence) / 2));
  }
  result.problem = ProblemOf(result.outcomes, options.columns.min_cases);
  if (result.problem.empty()) {
    result.skipped = std::move(columns.skipped);
    RETURN_IF_ERROR(Analysis(std::move(columns), options, keep_on, &result).Run());
    if (result.group_count == 0) result.problem = "no attribute tells groups of enough cases apart";
  }
  AddNotes(outcome, &result);
  return result;
}

absl::StatusOr<RootCauses> Analyze(const LogParts& parts,
                                   const std::vector<std::string>& map_transitions,
                                   const OutcomeSpec& outcome, const CauseOptions& options,
                                   KeepOn keep_on) {
  ASSIGN_OR_RETURN(Outcomes outcomes, Decide(parts, map_transitions, outcome, keep_on));
  ASSIGN_OR_RETURN(Columns columns, ReadColumns(parts, outcomes, options.columns, keep_on));
  return Conclude(std::move(outcomes), std::move(columns), outcome, options, keep_on);
}

}  // namespace plumbline::analytics::causes
