// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/organization/batches.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "common/base/steady_sort.h"
#include "services/analytics/organization/by_performer.h"

namespace plumbline::analytics {
namespace {

int64_t ReadyOf(const WorkItem& item) {
  return item.ready == kNoTime ? item.begin() : std::min(item.ready, item.begin());
}

// Of items of one performer. Those that differ in nothing of this are the same to every figure.
auto OrderOf(const WorkItem& item) {
  return std::tuple(item.activity, item.begin(), item.end, ReadyOf(item), item.case_number);
}

auto OrderOf(const Batch& batch) {
  return std::tuple(-batch.size, batch.begin, batch.end, batch.activity, batch.performer);
}

class Finder {
 public:
  explicit Finder(const BatchOptions& options) : options_(options) {}

  // Takes all items of one performer at one activity, in their order. Errors of `check`.
  absl::Status Take(std::span<const WorkItem> items, Check check) {
    found_ = {};
    found_.activity = items[0].activity;
    found_.performer = items[0].performer;
    found_.item_count = static_cast<int64_t>(items.size());
    gathering_ = waiting_ = turn_ = 0;
    size_t begin = 0;
    int64_t last_end = items[0].end;
    for (size_t i = 1; i < items.size(); ++i) {
      if (i % base::kSteadyPiece == 0) RETURN_IF_ERROR(check());
      const WorkItem& item = items[i];
      if (!Joins(item, items[begin], last_end)) {
        Close(items.subspan(begin, i - begin));
        begin = i;
        last_end = item.end;
      }
      last_end = std::max(last_end, item.end);
    }
    Close(items.subspan(begin));
    found_.gathering_seconds = gathering_ / 1e6;
    found_.waiting_seconds = waiting_ / 1e6;
    found_.turn_seconds = turn_ / 1e6;
    AddToAll();
    answer_.work.push_back(found_);
    return absl::OkStatus();
  }

  Batches Finish() {
    std::sort(answer_.work.begin(), answer_.work.end(), [](const BatchWork& a, const BatchWork& b) {
      return std::tuple(-a.batched_count, a.activity, a.performer) <
             std::tuple(-b.batched_count, b.activity, b.performer);
    });
    KeepLargest();
    return std::move(answer_);
  }

 private:
  bool Joins(const WorkItem& item, const WorkItem& first, int64_t last_end) const {
    if (item.begin() - last_end > options_.gap) return false;
    return !options_.only_collected || ReadyOf(item) <= first.begin();
  }

  // A chain of items, which is a batch if it has enough cases.
  void Close(std::span<const WorkItem> items) {
    if (static_cast<int64_t>(items.size()) < options_.least) return;
    cases_.clear();
    for (const WorkItem& item : items) cases_.push_back(item.case_number);
    std::sort(cases_.begin(), cases_.end());
    const int64_t cases = std::unique(cases_.begin(), cases_.end()) - cases_.begin();
    if (cases < options_.least) return;
    const Batch batch = Measure(items, cases);
    found_.batch_count += 1;
    found_.batched_count += batch.size;
    found_.batches_of_kind[static_cast<size_t>(batch.kind)] += 1;
    found_.most_items = std::max(found_.most_items, batch.size);
    answer_.largest.push_back(batch);
    if (answer_.largest.size() > 2 * options_.largest + 1000) KeepLargest();
  }

  Batch Measure(std::span<const WorkItem> items, int64_t cases) {
    const WorkItem& first = items[0];
    Batch batch{first.activity, first.performer, BatchKind::kSimultaneous,
                first.begin(),  first.end,       0,
                cases};
    batch.size = static_cast<int64_t>(items.size());
    bool together = true, apart = true;
    int64_t last_ready = ReadyOf(first);
    for (const WorkItem& item : items) {
      together &= item.begin() == first.begin() && item.end == first.end;
      apart &= &item == &items[0] || item.begin() >= batch.end;
      batch.end = std::max(batch.end, item.end);
      last_ready = std::max(last_ready, ReadyOf(item));
      turn_ += static_cast<double>(item.begin() - batch.begin);
    }
    for (const WorkItem& item : items) {
      waiting_ += static_cast<double>(item.begin() - ReadyOf(item));
      gathering_ += static_cast<double>(std::min(last_ready, item.begin()) - ReadyOf(item));
    }
    batch.kind = together ? BatchKind::kSimultaneous
                 : apart  ? BatchKind::kSequential
                          : BatchKind::kConcurrent;
    return batch;
  }

  void AddToAll() {
    BatchWork& all = answer_.all;
    all.item_count += found_.item_count;
    all.batch_count += found_.batch_count;
    all.batched_count += found_.batched_count;
    for (size_t k = 0; k < kBatchKinds; ++k) all.batches_of_kind[k] += found_.batches_of_kind[k];
    all.most_items = std::max(all.most_items, found_.most_items);
    all.gathering_seconds += found_.gathering_seconds;
    all.waiting_seconds += found_.waiting_seconds;
    all.turn_seconds += found_.turn_seconds;
  }

  void KeepLargest() {
    std::sort(answer_.largest.begin(), answer_.largest.end(),
              [](const Batch& a, const Batch& b) { return OrderOf(a) < OrderOf(b); });
    if (answer_.largest.size() > options_.largest) answer_.largest.resize(options_.largest);
  }

  const BatchOptions& options_;
  Batches answer_;
  BatchWork found_;
  double gathering_ = 0, waiting_ = 0, turn_ = 0;  // of found_, microseconds
  std::vector<uint32_t> cases_;
};

}  // namespace

absl::StatusOr<Batches> FindBatches(const Work& work, const BatchOptions& options, Check check) {
  const ByPerformer by_performer(work);
  Finder finder(options);
  std::vector<WorkItem> items;  // of one performer
  for (size_t p = 0; p < by_performer.size(); ++p) {
    RETURN_IF_ERROR(check());
    items.clear();
    items.reserve(by_performer[p].size());
    for (const uint32_t number : by_performer[p]) items.push_back(work.items[number]);
    RETURN_IF_ERROR(base::SortSteadily(
        items, [](const WorkItem& a, const WorkItem& b) { return OrderOf(a) < OrderOf(b); },
        check));
    for (size_t begin = 0, end; begin < items.size(); begin = end) {
      end = begin + 1;
      while (end < items.size() && items[end].activity == items[begin].activity) ++end;
      RETURN_IF_ERROR(finder.Take(std::span(items).subspan(begin, end - begin), check));
    }
  }
  RETURN_IF_ERROR(check());
  return finder.Finish();
}

}  // namespace plumbline::analytics
