// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/improvement/words.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "common/base/counts.h"

namespace plumbline::analytics::improvement {
namespace {

// Three digits or more.
std::string Digits(double value) {
  const double size = std::abs(value);
  return base::NumberText(value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

std::string Time(double seconds, bool business) {
  constexpr double kMinute = 60, kHour = 3'600, kDay = 86'400;
  const double size = std::abs(seconds);
  const char* open = business ? "open " : "";
  if (size >= kDay && !business) return absl::StrCat(Digits(seconds / kDay), " days");
  if (size >= kHour) return absl::StrCat(Digits(seconds / kHour), " ", open, "hours");
  if (size >= kMinute) return absl::StrCat(Digits(seconds / kMinute), " ", open, "minutes");
  return absl::StrCat(Digits(seconds), " ", open, "seconds");
}

// "95 %", "99.9 %".
std::string Confidence(double confidence) { return absl::StrFormat("%g %%", confidence * 100); }

// " in means of times up to 90.0 days each": what the difference is of where some cases are open.
std::string OfWhat(const Comparison& comparison, const Unit& unit) {
  if (comparison.method != Method::kSurvival || !comparison.horizon.has_value()) return "";
  return absl::StrCat(" in means of times up to ", Level(*comparison.horizon, unit), " each");
}

std::string WithInterval(const Difference& difference, const Options& options, const Unit& unit) {
  // With a handful of cases no shift can be rejected: the interval has no end that can be told.
  if (!std::isfinite(difference.interval.lower) || !std::isfinite(difference.interval.upper)) {
    return absl::StrCat("with too few cases for a ", Confidence(options.confidence),
                        " interval, p ", Chance(difference.p_value));
  }
  return absl::StrCat(Confidence(options.confidence), " interval ",
                      Change(difference.interval.lower, unit), " to ",
                      Change(difference.interval.upper, unit), ", p ", Chance(difference.p_value));
}

// " (median 21.4 days before, 17.0 days after)", or the means. Beside a difference of means by how
// much medians differ, which is something else.
std::string Levels(const Comparison& comparison, const Options& options, const Unit& unit) {
  const auto& before = comparison.before.center;
  const auto& after = comparison.after.center;
  if (!before.has_value() || !after.has_value()) return "";
  const bool time = unit.type == ValueType::kTime || unit.type == ValueType::kStepTime;
  const char* of = !time ? "" : options.of_means ? "mean " : "median ";
  const bool apart = comparison.method == Method::kSurvival && !options.of_means;
  return absl::StrCat(
      " (", of, Level(*before, unit), " before, ", Level(*after, unit), " after",
      apart ? absl::StrCat("; the medians differ by ", Change(std::abs(*after - *before), unit))
            : "",
      ")");
}

// For whom the difference is turned round: by how much it is worse.
Difference Turned(Difference difference) {
  difference.estimate = 0 - difference.estimate;
  difference.interval = {0 - difference.interval.upper, 0 - difference.interval.lower};
  return difference;
}

std::string TooEarly(const Comparison& comparison, const Options& options, const Unit& unit) {
  std::string sentence = "too early to tell";
  if (comparison.more.has_value()) {
    absl::StrAppend(&sentence, ": ", base::Counted(*comparison.more, "more case", "more cases"),
                    " after the change, old enough to have an outcome, ",
                    *comparison.more == 1 ? "is" : "are", " needed");
    if (comparison.wanted.has_value()) {
      absl::StrAppend(&sentence, " to see an effect of ", Change(options.smallest_effect, unit),
                      " with a chance of ", Confidence(options.power));
    } else {
      absl::StrAppend(&sentence, " for any verdict, and then too only more than ",
                      Change(options.smallest_effect, unit),
                      " can be expected to show: the baseline is too small for less");
    }
  }
  if (comparison.improvement.has_value()) {
    const bool worse = comparison.improvement->estimate < 0;
    const Difference shown = worse ? Turned(*comparison.improvement) : *comparison.improvement;
    absl::StrAppend(&sentence, "; so far ", Change(shown.estimate, unit),
                    worse ? " worse" : " better", OfWhat(comparison, unit), ", ",
                    WithInterval(shown, options, unit));
  }
  return sentence;
}

}  // namespace

std::string Level(double value, const Unit& unit) {
  switch (unit.type) {
    case ValueType::kTime:
    case ValueType::kStepTime:
      return Time(value, unit.business);
    case ValueType::kShare:
      return absl::StrFormat("%.1f %%", value * 100);
    case ValueType::kCount:
      break;
  }
  return absl::StrCat(Digits(value), " ", unit.counted);
}

std::string Change(double value, const Unit& unit) {
  if (unit.type != ValueType::kShare) return Level(value, unit);
  return absl::StrCat(base::NumberText(value * 100, 1), " points");
}

std::string Chance(double p_value) {
  if (p_value < 0.0001) return "< 0.0001";
  return absl::StrFormat(p_value < 0.01 ? "= %.4f" : "= %.3f", p_value);
}

std::string Sentence(const Comparison& comparison, const Options& options, const Unit& unit) {
  if (!comparison.improvement.has_value() || comparison.verdict == Verdict::kTooEarly)
    return TooEarly(comparison, options, unit);
  const Difference& better = *comparison.improvement;
  const std::string levels = Levels(comparison, options, unit);
  const auto by = [&](const char* how, const Difference& difference) {
    return absl::StrCat(how, Change(difference.estimate, unit), OfWhat(comparison, unit), ", ",
                        WithInterval(difference, options, unit), levels);
  };
  const auto way = [&] {
    return better.estimate < 0 ? by("worse by ", Turned(better)) : by("better by ", better);
  };
  switch (comparison.verdict) {
    case Verdict::kImproved:
      return by("improved by ", better);
    case Verdict::kWorse:
      return by("worse by ", Turned(better));
    case Verdict::kNoEffect:
      return absl::StrCat("no effect of ", Change(options.smallest_effect, unit),
                          " or more: ", way());
    default:
      break;
  }
  return absl::StrCat(
      "no effect shown: ", way(), "; an effect of ", Change(options.smallest_effect, unit),
      " is not ruled out",
      comparison.wanted.has_value() ? "" : ", nor will be with so small a baseline");
}

}  // namespace plumbline::analytics::improvement
