// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_COMMON_WEBHOOK_BACKOFF_H_
#define PLUMBLINE_COMMON_WEBHOOK_BACKOFF_H_

#include <optional>

#include "absl/time/time.h"

namespace plumbline::webhook {

// How long an event waits after its `attempt`th attempt (from 1) has failed: 5 s, three times as
// long after each, at most 6 h; plus or minus a fifth, by `fraction` from 0 to 1, so that what
// failed together does not come back together. Where the receiver asks for more (Retry-After),
// that, up to a day.
absl::Duration RetryDelay(int attempt, double fraction, std::optional<absl::Duration> retry_after);

}  // namespace plumbline::webhook

#endif  // PLUMBLINE_COMMON_WEBHOOK_BACKOFF_H_
