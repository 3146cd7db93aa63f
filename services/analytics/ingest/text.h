// SPDX-License-Identifier: Apache-2.0
//
// Text encodings of files.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_TEXT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Whether `text` is UTF-8 (RFC 3629: shortest forms, no surrogates, up to U+10FFFF). O(length).
bool IsUtf8(absl::string_view text);

// Whether all of it is ASCII without zero bytes, as nearly all texts are. O(length / 8).
bool IsPlainAscii(absl::string_view text);

// Appends a character, up to U+10FFFF.
void AppendUtf8(unsigned c, std::string* out);

// `text` fit for an error message: cut to about 60 bytes, with escapes for control
// characters and for what is not UTF-8.
std::string Quote(absl::string_view text);

// Turns UTF-16 that comes in pieces into UTF-8. Unpaired surrogates become U+FFFD.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(bool big_endian) : big_endian_(big_endian) {}
  // Appends to `out`; keeps an incomplete character for the next call.
  void Decode(absl::string_view bytes, std::string* out);
  // Whether the text so far ends within a character.
  bool incomplete() const { return has_byte_ || high_ != 0; }

 private:
  void Unit(unsigned unit, std::string* out);

  bool big_endian_;
  bool has_byte_ = false;
  unsigned char byte_ = 0;
  unsigned high_ = 0;  // a high surrogate that waits for its low one
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_TEXT_H_
