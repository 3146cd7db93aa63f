// SPDX-License-Identifier: Apache-2.0
//
// A histogram tells in which bins the ranks are; what these few bins hold is looked at again in the
// same way, until little is left, which is selected from.
#include "services/analytics/mining/order_statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <vector>

namespace plumbline::analytics {
namespace {

// From here on a histogram finds the few values near a rank faster than selection among all.
constexpr size_t kHistogramFrom = 4096;

// 32 bins for every power of two above the least value, so that neither a long tail nor one far
// value puts most values into one bin.
class Bins {
 public:
  static constexpr size_t kCount = 1920;  // (64 - 6) * 32 + 64

  explicit Bins(int64_t least) : least_(static_cast<uint64_t>(least)) {}

  size_t Of(int64_t value) const {
    const uint64_t above = static_cast<uint64_t>(value) - least_;
    const int shift = std::max(0, static_cast<int>(std::bit_width(above)) - 6);
    return static_cast<size_t>(shift) * 32 + (above >> shift);
  }

 private:
  const uint64_t least_;
};

// A bin that holds some of the ranks.
struct Wanted {
  size_t bin = 0, before = 0;        // values in the bins before it
  size_t first_rank = 0, ranks = 0;  // of the list of ranks
  std::vector<int64_t> values;
};
using ManyWanted = std::array<Wanted, kMostRanks>;

void Select(std::span<int64_t> values, std::span<const size_t> ranks, std::span<int64_t> found) {
  size_t done = 0;  // values before are no greater than those from here on
  for (size_t i = 0; i < ranks.size(); ++i) {
    const auto place = values.begin() + static_cast<ptrdiff_t>(ranks[i]);
    std::nth_element(values.begin() + static_cast<ptrdiff_t>(done), place, values.end());
    found[i] = *place;
    done = ranks[i];
  }
}

// In which bins the ranks are, in their order. Returns how many bins.
size_t FindBins(std::span<const uint32_t> counts, std::span<const size_t> ranks,
                ManyWanted& wanted) {
  size_t many = 0, bin = 0, before = 0;
  for (size_t i = 0; i < ranks.size(); ++i) {
    while (before + counts[bin] <= ranks[i]) before += counts[bin++];
    if (many == 0 || wanted[many - 1].bin != bin) {
      wanted[many++] = {bin, before, i, 0, {}};
      wanted[many - 1].values.reserve(counts[bin]);
    }
    ++wanted[many - 1].ranks;
  }
  return many;
}

void Look(std::span<int64_t> values, int64_t least, int64_t most, std::span<const size_t> ranks,
          std::span<int64_t> found);

// The same where nobody knows the least and the most.
void LookInto(Wanted& wanted, std::span<const size_t> ranks, std::span<int64_t> found) {
  const auto [least, most] = std::minmax_element(wanted.values.begin(), wanted.values.end());
  std::array<size_t, kMostRanks> inside;
  for (size_t i = 0; i < wanted.ranks; ++i)
    inside[i] = ranks[wanted.first_rank + i] - wanted.before;
  Look(wanted.values, *least, *most, std::span(inside).first(wanted.ranks),
       found.subspan(wanted.first_rank, wanted.ranks));
}

void Look(std::span<int64_t> values, int64_t least, int64_t most, std::span<const size_t> ranks,
          std::span<int64_t> found) {
  if (least == most) return std::fill(found.begin(), found.end(), least);
  if (values.size() < kHistogramFrom) return Select(values, ranks, found);
  const Bins bins(least);
  ManyWanted wanted;
  std::array<uint8_t, Bins::kCount> place{};  // in `wanted`, from 1; most values are in no such bin
  {
    std::array<uint32_t, Bins::kCount> counts{};
    for (const int64_t value : values) ++counts[bins.Of(value)];
    const size_t many = FindBins(counts, ranks, wanted);
    for (size_t w = 0; w < many; ++w) place[wanted[w].bin] = static_cast<uint8_t>(w + 1);
  }
  for (const int64_t value : values) {
    if (const uint8_t w = place[bins.Of(value)]; w != 0) wanted[w - 1].values.push_back(value);
  }
  for (Wanted& bin : wanted) {
    if (bin.ranks > 0) LookInto(bin, ranks, found);
  }
}

}  // namespace

void FindRanks(std::span<int64_t> values, int64_t least, int64_t most,
               std::span<const size_t> ranks, std::span<int64_t> found) {
  if (!ranks.empty()) Look(values, least, most, ranks, found.first(ranks.size()));
}

}  // namespace plumbline::analytics
