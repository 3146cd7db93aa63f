// SPDX-License-Identifier: Apache-2.0
//
// Names of event logs that do not exist, and what was probably meant.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_LOG_NAMES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_LOG_NAMES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// RESOURCE_NOT_FOUND of a log that is not there, with the nearest of the first 1,000 of its
// workspace. Errors of the store.
absl::Status NoSuchLog(const base::CallContext& context, Store& store, const LogKey& key);

// OK where the log that `field` of a request names exists, else NoSuchLog with that field.
absl::Status RequireLog(const base::CallContext& context, Store& store, absl::string_view field,
                        const LogKey& key);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_LOG_NAMES_H_
