// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/conformance/kept_alignments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"

namespace plumbline::analytics::conformance {
namespace {

constexpr int64_t kRoomAtOnce = 256 << 10;
constexpr size_t kKeyBytes = 32;

// 128 bits of a hash that nobody finds two texts for.
std::string KeyOf(absl::string_view model, const LogVariant& variant) {
  std::string text = absl::StrCat(model, variant.beginning ? "+" : "=");
  for (const uint32_t label : variant.activities) absl::StrAppend(&text, label, ",");
  return base::Sha256Hex(text).substr(0, kKeyBytes);
}

// With its place in the map, which may have grown to twice what it holds.
int64_t BytesOf(const Alignment& alignment) {
  constexpr size_t kOfAllocating = 16;
  return static_cast<int64_t>(2 * sizeof(std::pair<std::string, Alignment>) + kKeyBytes +
                              2 * kOfAllocating + alignment.moves.size() * sizeof(Move));
}

}  // namespace

KeptAlignments::KeptAlignments(int64_t most_bytes, TakeRoom take_room)
    : most_bytes_(most_bytes), take_room_(std::move(take_room)) {}

bool KeptAlignments::Find(absl::string_view model, const LogVariant& variant,
                          Alignment* alignment) {
  if (most_bytes_ == 0) return false;
  std::string key = KeyOf(model, variant);
  absl::MutexLock lock(&mutex_);
  const auto young = young_.alignments.find(key);
  if (young != young_.alignments.end()) {
    *alignment = young->second;
    return true;
  }
  const auto old = old_.alignments.find(key);
  if (old == old_.alignments.end()) return false;
  *alignment = old->second;
  LockedKeep(std::move(key), *alignment);
  return true;
}

void KeptAlignments::Keep(absl::string_view model, const LogVariant& variant,
                          const Alignment& alignment) {
  if (most_bytes_ == 0 || !alignment.optimal) return;
  std::string key = KeyOf(model, variant);
  // Without what its list has room for beyond that.
  Alignment copy = alignment;
  absl::MutexLock lock(&mutex_);
  LockedKeep(std::move(key), std::move(copy));
}

void KeptAlignments::LockedKeep(std::string key, Alignment alignment) {
  const int64_t bytes = BytesOf(alignment);
  if (bytes > most_bytes_ / 2) return;
  if (young_.bytes + bytes > most_bytes_ / 2) old_ = std::exchange(young_, {});
  if (young_.bytes + bytes > young_.room_bytes) {
    const int64_t more = std::min(most_bytes_ / 2, std::max(kRoomAtOnce, bytes));
    std::shared_ptr<const void> room = take_room_(more);
    if (room == nullptr) return;
    young_.room.push_back(std::move(room));
    young_.room_bytes += more;
  }
  if (young_.alignments.try_emplace(std::move(key), std::move(alignment)).second)
    young_.bytes += bytes;
}

void KeptAlignments::Clear() {
  Generation young, old;  // let go without the lock
  absl::MutexLock lock(&mutex_);
  std::swap(young, young_);
  std::swap(old, old_);
}

int64_t KeptAlignments::size() const {
  absl::MutexLock lock(&mutex_);
  return static_cast<int64_t>(young_.alignments.size() + old_.alignments.size());
}

int64_t KeptAlignments::bytes() const {
  absl::MutexLock lock(&mutex_);
  return young_.bytes + old_.bytes;
}

}  // namespace plumbline::analytics::conformance
