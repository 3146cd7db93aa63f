// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_OPENING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_OPENING_H_

#include <cstdint>
#include <vector>

namespace plumbline::analytics::simulation {

// From `begin` until just before `end`; begin < end. Microseconds since 1970 UTC, or any origin
// that all times of a simulation share.
struct Stretch {
  int64_t begin = 0;
  int64_t end = 0;
};

// When something works: always, but for stretches. Immutable.
class Opening {
 public:
  Opening() = default;
  // Stretches in any order; they may overlap.
  explicit Opening(std::vector<Stretch> closed);

  // `time`, or the end of the stretch that it lies in. O(log stretches).
  int64_t NextOpen(int64_t time) const;
  // When work of `duration` >= 0 is done that begins at `time` and rests while it is closed: the
  // earliest such time. O(log stretches).
  int64_t Finish(int64_t time, int64_t duration) const;
  // Open time between two times, begin <= end. O(log stretches).
  int64_t OpenBetween(int64_t begin, int64_t end) const;
  // Closed when either is.
  Opening Without(const Opening& other) const;
  bool always() const { return closed_.empty(); }
  // Ascending, apart from each other.
  const std::vector<Stretch>& closed() const { return closed_; }

 private:
  // Open time until `time`, from an origin before all stretches.
  int64_t OpenUntil(int64_t time) const;

  std::vector<Stretch> closed_;  // ascending, apart from each other
  std::vector<int64_t> rest_;    // closed time before each stretch
};

}  // namespace plumbline::analytics::simulation

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_OPENING_H_
