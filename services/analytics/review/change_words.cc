// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/counts.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

// A share's difference is in points.
std::string WithSign(const std::string& number) {
  const bool plain = number[0] == '-' || number.find_first_of("123456789") == number.npos;
  return plain ? number : absl::StrCat("+", number);
}
std::string Points(double share) { return WithSign(base::NumberText(100 * share, 1)); }

// Of open time, where a working day has `working_day` seconds; all in hours where that is not
// known.
struct OpenUnit {
  double seconds;
  const char* name;
};
OpenUnit OpenUnitOf(double seconds, double working_day) {
  constexpr OpenUnit kHours{3'600, " open hours"};
  if (!(working_day > 0)) return kHours;
  if (seconds >= working_day) return {working_day, " wd"};
  if (seconds >= 2 * 3'600) return kHours;
  if (seconds >= 2 * 60) return {60, " open minutes"};
  return {1, " open seconds"};
}

// Values of one measure in one unit, with the digits that tell them apart.
class Numbers {
 public:
  Numbers(const Change& change, const WordOptions& options) : kind_(change.kind) {
    const Judged& judged = *change.judged;
    const double level = std::max(std::abs(*change.now), std::abs(*change.before));
    const double most =
        std::max({std::abs(judged.difference), std::abs(judged.lower), std::abs(judged.upper)});
    if (kind_ == MeasureKind::kLeadTime || kind_ == MeasureKind::kStepWaiting) {
      SetUnit(std::max(level, most), options);
      decimals_ = level / size_ < 99.95 ? 1 : 0;
    } else if (kind_ != MeasureKind::kWorkInProgress) {
      decimals_ = 2;
    }
    // Levels that look alike though they differ.
    const double apart = std::abs(judged.difference) / size_;
    const double told = unit_[0] == '\0' ? 0.5 : 5;
    const bool counts = kind_ == MeasureKind::kWorkInProgress;
    while (!counts && decimals_ < 3 && apart > 0 && apart < told * std::pow(10, -decimals_))
      ++decimals_;
  }

  std::string Level(double value) const {
    if (IsShare()) return ShareText(value);
    if (kind_ == MeasureKind::kWorkInProgress) return CountText(std::llround(value));
    return absl::StrCat(Digits(value, false), unit_);
  }
  std::string Signed(double value) const {
    if (IsShare()) return absl::StrCat(Points(value), " points");
    if (kind_ == MeasureKind::kWorkInProgress) return WithSign(base::NumberText(value, 0));
    return absl::StrCat(Digits(value, true), unit_);
  }
  // "-1.9 to +7.2 hours".
  std::string Between(double lower, double upper) const {
    if (IsShare()) return absl::StrCat(Points(lower), " to ", Points(upper), " points");
    if (kind_ == MeasureKind::kWorkInProgress)
      return absl::StrCat(Signed(lower), " to ", Signed(upper));
    return absl::StrCat(Digits(lower, true), " to ", Digits(upper, true), unit_);
  }

 private:
  bool IsShare() const {
    return kind_ == MeasureKind::kInTime || kind_ == MeasureKind::kRightFirstTime;
  }
  // The largest of which there are two.
  void SetUnit(double seconds, const WordOptions& options) {
    if (options.business) {
      const OpenUnit unit = OpenUnitOf(seconds, options.working_day);
      size_ = unit.seconds;
      unit_ = unit.name;
      return;
    }
    constexpr struct {
      double seconds;
      const char* name;
    } kUnits[] = {{86'400, " days"}, {3'600, " hours"}, {60, " minutes"}, {1, " seconds"}};
    for (const auto& unit : kUnits) {
      size_ = unit.seconds;
      unit_ = unit.name;
      if (seconds >= 2 * unit.seconds) return;
    }
  }
  std::string Digits(double value, bool sign) const {
    const std::string number = base::NumberText(value / size_, decimals_);
    return sign ? WithSign(number) : number;
  }

  const MeasureKind kind_;
  double size_ = 1;
  const char* unit_ = "";
  int decimals_ = 0;
};

std::string BecauseOf(const Change& change, const Numbers& numbers) {
  if (change.by_ended.has_value()) {
    const bool fewer = change.judged->difference < 0;
    return absl::StrCat(", but because ", fewer ? "fewer" : "more", " cases began (",
                        numbers.Signed(*change.by_inflow),
                        " against the rate before), not because ", fewer ? "more" : "fewer",
                        " ended (", numbers.Signed(*change.by_ended),
                        "): with as many begun as before it would be ",
                        numbers.Signed(change.judged->difference - *change.by_inflow));
  }
  if (!change.explained) return "";
  return absl::StrCat(
      ", but about ", numbers.Signed(*change.by_inflow), " come of how many cases began",
      change.kind == MeasureKind::kThroughput || change.kind == MeasureKind::kWorkInProgress
          ? ""
          : ", and so of which could end",
      "; what is left is no more than chance");
}

// What differs less than the number of cases that began alone makes.
std::string Outdone(const Change& change, const Numbers& numbers) {
  const char* const how = change.verdict == Verdict::kBetter  ? "better than"
                          : change.verdict == Verdict::kWorse ? "worse than"
                                                              : "less than";
  return absl::StrCat("A signal: ", how, " how many cases began alone makes, about ",
                      numbers.Signed(*change.by_inflow), ", by more than chance");
}

std::string VerdictText(const Change& change, const Numbers& numbers, size_t measures) {
  if (change.outdone && !change.by_ended.has_value()) return Outdone(change, numbers);
  switch (change.verdict) {
    case Verdict::kBetter:
      return "A signal: better, and more than chance";
    case Verdict::kWorse:
      return "A signal: worse, and more than chance";
    case Verdict::kDifferent:
      return absl::StrCat("A signal: more than chance", BecauseOf(change, numbers));
    case Verdict::kNoise: {
      if (change.judged->difference == 0) return "No difference";
      const bool alone = change.judged->p_value <= kFalseDiscoveries;
      if (!alone) return "Noise: chance makes such differences";
      return absl::StrCat("Noise: alone it would be a signal, but of ", measures,
                          " measures one looks so by chance");
    }
    case Verdict::kCannotTell:
      return "Cannot be told";
  }
  return "";
}

}  // namespace

std::string NameOf(const Change& change, const LogSnapshot& log) {
  switch (change.kind) {
    case MeasureKind::kLeadTime:
      return "lead time";
    case MeasureKind::kInTime:
      return "cases in time";
    case MeasureKind::kThroughput:
      return "cases ended a day";
    case MeasureKind::kArrivals:
      return "cases begun a day";
    case MeasureKind::kWorkInProgress:
      return "cases in progress";
    case MeasureKind::kRightFirstTime:
      return "cases without a defect";
    case MeasureKind::kDefects:
      return "defects per case";
    case MeasureKind::kStepWaiting:
      return absl::StrCat("waiting for '", log.activities[change.activity], "'");
  }
  return "";
}

std::string SpanText(double seconds, const WordOptions& options) {
  if (!options.business) return DurationText(seconds);
  if (!(options.working_day > 0) || seconds == 0) return OpenText(seconds);
  const OpenUnit unit = OpenUnitOf(std::abs(seconds), options.working_day);
  const double value = seconds / unit.seconds;
  return absl::StrCat(base::NumberText(value, std::abs(value) >= 99.95 ? 0 : 1), unit.name);
}

std::string SentenceOf(const Change& change, const LogSnapshot& log, const WordOptions& options,
                       size_t measures) {
  std::string text = NameOf(change, log);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  absl::StrAppend(&text, ": ");
  if (!change.judged.has_value())
    return absl::StrCat(text, "cannot be told: ", change.why_not, ".");
  const Judged& judged = *change.judged;
  const Numbers numbers(change, options);
  absl::StrAppend(&text, numbers.Level(*change.now), ", ", numbers.Level(*change.before),
                  " before: ", numbers.Signed(judged.difference), " (",
                  absl::StrFormat("%.0f", 100 * options.confidence), " % interval ",
                  numbers.Between(judged.lower, judged.upper), "). ",
                  VerdictText(change, numbers, measures));
  if (judged.factor > 1) {
    absl::StrAppend(&text, "; from period to period it moves ",
                    absl::StrFormat("%.1f", judged.factor),
                    " times as much as chance between cases explains, which is allowed for");
  }
  return absl::StrCat(text, ".");
}

}  // namespace plumbline::analytics::review
