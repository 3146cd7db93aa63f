// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/report/attainment.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/distribution.h"
#include "services/analytics/report/case_plans.h"
#include "services/analytics/report/units.h"

namespace plumbline::analytics {
namespace {

int64_t LastTime(const LogSnapshot& log, size_t c) {
  return *std::max_element(log.time.begin() + log.case_begin[c],
                           log.time.begin() + log.case_begin[c + 1]);
}

// Fills what the target is.
void DescribeTarget(const std::vector<CasePlan>& plans, std::optional<int64_t> target_micros,
                    TargetAttainment& result) {
  if (target_micros.has_value()) {
    result.target_seconds = static_cast<double>(*target_micros) / 1e6;
    result.target = NameOfTarget(
        *target_micros, std::any_of(plans.begin(), plans.end(),
                                    [](const CasePlan& plan) { return plan.has_day_one; }));
    return;
  }
  std::vector<int64_t> lengths;
  std::map<std::string, int64_t> words;
  for (const CasePlan& plan : plans) {
    if (plan.due == kNoTime) continue;
    lengths.push_back(plan.due - plan.begin);
    if (!plan.words.empty()) ++words[std::string(plan.words)];
  }
  if (lengths.empty()) return;
  result.target_seconds = Describe(lengths).median;
  result.target =
      NameOfOwnTargets(words, static_cast<int64_t>(lengths.size()), result.target_seconds);
}

}  // namespace

// As most that say something say it, or by their median.
std::string NameOfOwnTargets(const std::map<std::string, int64_t>& words, int64_t targets,
                             double median_seconds) {
  const auto most = std::max_element(
      words.begin(), words.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == words.end()) {
    return absl::StrCat("the cases' own due times, a median of ", DurationText(median_seconds),
                        " after their begin");
  }
  if (most->second == targets) return most->first;
  return absl::StrCat(most->first, " in ", CountText(most->second), " of ", CountText(targets),
                      " cases, others in the rest");
}

std::string NameOfTarget(int64_t micros, bool from_day_one) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000;
  return absl::StrCat(micros % kDay == 0 ? absl::StrCat(CountText(micros / kDay), " calendar day",
                                                        micros == kDay ? "" : "s")
                                         : DurationText(static_cast<double>(micros) / 1e6),
                      from_day_one ? " from day one" : " from the first event of a case");
}

void SetShare(TargetAttainment& attainment) {
  const int64_t decided = attainment.inside_count + attainment.outside_count;
  if (decided > 0)
    attainment.share = static_cast<double>(attainment.inside_count) / static_cast<double>(decided);
}

TargetAttainment MeasureAttainment(const Traces& traces, std::optional<int64_t> target_micros) {
  const LogSnapshot& log = traces.log();
  const CaseEnds ends(log);
  const std::vector<CasePlan> plans = ReadCasePlans(log);
  const int64_t now = log.LastTime();
  TargetAttainment result;
  for (size_t c = 0; c < plans.size(); ++c) {
    const int64_t due = target_micros ? plans[c].begin + *target_micros : plans[c].due;
    const int64_t end = ends.marked() ? ends.MarkedTime(c) : LastTime(log, c);
    if (due == kNoTime) continue;
    ++result.case_count;
    if (end == kNoTime && now <= due) {
      ++result.undecided_count;
    } else if (end != kNoTime && end <= due) {
      ++result.inside_count;
    } else {
      ++result.outside_count;
    }
  }
  DescribeTarget(plans, target_micros, result);
  SetShare(result);
  return result;
}

}  // namespace plumbline::analytics
