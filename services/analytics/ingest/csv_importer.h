// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/ingest/attribute_choice.h"
#include "services/analytics/ingest/collector.h"
#include "services/analytics/ingest/csv_columns.h"
#include "services/analytics/ingest/csv_reader.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/time_column.h"

namespace plumbline::analytics {

// How much of a file is gathered before the first event is made.
struct CsvPatience {
  size_t bytes = 4 << 20;
  size_t doubt_bytes = 64 << 20;  // where nothing before tells day from month
};

// Reads CSV in UTF-8. Its beginning is gathered and looked at for delimiter, columns and time
// formats. Where that does not tell day from month, more is gathered; where that does not either,
// the times are read one way (see TimeFormat::Guess) and watched: IMPORT_FORMAT for one that can
// only be read the other way, and what stays in doubt to the end is told in the summary.
class CsvImporter final : public Importer {
 public:
  // `options` checked by NewImporter; `zone` is the one that they name.
  CsvImporter(const ImportOptions& options, const absl::TimeZone& zone, BatchSink sink,
              const CsvPatience& patience = {});
  absl::Status Feed(absl::string_view bytes) override;
  absl::StatusOr<ImportSummary> Finish() override;

 private:
  absl::Status Start(bool whole_file);
  void TakeSeparatorLine();
  absl::Status ReadHeader(bool whole_file);
  // The time by what columns hold, where no name tells it. IMPORT_COLUMN_MISSING.
  absl::Status FindColumns(bool whole_file);
  // IMPORT_FORMAT for what is Excel's way to count days.
  absl::Status ChooseTimeFormats(bool whole_file);
  // Reads all times of the sample, to tell day from month.
  void SettleOrders(bool whole_file);
  bool InDoubt() const { return time_.InDoubt() || (columns_.start >= 0 && start_.InDoubt()); }
  // Which columns beside the ones with a meaning are kept.
  void ChooseAttributes();
  void ReadAttributes(const CsvRecord& record);
  absl::Status Row(const CsvRecord& record);
  // False if the row is dropped for its times, or refuted_.
  bool ReadTimes(const CsvRecord& record, RawEvent* event);
  // False if the text cannot be read, or refuted_.
  bool ReadTime(const CsvRecord& record, absl::string_view text, TimeColumn& column,
                int64_t* micros);
  std::vector<TimeReading> Readings() const;
  // Counts a time that was read if it is hardly meant.
  void Watch(const CsvRecord& record, int column, int64_t micros, TimeReading& unlikely);
  bool HasColumnsOfHeader(const CsvRecord& record) const;

  CsvOptions options_;  // what was given; filled up with what was found
  absl::TimeZone zone_;
  Collector collector_;
  const CsvPatience patience_;
  std::string sample_;
  size_t try_at_;  // bytes of sample at which to look at it
  std::vector<std::string> header_;
  CsvColumns columns_;
  // A column that becomes an attribute.
  struct AttributeColumn {
    size_t column;
    std::string key;
    bool text;  // whatever it looks like
  };
  AttributeChoice choice_;
  std::vector<AttributeColumn> attribute_columns_;
  std::vector<RawAttribute> attributes_;  // of the row
  TimeColumn time_, start_;
  TimeReading unlikely_time_, unlikely_start_;  // only what they say of unlikely times
  bool guessed_ = false;
  bool watching_ = false;              // the sample is behind, whose times are counted already
  absl::Status refuted_;               // a time shows that those before were read wrong
  std::unique_ptr<CsvReader> reader_;  // set once the sample was looked at
  bool header_read_ = false;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_IMPORTER_H_
