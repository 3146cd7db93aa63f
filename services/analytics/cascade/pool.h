// SPDX-License-Identifier: Apache-2.0
//
// How long a step took before, to be drawn from.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_POOL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_POOL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/statistics/generator.h"

namespace plumbline::analytics::cascade {

// Where the time of a doing went, in this order: until it was taken up for reasons of its own,
// waiting for those who do it while they were all at work, and in their hands.
struct Spent {
  int64_t delay = 0;
  int64_t queue = 0;
  int64_t service = 0;
};

// Of one step.
class Pool {
 public:
  // What of a doing has gone on for so long.
  enum Part { kAll, kBefore, kService };  // kBefore: delay and queue

  void Add(const Spent& spent) { spent_.push_back(spent); }
  // After the last Add, before all else. O(n).
  void Seal();
  bool empty() const { return spent_.empty(); }
  size_t size() const { return spent_.size(); }

  // One of them, each as likely. Not empty.
  const Spent& Draw(statistics::Generator* random) const;
  // One of those of which `part` took longer than `elapsed`; of all where none did: nothing is
  // known of what goes on for longer than it ever did, and it is taken to begin anew (then `*anew`
  // is set). Not empty. O(log n).
  const Spent& DrawLonger(Part part, int64_t elapsed, statistics::Generator* random,
                          bool* anew) const;

 private:
  static int64_t Length(const Spent& spent, Part part);

  std::vector<Spent> spent_;
  std::array<std::vector<uint32_t>, 3> by_;  // by each part, ascending
};

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_POOL_H_
