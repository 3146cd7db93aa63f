// SPDX-License-Identifier: Apache-2.0
//
// Alignments of variants with models, kept from one check to the next: of a log that grew, only
// what is new has to be aligned.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_KEPT_ALIGNMENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_KEPT_ALIGNMENTS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/analytics/conformance/alignment.h"
#include "services/analytics/conformance/labelled_log.h"

namespace plumbline::analytics::conformance {

// Thread-safe.
class KeptAlignments {
 public:
  // Room for so many bytes, held as long as what is returned; nullptr: there is none.
  using TakeRoom = std::function<std::shared_ptr<const void>(int64_t bytes)>;

  // Keeps nothing.
  KeptAlignments() : KeptAlignments(0, [](int64_t) { return nullptr; }) {}
  // Keeps about `most_bytes`; those not asked for longest leave first.
  KeptAlignments(int64_t most_bytes, TakeRoom take_room);

  // `model`: a fingerprint of the model. `variant`: has labels of the model only. Copies the
  // alignment; false if it is not kept. O(length).
  bool Find(absl::string_view model, const LogVariant& variant, Alignment* alignment);
  // Keeps one that is optimal, if there is room. O(length).
  void Keep(absl::string_view model, const LogVariant& variant, const Alignment& alignment);
  // Gives all room back.
  void Clear();

  int64_t size() const;   // how many are kept
  int64_t bytes() const;  // near enough

 private:
  // What came or was asked for in a stretch of time. The older of two goes when the younger has
  // half of all bytes.
  struct Generation {
    absl::flat_hash_map<std::string, Alignment> alignments;
    std::vector<std::shared_ptr<const void>> room;
    int64_t bytes = 0, room_bytes = 0;
  };

  void LockedKeep(std::string key, Alignment alignment) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t most_bytes_;
  const TakeRoom take_room_;
  mutable absl::Mutex mutex_;
  Generation young_ ABSL_GUARDED_BY(mutex_), old_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_KEPT_ALIGNMENTS_H_
