// SPDX-License-Identifier: Apache-2.0
//
// What an objective says, checked and made ready to be counted.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_TERMS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_TERMS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/webhook/url_policy.h"
#include "plumbline/analytics/v1/objective.pb.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/objectives/budget.h"
#include "services/analytics/objectives/outcomes.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// An objective as the pure part takes it.
struct CompiledObjective {
  LogKey log;
  Selection selection;
  objectives::Measure measure;
  objectives::Terms terms;
  std::string question;  // different where the outcomes may be
};

// FIELD_INVALID with what breaks the rules of objective.proto; `path` is the field of the request
// that holds it: "objective". Milliseconds where there are calendars.
absl::StatusOr<CompiledObjective> Compile(const v1::Objective& objective,
                                          const std::string& workspace, absl::string_view path);

// The rest of the rules: texts, labels, where alerts are sent.
absl::Status CheckTexts(const v1::Objective& objective, absl::string_view path,
                        const webhook::UrlPolicy& urls);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_OBJECTIVES_SERVICE_TERMS_H_
