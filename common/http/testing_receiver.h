// SPDX-License-Identifier: Apache-2.0
//
// For tests: a small HTTP server in the test's own process, which keeps what it gets and answers
// what it is told.
#ifndef PLUMBLINE_COMMON_HTTP_TESTING_RECEIVER_H_
#define PLUMBLINE_COMMON_HTTP_TESTING_RECEIVER_H_

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace plumbline::http::testing {

struct Received {
  std::string method, path;
  std::map<std::string, std::string> headers;  // names in small letters
  std::string body;
};

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  bool hang_up = false;  // closes the connection instead
};

// On a port of 127.0.0.1 of its own. Thread-safe.
class Receiver {
 public:
  using Handler = std::function<Reply(const Received&)>;  // on a thread for each connection

  Receiver();
  ~Receiver();

  std::string Url(const std::string& path = "/hook") const;
  int port() const { return port_; }
  // How it answers from now on. Default: 200.
  void Answer(Handler handler);
  void Answer(const Reply& reply);
  // All that came, in the order of arrival.
  std::vector<Received> received() const;

 private:
  void Accept();
  void Serve(int connection);

  int socket_ = -1;
  int port_ = 0;
  mutable absl::Mutex mutex_;
  Handler handler_ ABSL_GUARDED_BY(mutex_);
  std::vector<Received> received_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> connections_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace plumbline::http::testing

#endif  // PLUMBLINE_COMMON_HTTP_TESTING_RECEIVER_H_
