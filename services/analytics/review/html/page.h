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
// `about`: sentences on what the report is of. Days are those of `zone`. O(its length).
std::string PageOf(const v1::Report& report, const std::vector<std::string>& about,
                   const absl::TimeZone& zone = absl::UTCTimeZone());

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_REVIEW_HTML_PAGE_H_
