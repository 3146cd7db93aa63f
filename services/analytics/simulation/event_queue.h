// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_EVENT_QUEUE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_EVENT_QUEUE_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace plumbline::analytics::simulation {

// What happens to a task. At one time those that waited for an opening line up first, then what is
// done frees its server, so that it goes to whoever has been ready for longest; then come those
// that are ready now.
enum class Happening : uint32_t { kOpens, kDone, kArrives };

struct Event {
  int64_t time = 0;
  uint32_t happening : 2 = 0;
  uint32_t task : 30 = 0;

  Event() = default;
  Event(int64_t at, Happening what, uint32_t of)
      : time(at), happening(static_cast<uint32_t>(what)), task(of) {}
  Happening what() const { return static_cast<Happening>(happening); }
};
inline constexpr size_t kMostTasksOfEvents = size_t{1} << 30;

// Events in their order, as they come: a calendar whose days hold a few of them, of which only
// those of today are kept in order (calendar queue, Brown 1988). O(1) expected where times are
// spread, O(log n) at worst. `Ready`: gives the time at which a task was ready, which says who
// comes first of those that open at one time.
template <class Ready>
class EventQueue {
 public:
  explicit EventQueue(Ready ready) : after_{ready} {}

  // Lets all go, but keeps the room. `events`: about so many are to come.
  void Clear(size_t events) {
    today_.clear();
    heap_ = false;
    beyond_.clear();
    nodes_.clear();
    unused_ = kNone;
    days_.clear();
    full_.clear();
    next_day_ = 0;
    origin_ = 0;
    expected_ = events;
  }

  // Not before the last that was taken.
  void Push(const Event& event) {
    const uint64_t day = Since(event) >> shift_;
    if (!days_.empty() && (event.time < origin_ || day < next_day_)) {
      PutToday(event);
    } else if (day < days_.size()) {
      Put(day, event);
    } else {
      beyond_.push_back(event);
    }
  }

  // The first, which stays; nullptr where there is none.
  const Event* First() {
    while (today_.empty()) {
      if (Turn()) continue;
      if (beyond_.empty()) return nullptr;
      Begin();
    }
    return heap_ ? &today_.front() : &today_.back();
  }

  // The first of those that are in order already; nullptr where there is none.
  const Event* Near() const {
    if (today_.empty()) return nullptr;
    return heap_ ? &today_.front() : &today_.back();
  }
  // Takes the first, which there is.
  void Pop() {
    if (heap_) std::pop_heap(today_.begin(), today_.end(), after_);
    today_.pop_back();
  }
  // Whether `a` comes after `b`.
  bool IsAfter(const Event& a, const Event& b) const { return after_(a, b); }

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  static constexpr size_t kFewestDays = 64, kMostDays = size_t{1} << 20, kBits = 64;
  static constexpr size_t kFew = 32;

  struct Node {
    Event event;
    uint32_t next = kNone;
  };
  struct After {
    Ready ready;
    bool operator()(const Event& a, const Event& b) const {
      if (a.time != b.time) return a.time > b.time;
      if (a.happening != b.happening) return a.happening > b.happening;
      if (a.what() == Happening::kOpens && ready(a.task) != ready(b.task))
        return ready(a.task) > ready(b.task);
      return a.task > b.task;
    }
  };

  uint64_t Since(const Event& event) const {
    return static_cast<uint64_t>(event.time) - static_cast<uint64_t>(origin_);
  }

  void PutToday(const Event& event) {
    today_.push_back(event);
    if (!heap_ && today_.size() > kFew) {
      heap_ = true;
      std::make_heap(today_.begin(), today_.end(), after_);
    } else if (heap_) {
      std::push_heap(today_.begin(), today_.end(), after_);
    } else {
      size_t i = today_.size() - 1;
      for (; i > 0 && after_(event, today_[i - 1]); --i) today_[i] = today_[i - 1];
      today_[i] = event;
    }
  }

  void Put(size_t day, const Event& event) {
    uint32_t node = unused_;
    if (node == kNone) {
      node = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
    } else {
      unused_ = nodes_[node].next;
    }
    nodes_[node] = {event, days_[day]};
    days_[day] = node;
    full_[day / kBits] |= uint64_t{1} << day % kBits;
  }

  // The next day with events becomes today. False where none is left.
  bool Turn() {
    size_t word = next_day_ / kBits;
    if (word >= full_.size()) return false;
    uint64_t bits = full_[word] & (~uint64_t{0} << next_day_ % kBits);
    while (bits == 0) {
      if (++word == full_.size()) {
        next_day_ = days_.size();
        return false;
      }
      bits = full_[word];
    }
    const size_t day = word * kBits + static_cast<size_t>(std::countr_zero(bits));
    full_[word] &= ~(uint64_t{1} << day % kBits);
    heap_ = false;
    for (uint32_t node = std::exchange(days_[day], kNone); node != kNone;) {
      PutToday(nodes_[node].event);
      const uint32_t next = std::exchange(nodes_[node].next, unused_);
      unused_ = node;
      node = next;
    }
    next_day_ = day + 1;
    return true;
  }

  // Begins a calendar for those that lie beyond this one.
  void Begin() {
    const auto [first, last] =
        std::minmax_element(beyond_.begin(), beyond_.end(),
                            [](const Event& a, const Event& b) { return a.time < b.time; });
    // So many that each has a few, those that follow from what is there among them.
    const size_t wanted = std::max(std::exchange(expected_, 0), 4 * beyond_.size());
    const size_t days = std::bit_ceil(std::clamp(wanted, kFewestDays, kMostDays));
    origin_ = first->time;
    const uint64_t span = Since(*last);
    shift_ = 0;
    while (span >> shift_ >= days) ++shift_;
    days_.assign(days, kNone);
    full_.assign(days / kBits, 0);
    next_day_ = 0;
    std::vector<Event> all;
    all.swap(beyond_);
    for (const Event& event : all) Put(Since(event) >> shift_, event);
    all.clear();
    beyond_.swap(all);
  }

  After after_;
  // Descending; many are a heap instead, of which the first comes first.
  std::vector<Event> today_;
  bool heap_ = false;
  size_t next_day_ = 0;         // the first day that is not today, nor over
  int64_t origin_ = 0;          // of day 0
  int shift_ = 0;               // a day lasts 2^shift_ microseconds
  std::vector<uint32_t> days_;  // by number: the first of its nodes
  std::vector<uint64_t> full_;  // bits of days that have events
  std::vector<Node> nodes_;
  uint32_t unused_ = kNone;    // the first of the nodes that are
  std::vector<Event> beyond_;  // after the last day
  size_t expected_ = 0;
};

}  // namespace plumbline::analytics::simulation

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SIMULATION_EVENT_QUEUE_H_
