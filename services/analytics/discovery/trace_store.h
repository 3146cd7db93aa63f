// SPDX-License-Identifier: Apache-2.0
//
// Distinct sequences of small numbers with counts, built in place.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_STORE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_STORE_H_

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// A trace is written by Push and ended by Close; one that is there already only adds to its count.
// Traces keep the order of their first Close. At most 2^32 - 2 of them.
template <class T>
class TraceStore {
 public:
  size_t size() const { return counts_.size(); }
  bool empty() const { return counts_.empty(); }
  std::span<const T> operator[](size_t i) const {
    return {events_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  }
  int64_t count(size_t i) const { return counts_[i]; }
  // Events of the distinct traces.
  size_t event_count() const { return begin_.back(); }
  // Events of the distinct traces, one after another.
  std::span<T> events() { return {events_.data(), event_count()}; }

  // One more event of the trace that is being written. O(1).
  void Push(T event) { events_.push_back(event); }
  // How long the trace is that is being written.
  size_t open_length() const { return events_.size() - begin_.back(); }
  // Ends the trace, which occurs `count` times more. O(its length) expected.
  void Close(int64_t count) {
    if (2 * (size() + 1) > slots_.size()) Grow();
    const std::span<const T> trace(events_.data() + begin_.back(), open_length());
    const uint64_t hash = HashOf(trace);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      const size_t i = slots_[slot] - 1;
      if (hashes_[i] != hash || !std::ranges::equal((*this)[i], trace)) continue;
      counts_[i] += count;
      events_.resize(begin_.back());
      return;
    }
    begin_.push_back(events_.size());
    counts_.push_back(count);
    hashes_.push_back(hash);
    slots_[slot] = static_cast<uint32_t>(size());
  }

 private:
  static uint64_t HashOf(std::span<const T> trace) {
    return absl::Hash<absl::string_view>()(
        {reinterpret_cast<const char*>(trace.data()), trace.size_bytes()});
  }
  void Grow() {
    slots_.assign(std::max<size_t>(16, 2 * slots_.size()), 0);
    for (size_t i = 0; i < size(); ++i) {
      size_t slot = hashes_[i] & (slots_.size() - 1);
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<uint32_t>(i + 1);
    }
  }

  std::vector<T> events_;
  std::vector<size_t> begin_ = {0};
  std::vector<int64_t> counts_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;  // numbers of traces plus 1; 0 = free; a power of two
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_DISCOVERY_TRACE_STORE_H_
