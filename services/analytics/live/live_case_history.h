// SPDX-License-Identifier: Apache-2.0
//
// What a forecast of one case is made from, of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASE_HISTORY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASE_HISTORY_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/discovery/trace_bag.h"
#include "services/analytics/live/kept_facts.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/sorted_blocks.h"

namespace plumbline::analytics {

// Kept is when cases ended, and the traces that they have, each once; the latest cases are read for
// each answer. Which case is forecast, and from how many, is asked of the same sums.
class LiveCaseHistory : public LiveSums {
 public:
  // `discovers`: whether traces are kept.
  LiveCaseHistory(bool discovers, std::vector<std::string> map_transitions)
      : discovers_(discovers), map_transitions_(std::move(map_transitions)) {}

  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override { ended_.Settle(); }
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;
  // What LatestOf takes, and what is learned from it.
  int64_t latest_bytes(size_t most_cases) const;

  // The traces of all cases, for a miner. O(variants).
  TraceBag Bag(const LiveWhole& whole) const;

  // The case of a name; nullopt where there is none. O(cases) where it is settled.
  std::optional<uint32_t> NumberOf(const LiveWhole& whole, absl::string_view name) const;

  // The latest cases that ended, as a log of their own, at least so many as are asked for where
  // there are: those of which forecast::LearnCases would learn are the latest of these.
  struct Latest {
    LiveCases cases;
    int64_t ended_count = 0, open_count = 0;  // of all, but for `without`
  };
  Latest LatestOf(const LiveWhole& whole, size_t most_cases, std::optional<uint32_t> without) const;

 private:
  // A case that ended.
  struct Ended {
    struct Sum {};
    int64_t time = 0;  // when
    uint32_t number = 0;
    uint32_t rows = 0;
    auto operator<=>(const Ended&) const = default;
    void AddTo(Sum*) const {}
    static void Merge(const Sum&, Sum*) {}
  };
  struct Case {
    Ended ended;
    bool open = false;
    int64_t start = 0;
  };

  void ChangeTraces(const LiveCases& cases, int sign);
  // What is to be known of each case, and whether it is settled.
  absl::StatusOr<std::vector<Case>> ReadCases(const LiveCases& cases, bool* settled,
                                              KeepOn keep_on) const;

  const bool discovers_;
  const std::vector<std::string> map_transitions_;
  KeptSequences traces_;
  SortedBlocks<Ended> ended_;
  int64_t ended_count_ = 0;
  // Cases that end before they begin, with their begins: those that the log has not come to do not
  // count.
  std::map<Ended, int64_t> early_;
  // While an answer is given: what is not settled, and in no sums but the traces.
  std::vector<Case> beside_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_CASE_HISTORY_H_
