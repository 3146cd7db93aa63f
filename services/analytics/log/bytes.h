// SPDX-License-Identifier: Apache-2.0
//
// Variable-length integers in byte strings: seven bits a byte, least significant first, the high
// bit says that more follow. Signed numbers are folded ("zigzag": 0, -1, 1, -2, ...) so that small
// ones of either sign stay short.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LOG_BYTES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LOG_BYTES_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

class ByteWriter {
 public:
  void Unsigned(uint64_t value) {
    if (value < 0x80) return Byte(static_cast<uint8_t>(value));
    char* at = Room(kMostBytes);
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<char>(value | 0x80);
    *at++ = static_cast<char>(value);
    size_ = static_cast<size_t>(at - bytes_.data());
  }
  void Signed(int64_t value) {
    Unsigned((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void Byte(uint8_t value) {
    *Room(1) = static_cast<char>(value);
    ++size_;
  }
  void Double(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    for (int i = 0; i < 8; ++i) Byte(static_cast<uint8_t>(bits >> (8 * i)));
  }
  void Text(absl::string_view text) {
    Unsigned(text.size());
    if (!text.empty()) std::memcpy(Room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  // Until more is written.
  absl::string_view bytes() const { return absl::string_view(bytes_).substr(0, size_); }

 private:
  static constexpr size_t kMostBytes = 10;  // of a number

  // Where the next bytes go, with room for so many.
  char* Room(size_t more) {
    if (bytes_.size() - size_ < more)
      bytes_.resize(std::max({bytes_.capacity(), 2 * bytes_.size(), size_ + more}));
    return bytes_.data() + size_;
  }

  std::string bytes_;  // longer than what was written
  size_t size_ = 0;
};

// Reads what ByteWriter wrote. Never reads beyond the end: from the first fault on ok() is false
// and every read gives 0.
class ByteReader {
 public:
  explicit ByteReader(absl::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  uint64_t Unsigned() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && at_ < end_; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(*at_++);
      if (shift == 63 && byte > 1) break;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
  }
  uint8_t Byte() {
    return at_ < end_ ? static_cast<uint8_t>(*at_++) : static_cast<uint8_t>(Fail());
  }
  double Double() {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= static_cast<uint64_t>(Byte()) << (8 * i);
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }
  absl::string_view Text() {
    const uint64_t size = Unsigned();
    if (size > left()) {
      Fail();
      return {};
    }
    absl::string_view text(at_, size);
    at_ += size;
    return text;
  }
  // A count of things of at least one byte each: never larger than what is left, so that it may
  // size an allocation.
  uint64_t Count() {
    const uint64_t count = Unsigned();
    return count <= left() ? count : Fail();
  }

  uint64_t left() const { return static_cast<uint64_t>(end_ - at_); }
  bool ok() const { return ok_; }

 private:
  uint64_t Fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }

  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LOG_BYTES_H_
