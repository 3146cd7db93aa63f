// SPDX-License-Identifier: Apache-2.0
//
// Content of improvement projects, of improvement_rules.h.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "services/analytics/improvement/service/convert.h"
#include "services/analytics/improvement/service/rules.h"
#include "services/analytics/quality/service/convert.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/serving/request_checks.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kMostTitle = 200, kMostOwner = 200, kMostText = 4'000, kMostCause = 1'000;
constexpr int kMostCauses = 50, kMostMix = 20;
constexpr size_t kMostKeyBytes = 100;
constexpr double kMostPerCase = 1e6;

size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

class Checker {
 public:
  void Wrong(absl::string_view field, std::string what) {
    violations_.push_back({absl::StrCat("improvement.", field), std::move(what)});
  }
  void Length(absl::string_view field, absl::string_view text, size_t least, size_t most) {
    const size_t length = Characters(text);
    if (length < least) Wrong(field, "is missing");
    if (length > most)
      Wrong(field, absl::StrCat("has ", length, " characters; shorten it to ", most));
  }
  // What another check found; `below`: its fields stand in "improvement".
  void Add(const absl::Status& status, bool below = true) {
    for (base::FieldViolation& one : base::FieldViolationsOf(status)) {
      if (below) one.field = absl::StrCat("improvement.", one.field);
      violations_.push_back(std::move(one));
    }
  }
  absl::Status status() const { return base::FieldErrors(violations_); }

 private:
  std::vector<base::FieldViolation> violations_;
};

void CheckTexts(const v1::Improvement& improvement, Checker* check) {
  check->Length("title", improvement.title(), 1, kMostTitle);
  check->Length("problem", improvement.problem(), 1, kMostText);
  check->Length("owner", improvement.owner(), 0, kMostOwner);
  if (improvement.causes_size() > kMostCauses) {
    check->Wrong("causes", absl::StrCat("has ", improvement.causes_size(), " entries; at most ",
                                        kMostCauses));
  }
  for (int i = 0; i < std::min(improvement.causes_size(), kMostCauses); ++i) {
    const v1::ImprovementCause& cause = improvement.causes(i);
    check->Length(absl::StrCat("causes[", i, "].text"), cause.text(), 1, kMostCause);
    check->Length(absl::StrCat("causes[", i, "].evidence"), cause.evidence(), 0, kMostText);
  }
}

void CheckLog(const ImprovementKey& key, const v1::Improvement& improvement, Checker* check) {
  if (improvement.event_log().empty()) return;
  const absl::StatusOr<std::vector<std::string>> parts =
      base::ParseName("improvement.event_log", improvement.event_log(), "workspaces/*/eventLogs/*");
  if (!parts.ok()) {
    check->Add(parts.status(), /*below=*/false);
  } else if ((*parts)[0] != key.workspace) {
    check->Wrong("event_log", absl::StrCat("is '", improvement.event_log(),
                                           "'; it must be of workspace '", key.workspace, "'"));
  }
}

void CheckSelection(const v1::Improvement& improvement, Checker* check) {
  if (improvement.selection().has_window()) {
    check->Wrong("selection.window",
                 "has no meaning here: baseline_window and the change say when cases began; leave "
                 "it out");
  }
  check->Add(ToSelection("improvement.selection", improvement.selection()).status(),
             /*below=*/false);
}

// An amount of the measure: times, shares or counts.
void CheckAmount(const char* field, const v1::ImprovementAmount& amount,
                 const v1::QualityMeasure& measure, bool zero_allowed, Checker* check) {
  const std::optional<double> value = ToNumber(amount);
  const char* const kind = AmountFieldOf(measure.kind());
  if (!value.has_value()) return check->Wrong(field, "has no amount: set time, share or per_case");
  if (kind != nullptr && AmountFieldOf(amount) != std::string(kind)) {
    return check->Wrong(field, absl::StrCat("is given as `", AmountFieldOf(amount),
                                            "`; the measure is counted in `", kind, "`"));
  }
  const bool share = amount.amount_case() == v1::ImprovementAmount::kShare;
  const double most = share ? 1 : kMostPerCase * 86'400;
  if (std::isfinite(*value) && *value <= most && (zero_allowed ? *value >= 0 : *value > 0)) return;
  check->Wrong(field,
               absl::StrCat("is ", *value, "; it must be ", zero_allowed ? "0 or more" : "above 0",
                            share ? ", and at most 1" : ""));
}

void CheckMeasure(const v1::Improvement& improvement, Checker* check) {
  if (improvement.has_measure()) {
    check->Add(ToMeasure(improvement.measure()).status());
    if (improvement.measure().kind() == v1::QualityMeasure::KIND_ARRIVALS ||
        improvement.measure().kind() == v1::QualityMeasure::KIND_DEPARTURES) {
      check->Wrong("measure.kind",
                   "is of what comes and goes, which no case has by itself; take another");
    }
  }
  if (!v1::Improvement::Direction_IsValid(improvement.direction()))
    check->Wrong("direction", "is unknown; it must be 1 (LOWER) or 2 (HIGHER)");
  if (!v1::Improvement::CountedBy_IsValid(improvement.counted_by()))
    check->Wrong("counted_by", "is unknown; it must be 1 (BEGIN) or 2 (END)");
  if (!v1::Improvement::Center_IsValid(improvement.center()))
    check->Wrong("center", "is unknown; it must be 1 (MEDIAN) or 2 (MEAN)");
  if (improvement.center() == v1::Improvement::CENTER_MEAN && improvement.has_measure() &&
      !IsTime(improvement.measure().kind())) {
    check->Wrong("center",
                 "is CENTER_MEAN, but the measure is a share or a count, of which there is one "
                 "centre only; leave it out");
  }
  if (improvement.has_goal())
    CheckAmount("goal", improvement.goal(), improvement.measure(), true, check);
  if (improvement.has_smallest_effect()) {
    CheckAmount("smallest_effect", improvement.smallest_effect(), improvement.measure(), false,
                check);
  }
}

void CheckShares(const v1::Improvement& improvement, Checker* check) {
  const auto share = [&](const char* field, double value) {
    if (value == 0 || (value >= 0.5 && value < 1)) return;
    check->Wrong(field, absl::StrCat("is ", value, "; it must be 0.5 or more and below 1"));
  };
  share("confidence", improvement.confidence());
  share("power", improvement.power());
  if (improvement.mix_attributes_size() > kMostMix) {
    check->Wrong("mix_attributes", absl::StrCat("has ", improvement.mix_attributes_size(),
                                                " entries; at most ", kMostMix));
  }
  std::set<std::string> seen;
  for (int i = 0; i < std::min(improvement.mix_attributes_size(), kMostMix); ++i) {
    const std::string& key = improvement.mix_attributes(i);
    const std::string field = absl::StrCat("mix_attributes[", i, "]");
    if (key.empty() || key.size() > kMostKeyBytes)
      check->Wrong(field, absl::StrCat("must have 1 to ", kMostKeyBytes, " bytes"));
    if (!seen.insert(key).second) check->Wrong(field, "is named twice");
  }
}

void CheckWindow(const v1::Improvement& improvement, Checker* check) {
  const v1::ChartWindow& window = improvement.baseline_window();
  absl::StatusOr<int64_t> begin = INT64_MIN, end = INT64_MAX;
  if (window.has_start_time()) begin = ToMicros("baseline_window.start_time", window.start_time());
  if (window.has_end_time()) end = ToMicros("baseline_window.end_time", window.end_time());
  check->Add(begin.status());
  check->Add(end.status());
  if (begin.ok() && end.ok() && *end <= *begin)
    check->Wrong("baseline_window.end_time", "is not after start_time");
}

void CheckChange(const v1::Improvement& improvement, Checker* check) {
  const v1::ImprovementChange& change = improvement.change();
  check->Length("change.note", change.note(), 0, kMostText);
  absl::StatusOr<int64_t> time = INT64_MAX, end = INT64_MIN;
  if (change.has_time()) time = ToMicros("change.time", change.time());
  if (improvement.baseline_window().has_end_time())
    end = ToMicros("baseline_window.end_time", improvement.baseline_window().end_time());
  check->Add(time.status());
  if (time.ok() && end.ok() && *time < *end) {
    check->Wrong("change.time",
                 "is before the end of baseline_window: the baseline would hold cases that came "
                 "after the change");
  }
  if (change.process_revision().empty()) return;
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(change.process_revision(), absl::MaxSplits('@', 1));
  int64_t revision = 0;
  if (!base::ParseName("", parts.first, "workspaces/*/processes/*").ok() ||
      !absl::SimpleAtoi(parts.second, &revision) || revision < 1) {
    check->Wrong("change.process_revision",
                 absl::StrCat("is '", change.process_revision().substr(0, 200),
                              "'; it must be like workspaces/acme/processes/deal-desk@3"));
  }
}

}  // namespace

absl::Status CheckImprovement(const ImprovementKey& key, const v1::Improvement& improvement) {
  Checker check;
  CheckTexts(improvement, &check);
  CheckLog(key, improvement, &check);
  CheckSelection(improvement, &check);
  CheckMeasure(improvement, &check);
  CheckWindow(improvement, &check);
  CheckShares(improvement, &check);
  CheckChange(improvement, &check);
  return check.status();
}

absl::Status CheckNeeds(v1::Improvement::State state, const v1::Improvement& improvement) {
  Checker check;
  const auto needs = [&](bool there, const char* field, const char* what) {
    if (!there) check.Wrong(field, what);
  };
  if (state >= v1::Improvement::STATE_MEASURE) {
    needs(!improvement.owner().empty(), "owner", "is missing: say who leads the project");
    needs(!improvement.event_log().empty(), "event_log", "is missing: say where the cases are");
    needs(improvement.has_measure(), "measure", "is missing: say what is to get better");
    needs(improvement.direction() != v1::Improvement::DIRECTION_UNSPECIFIED, "direction",
          "is missing: say whether less or more is better");
    needs(improvement.has_smallest_effect(), "smallest_effect",
          "is missing: say which difference would be worth the change");
    needs(improvement.baseline_window().has_end_time(), "baseline_window.end_time",
          "is missing: say until when cases began, or ended, that are the baseline");
  }
  if (state >= v1::Improvement::STATE_IMPROVE) {
    const bool any =
        std::any_of(improvement.causes().begin(), improvement.causes().end(),
                    [](const v1::ImprovementCause& cause) { return !cause.evidence().empty(); });
    needs(any, "causes", "no cause has evidence yet: say what speaks for one before it is fixed");
  }
  if (state >= v1::Improvement::STATE_CONTROL) {
    needs(improvement.change().has_time() || !improvement.change().process_revision().empty(),
          "change", "has neither time nor process_revision: say when the process was changed");
  }
  return check.status();
}

}  // namespace plumbline::analytics
