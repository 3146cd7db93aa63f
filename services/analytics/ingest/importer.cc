// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/importer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/csv_importer.h"
#include "services/analytics/ingest/detect.h"
#include "services/analytics/ingest/encoding.h"
#include "services/analytics/ingest/gunzip.h"
#include "services/analytics/ingest/ocel_importer.h"
#include "services/analytics/ingest/text.h"
#include "services/analytics/ingest/unzstd.h"
#include "services/analytics/ingest/xes_importer.h"

namespace plumbline::analytics {
namespace {

// A file that unpacks to so much, and to so many times its size, is no log but made to keep us
// busy.
constexpr int64_t kMuchUnpacked = 64 << 20;
constexpr int64_t kMostTimes = 500;

// Unpacks, finds out what comes, and hands it to the importer of that format.
class FileImporter final : public Importer {
 public:
  FileImporter(const ImportOptions& options, const absl::TimeZone& zone,
               std::unique_ptr<Transcoder> transcoder, BatchSink sink)
      : options_(options),
        zone_(zone),
        transcoder_(std::move(transcoder)),
        sink_(std::move(sink)) {}

  absl::Status Feed(absl::string_view bytes) override {
    packed_ += static_cast<int64_t>(bytes.size());
    return gunzip_.Feed(bytes, [this](absl::string_view text) { return Unpack(text); });
  }

  absl::StatusOr<ImportSummary> Finish() override {
    RETURN_IF_ERROR(gunzip_.Finish([this](absl::string_view text) { return Unpack(text); }));
    RETURN_IF_ERROR(unzstd_.Finish([this](absl::string_view text) { return FeedText(text); }));
    if (format_ == nullptr) RETURN_IF_ERROR(Open());
    return format_->Finish();
  }

 private:
  absl::Status Unpack(absl::string_view bytes) {
    return unzstd_.Feed(bytes, [this](absl::string_view text) { return FeedText(text); });
  }

  absl::Status FeedText(absl::string_view text) {
    unpacked_ += static_cast<int64_t>(text.size());
    if (unpacked_ > kMuchUnpacked && unpacked_ / kMostTimes > packed_) {
      return base::Error(
          base::Reason::ERROR_REASON_IMPORT_FORMAT,
          absl::StrCat("the file unpacks to more than ", kMostTimes,
                       " times its size; no event log does. If it is one, unpack it first"));
    }
    if (format_ != nullptr) return FeedFormat(text);
    head_.append(text.data(), text.size());
    return head_.size() < kDetectBytes ? absl::OkStatus() : Open();
  }

  // A byte order mark goes before what the caller says; XML and JSON say it themselves.
  absl::Status ChooseEncoding() {
    const Content mark = FindMark(head_);
    if (mark.mark_bytes > 0) {
      transcoder_ = nullptr;
      options_.csv.encoding = mark.encoding == Encoding::kUtf8                ? "utf-8"
                              : mark.encoding == Encoding::kUtf16LittleEndian ? "utf-16le"
                                                                              : "utf-16be";
    }
    if (options_.csv.encoding.empty()) options_.csv.encoding = "utf-8";
    if (transcoder_ == nullptr) return absl::OkStatus();
    std::string utf8;
    transcoder_->Decode(head_, &utf8);
    head_.swap(utf8);
    return absl::OkStatus();
  }

  absl::Status Open() {
    const std::string raw = head_;
    RETURN_IF_ERROR(ChooseEncoding());
    // No more than that, however large the pieces are; and a delimiter is not what makes it binary.
    std::string look = head_.substr(0, kDetectBytes);
    if (!options_.csv.delimiter.empty())
      std::replace(look.begin(), look.end(), options_.csv.delimiter[0], ',');
    ASSIGN_OR_RETURN(const Content content, DetectContent(look));
    std::string head = std::exchange(head_, {});
    if (content.format == Content::Format::kXes) {
      transcoder_ = nullptr;  // expat knows encodings itself
      format_ = std::make_unique<XesImporter>(options_, std::move(sink_));
      return format_->Feed(raw);
    }
    if (content.encoding != Encoding::kUtf8)
      decoder_.emplace(content.encoding == Encoding::kUtf16BigEndian);
    if (content.format == Content::Format::kOcel) {
      format_ = std::make_unique<OcelImporter>(options_, std::move(sink_));
    } else {
      format_ = std::make_unique<CsvImporter>(options_, zone_, std::move(sink_));
    }
    const absl::string_view rest = absl::string_view(head).substr(content.mark_bytes);
    return transcoder_ == nullptr ? FeedFormat(rest) : format_->Feed(rest);
  }

  absl::Status FeedFormat(absl::string_view text) {
    if (!decoder_.has_value() && transcoder_ == nullptr) return format_->Feed(text);
    std::string utf8;
    if (transcoder_ != nullptr) {
      transcoder_->Decode(text, &utf8);
    } else {
      decoder_->Decode(text, &utf8);
    }
    return format_->Feed(utf8);
  }

  ImportOptions options_;
  absl::TimeZone zone_;
  std::unique_ptr<Transcoder> transcoder_;
  BatchSink sink_;
  Gunzip gunzip_;
  Unzstd unzstd_;
  int64_t packed_ = 0, unpacked_ = 0;  // bytes
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

bool MayDelimit(const std::string& delimiter) {
  if (delimiter.size() != 1) return false;
  const unsigned char c = static_cast<unsigned char>(delimiter[0]);
  return c != 0 && c < 0x80 && c != '"' && c != '\r' && c != '\n' && !absl::ascii_isalnum(c);
}

absl::Status CheckColumnsWanted(const CsvOptions& csv) {
  for (const auto& [field, value] : {std::pair("csv.case_column", &csv.case_column),
                                     std::pair("csv.activity_column", &csv.activity_column),
                                     std::pair("csv.time_column", &csv.time_column)}) {
    if (*value == "-")
      return base::FieldError(field, "'-' (none) is not possible: every event has one");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Importer>> NewImporter(const ImportOptions& options,
                                                      BatchSink sink) {
  ImportOptions checked = options;
  CsvOptions& csv = checked.csv;
  if (csv.time_zone.empty()) csv.time_zone = "UTC";
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(csv.time_zone));
  RETURN_IF_ERROR(TimeFormat::Parse(csv.time_format, zone).status());
  if (!csv.delimiter.empty() && !MayDelimit(csv.delimiter)) {
    return base::FieldError(
        "csv.delimiter",
        absl::StrCat(Quote(csv.delimiter),
                     " cannot stand between columns: it must be one ASCII character, and no "
                     "letter, digit, quote or line end; leave it empty to have it found"));
  }
  RETURN_IF_ERROR(CheckColumnsWanted(csv));
  ASSIGN_OR_RETURN(std::unique_ptr<Transcoder> transcoder, Transcoder::Create(csv.encoding));
  return std::make_unique<FileImporter>(checked, zone, std::move(transcoder), std::move(sink));
}

}  // namespace plumbline::analytics
