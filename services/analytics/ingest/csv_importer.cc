// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_importer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/attribute_text.h"
#include "services/analytics/ingest/column_contents.h"
#include "services/analytics/ingest/csv_sample.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kTimeSamples = 20'000;
// Times before 1980 and after 2100 are hardly meant.
constexpr int64_t kLikelyFrom = 315'532'800'000'000, kLikelyTo = 4'133'980'800'000'000;

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

// The record must have the columns of the header.
absl::string_view FieldOf(const CsvRecord& record, int column) {
  return record.fields[static_cast<size_t>(column)];
}

absl::Status SerialDates(const std::string& first, int64_t line, const absl::TimeZone& zone) {
  int64_t micros = 0;
  TimeFormat::Parse("excel", zone)->Read(first, &micros);
  return base::Error(
             base::Reason::ERROR_REASON_IMPORT_FORMAT,
             absl::StrCat("line ", line, ": ", Quote(first),
                          " is no time but Excel's count of days, here ",
                          absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMicros(micros), zone),
                          "; give the column a date format in the sheet and save it again, or "
                          "import it with `csv.time_format` excel"))
      .With("line", absl::StrCat(line));
}

// Keeps what a record has in a column, if it has anything there.
void Keep(const CsvRecord& record, int column, std::vector<std::string>& texts) {
  if (column < 0 || static_cast<size_t>(column) >= record.fields.size()) return;
  const absl::string_view text = absl::StripAsciiWhitespace(FieldOf(record, column));
  if (!text.empty()) texts.emplace_back(text);
}

}  // namespace

CsvImporter::CsvImporter(const ImportOptions& options, const absl::TimeZone& zone, BatchSink sink,
                         const CsvPatience& patience)
    : options_(options.csv),
      zone_(zone),
      collector_(std::move(sink), options.known_ids),
      patience_(patience),
      try_at_(patience.bytes),
      choice_(options.attributes),
      time_(*TimeFormat::Parse(options.csv.time_format, zone), true),
      start_(time_) {}

absl::Status CsvImporter::Feed(absl::string_view bytes) {
  if (reader_ != nullptr) {
    return reader_->Feed(bytes, [this](const CsvRecord& record) { return Row(record); });
  }
  sample_.append(bytes.data(), bytes.size());
  return sample_.size() < try_at_ ? absl::OkStatus() : Start(false);
}

absl::StatusOr<ImportSummary> CsvImporter::Finish() {
  auto row = [this](const CsvRecord& record) { return Row(record); };
  if (reader_ == nullptr) RETURN_IF_ERROR(Start(true));
  RETURN_IF_ERROR(reader_->Finish(row));
  RETURN_IF_ERROR(collector_.Finish());
  options_.time_format = time_.format().name();
  ImportSummary summary{"csv",    collector_.events(), collector_.dropped(),
                        options_, Readings(),          collector_.Transitions()};
  summary.attributes = choice_.kept();
  summary.ignored_attributes = choice_.ignored();
  summary.event_ids = collector_.has_event_ids();
  return summary;
}

// "sep=;", Excel's own way to name the delimiter. What is left of the line is blank.
void CsvImporter::TakeSeparatorLine() {
  const size_t end = std::min(sample_.find_first_of("\r\n"), sample_.size());
  if (end != 5 || !absl::StartsWithIgnoreCase(sample_, "sep=")) return;
  if (!absl::StrContains(",;\t|", sample_[4])) return;
  if (options_.delimiter.empty()) options_.delimiter = sample_.substr(4, 1);
  sample_.erase(0, end);
}

absl::Status CsvImporter::Start(bool whole_file) {
  TakeSeparatorLine();
  if (options_.delimiter.empty())
    options_.delimiter = std::string(1, SniffDelimiter(sample_, whole_file, options_));
  RETURN_IF_ERROR(ReadHeader(whole_file));
  if (!header_.empty()) {
    RETURN_IF_ERROR(ChooseTimeFormats(whole_file));
    if (InDoubt() && !whole_file && sample_.size() < patience_.doubt_bytes) {
      try_at_ = std::min(2 * sample_.size(), patience_.doubt_bytes);
      return absl::OkStatus();
    }
  } else if (!whole_file && sample_.size() <= kMaxRecordBytes) {
    try_at_ = 2 * sample_.size();  // not even the header is complete
    return absl::OkStatus();
  }
  reader_ = std::make_unique<CsvReader>(options_.delimiter[0]);
  const std::string sample = std::exchange(sample_, {});
  RETURN_IF_ERROR(
      FeedInPieces(sample, *reader_, [this](const CsvRecord& record) { return Row(record); }));
  watching_ = true;
  return absl::OkStatus();
}

absl::Status CsvImporter::ReadHeader(bool whole_file) {
  if (!header_.empty()) return absl::OkStatus();  // more was gathered
  ReadSome(sample_, whole_file, options_.delimiter[0], 1, [&](const CsvRecord& record) {
    for (absl::string_view name : record.fields) header_.emplace_back(name);
  });
  if (header_.empty()) return absl::OkStatus();
  for (std::string& name : header_) {
    if (!IsUtf8(name)) {
      return base::Error(
                 base::Reason::ERROR_REASON_IMPORT_FORMAT,
                 absl::StrCat("line 1: the column name ", Quote(name),
                              " is not UTF-8; save the file with that encoding, or name the one "
                              "that it has in `csv.encoding`, for example windows-1252"))
          .With("line", "1");
    }
    name = std::string(absl::StripAsciiWhitespace(name));
  }
  RETURN_IF_ERROR(FindColumns(whole_file));
  auto name_of = [this](int column) {
    return column < 0 ? std::string("-") : header_[static_cast<size_t>(column)];
  };
  options_.case_column = name_of(columns_.case_id);
  options_.activity_column = name_of(columns_.activity);
  options_.time_column = name_of(columns_.time);
  options_.start_time_column = name_of(columns_.start);
  options_.resource_column = name_of(columns_.resource);
  options_.transition_column = name_of(columns_.transition);
  options_.event_id_column = name_of(columns_.event_id);
  ChooseAttributes();
  return absl::OkStatus();
}

void CsvImporter::ChooseAttributes() {
  for (size_t i = 0; i < header_.size(); ++i) {
    if (columns_.Has(static_cast<int>(i))) continue;
    absl::string_view key = header_[i];
    const bool text = absl::ConsumeSuffix(&key, kTextColumn);
    if (key.empty() || !choice_.Wants(key)) continue;
    attribute_columns_.push_back({i, std::string(key), text});
  }
}

void CsvImporter::ReadAttributes(const CsvRecord& record) {
  attributes_.clear();
  for (const AttributeColumn& one : attribute_columns_) {
    const absl::string_view text = record.fields[one.column];
    if (text.empty()) continue;
    attributes_.push_back(
        {one.key, one.text ? AttributeValue(std::string(text)) : ValueOfText(text)});
  }
}

absl::Status CsvImporter::FindColumns(bool whole_file) {
  columns_ = GuessColumns(header_, options_);
  if (columns_.required() == 3) return CheckColumns(columns_, columns_, header_, options_);
  ColumnContents contents(header_.size());
  bool header = true;
  ReadSome(sample_, whole_file, options_.delimiter[0], ColumnContents::kRows,
           [&](const CsvRecord& record) {
             if (std::exchange(header, false)) return;
             for (size_t i = 0; i < record.fields.size(); ++i) contents.Add(i, record.fields[i]);
           });
  if (columns_.time < 0 && options_.time_column.empty())
    columns_.time = contents.OnlyTimes(columns_);
  return CheckColumns(columns_, contents.Suggest(columns_, header_), header_, options_);
}

absl::Status CsvImporter::ChooseTimeFormats(bool whole_file) {
  if (!options_.time_format.empty()) return absl::OkStatus();
  if (!std::exchange(guessed_, true)) {
    std::vector<std::string> times, starts;
    int64_t line = 0;  // of the first time
    bool header = true;
    ReadSome(sample_, whole_file, options_.delimiter[0], kTimeSamples,
             [&](const CsvRecord& record) {
               if (std::exchange(header, false)) return;
               Keep(record, columns_.time, times);
               if (line == 0 && !times.empty()) line = record.line;
               Keep(record, columns_.start, starts);
             });
    auto guess = [this](const std::vector<std::string>& texts) {
      const std::vector<absl::string_view> views(texts.begin(), texts.end());
      return TimeColumn(TimeFormat::Guess(views, zone_, options_.date_order),
                        options_.date_order != DateOrder::kUnknown);
    };
    time_ = guess(times);
    start_ = starts.empty() ? time_ : guess(starts);
    const std::vector<absl::string_view> views(times.begin(), times.end());
    if (TimeFormat::LookLikeExcel(views)) return SerialDates(times[0], line, zone_);
  }
  if (time_.rival().has_value() || start_.rival().has_value()) SettleOrders(whole_file);
  return absl::OkStatus();
}

void CsvImporter::SettleOrders(bool whole_file) {
  time_.Forget();
  start_.Forget();
  int64_t micros;
  bool header = true;
  ReadSome(sample_, whole_file, options_.delimiter[0], sample_.size(),
           [&](const CsvRecord& record) {
             if (std::exchange(header, false) || !HasColumnsOfHeader(record)) return;
             time_.Read(FieldOf(record, columns_.time), &micros);
             if (columns_.start >= 0) start_.Read(FieldOf(record, columns_.start), &micros);
           });
  for (TimeColumn* column : {&time_, &start_}) {
    if (column->Refuted()) column->Exchange();
  }
  if (columns_.start < 0) return;
  // Whoever wrote the one column wrote the other.
  const DateOrder time = time_.format().order(), start = start_.format().order();
  if (time_.InDoubt() && !start_.InDoubt() && start != DateOrder::kUnknown) time_.Follow(start);
  if (start_.InDoubt() && !time_.InDoubt() && time != DateOrder::kUnknown) start_.Follow(time);
}

std::vector<TimeReading> CsvImporter::Readings() const {
  std::vector<TimeReading> readings;
  const auto add = [&](const TimeColumn& column, const std::string& name,
                       const TimeReading& unlikely) {
    TimeReading& reading = readings.emplace_back(column.Reading(name));
    reading.unlikely_count = unlikely.unlikely_count;
    reading.unlikely_sample = unlikely.unlikely_sample;
  };
  add(time_, options_.time_column, unlikely_time_);
  if (columns_.start >= 0) add(start_, options_.start_time_column, unlikely_start_);
  return readings;
}

void CsvImporter::Watch(const CsvRecord& record, int column, int64_t micros,
                        TimeReading& unlikely) {
  if (micros >= kLikelyFrom && micros < kLikelyTo) return;
  if (++unlikely.unlikely_count > 1) return;
  unlikely.unlikely_sample =
      absl::StrCat("line ", record.line, ": ", Quote(FieldOf(record, column)));
}

bool CsvImporter::HasColumnsOfHeader(const CsvRecord& record) const {
  if (record.fields.size() == header_.size()) return true;
  if (record.fields.size() < header_.size()) return false;
  // Some writers end every row, but not the header, with a delimiter.
  return std::all_of(record.fields.begin() + static_cast<std::ptrdiff_t>(header_.size()),
                     record.fields.end(), IsBlank);
}

bool CsvImporter::ReadTime(const CsvRecord& record, absl::string_view text, TimeColumn& column,
                           int64_t* micros) {
  if (!watching_) return column.ReadUncounted(text, micros);
  if (column.Read(text, micros)) return true;
  if (!column.Refuted()) return false;
  const bool day_first = column.format().order() == DateOrder::kMonthFirst;
  refuted_ =
      base::Error(
          base::Reason::ERROR_REASON_IMPORT_FORMAT,
          absl::StrCat("line ", record.line, ": ", Quote(text), " shows that the ",
                       day_first ? "day" : "month",
                       " comes first, but the times before it, which can be read both ways, "
                       "were read as ",
                       column.format().name(), "; import the file again with `csv.date_order` ",
                       day_first ? "day first" : "month first", ", or `csv.time_format` '",
                       column.rival()->name(), "'"))
          .With("line", absl::StrCat(record.line));
  return false;
}

bool CsvImporter::ReadTimes(const CsvRecord& record, RawEvent* event) {
  auto line = [&] { return record.line; };
  const absl::string_view time = FieldOf(record, columns_.time);
  if (!ReadTime(record, time, time_, &event->time)) {
    if (!refuted_.ok()) return false;
    collector_.Drop(IsBlank(time) ? DropReason::kTimeMissing : DropReason::kTimeUnreadable, time,
                    line);
    return false;
  }
  Watch(record, columns_.time, event->time, unlikely_time_);
  if (columns_.start < 0) return true;
  const absl::string_view start = FieldOf(record, columns_.start);
  if (start.empty()) return true;
  const bool start_read = ReadTime(record, start, start_, &event->start);
  if (start_read) Watch(record, columns_.start, event->start, unlikely_start_);
  if (!refuted_.ok()) return false;
  if (start_read || IsBlank(start)) return true;
  collector_.Drop(DropReason::kStartUnreadable, start, line);
  return false;
}

absl::Status CsvImporter::Row(const CsvRecord& record) {
  if (!header_read_) {
    header_read_ = true;
    return absl::OkStatus();
  }
  auto line = [&] { return record.line; };
  if (record.text_after_quote) {
    collector_.Drop(DropReason::kQuoting, "", line);
    return absl::OkStatus();
  }
  if (!HasColumnsOfHeader(record)) {
    collector_.Drop(DropReason::kColumns,
                    absl::StrCat(record.fields.size(), " instead of ", header_.size()), line);
    return absl::OkStatus();
  }
  auto field = [&](int column) {
    const absl::string_view text =
        column < 0 ? absl::string_view() : record.fields[static_cast<size_t>(column)];
    return !text.empty() && text.front() <= ' ' && IsBlank(text) ? absl::string_view() : text;
  };
  RawEvent event{field(columns_.case_id), field(columns_.activity), field(columns_.resource),
                 field(columns_.transition), field(columns_.event_id)};
  const bool named = !event.case_id.empty() && !event.activity.empty();
  if (named && !ReadTimes(record, &event)) return refuted_;
  if (!attribute_columns_.empty()) {
    ReadAttributes(record);
    event.attributes = absl::MakeSpan(attributes_);
  }
  return collector_.Add(event, line);
}

}  // namespace plumbline::analytics
