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

// Values of one measure in one unit, with the digits that tell them apart.
class Numbers {
 public:
  Numbers(const Change& change, bool business) : kind_(change.kind) {
    const Judged& judged = *change.judged;
    const double level = std::max(std::abs(*change.now), std::abs(*change.before));
    const double most =
        std::max({std::abs(judged.difference), std::abs(judged.lower), std::abs(judged.upper)});
    if (kind_ == MeasureKind::kLeadTime || kind_ == MeasureKind::kStepWaiting) {
      SetUnit(std::max(level, most), business);
      decimals_ = level / size_ < 99.95 ? 1 : 0;
      // Levels that look alike though they differ.
      const double apart = std::abs(judged.difference) / size_;
      while (decimals_ < 3 && apart > 0 && apart < 5 * std::pow(10, -decimals_)) ++decimals_;
    } else if (kind_ != MeasureKind::kWorkInProgress) {
      decimals_ = 2;
    }
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
  void SetUnit(double seconds, bool business) {
    constexpr struct {
      double seconds;
      const char* name;
    } kUnits[] = {{86'400, " days"}, {3'600, " hours"}, {60, " minutes"}, {1, " seconds"}};
    for (const auto& unit : kUnits) {
      size_ = unit.seconds;
      unit_ = unit.name;
      if (seconds >= 2 * unit.seconds && !business) return;
      if (business && unit.seconds == 3'600) break;
    }
    if (business) unit_ = " open hours";
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

std::string VerdictText(const Change& change, size_t measures) {
  switch (change.verdict) {
    case Verdict::kBetter:
      return "A signal: better, and more than chance";
    case Verdict::kWorse:
      return "A signal: worse, and more than chance";
    case Verdict::kDifferent:
      return absl::StrCat("A signal: more than chance",
                          change.because.empty() ? "" : absl::StrCat(", but ", change.because));
    case Verdict::kNoise: {
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

std::string SentenceOf(const Change& change, const LogSnapshot& log, const WordOptions& options,
                       size_t measures) {
  std::string text = NameOf(change, log);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  absl::StrAppend(&text, ": ");
  if (!change.judged.has_value())
    return absl::StrCat(text, "cannot be told: ", change.why_not, ".");
  const Judged& judged = *change.judged;
  const Numbers numbers(change, options.business);
  absl::StrAppend(&text, numbers.Level(*change.now), ", ", numbers.Level(*change.before),
                  " before: ", numbers.Signed(judged.difference), " (",
                  absl::StrFormat("%.0f", 100 * options.confidence), " % interval ",
                  numbers.Between(judged.lower, judged.upper), "). ",
                  VerdictText(change, measures));
  if (judged.factor > 1) {
    absl::StrAppend(&text, "; from period to period it moves ",
                    absl::StrFormat("%.1f", judged.factor),
                    " times as much as chance between cases explains, which is allowed for");
  }
  return absl::StrCat(text, ".");
}

}  // namespace plumbline::analytics::review
