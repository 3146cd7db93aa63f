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
  double At(size_t k) const { return listed_ ? Seconds(places_[k]) : Seconds(k + Before(k, 0)); }
  double Median() const {
    const size_t last = size() - 1;
    const double low = At(last / 2), high = At((last + 1) / 2);
    return low + (last % 2 == 0 ? 0 : 0.5) * (high - low);
  }
  // Those that stand for all in HodgesLehmannShift.
  std::vector<double> StandIns() const {
    constexpr size_t kMost = statistics::kMostForShift;
    std::vector<double> values(std::min(size(), kMost));
    size_t before = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const size_t k = size() <= kMost ? i : statistics::RankOfStandIn(i, size());
      if (!listed_) before = Before(k, before);
      values[i] = Seconds(listed_ ? places_[k] : k + before);
    }
    return values;
  }

 private:
  double Seconds(size_t place) const { return static_cast<double>(all_[place]) / 1e6; }
  // How many listed places are before that of rank `k` of those that are not, at least `low`: up to
  // the i-th, places_[i] - i are not listed.
  size_t Before(size_t k, size_t low) const {
    const auto is_before = [&](size_t i) { return places_[i] - i <= k; };
    size_t high = places_.size();
    for (size_t step = 1; low + step <= places_.size(); step *= 2) {
      if (!is_before(low + step - 1)) {
        high = low + step - 1;
        break;
      }
      low += step;
    }
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (is_before(middle)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
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
  // Each is written before it is known to be of this side.
  held->resize(static_cast<size_t>(in ? group.timed : group.other_timed) + 1);
  uint32_t count = 0;
  if (in && column.overlapping()) {
    const BitSet& members = column.members[group.group];
    for (size_t i = members.FirstIn(0, timed); i < timed; i = members.FirstIn(i + 1, timed))
      (*held)[count++] = static_cast<uint32_t>(i);
    return std::span(*held).first(count);
  }
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
