// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP/1.1 server for what programs of others read: GET and HEAD, nothing else. It is made
// to stand where anybody may send anything: everything that a stranger could use up is bounded.
#ifndef PLUMBLINE_COMMON_HTTP_SERVER_H_
#define PLUMBLINE_COMMON_HTTP_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/log.h"

namespace plumbline::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request as it came.
struct Incoming {
  std::string method;  // "GET"
  std::string path;    // as it was sent, not decoded, without what stands behind "?"
  Headers headers;     // names in small letters, in the order of arrival
  // The values of a header of this name (in small letters), with ", " between them.
  std::string Header(absl::string_view name) const;
};

// What is answered. To HEAD and with 304 the body is not sent.
struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  std::string about = {};  // what it was about, for the log line; no secrets
};

// Short answers in plain text.
Response PlainText(int status, absl::string_view text);
// 405, with what is allowed: GET and HEAD.
Response MethodNotAllowed();
// 503 for who came at a bad time.
Response Overloaded(absl::Duration retry_after);

// Answers a request. Called on several threads at once; may block.
using Handler = std::function<Response(const Incoming&)>;

struct ServerOptions {
  std::string listen_address = {};             // host:port; port 0 picks a free one
  int max_connections = 256;                   // others wait until one ends
  size_t request_bytes = 8 << 10;              // of the request line and the headers
  absl::Duration longest = absl::Seconds(30);  // of a connection, from its first byte to its end
  int threads = 4;                             // on which requests are answered
  int queue = 64;                              // requests that wait for one of them
  absl::Duration retry_after = absl::Seconds(30);  // what those are told who find it full
  absl::Duration stopping = absl::Seconds(5);      // how long Stop waits for who reads slowly
};

// A connection carries one request, and is cut when it has lasted for `longest`, whatever is sent
// over it and however slowly. A request with a body, of another method, or that is no HTTP, is
// answered without asking the handler; so is one that finds the queue full (503). One line is
// logged for each: the method, the status, what it was about, never the path. Thread-safe.
class Server {
 public:
  // `clock` and `logger` must outlive it. Errors: FIELD_INVALID of `field` for an address on which
  // it cannot listen.
  static absl::StatusOr<std::unique_ptr<Server>> Start(absl::string_view field,
                                                       const ServerOptions& options,
                                                       Handler handler, const base::Clock& clock,
                                                       const base::Logger& logger);
  virtual ~Server() = default;  // stops

  // host:port as bound.
  virtual std::string address() const = 0;

  // Listens no more, answers what was admitted, and ends all connections when the answers are read,
  // or `stopping` later. Idempotent.
  virtual void Stop() = 0;
};

}  // namespace plumbline::http

#endif  // PLUMBLINE_COMMON_HTTP_SERVER_H_
