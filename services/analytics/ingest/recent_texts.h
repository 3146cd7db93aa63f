// SPDX-License-Identifier: Apache-2.0
//
// The numbers of texts that were seen lately. Columns of logs repeat a few texts; most are found
// here in a third of the time that the dictionary takes. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_RECENT_TEXTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_RECENT_TEXTS_H_

#include <array>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "services/analytics/log/event_batch.h"

namespace plumbline::analytics {

class RecentTexts {
 public:
  // kNoText if it is not among them. O(length).
  uint32_t Find(absl::string_view text) const {
    const Entry& entry = entries_[SlotOf(text)];
    return entry.text == text ? entry.id : kNoText;
  }
  // `text` must stay as it is until Clear; it takes the place of another.
  void Put(absl::string_view text, uint32_t id) { entries_[SlotOf(text)] = {text, id}; }
  void Clear() { entries_.fill({}); }

 private:
  struct Entry {
    absl::string_view text;
    uint32_t id = kNoText;
  };
  static constexpr int kBits = 8;

  // Of the first and the last eight bytes and the length: texts of one column mostly differ there.
  static size_t SlotOf(absl::string_view text) {
    uint64_t first = 0, last = 0;
    if (text.size() >= 8) {
      std::memcpy(&first, text.data(), 8);
      std::memcpy(&last, text.data() + text.size() - 8, 8);
    } else {
      for (const char c : text) first = first << 8 | static_cast<unsigned char>(c);
    }
    const uint64_t mixed = (first ^ (last * 0x9e3779b97f4a7c15) ^ text.size()) * 0xff51afd7ed558ccd;
    return static_cast<size_t>(mixed >> (64 - kBits));
  }

  std::array<Entry, size_t{1} << kBits> entries_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_RECENT_TEXTS_H_
