// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cohorts/observe.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::cohorts {
namespace {

constexpr size_t kCasesAtOnce = 1 << 12;

std::string TextOf(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&value)) return absl::StrCat(*whole);
  if (const auto* number = std::get_if<double>(&value)) return absl::StrCat(*number);
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

// The time of the first event of an activity in a case that is not before `earliest`; kNoTime for
// none.
int64_t FirstTime(const Traces& traces, size_t c, uint32_t activity, int64_t earliest) {
  int64_t first = kNoTime;
  for (uint32_t row = traces.case_begin()[c]; row < traces.case_begin()[c + 1]; ++row) {
    if (traces.activity()[row] != activity) continue;
    const int64_t time = traces.time()[row];
    if (time >= earliest && (first == kNoTime || time < first)) first = time;
  }
  return first;
}

class Observer {
 public:
  Observer(const Traces& traces, const Question& question)
      : traces_(traces),
        log_(traces.log()),
        question_(question),
        ends_(log_),
        seen_until_(log_.empty() ? 0 : log_.LastTime()) {}

  void Add(size_t c, Group* group) const {
    const int64_t begin = question_.from.has_value()
                              ? FirstTime(traces_, c, *question_.from, INT64_MIN)
                              : CaseStart(log_, c);
    if (begin == kNoTime) {
      ++group->without_from;
      return;
    }
    const bool ended = ends_.HasEnded(c);
    // An open case was observed for as long as the log goes.
    const int64_t until = std::max(begin, ended ? CaseEnd(log_, c) : seen_until_);
    const int64_t reached = question_.until.has_value()
                                ? FirstTime(traces_, c, *question_.until, begin)
                                : (ended ? until : kNoTime);
    const bool happened = reached != kNoTime;
    group->ended_without += !happened && ended;
    const int64_t end = happened ? reached : until;
    const int64_t micros = question_.between ? question_.between(begin, end) : end - begin;
    group->observations.push_back(
        {static_cast<double>(std::max<int64_t>(0, micros)) / 1e6, happened});
  }

 private:
  const Traces& traces_;
  const LogSnapshot& log_;
  const Question& question_;
  const CaseEnds ends_;
  const int64_t seen_until_;
};

}  // namespace

absl::StatusOr<std::vector<Group>> Observe(const Traces& traces, const Question& question,
                                           absl::FunctionRef<absl::Status()> keep_on) {
  const LogSnapshot& log = traces.log();
  ASSIGN_OR_RETURN(Sorter sorter, Sorter::Make(log, question.grouping));
  const Observer observer(traces, question);
  std::map<std::pair<int64_t, std::string>, Group> groups;
  for (size_t c = 0; c < log.case_count(); ++c) {
    if (c % kCasesAtOnce == 0) RETURN_IF_ERROR(keep_on());
    std::pair<int64_t, std::string> place = sorter.Of(c);
    Group& group = groups[place];
    group.order = place.first;
    group.title = std::move(place.second);
    observer.Add(c, &group);
  }
  std::vector<Group> all;
  for (auto& [place, group] : groups) all.push_back(std::move(group));
  return all;
}

}  // namespace plumbline::analytics::cohorts
