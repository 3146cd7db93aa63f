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
  // kNoText if it is not among them. O(length); of up to sixteen bytes nothing but the ends.
  uint32_t Find(absl::string_view text) const {
    const Ends ends = EndsOf(text);
    const Entry& entry = entries_[SlotOf(ends)];
    if (entry.ends.first != ends.first || entry.ends.last != ends.last ||
        entry.ends.size != ends.size)
      return kNoText;
    const bool same = ends.size <= 2 * kEnd ||
                      std::memcmp(entry.middle, text.data() + kEnd, ends.size - 2 * kEnd) == 0;
    return same ? entry.id : kNoText;
  }
  // `text` must stay as it is until Clear; it takes the place of another.
  void Put(absl::string_view text, uint32_t id) {
    const Ends ends = EndsOf(text);
    const char* const middle = ends.size <= 2 * kEnd ? nullptr : text.data() + kEnd;
    entries_[SlotOf(ends)] = {ends, id, middle};
  }
  void Clear() { entries_.fill({}); }

 private:
  static constexpr size_t kEnd = 8;
  // The first and the last eight bytes and the length: texts of one column mostly differ there.
  struct Ends {
    uint64_t first = 0, last = 0;
    uint32_t size = 0;
  };
  struct Entry {
    Ends ends;
    uint32_t id = kNoText;
    const char* middle = nullptr;
  };
  static constexpr int kBits = 8;

  // In registers: what is written as four bytes and read as eight waits for the write.
  template <class Word>
  static uint64_t Load(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof(word));
    return word;
  }
  static Ends EndsOf(absl::string_view text) {
    const char* const end = text.data() + text.size();
    const auto size = static_cast<uint32_t>(text.size());
    if (text.size() >= kEnd) return {Load<uint64_t>(text.data()), Load<uint64_t>(end - kEnd), size};
    if (text.size() >= kEnd / 2)
      return {Load<uint32_t>(text.data()), Load<uint32_t>(end - kEnd / 2), size};
    if (text.empty()) return {};
    // All of its one to three bytes.
    const auto at = [&](size_t i) { return uint64_t{static_cast<unsigned char>(text[i])}; };
    return {at(0) | at(text.size() / 2) << 8 | at(text.size() - 1) << 16, 0, size};
  }
  static size_t SlotOf(const Ends& ends) {
    const uint64_t mixed =
        (ends.first ^ (ends.last * 0x9e3779b97f4a7c15) ^ ends.size) * 0xff51afd7ed558ccd;
    return static_cast<size_t>(mixed >> (64 - kBits));
  }

  std::array<Entry, size_t{1} << kBits> entries_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_RECENT_TEXTS_H_
