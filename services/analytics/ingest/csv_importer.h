// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/ingest/collector.h"
#include "services/analytics/ingest/csv_columns.h"
#include "services/analytics/ingest/csv_reader.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {

// Reads CSV in UTF-8. The first 4 MiB are gathered and looked at for delimiter, columns and time
// formats before the first event is made.
class CsvImporter final : public Importer {
 public:
  // `options` checked by NewImporter; `zone` is the one that they name.
  CsvImporter(const CsvOptions& options, const absl::TimeZone& zone, BatchSink sink);
  absl::Status Feed(absl::string_view bytes) override;
  absl::StatusOr<ImportSummary> Finish() override;

 private:
  absl::Status Start(bool whole_file);
  void TakeSeparatorLine();
  absl::Status ReadHeader(bool whole_file);
  absl::Status ChooseTimeFormats(bool whole_file);
  absl::Status Row(const CsvRecord& record);
  // False if the row is dropped for its times.
  bool ReadTimes(const CsvRecord& record, RawEvent* event);
  bool HasColumnsOfHeader(const CsvRecord& record) const;

  CsvOptions options_;  // what was given; filled up with what was found
  absl::TimeZone zone_;
  Collector collector_;
  std::string sample_;
  size_t try_at_;  // bytes of sample at which to look at it
  std::vector<std::string> header_;
  CsvColumns columns_;
  TimeFormat time_format_, start_format_;
  std::unique_ptr<CsvReader> reader_;  // set once the sample was looked at
  bool header_read_ = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_
