// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/causes/group_durations.h"

#include <algorithm>
#include <utility>

#include "common/statistics/rank_sum.h"

namespace plumbline::analytics::causes {
namespace {

// One side of a group, by the places of one of both sides.
class Side {
 public:
  // `all`: durations, ascending. `listed`: the places are those of this side, else of the other.
  Side(const std::vector<int64_t>& all, std::span<const uint32_t> places, bool listed)
      : all_(all), places_(places), listed_(listed) {}

  size_t size() const { return listed_ ? places_.size() : all_.size() - places_.size(); }
  // Seconds of rank `k`, from 0. O(log places).
  double At(size_t k) const {
    return static_cast<double>(all_[listed_ ? places_[k] : Unlisted(k)]) / 1e6;
  }
  double Median() const {
    const size_t last = size() - 1;
    const double low = At(last / 2), high = At((last + 1) / 2);
    return low + (last % 2 == 0 ? 0 : 0.5) * (high - low);
  }
  // Those that stand for all in HodgesLehmannShift.
  std::vector<double> StandIns() const {
    constexpr size_t kMost = statistics::kMostForShift;
    std::vector<double> values(std::min(size(), kMost));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = At(size() <= kMost ? i : statistics::RankOfStandIn(i, size()));
    return values;
  }

 private:
  // Before the i-th listed place are places_[i] - i that are not listed.
  size_t Unlisted(size_t k) const {
    size_t low = 0, high = places_.size();
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (places_[middle] - middle > k) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return k + low;
  }

  const std::vector<int64_t>& all_;
  const std::span<const uint32_t> places_;
  const bool listed_;
};

}  // namespace

GroupDurations::GroupDurations(const Outcomes& outcomes, const Columns& columns, const Ranks& ranks)
    : outcomes_(outcomes), columns_(columns), ranks_(ranks), by_code_(columns.codes.size()) {}

const GroupDurations::ByCode& GroupDurations::Deal(size_t codes) {
  ByCode& by_code = by_code_[codes];
  absl::call_once(by_code.dealt, [&] {
    const auto& [of_case, size] = columns_.codes[codes];
    const size_t timed = outcomes_.micros.size();
    by_code.begin.assign(size + 1, 0);
    for (size_t i = 0; i < timed; ++i) ++by_code.begin[of_case[i] + 1];
    for (size_t code = 0; code < size; ++code) by_code.begin[code + 1] += by_code.begin[code];
    std::vector<uint32_t> next(by_code.begin.begin(), by_code.begin.end() - 1);
    by_code.places.resize(timed);
    for (uint32_t i = 0; i < timed; ++i) by_code.places[next[of_case[i]]++] = i;
  });
  return by_code;
}

std::span<const uint32_t> GroupDurations::PlacesOf(const Compared& group, bool in,
                                                   std::vector<uint32_t>* held) {
  const Column& column = columns_.columns[group.column];
  const auto timed = static_cast<uint32_t>(outcomes_.micros.size());
  if (in && !column.overlapping() && !column.bit.has_value()) {
    const ByCode& by_code = Deal(column.codes);
    const uint32_t begin = by_code.begin[group.group];
    return std::span(by_code.places).subspan(begin, by_code.begin[group.group + 1] - begin);
  }
  held->resize(timed);
  uint32_t count = 0;
  const auto list = [&](const auto& is_member) {
    for (uint32_t i = 0; i < timed; ++i) {
      (*held)[count] = i;
      count += is_member(i) == in ? 1 : 0;
    }
  };
  if (column.overlapping()) {
    list([&members = column.members[group.group]](uint32_t i) { return members[i]; });
  } else {
    list([&, &code = columns_.codes[column.codes].of_case](uint32_t i) {
      return column.GroupOf(code[i]) == group.group;
    });
  }
  return std::span(*held).first(count);
}

DurationDifference GroupDurations::Describe(const Compared& group, double z) {
  const bool smaller = group.timed <= group.other_timed;
  std::vector<uint32_t> held;
  const std::span<const uint32_t> places = PlacesOf(group, smaller, &held);
  const std::vector<int64_t>& all = outcomes_.micros;
  const Side in(all, places, smaller), rest(all, places, !smaller);
  DurationDifference durations;
  durations.count = static_cast<int64_t>(in.size());
  durations.other_count = static_cast<int64_t>(rest.size());
  durations.median = in.Median();
  durations.other_median = rest.Median();
  durations.shift = statistics::ShiftOfStandIns(in.StandIns(), rest.StandIns(), durations.count,
                                                durations.other_count, z);
  const statistics::Dominance found =
      statistics::DominanceOf(ranks_.runs, absl::MakeConstSpan(places.data(), places.size()));
  durations.cliffs_delta = statistics::CliffsDelta(smaller ? found : statistics::Turned(found),
                                                   durations.count, durations.other_count, z);
  durations.p_value = *group.duration_p_value;
  durations.adjusted = group.adjusted_duration;
  return durations;
}

}  // namespace plumbline::analytics::causes
