// SPDX-License-Identifier: Apache-2.0
//
// What one question about all of a log that grows adds up over its cases. Kept current by the cases
// that changed (live_question.h), so that its answer costs what came since the last one and what it
// shows, not what the log holds.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_SUMS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_SUMS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics {

// Some cases of a log, as a log of their own: of the kind of CasesAt in event_log.h, but with names
// of activities, by the builder's numbers. Which of them have ended, and up to when the log
// was seen, is told as of the whole log. `numbers`: the builder's, of each of them.
struct LiveCases {
  std::shared_ptr<const LogSnapshot> log;
  std::vector<uint32_t> numbers;
};

// What is known of all of the log when an answer is given.
struct LiveWhole {
  // A log without events that has the names of activities in their order, transitions and keys.
  const LogSnapshot& names;
  const std::vector<uint32_t>& rank;  // of the builder's numbers of activities, in those names
  absl::FunctionRef<absl::string_view(uint32_t number)> case_name;
  // Some cases as the whole log has them: with their ids, in the order of these, and activities by
  // their numbers in `names`. O(rows of the cases + cases log cases), and what Change of them
  // takes.
  absl::FunctionRef<LiveCases(std::vector<uint32_t> numbers)> cases;
  int64_t first_time = 0, last_time = 0;
  int64_t case_count = 0, open_case_count = 0;
  bool marks_ends = false;
};

// Not thread-safe.
class LiveSums {
 public:
  virtual ~LiveSums() = default;

  // So many cases have numbers that are known, of which none was put in.
  virtual void Expect(size_t /*cases*/) {}
  // Puts cases in (`sign` 1), or takes some out again that were put in as they are given now (-1).
  // Those that are open, or have a step or an impediment that is, are in only while an answer is
  // given: their figures change with the last time of the log. After an error of `keep_on` nothing
  // is left that could be used. O(rows of the cases) expected, and amortised O(log n) for each
  // value of theirs.
  virtual absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) = 0;
  // After the first cases, which are many, were put in; values may be sorted only then.
  virtual void Settle() {}
  // False: something was let go that the answer needs, so that it must be read of the log.
  virtual bool CanAnswer() const { return true; }
  // Bytes held, near enough.
  virtual int64_t memory_bytes() const = 0;
  // What an answer takes beside them.
  virtual int64_t answer_bytes() const = 0;
};

// The number of an activity by its name. FIELD_INVALID where there is none, which the question told
// before it was worth keeping. O(names).
absl::StatusOr<uint32_t> NumberOf(const std::string& field, const std::vector<std::string>& names,
                                  const std::string& activity);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_SUMS_H_
