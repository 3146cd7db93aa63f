// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/review/bootstrap.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/base/threads.h"
#include "common/statistics/generator.h"
#include "common/statistics/quantile.h"
#include "common/statistics/sums.h"

namespace plumbline::analytics::review {
namespace {

using Lists = absl::Span<const absl::Span<const double>>;

// So many lists are added up at a time.
constexpr size_t kWidth = 8;

// What is drawn: a sum of each list for each group of cases.
struct Groups {
  size_t count = 0;
  // By kWidth lists, then group, then list: what is added up together lies together.
  std::vector<double> sums;
  std::vector<double> all;  // by list, what is added to all that is drawn

  double& Sum(size_t list, size_t group) {
    return sums[(list / kWidth * count + group) * kWidth + list % kWidth];
  }
};

// Some groups have a case more than others, which is no difference between cases: what is drawn is
// how far a group is from what as many cases have on average.
void Center(Lists lists, Groups* groups) {
  const size_t cases = lists[0].size();
  for (size_t list = 0; list < lists.size(); ++list) {
    const double all = statistics::Sum(lists[list]);
    groups->all[list] = all;
    for (size_t group = 0; group < groups->count; ++group) {
      const size_t size = cases / groups->count + (group < cases % groups->count ? 1 : 0);
      groups->Sum(list, group) -= all * static_cast<double>(size) / static_cast<double>(cases);
    }
  }
}

Groups GroupsOf(Lists lists, statistics::Generator* generator) {
  const size_t cases = lists[0].size();
  Groups groups{std::min(cases, kMostDrawn), {}, std::vector<double>(lists.size())};
  // Cases come in an order that may mean something: groups are drawn, too.
  std::vector<size_t> order(cases);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = cases; groups.count < cases && i > 1; --i)
    std::swap(order[i - 1], order[generator->Below(i)]);
  groups.sums.resize((lists.size() + kWidth - 1) / kWidth * kWidth * groups.count);
  for (size_t list = 0; list < lists.size(); ++list) {
    for (size_t i = 0; i < cases; ++i) groups.Sum(list, i % groups.count) += lists[list][order[i]];
  }
  if (groups.count < cases) Center(lists, &groups);
  return groups;
}

// How often each draw has each group: by draw, then group.
std::vector<uint16_t> TimesDrawn(size_t groups, statistics::Generator* generator) {
  static_assert(kMostDrawn <= UINT16_MAX);
  std::vector<uint16_t> times(kDraws * groups);
  for (size_t draw = 0; draw < kDraws; ++draw) {
    uint16_t* const of_draw = &times[draw * groups];
    for (size_t i = 0; i < groups; ++i) ++of_draw[generator->Below(groups)];
  }
  return times;
}

// By list, of kDraws draws, on two threads.
std::vector<std::vector<double>> Draw(Lists lists, uint64_t seed) {
  statistics::Generator generator(seed);
  const Groups groups = GroupsOf(lists, &generator);
  const std::vector<uint16_t> times = TimesDrawn(groups.count, &generator);
  std::vector<std::vector<double>> draws(lists.size(), std::vector<double>(kDraws));
  constexpr size_t kPieces = 8, kOfAPiece = kDraws / kPieces;
  static_assert(kOfAPiece * kPieces == kDraws);
  base::InThreads(base::ThreadsOfOneQuestion(), kPieces, [&](int, size_t piece) {
    for (size_t draw = piece * kOfAPiece; draw < (piece + 1) * kOfAPiece; ++draw) {
      const uint16_t* const drawn = &times[draw * groups.count];
      for (size_t first = 0; first < lists.size(); first += kWidth) {
        const double* from = &groups.sums[first * groups.count];
        double sums[kWidth] = {};
        for (size_t group = 0; group < groups.count; ++group, from += kWidth) {
          const double count = drawn[group];
#pragma GCC unroll 8  // so that they are added up in registers
          for (size_t i = 0; i < kWidth; ++i) sums[i] += count * from[i];
        }
        for (size_t list = first; list < std::min(lists.size(), first + kWidth); ++list)
          draws[list][draw] = groups.all[list] + sums[list - first];
      }
    }
  });
  return draws;
}

}  // namespace

std::vector<Gain> Bootstrap(Lists lists, double weight, double confidence, uint64_t seed) {
  std::vector<Gain> gains(lists.size());
  // Of nothing nothing is drawn.
  std::vector<absl::Span<const double>> some;
  std::vector<size_t> place;
  for (size_t list = 0; list < lists.size(); ++list) {
    gains[list].value = weight * statistics::Sum(lists[list]);
    if (std::all_of(lists[list].begin(), lists[list].end(), [](double one) { return one == 0; }))
      continue;
    some.push_back(lists[list]);
    place.push_back(list);
  }
  if (some.empty()) return gains;
  std::vector<std::vector<double>> draws = Draw(some, seed);
  for (size_t i = 0; i < some.size(); ++i) {
    std::sort(draws[i].begin(), draws[i].end());
    Gain& gain = gains[place[i]];
    gain.lower = weight * statistics::Quantile(draws[i], (1 - confidence) / 2);
    gain.upper = weight * statistics::Quantile(draws[i], (1 + confidence) / 2);
  }
  return gains;
}

}  // namespace plumbline::analytics::review
