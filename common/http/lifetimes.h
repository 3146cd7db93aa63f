// SPDX-License-Identifier: Apache-2.0
//
// Cuts connections that last too long. A limit on silence would not do: who sends a byte now and
// then is never silent. Internal to common/http.
#ifndef PLUMBLINE_COMMON_HTTP_LIFETIMES_H_
#define PLUMBLINE_COMMON_HTTP_LIFETIMES_H_

#include <sys/socket.h>

#include <map>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"

namespace plumbline::http {

// Thread-safe.
class Lifetimes {
 public:
  // `clock` must outlive it.
  Lifetimes(const base::Clock& clock, absl::Duration longest)
      : clock_(clock), longest_(longest), thread_([this] { Work(); }) {}
  ~Lifetimes() {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    thread_.join();
  }

  void Begin(int socket) {
    absl::MutexLock lock(&mutex_);
    since_[socket] = clock_.Now();
  }
  // Before the socket is closed: its number may be another's after that.
  void End(int socket) {
    absl::MutexLock lock(&mutex_);
    since_.erase(socket);
  }

 private:
  // How late a connection may be cut.
  static constexpr absl::Duration kPause = absl::Milliseconds(250);

  void Work() {
    absl::MutexLock lock(&mutex_);
    while (!mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kPause)) {
      const absl::Time now = clock_.Now();
      for (auto& [socket, since] : since_) {
        if (now - since < longest_) continue;
        ::shutdown(socket, SHUT_RDWR);  // its owner finds out, and closes it
        since = absl::InfiniteFuture();
      }
    }
  }

  const base::Clock& clock_;
  const absl::Duration longest_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<int, absl::Time> since_ ABSL_GUARDED_BY(mutex_);  // by socket
  std::thread thread_;
};

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_LIFETIMES_H_
