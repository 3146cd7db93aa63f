// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_DETECT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_DETECT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

// How many bytes DetectContent likes to see; fewer if the file is shorter.
inline constexpr size_t kDetectBytes = 4096;

enum class Encoding { kUtf8, kUtf16LittleEndian, kUtf16BigEndian };

struct Content {
  enum class Format { kCsv, kXes, kOcel } format = Format::kCsv;
  Encoding encoding = Encoding::kUtf8;
  size_t mark_bytes = 0;  // of the byte order mark
};

// The byte order mark at the beginning, if there is one; mark_bytes is 0 otherwise.
Content FindMark(absl::string_view head);

// Tells what a file is by its first bytes (unpacked). IMPORT_FORMAT that says what it looks like,
// if it is none of CSV, XES and OCEL.
absl::StatusOr<Content> DetectContent(absl::string_view head);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_DETECT_H_
