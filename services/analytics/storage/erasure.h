// SPDX-License-Identifier: Apache-2.0
//
// Taking a person out of a log, with proof.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASURE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "services/analytics/memory/log_memory.h"
#include "services/analytics/serving/convert.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

struct EraseCommand {
  LogKey key;
  std::vector<std::string> texts;
  std::string replacement;
  v1::ErasePersonRequest::CaseAction action = v1::ErasePersonRequest::CASE_ACTION_RENAME;
  bool validate_only = false;
};

// Does what EventDataService.ErasePerson says. `request` remembers the answer. RESOURCE_NOT_FOUND,
// DEPENDENCY_UNAVAILABLE if the log changed under every attempt; errors of the store.
absl::StatusOr<v1::ErasePersonResponse> ErasePerson(const base::CallContext& context, Store& store,
                                                    LogMemory& memory, const base::Clock& clock,
                                                    const EraseCommand& command,
                                                    const WriteRequest& request);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_STORAGE_ERASURE_H_
