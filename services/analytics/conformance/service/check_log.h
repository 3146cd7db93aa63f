// SPDX-License-Identifier: Apache-2.0
//
// A part of a log, checked against a model within the room and the time that there is.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CHECK_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CHECK_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/conformance/check.h"
#include "services/analytics/conformance/service/convert.h"
#include "services/analytics/serving/reader.h"

namespace plumbline::analytics {

struct CheckedLog {
  SelectedView part;
  std::shared_ptr<const void> room;
  std::vector<bool> open;  // by case of the part, whether it has not ended; empty: all have
  // Open cases with an event that counts; nullopt where it is not known which cases have ended.
  std::optional<int64_t> open_case_count;
  conformance::CheckResult result;
};

// Alignments of earlier checks, within the room of the reader, which must outlive what is returned.
std::shared_ptr<conformance::KeptAlignments> KeepAlignments(Reader& reader);

// Loads nothing: `whole` is the log of the command; `kept` as KeepAlignments gave it. `precision`:
// measure it. OVERLOADED, FIELD_INVALID, DEADLINE_EXCEEDED, CANCELLED.
absl::StatusOr<CheckedLog> CheckLog(Reader& reader, const base::Clock& clock,
                                    const base::CallContext& context, const CheckCommand& command,
                                    const std::shared_ptr<conformance::KeptAlignments>& kept,
                                    const std::shared_ptr<const LogView>& whole, bool precision);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_SERVICE_CHECK_LOG_H_
