// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/cascade/runs.h"

#include <algorithm>
#include <tuple>

namespace plumbline::analytics::cascade {
namespace {

constexpr size_t kLooksBack = 200;

// What a step of a case waited for.
class Waits {
 public:
  Waits(const std::vector<Done>& done, const Order* order) : done_(done), order_(order) {}

  // Numbers in `done`, all less than `j`.
  const std::vector<size_t>& Of(size_t j) {
    kept_.clear();
    const size_t past = EndedBy(j);
    if (order_ != nullptr) {
      const size_t last = past > kLooksBack ? past - kLooksBack : 0;
      for (size_t i = past; i-- > last;)
        if (order_->Waits(done_[j].activity, done_[i].activity) && !Implied(i)) kept_.push_back(i);
    }
    if (past == 0) return kept_;
    // What ended as this one came has brought it, rework above all.
    const size_t latest = past - 1;
    const bool brought = done_[latest].end == done_[j].came;
    if ((kept_.empty() || brought) && !Keeps(latest)) kept_.push_back(latest);
    return kept_;
  }

 private:
  // So many of the first had ended when j came.
  size_t EndedBy(size_t j) const {
    const auto past =
        std::upper_bound(done_.begin(), done_.begin() + static_cast<std::ptrdiff_t>(j),
                         done_[j].came, [](int64_t t, const Done& d) { return t < d.end; });
    return static_cast<size_t>(past - done_.begin());
  }
  bool Keeps(size_t i) const { return std::find(kept_.begin(), kept_.end(), i) != kept_.end(); }
  // Another that was kept waited for it.
  bool Implied(size_t i) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](size_t k) {
      return done_[i].end <= done_[k].came && order_->Waits(done_[k].activity, done_[i].activity);
    });
  }

  const std::vector<Done>& done_;
  const Order* order_;
  std::vector<size_t> kept_;
};

// When what is planned for a day can begin.
int64_t ReadyAt(const Done& done) {
  return done.planned == kNoTime ? done.came
                                 : std::min(std::max(done.came, done.planned), done.end);
}

}  // namespace

std::optional<simulation::Stretch> WaitOf(const Done& done) {
  const int64_t ready = ReadyAt(done);
  if (done.start == kNoTime || done.start <= ready) return std::nullopt;
  return simulation::Stretch{ready, done.start};
}

Spent SpentOf(const Done& done, const Stations& stations) {
  const int64_t ready = ReadyAt(done);
  const int64_t total = done.end - ready;
  Spent spent;
  spent.service = std::min(done.service, total);
  if (WaitOf(done).has_value()) {
    const simulation::Opening& idle = stations.idle[stations.of_activity[done.activity]];
    spent.queue = done.start - ready - idle.OpenBetween(ready, done.start);
    spent.queue = std::min({spent.queue, done.waiting, total - spent.service});
  }
  spent.delay = total - spent.service - spent.queue;
  return spent;
}

void AddRun(std::span<const Done> done, int64_t begin, int64_t day_one, const Stations& stations,
            const Order* order, Runs* runs) {
  std::vector<Done> sorted(done.begin(), done.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Done& a, const Done& b) {
    return std::tie(a.end, a.came) < std::tie(b.end, b.came);
  });
  const auto first = static_cast<uint32_t>(runs->steps.size());
  Waits waits(sorted, order);
  for (size_t j = 0; j < sorted.size(); ++j) {
    const Done& one = sorted[j];
    RunStep step{.activity = one.activity, .skipped = one.skipped};
    step.before_begin = static_cast<uint32_t>(runs->before.size());
    int64_t since = begin;
    for (const size_t i : waits.Of(j)) {
      runs->before.push_back(first + static_cast<uint32_t>(i));
      since = std::max(since, sorted[i].end);
    }
    step.before_end = static_cast<uint32_t>(runs->before.size());
    if (!one.skipped) {
      step.spent = SpentOf(one, stations);
      step.spent.delay += std::max<int64_t>(0, one.came - since);
      if (one.planned != kNoTime) step.planned = one.planned - day_one;
    }
    runs->steps.push_back(step);
  }
  const int64_t end = sorted.empty() ? begin : sorted.back().end;
  runs->runs.push_back(
      {first, static_cast<uint32_t>(runs->steps.size()), end - begin, day_one - begin});
}

}  // namespace plumbline::analytics::cascade
