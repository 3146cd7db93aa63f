// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/live/packed_numbers.h"

#include <bit>

namespace plumbline::analytics {
namespace {

constexpr int kBits = 7;
constexpr uint8_t kMore = 1 << kBits;  // set but for the last byte of a step

}  // namespace

PackedSteps Pack(std::span<const int64_t> numbers) {
  const auto step_to = [&](size_t i) {
    return static_cast<uint64_t>(numbers[i]) - static_cast<uint64_t>(numbers[i - 1]);
  };
  PackedSteps steps;
  for (size_t i = 1; i < numbers.size(); ++i)
    steps.size += static_cast<uint32_t>((std::bit_width(step_to(i) | 1) + kBits - 1) / kBits);
  steps.bytes = std::make_unique_for_overwrite<uint8_t[]>(steps.size);
  uint8_t* to = steps.bytes.get();
  for (size_t i = 1; i < numbers.size(); ++i) {
    uint64_t step = step_to(i);
    for (; step >= kMore; step >>= kBits) *to++ = static_cast<uint8_t>(step) | kMore;
    *to++ = static_cast<uint8_t>(step);
  }
  return steps;
}

void Unpack(const PackedSteps& steps, int64_t first, size_t count, std::vector<int64_t>* numbers) {
  numbers->push_back(first);
  const uint8_t* from = steps.bytes.get();
  auto number = static_cast<uint64_t>(first);
  for (size_t i = 1; i < count; ++i) {
    uint64_t step = *from & (kMore - 1);
    for (int shift = kBits; (*from++ & kMore) != 0; shift += kBits)
      step |= static_cast<uint64_t>(*from & (kMore - 1)) << shift;
    number += step;
    numbers->push_back(static_cast<int64_t>(number));
  }
}

}  // namespace plumbline::analytics
