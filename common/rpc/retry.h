// SPDX-License-Identifier: Apache-2.0
//
// The one place where calls are retried: a decorator over a channel. Internal to common/rpc.
#ifndef PLUMBLINE_COMMON_RPC_RETRY_H_
#define PLUMBLINE_COMMON_RPC_RETRY_H_

#include <functional>
#include <memory>

#include "common/base/clock.h"
#include "common/rpc/channel.h"

namespace plumbline::rpc {

struct RetryOptions {
  int max_attempts = 4;
  // Before attempt n + 1, a random part of first_delay * 2^(n - 1) passes, or what RetryInfo asks
  // for when that is more.
  absl::Duration first_delay = absl::Milliseconds(50);
  absl::Duration max_delay = absl::Seconds(2);
  // A channel starts with this many retries to spend and earns one back with every ten calls that
  // succeed: a server that fails for everybody is not asked twice as often for it.
  double budget = 10;
  // Passes the time between attempts; false if the caller cancelled meanwhile.
  std::function<bool(const CallContext&, absl::Duration)> wait;
  std::function<double()> random;  // uniform in [0, 1)
};

// Whether a call may be sent twice: a method Get*, List* or WriteEvents, or a request whose
// request_id is set.
bool IsIdempotent(absl::string_view path, const Message& request);

// `clock` must outlive the channel. Streams are passed on as they are.
std::unique_ptr<Channel> NewRetryingChannel(std::unique_ptr<Channel> inner, RetryOptions options,
                                            const base::Clock& clock);

// The options of a real channel: real time, real chance.
RetryOptions DefaultRetryOptions();

}  // namespace plumbline::rpc

#endif  // PLUMBLINE_COMMON_RPC_RETRY_H_
