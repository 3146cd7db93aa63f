// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/defects/quality_pareto.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/missing_key.h"

namespace plumbline::analytics {
namespace {

using Grouping = QualityParetoOptions::Grouping;
using Subject = QualityParetoOptions::Subject;

using Key = ParetoSums::Key;

// Sums up what is wrong.
class Collector {
 public:
  Collector(const LogSnapshot& log, const QualityParetoOptions& options)
      : log_(log), options_(options) {
    if (options.grouping == Grouping::kAttribute) ReadValues();
  }

  void Take(const Impediment& impediment) {
    sums_.open_count += impediment.open;
    Add(impediment.case_number, KeyOf(impediment),
        Measure(options_.defects.between, impediment.begin, impediment.end));
  }

  void Take(const StepVisit& visit) {
    for (const DefectSource source : kDefectSources)
      sums_.told[static_cast<size_t>(source)] += visit.told.Has(source);
    int64_t lost = visit.rework.working + visit.rework.waiting + visit.rework.blocked;
    for (const DefectSource source :
         {DefectSource::kFailedVerification, DefectSource::kReported, DefectSource::kRework}) {
      if (visit.defects.Has(source)) AddDefect(visit, source, std::exchange(lost, 0));
    }
    if (visit.defects.Has(DefectSource::kWaived)) AddDefect(visit, DefectSource::kWaived, 0);
    if (visit.defects.Has(DefectSource::kMissedTarget))
      AddDefect(visit, DefectSource::kMissedTarget, visit.late_by);
  }

  ParetoSums Finish() { return std::move(sums_); }

 private:
  void ReadValues() {
    values_.resize(log_.case_count());
    const uint32_t key = log_.FindAttributeKey(options_.attribute);
    uint32_t c = 0;
    for (const EventAttribute& attribute : log_.attributes) {
      if (attribute.key != key) continue;
      while (log_.case_begin[c + 1] <= attribute.row) ++c;
      if (values_[c] == nullptr) values_[c] = &attribute.value;
    }
  }

  Key ValueOf(uint32_t case_number) const {
    const AttributeValue* value = values_[case_number];
    return value == nullptr ? Key() : Key(ValueText(*value), ValueLiteral(*value));
  }

  Key KeyOf(const Impediment& impediment) const {
    switch (options_.grouping) {
      case Grouping::kCause:
        return {impediment.category, ""};
      case Grouping::kUtility:
        return {impediment.utility, ""};
      case Grouping::kStep:
        return {log_.activities[impediment.activity], ""};
      case Grouping::kAttribute:
        return ValueOf(impediment.case_number);
    }
    return {};
  }

  void AddDefect(const StepVisit& visit, DefectSource source, int64_t lost) {
    if (options_.grouping == Grouping::kStep)
      return Add(visit.case_number, {log_.activities[visit.activity], ""}, lost);
    if (options_.grouping == Grouping::kAttribute)
      return Add(visit.case_number, ValueOf(visit.case_number), lost);
    if (source != DefectSource::kReported)
      return Add(visit.case_number, {NameOf(source), ""}, lost);
    // Several that were reported of one step share what it cost.
    const auto count = static_cast<int64_t>(visit.reported.size());
    for (int64_t i = 0; i < count; ++i) {
      const absl::int128 all = lost;
      Add(visit.case_number, {visit.reported[static_cast<size_t>(i)], "reported"},
          all * (i + 1) / count - all * i / count);
    }
  }

  void Add(uint32_t case_number, const Key& key, absl::int128 lost) {
    ParetoSums::Bar& bar = sums_.bars[key];
    ++bar.count;
    bar.lost_micros += lost;
    const auto last = last_case_.try_emplace(&bar, kNoText).first;
    if (std::exchange(last->second, case_number) != case_number) ++bar.case_count;
  }

  const LogSnapshot& log_;
  const QualityParetoOptions& options_;
  std::vector<const AttributeValue*> values_;  // by case
  ParetoSums sums_;
  absl::flat_hash_map<const ParetoSums::Bar*, uint32_t> last_case_;
};

// An event that suspends a step, and has this value under the key.
DrillDown Suspended(absl::string_view key, absl::string_view value) {
  const std::string suspend = "transition = suspend AND ";
  // Without one, or with one that is no text.
  if (value.empty()) return {"", absl::StrCat(suspend, "NOT attributes.", key, " > \"\"")};
  return {"", absl::StrCat(suspend, "attributes.", key, " = ", Quoted(value))};
}

// The cases behind the bars.
class Behind {
 public:
  Behind(const QualityParetoOptions& options, DefectSources told)
      : options_(options), told_(told) {}

  DrillDown CasesOf(const Key& key) const;

 private:
  std::string FieldOf(DefectSource source) const;
  std::string HasValue(const Key& key) const;
  std::string AnyDefect(absl::string_view before, absl::string_view after) const;
  bool HasField(DefectSource source) const { return !FieldOf(source).empty(); }
  DrillDown CasesOfDefects(const Key& key) const;

  const QualityParetoOptions& options_;
  const DefectSources told_;
};

// What filters call it; "" for what they have no name for: rework is as in filters where all that
// is found defective, or nothing of it, is asked for.
std::string Behind::FieldOf(DefectSource source) const {
  if (source != DefectSource::kRework) return absl::AsciiStrToLower(NameOf(source));
  const DefectSources& asked = options_.defects.sources;
  const bool failed = asked.Has(DefectSource::kFailedVerification);
  if (failed != asked.Has(DefectSource::kReported)) return "";
  return failed ? "rework" : "repeated";
}

// One of the defects that were asked for, as a condition on `defects` between these; "" where
// filters have no name for one of them.
std::string Behind::AnyDefect(absl::string_view before, absl::string_view after) const {
  if (options_.defects.sources == DefectSources::All())
    return absl::StrCat(before, before == "defects:" ? "*" : "any", after);
  std::vector<std::string> any;
  for (const DefectSource source : kDefectSources) {
    if (!told_.Has(source)) continue;
    if (!HasField(source)) return "";
    any.push_back(absl::StrCat(before, FieldOf(source), after));
  }
  return any.size() == 1 ? any[0] : absl::StrCat("(", absl::StrJoin(any, " OR "), ")");
}

DrillDown Behind::CasesOfDefects(const Key& key) const {
  if (options_.grouping == Grouping::kStep)
    return {AnyDefect("defects.", absl::StrCat(" = ", Quoted(key.first))), ""};
  if (options_.grouping == Grouping::kAttribute) {
    const std::string any = AnyDefect("defects:", "");
    return any.empty() ? DrillDown() : DrillDown{absl::StrCat(HasValue(key), " AND ", any), ""};
  }
  if (key.second == "reported")
    return {absl::StrCat("reported_defects:", Quoted(key.first)), ""};
  for (const DefectSource source : kDefectSources) {
    if (key.first == NameOf(source) && HasField(source))
      return {absl::StrCat("defects:", FieldOf(source)), ""};
  }
  return {};
}

// The first value of a case.
std::string Behind::HasValue(const Key& key) const {
  const std::string attribute = Quoted(options_.attribute);
  return key.second.empty() ? absl::StrCat("NOT attributes:", attribute)
                            : absl::StrCat("attributes.", attribute, " = ", key.second);
}

DrillDown Behind::CasesOf(const Key& key) const {
  if (options_.subject == Subject::kDefects) return CasesOfDefects(key);
  switch (options_.grouping) {
    case Grouping::kCause:
      return Suspended("category", key.first);
    case Grouping::kUtility:
      return Suspended("utility", key.first);
    case Grouping::kStep:
      return {"", absl::StrCat("transition = suspend AND activity = ", Quoted(key.first))};
    case Grouping::kAttribute:
      return {absl::StrCat(HasValue(key), " AND transitions:suspend"), ""};
  }
  return {};
}

// A full resource name says no more than its last part: all of a log is of one workspace.
std::string LabelOf(const std::string& text, Grouping grouping) {
  if (grouping == Grouping::kUtility) return text.substr(text.rfind('/') + 1);
  if (grouping == Grouping::kCause) return std::string(absl::StripPrefix(text, "CATEGORY_"));
  return text;
}

QualityPareto ChartOf(const ParetoSums& sums, const QualityParetoOptions& options) {
  QualityPareto pareto;
  pareto.open_count = sums.open_count;
  for (const DefectSource source : kDefectSources) {
    if (sums.told[static_cast<size_t>(source)] > 0) pareto.sources.Add(source);
  }
  const Behind behind(options, pareto.sources);
  for (const auto& [key, bar] : sums.bars) {
    QualityBar& shown = pareto.bars.emplace_back();
    shown.label = LabelOf(key.first, options.grouping);
    shown.count = bar.count;
    shown.lost_seconds = static_cast<double>(bar.lost_micros) / 1e6;
    shown.case_count = bar.case_count;
    shown.cases = behind.CasesOf(key);
    pareto.total_count += shown.count;
    pareto.total_lost_seconds += shown.lost_seconds;
  }
  const auto weight = [&](const QualityBar& bar) {
    return options.by_count ? static_cast<double>(bar.count) : bar.lost_seconds;
  };
  std::stable_sort(pareto.bars.begin(), pareto.bars.end(),
                   [&](const QualityBar& a, const QualityBar& b) {
                     return weight(a) != weight(b) ? weight(a) > weight(b) : a.label < b.label;
                   });
  const double all =
      options.by_count ? static_cast<double>(pareto.total_count) : pareto.total_lost_seconds;
  if (all <= 0) return pareto;
  double running = 0;
  for (size_t i = 0; i < pareto.bars.size(); ++i) {
    QualityBar& bar = pareto.bars[i];
    bar.share = weight(bar) / all;
    running += weight(bar);
    bar.cumulative_share = std::min(1.0, running / all);
    if (i < 3) pareto.top_three_share = bar.cumulative_share;
  }
  return pareto;
}

}  // namespace

const char* NameOf(DefectSource source) {
  switch (source) {
    case DefectSource::kRework:
      return "REWORK";
    case DefectSource::kFailedVerification:
      return "FAILED_VERIFICATION";
    case DefectSource::kWaived:
      return "WAIVED";
    case DefectSource::kMissedTarget:
      return "MISSED_TARGET";
    case DefectSource::kReported:
      return "REPORTED";
  }
  return "";
}

void ParetoSums::Add(const ParetoSums& more, int sign) {
  for (const auto& [key, other] : more.bars) {
    const auto it = bars.try_emplace(key).first;
    Bar& bar = it->second;
    bar.count += sign * other.count;
    bar.lost_micros += sign * other.lost_micros;
    bar.case_count += sign * other.case_count;
    if (bar.count == 0) bars.erase(it);
  }
  open_count += sign * more.open_count;
  for (size_t i = 0; i < told.size(); ++i) told[i] += sign * more.told[i];
}

absl::StatusOr<ParetoSums> ReadPareto(const LogSnapshot& log,
                                      const std::vector<std::string>& map_transitions,
                                      const QualityParetoOptions& options,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  Collector collector(log, options);
  if (options.subject == Subject::kDefects) {
    RETURN_IF_ERROR(ReadDefects(
        log, map_transitions, options.defects,
        [&](const StepVisit& visit) { collector.Take(visit); }, keep_on));
  } else if (!log.empty()) {
    RETURN_IF_ERROR(ReadOccurrences(
        log, map_transitions,
        {.occurrence = [](const Occurrence&) {},
         .impediment = [&](const Impediment& impediment) { collector.Take(impediment); }},
        keep_on));
  }
  return collector.Finish();
}

absl::StatusOr<QualityPareto> ParetoOf(const ParetoSums& sums, const LogSnapshot& log, bool empty,
                                       const QualityParetoOptions& options) {
  if (options.grouping == Grouping::kAttribute &&
      log.FindAttributeKey(options.attribute) == kNoText && !empty) {
    return MissingKey("attribute", options.attribute, log.attribute_keys);
  }
  return ChartOf(sums, options);
}

absl::StatusOr<QualityPareto> MakeQualityPareto(const LogSnapshot& log,
                                                const std::vector<std::string>& map_transitions,
                                                const QualityParetoOptions& options,
                                                absl::FunctionRef<absl::Status()> keep_on) {
  // A key that the log does not have is told before anything is read.
  RETURN_IF_ERROR(ParetoOf({}, log, log.empty(), options).status());
  ASSIGN_OR_RETURN(const ParetoSums sums, ReadPareto(log, map_transitions, options, keep_on));
  return ParetoOf(sums, log, log.empty(), options);
}

}  // namespace plumbline::analytics
