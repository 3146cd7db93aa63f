// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/group_cases.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/nearest.h"
#include "common/base/status_macros.h"
#include "services/analytics/log/number_text.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr size_t kCasesAtOnce = 1 << 12;

std::string TextOf(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&value)) return absl::StrCat(*whole);
  if (const auto* number = std::get_if<double>(&value)) return ShortestText(*number);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(std::get<Instant>(value).micros),
                          absl::UTCTimeZone());
}

std::string TitleOf(PeriodLength period, const absl::TimeZone& zone, int64_t begin) {
  return absl::FormatTime(period == PeriodLength::kMonth ? "%Y-%m" : "%Y-%m-%d",
                          absl::FromUnixMicros(begin), zone);
}

// To which group a case belongs. Asked for cases in ascending order.
class Sorter {
 public:
  static absl::StatusOr<Sorter> Make(const LogSnapshot& log, const Grouping& grouping) {
    Sorter sorter(log, grouping);
    if (grouping.by == Grouping::By::kAttribute && sorter.key_ == kNoText && !log.empty()) {
      return base::FieldError(
          "grouping.attribute",
          absl::StrCat("is '", grouping.key, "', which no event has under these cases",
                       base::DidYouMean(grouping.key, log.attribute_keys)));
    }
    if (grouping.by != Grouping::By::kStartPeriod || log.case_count() == 0) return sorter;
    int64_t first = CaseStart(log, 0), last = first;
    for (size_t c = 1; c < log.case_count(); ++c) {
      first = std::min(first, CaseStart(log, c));
      last = std::max(last, CaseStart(log, c));
    }
    ASSIGN_OR_RETURN(Periods periods, Periods::Cover(grouping.period, grouping.zone, first, last));
    sorter.periods_ = std::make_unique<Periods>(std::move(periods));
    return sorter;
  }

  // Its title, and its place in time.
  std::pair<int64_t, std::string> Of(size_t c) {
    switch (grouping_.by) {
      case Grouping::By::kNothing:
        return {0, "all"};
      case Grouping::By::kAttribute:
        return {0, AttributeOf(c)};
      case Grouping::By::kResource:
        return {0, ResourceOf(c)};
      case Grouping::By::kStartPeriod: {
        const size_t i = periods_->IndexOf(CaseStart(log_, c));
        return {static_cast<int64_t>(i),
                TitleOf(grouping_.period, grouping_.zone, periods_->begin(i))};
      }
      case Grouping::By::kSplits:
        break;
    }
    return SplitOf(CaseStart(log_, c));
  }

 private:
  Sorter(const LogSnapshot& log, const Grouping& grouping)
      : log_(log),
        grouping_(grouping),
        key_(grouping.by == Grouping::By::kAttribute ? log.FindAttributeKey(grouping.key)
                                                     : kNoText) {}

  std::string AttributeOf(size_t c) {
    if (key_ == kNoText) return "";
    const auto& all = log_.attributes;
    const uint32_t begin = log_.case_begin[c], end = log_.case_begin[c + 1];
    while (next_ < all.size() && all[next_].row < begin) ++next_;
    for (; next_ < all.size() && all[next_].row < end; ++next_) {
      if (all[next_].key == key_) return TextOf(all[next_].value);
    }
    return "";
  }

  std::string ResourceOf(size_t c) const {
    for (uint32_t row = log_.case_begin[c]; row < log_.case_begin[c + 1]; ++row) {
      const uint32_t resource = log_.ResourceOf(row);
      if (resource != kNoText) return log_.resources[resource];
    }
    return "";
  }

  std::pair<int64_t, std::string> SplitOf(int64_t start) const {
    const auto& splits = grouping_.splits;
    const auto place = std::upper_bound(splits.begin(), splits.end(), start) - splits.begin();
    const auto show = [](int64_t micros) {
      return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(micros),
                              absl::UTCTimeZone());
    };
    if (place == 0) return {0, absl::StrCat("before ", splits.empty() ? "" : show(splits[0]))};
    return {place, absl::StrCat("from ", show(splits[static_cast<size_t>(place) - 1]))};
  }

  const LogSnapshot& log_;
  const Grouping& grouping_;
  const uint32_t key_;
  size_t next_ = 0;
  std::unique_ptr<Periods> periods_;
};

}  // namespace

absl::StatusOr<CaseGroups> GroupCases(const LogSnapshot& log, const Grouping& grouping,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  ASSIGN_OR_RETURN(Sorter sorter, Sorter::Make(log, grouping));
  std::map<std::pair<int64_t, std::string>, uint32_t> numbers;  // in the order of first sight
  CaseGroups groups;
  groups.of_case.reserve(log.case_count());
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    const auto next = static_cast<uint32_t>(numbers.size());
    groups.of_case.push_back(numbers.try_emplace(sorter.Of(c), next).first->second);
  }
  std::vector<uint32_t> place(numbers.size());
  for (const auto& [key, number] : numbers) {
    place[number] = static_cast<uint32_t>(groups.titles.size());
    groups.order.push_back(key.first);
    groups.titles.push_back(key.second);
  }
  for (uint32_t& group : groups.of_case) group = place[group];
  return groups;
}

}  // namespace plumbline::analytics::cohorts
