// SPDX-License-Identifier: Apache-2.0
//
// An event log, or what a selection leaves of it, as a file that the importers read back: the same
// events in the same order. Nothing is copied: memory is that of a piece.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/log/event_log.h"

namespace plumbline::analytics {

// Writes a log piece by piece. Used by one thread.
class LogWriter {
 public:
  virtual ~LogWriter() = default;
  // Appends the next piece of the file: at most 1,000 events. False when nothing was left to
  // append. O(events of the piece).
  virtual bool Next(std::string* out) = 0;
  // Events so far, and of how many cases.
  virtual int64_t events() const = 0;
  virtual int64_t cases() const = 0;
  // Characters so far that the format cannot hold.
  virtual int64_t replaced_characters() const { return 0; }
};

// What is written of a log.
struct LogToWrite {
  std::shared_ptr<const LogSnapshot> log;
  std::optional<Selected> selected;  // of `log`; nullopt = all of it
};

// In CSV (RFC 4180), in UTF-8; columns and names as analytics.proto, ExportEventLogRequest, says.
// FIELD_INVALID of "format" for a log that needs more columns than the importer reads; errors of
// `keep_on`, which is asked now and then. O(rows and attributes) for the columns.
absl::StatusOr<std::unique_ptr<LogWriter>> NewCsvLogWriter(LogToWrite log, KeepOn keep_on);

// In XES 2.0 (IEEE 1849-2016). Attributes "case:..." of a case's first event become those of its
// trace; others whose keys XES has for the parts of an event get the prefix "attribute:".
std::unique_ptr<LogWriter> NewXesLogWriter(LogToWrite log);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EXPORT_LOG_WRITER_H_
