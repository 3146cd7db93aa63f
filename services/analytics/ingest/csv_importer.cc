// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_importer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kSampleBytes = 4 << 20;
constexpr size_t kSniffedRecords = 100;
constexpr size_t kTimeSamples = 20'000;

// The first `limit` records of a text under a delimiter, as far as they are there.
template <typename Each>
void ReadSome(absl::string_view text, bool whole, char delimiter, size_t limit, Each each) {
  size_t count = 0;
  auto one = [&](const CsvRecord& record) {
    each(record);
    return ++count < limit ? absl::OkStatus() : absl::CancelledError();  // enough
  };
  CsvReader reader(delimiter);
  if (reader.Feed(text, one).ok() && whole)
    reader.Finish(one).IgnoreError();  // told when it is read in earnest
}

// How well a delimiter fits: columns that are needed and found, records as wide as the header,
// width.
std::tuple<int, size_t, size_t> Fit(absl::string_view text, bool whole, char delimiter,
                                    const CsvOptions& options) {
  int found = 0;
  size_t alike = 0, width = 0;
  ReadSome(text, whole, delimiter, kSniffedRecords, [&](const CsvRecord& record) {
    if (width == 0) {
      width = record.fields.size();
      std::vector<std::string> header;
      for (absl::string_view name : record.fields) header.emplace_back(name);
      found = GuessColumns(header, options).required();
    }
    alike += record.fields.size() == width;
  });
  return {found, width > 1 ? alike : 0, width};
}

char SniffDelimiter(absl::string_view text, bool whole, const CsvOptions& options) {
  char best = ',';
  auto best_fit = Fit(text, whole, best, options);
  for (char delimiter : {';', '\t', '|'}) {
    const auto fit = Fit(text, whole, delimiter, options);
    if (fit > best_fit) {
      best = delimiter;
      best_fit = fit;
    }
  }
  return best;
}

bool IsBlank(absl::string_view text) { return absl::StripAsciiWhitespace(text).empty(); }

}  // namespace

CsvImporter::CsvImporter(const CsvOptions& options, const absl::TimeZone& zone, BatchSink sink)
    : options_(options),
      zone_(zone),
      collector_(std::move(sink)),
      try_at_(kSampleBytes),
      time_format_(*TimeFormat::Parse("iso", zone)),
      start_format_(time_format_) {}

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
  return ImportSummary{"csv", collector_.events(), collector_.dropped(), options_};
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
  } else if (!whole_file && sample_.size() <= kMaxRecordBytes) {
    try_at_ = 2 * sample_.size();  // not even the header is complete
    return absl::OkStatus();
  }
  reader_ = std::make_unique<CsvReader>(options_.delimiter[0]);
  const std::string sample = std::exchange(sample_, {});
  return reader_->Feed(sample, [this](const CsvRecord& record) { return Row(record); });
}

absl::Status CsvImporter::ReadHeader(bool whole_file) {
  ReadSome(sample_, whole_file, options_.delimiter[0], 1, [&](const CsvRecord& record) {
    for (absl::string_view name : record.fields) header_.emplace_back(name);
  });
  if (header_.empty()) return absl::OkStatus();
  for (std::string& name : header_) {
    if (!IsUtf8(name)) {
      return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                         absl::StrCat("line 1: the column name ", Quote(name),
                                      " is not UTF-8; save the file with that encoding"))
          .With("line", "1");
    }
    name = std::string(absl::StripAsciiWhitespace(name));
  }
  ASSIGN_OR_RETURN(columns_, FindColumns(header_, options_));
  auto name_of = [this](int column) {
    return column < 0 ? std::string("-") : header_[static_cast<size_t>(column)];
  };
  options_.case_column = name_of(columns_.case_id);
  options_.activity_column = name_of(columns_.activity);
  options_.time_column = name_of(columns_.time);
  options_.start_time_column = name_of(columns_.start);
  options_.resource_column = name_of(columns_.resource);
  options_.transition_column = name_of(columns_.transition);
  return absl::OkStatus();
}

absl::Status CsvImporter::ChooseTimeFormats(bool whole_file) {
  if (!options_.time_format.empty()) {
    ASSIGN_OR_RETURN(time_format_, TimeFormat::Parse(options_.time_format, zone_));
    start_format_ = time_format_;
    return absl::OkStatus();
  }
  std::vector<std::string> times, starts;
  bool header = true;
  auto keep = [](const CsvRecord& record, int column, std::vector<std::string>& texts) {
    if (column < 0 || static_cast<size_t>(column) >= record.fields.size()) return;
    const absl::string_view text =
        absl::StripAsciiWhitespace(record.fields[static_cast<size_t>(column)]);
    if (!text.empty()) texts.emplace_back(text);
  };
  ReadSome(sample_, whole_file, options_.delimiter[0], kTimeSamples, [&](const CsvRecord& record) {
    if (!std::exchange(header, false)) {
      keep(record, columns_.time, times);
      keep(record, columns_.start, starts);
    }
  });
  auto guess = [this](const std::vector<std::string>& texts) {
    return TimeFormat::Guess(std::vector<absl::string_view>(texts.begin(), texts.end()), zone_);
  };
  time_format_ = guess(times);
  start_format_ = starts.empty() ? time_format_ : guess(starts);
  options_.time_format = time_format_.name();
  return absl::OkStatus();
}

bool CsvImporter::HasColumnsOfHeader(const CsvRecord& record) const {
  if (record.fields.size() == header_.size()) return true;
  if (record.fields.size() < header_.size()) return false;
  // Some writers end every row, but not the header, with a delimiter.
  return std::all_of(record.fields.begin() + static_cast<std::ptrdiff_t>(header_.size()),
                     record.fields.end(), IsBlank);
}

bool CsvImporter::ReadTimes(const CsvRecord& record, RawEvent* event) {
  auto line = [&] { return record.line; };
  const absl::string_view time = record.fields[static_cast<size_t>(columns_.time)];
  if (!time_format_.Read(time, &event->time)) {
    collector_.Drop(IsBlank(time) ? DropReason::kTimeMissing : DropReason::kTimeUnreadable, time,
                    line);
    return false;
  }
  if (columns_.start < 0) return true;
  const absl::string_view start = record.fields[static_cast<size_t>(columns_.start)];
  if (start.empty() || start_format_.Read(start, &event->start) || IsBlank(start)) return true;
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
                 field(columns_.transition)};
  const bool named = !event.case_id.empty() && !event.activity.empty();
  if (named && !ReadTimes(record, &event)) return absl::OkStatus();
  return collector_.Add(event, line);
}

}  // namespace plumbline::analytics
