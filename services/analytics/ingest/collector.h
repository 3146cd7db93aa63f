// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/analytics/ingest/importer.h"

namespace plumbline::analytics {

// Why a row is left out.
enum class DropReason {
  kCaseMissing,
  kActivityMissing,
  kTimeMissing,
  kTimeUnreadable,
  kStartUnreadable,
  kNotUtf8,
  kTooLong,
  kColumns,
  kQuoting,
  kOutsideTrace,
};
inline constexpr size_t kDropReasons = 10;

// An event as a file has it. The views are copied by Collector::Add; empty = missing.
struct RawEvent {
  absl::string_view case_id, activity, resource, transition;
  int64_t time = 0;
  int64_t start = kNoTime;
};

// Gathers events into batches and counts what is left out, by reason, with the lines of the first
// few.
class Collector {
 public:
  explicit Collector(BatchSink sink) : sink_(std::move(sink)) {}

  // Where something stands is asked only when it is shown: XML parsers count lines on demand.
  using Line = absl::FunctionRef<int64_t()>;

  // Takes an event, or drops it when its case or activity is missing, or a text is too long or not
  // UTF-8. Errors of the sink.
  absl::Status Add(const RawEvent& event, Line line);
  // Leaves a row out. `sample` is the text that was wrong.
  void Drop(DropReason reason, absl::string_view sample, Line line);
  // Gives the last batch away. IMPORT_EMPTY, with what was dropped, if there was no event at all.
  absl::Status Finish();

  int64_t events() const { return events_; }
  std::vector<Dropped> dropped() const;
  // Of the events of the batches given away, with how many have it; most frequent first, then by
  // name. Of so many different ones that no program wrote them, the first 1,000 that came. O(n log
  // n) for n transitions.
  std::vector<std::pair<std::string, int64_t>> Transitions() const;

 private:
  // The number of `text` in `dictionary`, or the reason not to take it. A text is examined when it
  // is first seen.
  bool Intern(Dictionary& dictionary, absl::string_view text, size_t limit, uint32_t* id,
              Line line);
  absl::Status Cut();

  BatchSink sink_;
  EventBatch batch_;
  absl::string_view last_case_;  // rows of a case often follow each other
  uint32_t last_case_id_ = kNoText;
  int64_t events_ = 0;
  std::array<Dropped, kDropReasons> dropped_;
  std::map<std::string, int64_t, std::less<>> transitions_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_
