// SPDX-License-Identifier: Apache-2.0
#include "common/statistics/generator.h"

#include <bit>
#include <cmath>

namespace plumbline::statistics {

Generator::Generator(uint64_t seed) {
  for (uint64_t& word : state_) {
    uint64_t z = seed += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    word = z ^ (z >> 31);
  }
}

uint64_t Generator::Bits() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

uint64_t Generator::Below(uint64_t size) {
  using Wide = unsigned __int128;
  Wide product = Wide{Bits()} * size;
  if (static_cast<uint64_t>(product) < size) {
    // What the multiples of `size` do not fill evenly is drawn again.
    const uint64_t uneven = (0 - size) % size;
    while (static_cast<uint64_t>(product) < uneven) product = Wide{Bits()} * size;
  }
  return static_cast<uint64_t>(product >> 64);
}

double Generator::Fraction() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }

double Generator::Exponential() { return -std::log1p(-Fraction()); }

}  // namespace plumbline::statistics
