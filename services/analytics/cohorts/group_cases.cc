// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/group_cases.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/log/missing_key.h"
#include "services/analytics/log/number_text.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr size_t kCasesAtOnce = 1 << 12;

std::string TextOf(const AttributeValue& value) {
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
  using Key = std::pair<int64_t, std::string>;  // the place of a group in time, and its title

  static absl::StatusOr<Sorter> Make(const LogSnapshot& log, const Grouping& grouping) {
    Sorter sorter(log, grouping);
    if (grouping.by == Grouping::By::kAttribute && sorter.key_ == kNoText && !log.empty()) {
      return MissingKey("grouping.attribute", grouping.key, log.attribute_keys);
    }
    if (grouping.by != Grouping::By::kStartPeriod || log.case_count() == 0) return sorter;
    int64_t first = CaseStart(log, 0), last = first;
    for (size_t c = 1; c < log.case_count(); ++c) {
      first = std::min(first, CaseStart(log, c));
      last = std::max(last, CaseStart(log, c));
    }
    ASSIGN_OR_RETURN(sorter.periods_, Periods::Cover(grouping.period, grouping.zone, first, last));
    return sorter;
  }

  // Its number, in the order of first sight.
  uint32_t Of(size_t c) {
    switch (grouping_.by) {
      case Grouping::By::kNothing:
        return Known(0, [&] { return Add({0, "all"}); });
      case Grouping::By::kAttribute:
        return NumberOfText(AttributeOf(c));
      case Grouping::By::kResource: {
        const uint32_t resource = ResourceOf(c);
        return Known(resource + 1, [&] {  // 0 for none
          return NumberOfText(resource == kNoText ? "" : log_.resources[resource]);
        });
      }
      case Grouping::By::kStartPeriod: {
        const size_t i = periods_.IndexOf(CaseStart(log_, c));
        return Known(i, [&] {
          const int64_t begin = periods_.begin(i);
          return Add({begin, TitleOf(grouping_.period, grouping_.zone, begin)});
        });
      }
      case Grouping::By::kSplits:
        break;
    }
    const auto& splits = grouping_.splits;
    const auto place =
        std::upper_bound(splits.begin(), splits.end(), CaseStart(log_, c)) - splits.begin();
    return Known(static_cast<size_t>(place), [&] { return Add(SplitOf(place)); });
  }

  // By number.
  const std::vector<Key>& keys() const { return keys_; }

 private:
  Sorter(const LogSnapshot& log, const Grouping& grouping)
      : log_(log),
        grouping_(grouping),
        key_(grouping.by == Grouping::By::kAttribute ? log.FindAttributeKey(grouping.key)
                                                     : kNoText) {}

  // The number of a group of which a place in some list is known; `make` gives it at first.
  template <class Make>
  uint32_t Known(size_t place, const Make& make) {
    if (place >= by_place_.size()) by_place_.resize(place + 1, kNoText);
    if (by_place_[place] == kNoText) by_place_[place] = make();
    return by_place_[place];
  }
  uint32_t NumberOfText(absl::string_view text) {
    const auto found = by_text_.find(text);
    if (found != by_text_.end()) return found->second;
    return by_text_[text] = Add({0, std::string(text)});
  }
  uint32_t Add(Key key) {
    keys_.push_back(std::move(key));
    return static_cast<uint32_t>(keys_.size() - 1);
  }

  // Valid until it is called again.
  absl::string_view AttributeOf(size_t c) {
    if (key_ == kNoText) return "";
    const auto& all = log_.attributes;
    const uint32_t begin = log_.case_begin[c], end = log_.case_begin[c + 1];
    while (next_ < all.size() && all[next_].row < begin) ++next_;
    for (; next_ < all.size() && all[next_].row < end; ++next_) {
      if (all[next_].key != key_) continue;
      if (const auto* text = std::get_if<std::string>(&all[next_].value)) return *text;
      return text_ = TextOf(all[next_].value);
    }
    return "";
  }

  uint32_t ResourceOf(size_t c) const {
    for (uint32_t row = log_.case_begin[c]; row < log_.case_begin[c + 1]; ++row) {
      const uint32_t resource = log_.ResourceOf(row);
      if (resource != kNoText) return resource;
    }
    return kNoText;
  }

  Key SplitOf(int64_t place) const {
    const auto& splits = grouping_.splits;
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
  std::string text_;
  Periods periods_;
  std::vector<uint32_t> by_place_;
  absl::flat_hash_map<std::string, uint32_t> by_text_;
  std::vector<Key> keys_;
};

}  // namespace

absl::StatusOr<CaseGroups> GroupCases(const LogSnapshot& log, const Grouping& grouping,
                                      absl::FunctionRef<absl::Status()> keep_on) {
  ASSIGN_OR_RETURN(Sorter sorter, Sorter::Make(log, grouping));
  CaseGroups groups;
  groups.of_case.reserve(log.case_count());
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    groups.of_case.push_back(sorter.Of(c));
  }
  const std::vector<Sorter::Key>& keys = sorter.keys();
  std::vector<uint32_t> numbers(keys.size()), place(keys.size());
  std::iota(numbers.begin(), numbers.end(), 0);
  RETURN_IF_ERROR(base::SortSteadily(
      numbers, [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; }, keep_on));
  for (const uint32_t number : numbers) {
    place[number] = static_cast<uint32_t>(groups.titles.size());
    groups.order.push_back(keys[number].first);
    groups.titles.push_back(keys[number].second);
  }
  for (uint32_t& group : groups.of_case) group = place[group];
  return groups;
}

absl::Status CheckPeriods(const Grouping& grouping, int64_t first, int64_t last) {
  if (grouping.by != Grouping::By::kStartPeriod) return absl::OkStatus();
  return Periods::Cover(grouping.period, grouping.zone, first, last).status();
}

}  // namespace plumbline::analytics::cohorts
