// SPDX-License-Identifier: Apache-2.0
//
// Which cases have ended: CaseCompletion of requests, and CompletionSummary of answers. Every
// question that takes a Selection goes this way.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_COMPLETION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_COMPLETION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/analytics/v1/selection.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/memory/log_memory.h"

namespace plumbline::analytics {

// FIELD_INVALID; `field` is the path of `completion` in its request.
absl::StatusOr<CompletionText> ToCompletion(const std::string& field,
                                            const v1::CaseCompletion& completion);

// The same again.
v1::CaseCompletion ToProto(const CompletionText& completion);

// The view with the ends that were told; itself where nothing was. FIELD_INVALID for activities
// that the log does not have, and RULE_MARKS where it marks no ends; errors of `keep_on`.
absl::StatusOr<std::shared_ptr<const LogView>> WithEnds(const std::shared_ptr<const LogView>& view,
                                                        const CompletionText& completion,
                                                        KeepOn keep_on);
// What the view that WithEnds makes takes beside what it shares, at most.
int64_t BytesOfEnds(const LogView& view, const CompletionText& completion);

// What is told of a log, or of a part, whose ends are as `completion` says. O(attributes + cases).
v1::CompletionSummary SummariseEnds(const LogSnapshot& log, const CompletionText& completion);
// The same where nothing was asked and the counts are known; `marked`: the log marks ends.
v1::CompletionSummary SummariseEnds(bool marked, int64_t cases, int64_t open);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_COMPLETION_H_
