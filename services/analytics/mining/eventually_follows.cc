// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/mining/eventually_follows.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/edge_numbers.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kPairsBetweenChecks = 1'000'000;

class Counter {
 public:
  Counter(const Traces& traces, absl::FunctionRef<absl::Status()> keep_on, size_t most_pairs)
      : traces_(traces),
        keep_on_(keep_on),
        most_pairs_(most_pairs),
        numbers_(traces.log().activities.size()),
        ended_(traces.log().activities.size(), 0) {}

  absl::StatusOr<std::vector<Edge>> Run() {
    for (uint32_t c = 0; c + 1 < traces_.case_begin().size(); ++c) RETURN_IF_ERROR(CountCase(c));
    std::sort(edges_.begin(), edges_.end(), [](const Counted& a, const Counted& b) {
      return std::tuple(-a.count, a.from, a.to) < std::tuple(-b.count, b.from, b.to);
    });
    std::vector<Edge> edges;
    edges.reserve(edges_.size());
    for (const Counted& e : edges_) edges.push_back({e.from, e.to, e.count, e.case_count, {}});
    return edges;
  }

 private:
  struct Counted {
    uint32_t from, to;
    int64_t count = 0;
    uint32_t case_count = 0;
    uint32_t last_case = 0xFFFFFFFF;
  };
  // When an event ended, and its activity.
  using End = std::pair<int64_t, uint32_t>;

  absl::Status CountCase(uint32_t c) {
    // Events that have begun, by when they end. Without starts each ended before the next began.
    std::priority_queue<End, std::vector<End>, std::greater<>> begun;
    const uint32_t begin = traces_.case_begin()[c], end = traces_.case_begin()[c + 1];
    absl::Status status;
    for (uint32_t row = begin; row < end && status.ok(); ++row) {
      const int64_t began = traces_.BeginOf(row);
      for (; !begun.empty() && begun.top().first <= began; begun.pop()) Ended(begun.top().second);
      const uint32_t activity = traces_.activity()[row];
      status = CountPairs(c, activity);
      begun.push({traces_.time()[row], activity});
    }
    for (const uint32_t activity : seen_) ended_[activity] = 0;
    seen_.clear();
    return status;
  }

  void Ended(uint32_t activity) {
    if (ended_[activity]++ == 0) seen_.push_back(activity);
  }

  absl::Status CountPairs(uint32_t c, uint32_t to) {
    pairs_ += seen_.size();
    if (pairs_ >= kPairsBetweenChecks) {
      pairs_ = 0;
      RETURN_IF_ERROR(keep_on_());
    }
    for (const uint32_t from : seen_) {
      uint32_t* slot = numbers_.Slot(from, to);
      if (*slot == EdgeNumbers::kNone) {
        if (edges_.size() == most_pairs_) return TooMany();
        *slot = static_cast<uint32_t>(edges_.size());
        edges_.push_back({from, to});
      }
      Counted& edge = edges_[*slot];
      edge.count += ended_[from];
      edge.case_count += edge.last_case != c ? 1 : 0;
      edge.last_case = c;
    }
    return absl::OkStatus();
  }

  absl::Status TooMany() const {
    return base::FieldError(
        "relation",
        absl::StrCat("is RELATION_EVENTUALLY_FOLLOWS of a log in which more than ", most_pairs_,
                     " pairs of activities follow each other; select fewer activities with "
                     "selection.event_filter and only_matching_events"));
  }

  const Traces& traces_;
  const absl::FunctionRef<absl::Status()> keep_on_;
  const size_t most_pairs_;
  EdgeNumbers numbers_;
  std::vector<Counted> edges_;
  // Of the case at hand: how often each activity has ended, and those that have.
  std::vector<uint32_t> ended_, seen_;
  size_t pairs_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<Edge>> MineEventuallyFollows(const Traces& traces,
                                                        absl::FunctionRef<absl::Status()> keep_on,
                                                        size_t most_pairs) {
  return Counter(traces, keep_on, most_pairs).Run();
}

}  // namespace plumbline::analytics
