// SPDX-License-Identifier: Apache-2.0
//
// An event log as a file that the importers read back: the same events in the same order.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Writes a log piece by piece. Used by one thread.
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  // Appends the next piece of the file: at most 1,000 events. False when nothing was left to
  // append. O(events of the piece).
  virtual bool Next(std::string* out) = 0;
  // Characters so far that the format cannot hold.
  virtual int64_t replaced_characters() const { return 0; }
};

// In CSV (RFC 4180), in UTF-8; columns and names as analytics.proto, ExportEventLogRequest, says.
// FIELD_INVALID of "format" for a log that needs more columns than the importer reads.
// O(attributes) for the columns.
absl::StatusOr<std::unique_ptr<LogWriter>> NewCsvLogWriter(std::shared_ptr<const LogSnapshot> log);

// In XES 2.0 (IEEE 1849-2016). Attributes "case:..." of a case's first event become those of its
// trace; others whose keys XES has for the parts of an event get the prefix "attribute:".
std::unique_ptr<LogWriter> NewXesLogWriter(std::shared_ptr<const LogSnapshot> log);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_
