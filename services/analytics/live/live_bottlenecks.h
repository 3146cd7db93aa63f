// SPDX-License-Identifier: Apache-2.0
//
// Bottlenecks of all of a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_BOTTLENECKS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_BOTTLENECKS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/analytics/bottlenecks/bottlenecks.h"
#include "services/analytics/bottlenecks/facts.h"
#include "services/analytics/live/live_delays.h"
#include "services/analytics/live/live_sums.h"
#include "services/analytics/live/live_work.h"

namespace plumbline::analytics {

class LiveBottlenecks : public LiveSums {
 public:
  LiveBottlenecks(bottlenecks::BottleneckOptions options, std::vector<std::string> map_transitions);

  // FIELD_INVALID as of Rank, which the question told before it was worth keeping.
  absl::Status Change(const LiveCases& cases, int sign, KeepOn keep_on) override;
  void Settle() override;
  int64_t memory_bytes() const override;
  int64_t answer_bytes() const override;

  // As Rank, on its threads. O(parts log parts, blocks, and those of them that changed).
  absl::StatusOr<bottlenecks::Bottlenecks> Answer(const LiveWhole& whole, KeepOn keep_on);

 private:
  using Numbers = std::vector<uint32_t>;  // of what some cases number for themselves, those here

  // What was read of some cases, and the numbers here of what it names.
  struct Read {
    Read(LiveCases cases, const LiveBottlenecks& sums);
    const LiveCases cases;
    const bottlenecks::Asked asked;
    bottlenecks::Facts facts;
    std::array<Numbers, bottlenecks::kPartCount> parts;
    Numbers performers;
  };

  // Makes `periods_` hold all these ends.
  absl::Status Cover(const std::vector<bottlenecks::HeldEnd>& ends);
  void Number(Read* read);
  void Put(Read& read, int sign);
  absl::StatusOr<std::vector<bottlenecks::Delayed>> RankKind(
      size_t kind, const LiveWhole& whole, const Periods& periods,
      const std::vector<bottlenecks::Busy>& busy, bottlenecks::Bottlenecks* all, KeepOn keep_on);
  const std::string& NameOf(const LiveWhole& whole, size_t kind, uint32_t part) const;

  const bottlenecks::BottleneckOptions options_;
  const std::vector<std::string> map_transitions_;
  // As long as the log has the keys and kinds of columns that it has, these stay as they are.
  std::string role_key_;
  std::vector<size_t> kinds_;
  bool has_utilities_ = false;
  bool any_roles_ = false;

  bottlenecks::Names roles_, utilities_, performers_;
  bottlenecks::CaseSums sums_;
  std::array<LiveDelays, bottlenecks::kPartCount> delays_;
  LiveWork work_;
  Periods periods_;
  // Of cases that are open, while an answer is given: they are taken out without being read again.
  // What is put in and taken out before the next answer costs no block.
  std::unique_ptr<Read> open_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_LIVE_BOTTLENECKS_H_
