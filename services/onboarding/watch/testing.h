// SPDX-License-Identifier: Apache-2.0
//
// A watcher's stream that tests hold in their hands.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_WATCH_TESTING_H_
#define PLUMBLINE_SERVICES_ONBOARDING_WATCH_TESTING_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/rpc/method_table.h"
#include "gtest/gtest.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::onboarding::testing {

// A transport that takes messages when the test says so.
class TestStream final : public rpc::ServerStream {
 public:
  bool Write(const rpc::Message& message) override {
    absl::MutexLock lock(&mutex_);
    if (over_) return false;
    queue_.push_back(static_cast<const v1::WatchHistoryResponse&>(message));
    return true;
  }
  size_t pending() const override {
    absl::MutexLock lock(&mutex_);
    return queue_.size();
  }
  void Finish(const absl::Status&) override { End(); }
  void OnEvents(std::function<void()> drained, std::function<void()> ended) override {
    drained_ = std::move(drained);
    ended_ = std::move(ended);
  }

  void End() {
    {
      absl::MutexLock lock(&mutex_);
      over_ = true;
    }
    ended_();
  }

  // Takes all messages: "ada/1 ada/2"; signs of life give nothing.
  std::vector<std::string> Take() {
    std::vector<std::string> names;
    {
      absl::MutexLock lock(&mutex_);
      for (const v1::WatchHistoryResponse& message : queue_) {
        EXPECT_FALSE(message.cursor().empty());
        cursor_ = message.cursor();
        largest_ = std::max(largest_, message.ByteSizeLong());
        for (const v1::HistoryEntry& entry : message.entries()) {
          std::string name = entry.name().substr(entry.name().find("/onboardings/") + 13);
          names.push_back(name.substr(0, name.find('/')) + name.substr(name.rfind('/')));
        }
      }
      messages_ += queue_.size();
      queue_.clear();
    }
    drained_();
    return names;
  }
  const std::string& cursor() const { return cursor_; }
  size_t messages() const { return messages_; }
  size_t largest() const { return largest_; }

 private:
  mutable absl::Mutex mutex_;
  std::deque<v1::WatchHistoryResponse> queue_;
  bool over_ = false;
  std::function<void()> drained_;
  std::function<void()> ended_;
  std::string cursor_;
  size_t messages_ = 0;
  size_t largest_ = 0;
};

}  // namespace plumbline::onboarding::testing

#endif  // PLUMBLINE_SERVICES_ONBOARDING_WATCH_TESTING_H_
