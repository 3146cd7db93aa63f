// SPDX-License-Identifier: Apache-2.0
//
// Chance that is the same on every machine: a seed gives one sequence for ever (the standard
// library's distributions do not promise that).
#ifndef PLUMBLINE_CLIENTS_SIMULATION_RANDOM_H_
#define PLUMBLINE_CLIENTS_SIMULATION_RANDOM_H_

#include <cmath>
#include <cstdint>

namespace plumbline::simulation {

// SplitMix64 (Steele, Lea and Flood 2014). Not for secrets.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }
  // 0 .. n-1; n > 0.
  uint64_t Below(uint64_t n) { return Next() % n; }
  bool Chance(double probability) { return Uniform() < probability; }
  // Median `median`; sigma is the standard deviation of the logarithm (Box and Muller 1958).
  double LogNormal(double median, double sigma) {
    const double u = 1.0 - Uniform(), v = Uniform();
    return median *
           std::exp(sigma * std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v));
  }

 private:
  uint64_t state_;
};

}  // namespace plumbline::simulation

#endif  // PLUMBLINE_CLIENTS_SIMULATION_RANDOM_H_
