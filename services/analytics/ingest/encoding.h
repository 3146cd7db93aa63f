// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_ENCODING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_ENCODING_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// Turns text of another encoding, which comes in pieces, into UTF-8. What is no character of that
// encoding becomes U+FFFD.
class Transcoder {
 public:
  // By the names of IANA and of the C library, upper or lower case: "windows-1252", "latin1",
  // "shift_jis", "utf-16le". nullptr for "utf-8" and "", which need none. FIELD_INVALID of
  // "csv.encoding" for a name that is not known.
  static absl::StatusOr<std::unique_ptr<Transcoder>> Create(absl::string_view name);
  ~Transcoder();

  // Appends to `out`; keeps an incomplete character for the next call.
  void Decode(absl::string_view bytes, std::string* out);

 private:
  explicit Transcoder(void* handle) : handle_(handle) {}

  void* const handle_;   // of iconv
  std::string pending_;  // an incomplete character
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_ENCODING_H_
