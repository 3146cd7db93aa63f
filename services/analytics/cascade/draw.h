// SPDX-License-Identifier: Apache-2.0
//
// One future, drawn: how each open case goes on, which cases come and what becomes of them. Nothing
// of it depends on what happens to the network, so that it is the same with and without.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DRAW_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DRAW_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/statistics/generator.h"
#include "services/analytics/cascade/disruption.h"
#include "services/analytics/cascade/experience.h"
#include "services/analytics/simulation/engine.h"

namespace plumbline::analytics::cascade {

// Work, by the kinds of Networks, and for each piece of it which case it belongs to: open cases in
// their order, then those that come.
struct Drawn {
  simulation::Work work;
  std::vector<uint32_t> case_of;
};

struct Future {
  Drawn without;
  // Where as many cases come with disruptions as without: `without` is all there is.
  std::optional<Drawn> with;
  std::vector<int64_t> arrivals;  // of the cases that come, with and without
  size_t shared = 0;              // so many of the first tasks, and
  size_t shared_cases = 0;        // of the first cases that come, are the same in both
  int64_t new_without = 0;        // cases that come without disruptions
  int64_t anew = 0;               // steps that go on for longer than they ever did
};

// Both must outlive it. Cases come until `until`.
class Drawer {
 public:
  Drawer(const Experience& experience, const Networks& networks,
         const std::vector<Disruption>& disruptions, int64_t until);

  // The same seed and number give the same future. Replaces what `future` held. O(tasks).
  void Draw(uint64_t seed, uint64_t number, Future* future) const;

  // Of one future, near enough.
  double ExpectedTasks() const;

 private:
  class Hand;

  void Arrive(statistics::Generator* random, std::vector<int64_t>* both,
              std::vector<int64_t>* only_without, std::vector<int64_t>* only_with) const;

  const Experience& experience_;
  const Networks& networks_;
  std::vector<Disruption> surges_;
  const int64_t until_;
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_DRAW_H_
