// SPDX-License-Identifier: Apache-2.0
//
// A question about all of a log that is asked again and again while the log grows. Cases that have
// ended, with nothing of theirs open, are settled: no answer depends on how far the log goes where
// they are concerned. Their sums (live_sums.h) are kept. A case that gets events is taken out as it
// was, and put in as it is; cases that are not settled are put in for an answer and taken out after
// it. So every answer is made by the code that reads a whole log, from sums that are the same.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_QUESTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_QUESTION_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics {

// A snapshot with what its builder knows of it.
struct LiveSnapshot {
  std::shared_ptr<const LogSnapshot> log;
  std::vector<std::string> map_transitions;
  std::vector<uint32_t> activity_numbers, case_numbers;  // the builder's
  std::vector<std::string> activity_names;               // by these numbers
};

// Not thread-safe.
class LiveQuestion {
 public:
  // Of a whole log; nullptr where the sums take more than `most_bytes`, as soon as they do. Some
  // two times what an answer from it costs. Errors of `keep_on`, which is asked every few
  // milliseconds.
  static absl::StatusOr<std::unique_ptr<LiveQuestion>> Make(
      std::unique_ptr<LiveSums> sums, LiveSnapshot snapshot, KeepOn keep_on,
      int64_t most_bytes = std::numeric_limits<int64_t>::max());

  // Takes in what a later snapshot of the same builder has more. False: all must be made anew, as
  // the log began to mark the ends of its cases, or has transitions or keys of attributes that it
  // did not have. O(cases, and rows of those that changed).
  absl::StatusOr<bool> CatchUp(LiveSnapshot later, KeepOn keep_on);
  // What was made or caught up from last.
  const LiveSnapshot& snapshot() const { return snapshot_; }

  // From here on a builder is followed, of which the snapshot is the last; it is let go.
  void Follow() { snapshot_ = {}; }
  // Takes in what came to the builder, at most so many rows. Before the builder makes its next
  // snapshot it must have taken all in; then Folded is called. False as of CatchUp, and where the
  // sums failed to take it.
  bool Update(EventLogBuilder& builder, size_t most = std::numeric_limits<size_t>::max());
  void Folded() { rows_ = 0; }
  // Rows that came and are not taken in.
  size_t behind(const EventLogBuilder& builder) const { return builder.pending() - rows_; }

  // Calls `answer` with the sums of all cases. False where so much of the log is open that reading
  // it costs as much, and where the sums do not take what is open or cannot answer: then they are
  // of no more use.
  // Errors of `answer`, and of `keep_on` before it; then the sums are as before. Everything was
  // taken in.
  absl::StatusOr<bool> Answer(EventLogBuilder& builder,
                              absl::FunctionRef<absl::Status(LiveSums&, const LiveWhole&)> answer,
                              KeepOn keep_on);

  const std::vector<std::string>& map_transitions() const { return map_transitions_; }
  int64_t memory_bytes() const;

 private:
  LiveQuestion(std::unique_ptr<LiveSums> sums, std::vector<std::string> map_transitions)
      : sums_(std::move(sums)), map_transitions_(std::move(map_transitions)) {}

  // Some cases, by their places in a list of numbers (ascending).
  using Pick =
      absl::FunctionRef<std::shared_ptr<const LogSnapshot>(std::span<const uint32_t> places)>;
  // Whether what is known of the whole holds on for such a part of it: texts, and whether it marks
  // ends.
  bool Holds(const LogSnapshot& part) const;
  // The part with the ends of the whole.
  std::shared_ptr<const LogSnapshot> Told(const LogSnapshot& part) const;
  // See LiveWhole::cases.
  LiveCases Named(EventLogBuilder& builder, std::vector<uint32_t> numbers) const;
  // Of each case of a part that was told, whether it is settled.
  std::vector<bool> SettledOf(const LogSnapshot& told) const;
  // Puts those of the cases in that are settled. `cases`: all of them.
  absl::Status Put(std::span<const uint32_t> numbers, const LogSnapshot& cases, Pick pick,
                   KeepOn keep_on);
  // Takes those of them out that are in.
  absl::Status TakeOut(std::span<const uint32_t> numbers, Pick pick, KeepOn keep_on);
  void Name(std::vector<std::string> more);
  void See(const LogSnapshot& part);

  std::unique_ptr<LiveSums> sums_;
  std::vector<std::string> map_transitions_;
  LiveSnapshot snapshot_;

  std::vector<std::string> names_;  // of activities, by number
  std::vector<uint32_t> rank_;      // by number
  std::shared_ptr<LogSnapshot> ordered_names_;
  std::vector<std::string> transitions_, keys_;
  int64_t text_bytes_ = 0;  // of the names, transitions and keys, here and in their order
  bool marked_ = false, has_resources_ = false;
  int64_t first_time_ = kNoTime, last_time_ = kNoTime;
  size_t rows_ = 0;                     // of the builder's pending ones, that are taken in
  size_t known_cases_ = 0;              // numbers from here on are of cases that were not there
  absl::flat_hash_set<uint32_t> open_;  // cases that are not settled
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_QUESTION_H_
