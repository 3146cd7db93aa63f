// SPDX-License-Identifier: Apache-2.0
//
// Reads an event log from a file that arrives in pieces: CSV, XES or OCEL 2.0 (JSON), each also
// packed by gzip or zstd, found by content.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/ingest/time_format.h"
#include "services/analytics/log/event_batch.h"
#include "services/analytics/log/event_ids.h"

namespace plumbline::analytics {

// What the caller says of a CSV file; analytics.proto, CsvMapping, documents each field. "" = find
// out.
struct CsvOptions {
  std::string case_column, activity_column, time_column, start_time_column, resource_column,
      transition_column;
  std::string delimiter, time_zone, time_format;
  DateOrder date_order = DateOrder::kUnknown;
  std::string event_id_column, encoding;
};

// All that the caller says of a file; analytics.proto, ImportHeader, documents most of it.
struct ImportOptions {
  CsvOptions csv;
  std::vector<std::string> attributes;  // that are kept; "*" = all
  std::string object_type;              // OCEL; "" = the only one
  std::string classifier;               // XES; "" = concept:name
  // What traces of an XES file that have no name are called before their number. Two files of one
  // log must differ in it, or their traces would become one.
  std::string unnamed = "trace ";
  // Asked once, when the first event has an id: those that the log has already, whose events are
  // dropped. It grows by those of the file. nullptr from it, or none of it: no ids.
  std::function<std::shared_ptr<EventIds>()> known_ids;
};

// How a column of times was read; analytics.proto, TimeReading, documents each field. From
// other_format on only where day and month could not be told apart.
struct TimeReading {
  std::string column, format;
  std::string other_format;
  std::string sample;
  int64_t sample_micros = 0, other_micros = 0;
  // Of times before 1980 or after 2100, whatever else is known.
  int64_t unlikely_count = 0;
  std::string unlikely_sample;  // the first
};

struct Dropped {
  std::string reason;
  int64_t count = 0;
  std::vector<std::string> samples;  // up to 5
};

struct ImportSummary {
  std::string format;  // "csv", "xes" or "ocel"
  int64_t events = 0;
  std::vector<Dropped> dropped;
  CsvOptions csv;                  // what was used; empty for XES
  std::vector<TimeReading> times;  // of the columns with times; empty for XES
  // Life-cycle transitions of the events, as the file has them; most frequent first, then by name.
  std::vector<std::pair<std::string, int64_t>> transitions;
  std::vector<std::string> attributes, ignored_attributes;  // kept, and not; up to 1,000 and 100
  std::string object_type;                                  // that was used (OCEL)
  std::string classifier;                                   // that was used (XES)
  std::vector<std::string> classifiers;                     // of the file (XES); up to 100
  bool event_ids = false;  // at least one event that was read has one
};

// Gets each finished batch of up to kBlockRows rows. An error ends the import with it.
using BatchSink = std::function<absl::Status(EventBatch batch)>;

// Used by one thread. Memory is bounded by the batch (65,536 events, or 16 MiB of texts and
// attributes, each different text of a column once), the
// first 4 MiB of a CSV file (64 MiB where those do not tell day from month), one line (16 MiB); for
// XES one element (4 MiB) and the events of one trace before its name (32 MiB; a trace without a
// name is called "trace N"); for OCEL one event or object (4 MiB), the objects of the chosen type
// (256 MiB) and the events before them (256 MiB). Where events have ids, 24 bytes for each.
class Importer {
 public:
  virtual ~Importer() = default;
  // The next bytes of the file. IMPORT_FORMAT (with the line, where it is known),
  // IMPORT_COLUMN_MISSING, and the sink's errors; after an error the importer is dead.
  virtual absl::Status Feed(absl::string_view bytes) = 0;
  // The end of the file. Also IMPORT_EMPTY, and IMPORT_FORMAT for a file that ends too early.
  virtual absl::StatusOr<ImportSummary> Finish() = 0;
};

// FIELD_INVALID for options that make no sense (an unknown zone, a delimiter of two characters).
absl::StatusOr<std::unique_ptr<Importer>> NewImporter(const ImportOptions& options, BatchSink sink);
inline absl::StatusOr<std::unique_ptr<Importer>> NewImporter(const CsvOptions& csv,
                                                             BatchSink sink) {
  ImportOptions options;
  options.csv = csv;
  return NewImporter(options, std::move(sink));
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_IMPORTER_H_
