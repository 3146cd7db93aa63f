// SPDX-License-Identifier: Apache-2.0
//
// What is said of a key that no event of a log has.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_MISSING_KEY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_MISSING_KEY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// FIELD_INVALID of `field`: "is 'regoin', which no event has under these cases; did you mean
// 'region'?", or, where none of `keys` may be meant, which keys there are, or how a log gets some.
// `keys`: all that the log has, in any order.
absl::Status MissingKey(absl::string_view field, absl::string_view key,
                        std::vector<std::string> keys);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_MISSING_KEY_H_
