// SPDX-License-Identifier: Apache-2.0
//
// What in a filter can hold for nothing in a log: nearly always a slip of the pen.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Adds "the log has no activity 'x'; did you mean 'y'?" once, and no more than 20 notes.
// `kind`: "activity"; `known`: what there is.
void NoteMissing(absl::string_view kind, absl::string_view what,
                 const std::vector<std::string>& known, std::vector<std::string>& notes);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_
