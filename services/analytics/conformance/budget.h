// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_BUDGET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_BUDGET_H_

#include <atomic>
#include <cstdint>

#include "services/analytics/conformance/align.h"

namespace plumbline::analytics::conformance {

// Work and time that several threads share. Thread-safe.
class Budget {
 public:
  explicit Budget(const AlignOptions& options) : options_(options) {}

  // Whether work may go on after `steps` more.
  bool Spend(uint64_t steps) {
    if (over_.load(std::memory_order_relaxed)) return false;
    const uint64_t before = spent_.fetch_add(steps, std::memory_order_relaxed);
    const bool ask = before / kAskEvery != (before + steps) / kAskEvery;
    if (before + steps > options_.most_steps || (ask && options_.expired())) over_ = true;
    return !over_;
  }
  bool over() const { return over_; }
  // All of it so far.
  uint64_t spent() const { return spent_; }

  // The time is asked for once in so many steps: some 0.2 milliseconds.
  static constexpr uint64_t kAskEvery = 5'000;

 private:
  const AlignOptions& options_;
  std::atomic<uint64_t> spent_{0};
  std::atomic<bool> over_{false};
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_BUDGET_H_
