// SPDX-License-Identifier: Apache-2.0
//
// What people did: the occurrences of a log with who did them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORK_ITEMS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORK_ITEMS_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// One doing of one activity in one case that was completed. Times in microseconds since 1970 UTC.
struct WorkItem {
  uint32_t case_number = 0;
  uint32_t activity = 0;
  uint32_t performer = kNoText;  // in Work::performers; kNoText where it is not known
  int64_t ready = kNoTime;       // see Occurrence::ready; kNoTime where it is not known
  int64_t start = kNoTime;       // kNoTime where it is not known
  int64_t end = 0;

  int64_t begin() const { return start == kNoTime ? end : start; }
  bool operator==(const WorkItem&) const = default;
};

// The items of a log, case by case, in a case by (begin, end, canonical order of the log). Case c
// (numbered as in the log) has the items case_begin[c] .. case_begin[c+1].
struct Work {
  std::vector<WorkItem> items;
  std::vector<uint32_t> case_begin;
  std::vector<std::string> performers;  // ascending: the number of a performer is its rank
  int64_t unassigned_count = 0;         // items whose performer is not known
  bool has_starts = false;              // some item has a start

  std::span<const WorkItem> CaseItems(size_t case_number) const {
    return std::span(items).subspan(case_begin[case_number],
                                    case_begin[case_number + 1] - case_begin[case_number]);
  }
};

struct WorkOptions {
  std::vector<std::string> map_transitions;  // as in EventLog.map_transitions
  // Who performs: "" = the resource. Else the attribute of this key, which may name a team: of the
  // event that completed the item, else of the one that began it; one whose key begins with "case:"
  // is that of its case. Texts and whole numbers are names, other values are none.
  std::string group_by;
};

// Asked now and then while something is computed: an error ends it.
using Check = absl::FunctionRef<absl::Status()>;

// Bytes that the items of a log take at most, and reading them; performers beside them.
int64_t BytesOfWork(const LogSnapshot& log);

// Occurrences that were completed (see occurrences.h: a log without life-cycle transitions has one
// for each event). FIELD_INVALID where no event has the attribute; errors of `check`. O(rows log
// rows of a case), without that logarithm where the log has no starts.
absl::StatusOr<Work> ReadWork(const LogSnapshot& log, const WorkOptions& options, Check check);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_ORGANIZATION_WORK_ITEMS_H_
