// SPDX-License-Identifier: Apache-2.0
//
// The cases of a period as they would have been with what was mended so far. All times are those of
// their graphs, which have one clock.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MENDED_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MENDED_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "services/analytics/review/counterfactual.h"
#include "services/analytics/review/step_index.h"

namespace plumbline::analytics::review {

inline constexpr double kMicrosOfHour = 3600e6;

// By case of the graphs.
struct Saved {
  std::vector<double> hours, in_time, work;
};

// Only steps that a remedy touches, and those after them in their cases, are played again. Several
// threads may ask at a time, each with room of its own.
class Mended {
 public:
  struct Room {
    std::vector<Left> left;     // of the steps of a case that are touched
    std::vector<int64_t> less;  // of these, microseconds that more is taken away
    std::vector<int64_t> ends;  // of the case
  };

  // `index` must outlive it. O(steps).
  explicit Mended(const StepIndex& index);

  // What `remedy` saves beyond what was adopted. O(cases + steps of the cases that it touches).
  Saved By(const Remedy& remedy, Room* room) const;
  // The same in all, microseconds.
  int64_t MicrosBy(const Remedy& remedy, Room* room) const;
  // By case, microseconds that it is earlier with the remedy and nothing else.
  std::vector<int64_t> SavedAlone(const Remedy& remedy, Room* room) const;
  void Adopt(const Remedy& remedy, Room* room);
  // When a case ends with what was adopted.
  int64_t EndOf(size_t place) const {
    const CaseGraph& one = graphs_.cases[place];
    return one.count > 0 ? ends_[one.first + one.count - 1] : one.end;
  }

 private:
  // What of a step decides when it ends.
  struct Timed {
    int64_t end = 0, stretch = 0;
    uint32_t before = 0;
    bool planned = false;
  };
  // What the remedy is put on: what was adopted, or the cases as they are.
  enum class On { kAdopted, kUnmended };
  // Puts what the remedy leaves of these steps of a case into the room; whether that is less.
  bool Try(On on, const Remedy& remedy, absl::Span<const uint32_t> steps, Room* room) const;
  // Puts the ends of the case after Try into the room; returns by how much earlier it ends in all.
  int64_t Play(On on, const CaseGraph& one, absl::Span<const uint32_t> steps, Room* room) const;
  // Calls take(place, steps, saved) for each case that has less left with the remedy; its ends are
  // in the room.
  template <class Take>
  void ForTouched(On on, const Remedy& remedy, Room* room, const Take& take) const;
  // Of ends in the room: 1 for a case that was late and would not have been.
  double InTime(const CaseGraph& one, absl::Span<const int64_t> ends) const;

  const StepIndex& index_;
  const CaseGraphs& graphs_;
  std::vector<Timed> timed_;     // by step
  std::vector<int64_t> ends_;    // by step: the latest of the case up to it
  std::vector<int64_t> less_;    // by step: what is taken away
  std::vector<Left> left_;       // by step
  std::vector<int64_t> saved_;   // by case, microseconds
  std::vector<double> in_time_;  // by case: 1 if it came in time by that, else 0
};

}  // namespace plumbline::analytics::review

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_MENDED_H_
