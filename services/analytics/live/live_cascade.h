// SPDX-License-Identifier: Apache-2.0
//
// What cascades are simulated from, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASCADE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASCADE_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/cascade/axis.h"
#include "services/analytics/cascade/experience.h"
#include "services/analytics/cascade/needs.h"
#include "services/analytics/live/live_at_work.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/packed_numbers.h"
#include "services/analytics/live/sorted_blocks.h"

namespace plumbline::analytics {

// Kept is when cases began and ended, what was said of steps, and when somebody was at work at
// them; the latest cases, those that are open, and those that were under way when the first of the
// latest began are read for each answer. What happens, what it needs beside what the log says, who
// is asked to be there and the time of the begin are asked of the same sums.
class LiveCascade : public LiveSums {
 public:
  // `between`: empty = wall clock; a difference of one function of the time.
  LiveCascade(TimeBetween between, std::vector<std::string> map_transitions)
      : origin_(std::move(between), 0), map_transitions_(std::move(map_transitions)) {}

  // FIELD_INVALID where the log marks no ends: then no case is open.
  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As cascade::ReadNeeds of the whole log, by the numbers of its names.
  cascade::Needs NeedsOf(const LiveWhole& whole,
                         const std::vector<cascade::AskedNeed>& asked) const;
  // The log of the cases that are read, whose names are those of the whole, and what
  // cascade::Learn learns of the whole; open cases have their numbers in this log. FIELD_INVALID as
  // there. O(rows of the cases that are read, cases and blocks).
  struct Learned {
    std::shared_ptr<const LogSnapshot> log;
    cascade::Experience experience;
  };
  absl::StatusOr<Learned> Learn(const LiveWhole& whole, const cascade::Needs& needs,
                                const cascade::Axis& axis, const cascade::LearnOptions& options,
                                KeepOn keep_on);

 private:
  // A case that ended.
  struct Ended {
    struct Sum {};
    int64_t time = 0;  // when
    uint32_t number = 0;
    uint32_t rows = 0;
    int64_t begin = 0;
    int64_t busy_from = 0;  // on the axis of what is kept; when somebody first was at it
    auto operator<=>(const Ended&) const = default;
    void AddTo(Sum*) const {}
    static void Merge(const Sum&, Sum*) {}
  };
  struct Nothing {};
  // What is kept of an activity.
  struct OfActivity {
    cascade::StartCount starts;
    BusyChanges begun, unbegun;
  };
  // What is read of some cases.
  struct Read {
    std::vector<Ended> ended;
    std::vector<std::pair<uint32_t, int64_t>> open;  // numbers and begins
    std::vector<cascade::StartCount> starts;         // by activity
    std::vector<cascade::Busy> busy;                 // of those that ended
    int64_t rows = 0;
    bool settled = true;
  };
  // Which cases are read for an answer.
  struct Chosen {
    std::vector<uint32_t> numbers;
    std::optional<int64_t> since;  // see cascade::Cases; absent where all that ended are chosen
  };

  absl::StatusOr<Read> ReadCases(const LiveCases& cases, KeepOn keep_on) const;
  OfActivity& Of(uint32_t activity);
  void ChangeStarts(const Read& read, int sign);
  void Fold();
  // Those that may be among the latest: with all that ended when the last of them did.
  std::vector<Ended> LatestEnded() const;
  Chosen Choose(const LiveWhole& whole) const;
  std::vector<int64_t> BeginsSince(int64_t since) const;
  // Adds what is told by the cases that are read: up to the first begin, and of those in no sums.
  void AskBeside(const LiveCases& part, const cascade::Learning& learning, int64_t now,
                 std::vector<AtWorkQuestion>* questions) const;
  absl::StatusOr<std::vector<cascade::AtWork>> AtWorkOf(const LiveWhole& whole,
                                                        const LiveCases& part,
                                                        const cascade::Learning& learning,
                                                        const cascade::Axis& axis,
                                                        KeepOn keep_on) const;

  const cascade::Axis origin_;  // of what is kept
  const std::vector<std::string> map_transitions_;
  cascade::Heard heard_;
  std::vector<OfActivity> by_activity_;  // by the builder's number
  SortedBlocks<Ended> ended_;
  PackedNumbers<Nothing> begins_;  // of all cases that are kept
  // While an answer is given: what is not settled, and in no sums but those of starts and needs.
  Read beside_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASCADE_H_
