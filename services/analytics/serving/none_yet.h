// SPDX-License-Identifier: Apache-2.0
//
// Activities that a question names and to which no case has come: there may come one yet, as to a
// step that was only scheduled so far, or never, as to what was only commented on.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_NONE_YET_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_NONE_YET_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/memory/log_memory.h"

namespace plumbline::analytics {

// Whether a case may come to an activity of which no event counts: it has an event that may be of
// a step, by the life-cycle words of mining/occurrences.h. What has events of a case ("pi_...") or
// of a branch ("decide") is none. O(rows).
bool MayComeYet(const LogSnapshot& log, uint32_t activity);

// What to mind of an answer about an activity to which no case of the log has come: "No event of
// 'Sign' counts (50 schedule): ..."; "" where one has, and for an empty name. Of a part it is said
// of all of its log. O(log activities), O(rows up to the first event of it), O(rows) for a text.
std::string NoneYet(const LogView& view, absl::string_view name);
// Adds that to the notes of an answer. Sums that are kept answer only where there is nothing to
// add.
template <class Response>
void NoteNoneYet(const LogView& view, std::span<const std::string> names, Response* response) {
  for (const std::string& name : names) {
    const std::string note = NoneYet(view, name);
    if (!note.empty()) response->add_notes(note);
  }
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_NONE_YET_H_
