// SPDX-License-Identifier: Apache-2.0
//
// Requests to machines that are not ours.
#ifndef PLUMBLINE_COMMON_HTTP_CLIENT_H_
#define PLUMBLINE_COMMON_HTTP_CLIENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/http/address.h"

namespace plumbline::http {

// A POST.
struct Request {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct Answer {
  int status = 0;                             // 0: there was no answer
  std::string error;                          // why there was none, in our words
  std::string body;                           // its first ClientOptions::kept_bytes
  std::optional<absl::Duration> retry_after;  // what the header Retry-After says, if it is there
  absl::Duration latency = absl::ZeroDuration();
};

struct Finished {
  uint64_t id = 0;
  Answer answer;
};

// Sends many requests at once. Used by one thread, but for Wake. Its destructor drops what is under
// way.
class Client {
 public:
  virtual ~Client() = default;
  // Begins a request; `id` is the caller's and names no other that is under way.
  virtual void Start(uint64_t id, const Request& request) = 0;
  // Answers that came since, after waiting up to `timeout` for the first of them, or until Wake.
  virtual std::vector<Finished> Wait(absl::Duration timeout) = 0;
  // Requests that are under way.
  virtual size_t size() const = 0;
  // Ends a Wait, this one or the next. Thread-safe, never blocks.
  virtual void Wake() = 0;
};

struct ClientOptions {
  Destinations destinations;
  std::string ca_file;                           // "" = the system's authorities
  absl::Duration timeout = absl::Seconds(15);    // of a request, all in all
  absl::Duration connecting = absl::Seconds(5);  // of that, until it is connected
  size_t kept_bytes = 1024;                      // of an answer's body
  size_t read_bytes = 64 << 10;                  // of it at most; then the connection is closed
  std::string user_agent = "Plumbline";
};

// Over libcurl. No proxies, no redirects, no cookies, no credentials of this machine; HTTP/1.1.
// Certificates are checked. The address is checked when the connection is made to it, so that no
// name can lead elsewhere in between.
std::unique_ptr<Client> NewCurlClient(const ClientOptions& options);

// One request, on the calling thread.
Answer Post(Client& client, const Request& request);

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_CLIENT_H_
