// SPDX-License-Identifier: Apache-2.0
//
// The page for the person in charge as HTML.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_PAGE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_PAGE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "plumbline/analytics/v1/analytics.pb.h"

namespace plumbline::analytics {

// One file that needs nothing else: no scripts, no fonts, no images from outside. It is XML, too.
// O(its length).
struct PageOptions {
  std::vector<std::string> about;             // sentences: what the report is of
  absl::TimeZone zone = absl::UTCTimeZone();  // of days
  double working_day = 0;                     // see ChartOptions
};
std::string PageOf(const v1::Report& report, const PageOptions& options = {});

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_PAGE_H_
