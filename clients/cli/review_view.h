// SPDX-License-Identifier: Apache-2.0
//
// The page for the person in charge as a person reads it.
#ifndef PLUMBLINE_CLIENTS_CLI_REVIEW_VIEW_H_
#define PLUMBLINE_CLIENTS_CLI_REVIEW_VIEW_H_

#include "absl/time/time.h"
#include "clients/cli/terminal.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::cli {

// Report.review, with the title of its log and the days of its period in `zone`.
void PrintReview(const analytics::v1::Report& report, const Paper& paper,
                 const absl::TimeZone& zone = absl::UTCTimeZone());

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_REVIEW_VIEW_H_
