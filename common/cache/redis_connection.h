// SPDX-License-Identifier: Apache-2.0
//
// One connection to Redis. Private to this folder.
#ifndef PLUMBLINE_COMMON_CACHE_REDIS_CONNECTION_H_
#define PLUMBLINE_COMMON_CACHE_REDIS_CONNECTION_H_

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/cache/redis_url.h"

namespace plumbline::cache {

// Used by one thread. Every wait for Redis lasts at most the timeout; after an error from Run it is
// of no more use.
class RedisConnection {
 public:
  using Command = std::vector<std::string>;
  // The text of a reply; absent where Redis has nothing or refuses the command.
  using Reply = std::optional<std::string>;

  // Connects, presents the password, selects the database, and waits for the answer to a PING.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Open(const RedisAddress& address,
                                                               absl::Duration timeout);

  // Sends all commands at once and gives their replies in order. An error means that the connection
  // broke or did not answer in time. `refusal`: set to the text of the last refused command, if
  // any.
  absl::StatusOr<std::vector<Reply>> Run(const std::vector<Command>& commands,
                                         std::string* refusal);

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  explicit RedisConnection(redisContext* context) : context_(context) {}

  absl::Status Greet(const RedisAddress& address);

  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace plumbline::cache

#endif  // PLUMBLINE_COMMON_CACHE_REDIS_CONNECTION_H_
