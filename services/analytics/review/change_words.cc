// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/analytics/report/units.h"
#include "services/analytics/review/words.h"

namespace plumbline::analytics::review {
namespace {

std::string Points(double share) { return absl::StrFormat("%.1f points", 100 * share); }

// An amount of a difference, without its sign.
std::string AmountText(double value, MeasureKind kind, bool business) {
  switch (kind) {
    case MeasureKind::kInTime:
    case MeasureKind::kRightFirstTime:
      return Points(std::abs(value));
    default:
      return LevelText(std::abs(value), kind, business);
  }
}

std::string Signed(double value, MeasureKind kind, bool business) {
  return absl::StrCat(value < 0 ? "-" : "+", AmountText(value, kind, business));
}

std::string VerdictText(const Change& change, size_t measures) {
  switch (change.verdict) {
    case Verdict::kBetter:
      return "A signal: better, and more than chance";
    case Verdict::kWorse:
      return "A signal: worse, and more than chance";
    case Verdict::kDifferent:
      return "A signal: more than chance";
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

std::string LevelText(double value, MeasureKind kind, bool business) {
  switch (kind) {
    case MeasureKind::kLeadTime:
    case MeasureKind::kStepWaiting:
      return business ? absl::StrFormat("%.1f open hours", value / 3600) : DurationText(value);
    case MeasureKind::kInTime:
    case MeasureKind::kRightFirstTime:
      return ShareText(value);
    case MeasureKind::kThroughput:
    case MeasureKind::kArrivals:
      return absl::StrFormat("%.2f", value);
    case MeasureKind::kDefects:
      return absl::StrFormat("%.2f", value);
    case MeasureKind::kWorkInProgress:
      return CountText(std::llround(value));
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
  const auto level = [&](double value) { return LevelText(value, change.kind, options.business); };
  const auto sign = [&](double value) { return Signed(value, change.kind, options.business); };
  absl::StrAppend(
      &text, level(*change.now), ", ", level(*change.before), " before: ", sign(judged.difference),
      " (", absl::StrFormat("%.0f", 100 * options.confidence), " % interval ", sign(judged.lower),
      " to ", sign(judged.upper), "). ", VerdictText(change, measures));
  if (judged.factor > 1) {
    absl::StrAppend(&text, "; from period to period it moves ",
                    absl::StrFormat("%.1f", judged.factor),
                    " times as much as chance between cases explains, which is allowed for");
  }
  return absl::StrCat(text, ".");
}

}  // namespace plumbline::analytics::review
