// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_BATCH_ROWS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_BATCH_ROWS_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// Appends the rows of `from` for which `keep` is true to `to`, in their order. Texts that no such
// row uses do not come along. O(rows and attributes).
void AppendRows(const EventBatch& from, absl::FunctionRef<bool(size_t row)> keep, EventBatch* to);

// How the texts of a batch are changed; each is called once for a text of a dictionary.
struct TextChange {
  absl::FunctionRef<std::string(absl::string_view)> case_id, text;
};

// A batch with the same rows and other texts: those of cases by `case_id`; activities, resources,
// transitions, keys of attributes and the texts among their values by `text`.
EventBatch WithTexts(const EventBatch& batch, const TextChange& change);

// SHA-256 of events in their order, whatever batches they come in.
class EventDigest {
 public:
  EventDigest();
  EventDigest(const EventDigest& other);
  EventDigest& operator=(const EventDigest& other);
  ~EventDigest();
  // O(rows and attributes).
  void Add(const EventBatch& batch);
  // In hexadecimal. Ends it.
  std::string Finish();

 private:
  void* const context_;  // of OpenSSL
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_BATCH_ROWS_H_
