// SPDX-License-Identifier: Apache-2.0
//
// Which events of a log are there by the ids that they have where they come from.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_IDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_IDS_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

// The attribute that holds the id of an event: that of the XES extension "identity".
inline constexpr char kEventIdKey[] = "identity:id";

// The id of an event that has one as an attribute; "" for any other attribute.
absl::string_view EventIdOf(const EventBatch& batch, const EventAttribute& attribute);

// A set of (case, event id). It keeps 128 bits of each pair, so that 2^40 events come to one that
// is taken for another with a chance of 1 to 2^49; the hashes are of this process only. Not
// thread-safe.
class EventIds {
 public:
  // False if the pair is there already. O(length).
  bool Insert(absl::string_view case_id, absl::string_view event_id);
  bool Contains(absl::string_view case_id, absl::string_view event_id) const;
  // Inserts those of all rows. O(attributes).
  void InsertAll(const EventBatch& batch);

  size_t size() const { return pairs_.size(); }
  // Bytes held, near enough. O(1).
  size_t memory_bytes() const { return pairs_.capacity() * (sizeof(Pair) + 1); }

 private:
  using Pair = std::pair<uint64_t, uint64_t>;
  static Pair HashOf(absl::string_view case_id, absl::string_view event_id);

  absl::flat_hash_set<Pair> pairs_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_EVENT_IDS_H_
