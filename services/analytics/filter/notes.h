// SPDX-License-Identifier: Apache-2.0
//
// What in a filter can hold for nothing in a log: nearly always a slip of the pen.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

inline constexpr size_t kMostNotes = 20;

// Adds a note once, and no more than kMostNotes.
void AddNote(const std::string& note, std::vector<std::string>& notes);

// What it costs to see whether `text` was meant where `asked` was written; 0 where it cannot be, as
// one that is far longer. Where all that could be meant cost more than kMostSearch, none is looked
// for: who has so many names looks at the map. (So much takes a few milliseconds.)
size_t SearchCost(absl::string_view asked, absl::string_view text);
inline constexpr size_t kMostSearch = 1'000'000;

// Adds "the log has no activity 'x'; did you mean 'y'?" as AddNote.
// `kind`: "activity"; `known`: what there is.
void NoteMissing(absl::string_view kind, absl::string_view what,
                 const std::vector<std::string>& known, std::vector<std::string>& notes);
// Of a test of a key that the log has, which is its number there, that no case or event fulfils:
// a text that is asked for and is none of those under the key makes a note, "no event here has 'x'
// as attribute 'region'; did you mean 'y'?". `log` may be a part. O(attributes).
void NoteMissingValue(const expr::Test& test, uint32_t key, const LogSnapshot& log,
                      std::vector<std::string>& notes);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_NOTES_H_
