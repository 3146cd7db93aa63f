// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/recent_texts.h"

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
  kZeroByte,
  kSameId,
  kNoObject,
  kAttribute,      // of an event that is kept
  kStartAfterEnd,  // likewise
};
inline constexpr size_t kDropReasons = 15;

// An attribute as a file has it.
struct RawAttribute {
  absl::string_view key;
  AttributeValue value;
};

// An event as a file has it. The views are copied by Collector::Add; empty = missing.
struct RawEvent {
  absl::string_view case_id, activity, resource, transition, event_id;
  int64_t time = 0;
  int64_t start = kNoTime;
  absl::Span<RawAttribute> attributes;  // texts are taken from it
};

// Gathers events into batches and counts what is left out, by reason, with the lines of the first
// few.
class Collector {
 public:
  // `known_ids`: as in ImportOptions.
  explicit Collector(BatchSink sink, std::function<std::shared_ptr<EventIds>()> known_ids = nullptr)
      : sink_(std::move(sink)), known_ids_(std::move(known_ids)) {}

  // Where something stands is asked only when it is shown: XML parsers count lines on demand.
  using Line = absl::FunctionRef<int64_t()>;

  // Takes an event, or drops it when its case or activity is missing, a text is too long, not UTF-8
  // or has a zero byte, or its case has an event with its id. An attribute that cannot be kept is
  // left out alone. Errors of the sink.
  absl::Status Add(const RawEvent& event, Line line);
  // Leaves a row out. `sample` is the text that was wrong.
  void Drop(DropReason reason, absl::string_view sample, Line line);
  // Gives the last batch away. IMPORT_EMPTY, with what was dropped, if there was no event at all.
  absl::Status Finish();

  int64_t events() const { return events_; }
  bool has_event_ids() const { return has_event_ids_; }
  std::vector<Dropped> dropped() const;
  // Of the events of the batches given away, with how many have it; most frequent first, then by
  // name. Of so many different ones that no program wrote them, the first 1,000 that came. O(n log
  // n) for n transitions.
  std::vector<std::pair<std::string, int64_t>> Transitions() const;

 private:
  // The number of `text` in `dictionary`, or the reason not to take it. What is no plain text is
  // examined when it is first seen.
  bool Intern(Dictionary& dictionary, absl::string_view text, size_t limit, uint32_t* id,
              Line line);
  // The same by way of those seen lately; kNoText for an empty one.
  bool InternRecent(RecentTexts& recent, Dictionary& dictionary, absl::string_view text,
                    size_t limit, uint32_t* id, Line line);
  // All that stands in the dictionaries; false if the event is dropped.
  bool InternAll(const RawEvent& event, Line line);
  bool IsNew(const RawEvent& event, Line line);
  void AddAttributes(const RawEvent& event, Line line);
  // Why the attribute cannot be kept; "" if it can.
  absl::string_view Fault(const RawAttribute& attribute) const;
  void AddAttribute(absl::string_view key, AttributeValue value);
  absl::Status Cut();
  // Tells of a start that is after the end.
  void CheckStart(const RawEvent& event, Line line);
  void AddRow(const RawEvent& event);

  BatchSink sink_;
  std::function<std::shared_ptr<EventIds>()> known_ids_;
  std::shared_ptr<EventIds> ids_;  // of the log and of the file so far
  bool has_event_ids_ = false;
  EventBatch batch_;
  size_t batch_bytes_ = 0;  // of texts and attributes of batch_, near enough
  uint32_t activity_ = 0, resource_ = 0, transition_ = 0;  // of the event that is being added
  RecentTexts activities_, resources_, transitions_of_batch_;
  absl::string_view last_case_;  // rows of a case often follow each other
  uint32_t last_case_id_ = kNoText;
  int64_t events_ = 0;
  std::array<Dropped, kDropReasons> dropped_;
  std::map<std::string, int64_t, std::less<>> transitions_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLLECTOR_H_
