// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/importer.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/csv_importer.h"
#include "services/analytics/ingest/detect.h"
#include "services/analytics/ingest/gunzip.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/xes_importer.h"

namespace plumbline::analytics {
namespace {

// Unpacks, finds out what comes, and hands it to the importer of that format.
class FileImporter final : public Importer {
 public:
  FileImporter(const CsvOptions& options, const absl::TimeZone& zone, BatchSink sink,
               std::string unnamed)
      : options_(options), zone_(zone), sink_(std::move(sink)), unnamed_(std::move(unnamed)) {}

  absl::Status Feed(absl::string_view bytes) override {
    return gunzip_.Feed(bytes, [this](absl::string_view text) { return FeedText(text); });
  }

  absl::StatusOr<ImportSummary> Finish() override {
    RETURN_IF_ERROR(gunzip_.Finish([this](absl::string_view text) { return FeedText(text); }));
    if (format_ == nullptr) RETURN_IF_ERROR(Open());
    return format_->Finish();
  }

 private:
  absl::Status FeedText(absl::string_view text) {
    if (format_ != nullptr) return FeedFormat(text);
    head_.append(text.data(), text.size());
    return head_.size() < kDetectBytes ? absl::OkStatus() : Open();
  }

  absl::Status Open() {
    ASSIGN_OR_RETURN(const Content content, DetectContent(head_));
    std::string head = std::exchange(head_, {});
    if (content.format == Content::Format::kXes) {
      format_ = std::make_unique<XesImporter>(std::move(sink_),
                                              unnamed_);  // expat knows encodings itself
      return format_->Feed(head);
    }
    if (content.encoding != Encoding::kUtf8)
      decoder_.emplace(content.encoding == Encoding::kUtf16BigEndian);
    format_ = std::make_unique<CsvImporter>(options_, zone_, std::move(sink_));
    return FeedFormat(absl::string_view(head).substr(content.mark_bytes));
  }

  absl::Status FeedFormat(absl::string_view text) {
    if (!decoder_.has_value()) return format_->Feed(text);
    std::string utf8;
    decoder_->Decode(text, &utf8);
    return format_->Feed(utf8);
  }

  CsvOptions options_;
  absl::TimeZone zone_;
  BatchSink sink_;
  std::string unnamed_;
  Gunzip gunzip_;
  std::string head_;
  std::optional<Utf16Decoder> decoder_;
  std::unique_ptr<Importer> format_;
};

absl::StatusOr<absl::TimeZone> ZoneOf(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (name == "UTC" || absl::LoadTimeZone(name, &zone)) return zone;
  return base::FieldError(
      "csv.time_zone",
      absl::StrCat(Quote(name),
                   " is not a time zone of the IANA database, for example 'Europe/Rome'"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Importer>> NewImporter(const CsvOptions& options, BatchSink sink,
                                                      std::string unnamed) {
  CsvOptions checked = options;
  if (checked.time_zone.empty()) checked.time_zone = "UTC";
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(checked.time_zone));
  RETURN_IF_ERROR(TimeFormat::Parse(checked.time_format, zone).status());
  const std::string& delimiter = checked.delimiter;
  if (!delimiter.empty() && delimiter != "," && delimiter != ";" && delimiter != "\t" &&
      delimiter != "|") {
    return base::FieldError(
        "csv.delimiter",
        absl::StrCat(Quote(delimiter),
                     " is none of ',', ';', '\\t' (tab) and '|'; leave it empty to have it found"));
  }
  for (const auto& [field, value] : {std::pair("csv.case_column", &checked.case_column),
                                     std::pair("csv.activity_column", &checked.activity_column),
                                     std::pair("csv.time_column", &checked.time_column)}) {
    if (*value == "-")
      return base::FieldError(field, "'-' (none) is not possible: every event has one");
  }
  return std::make_unique<FileImporter>(checked, zone, std::move(sink), std::move(unnamed));
}

}  // namespace plumbline::analytics
