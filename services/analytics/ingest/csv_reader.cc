// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/byte_scan.h"

namespace plumbline::analytics {
namespace {

absl::Status Format(absl::string_view message, int64_t line) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT, message)
      .With("line", absl::StrCat(line));
}

}  // namespace

uint64_t CsvReader::Finder::Look(absl::string_view text, size_t block) const {
  const size_t size = text.size() - block;
  const char* at = text.data() + block;
  char last[kBlock] = {};
  if (size < kBlock) at = static_cast<const char*>(std::memcpy(last, at, size));
  uint64_t mask = 0;
  for (size_t i = 0; i < kBlock; i += Bytes16::kSize)
    mask |= uint64_t{Bytes16(at + i).AnyOf(delimiter_, '\n', '\r')} << i;
  // The delimiter may be what the rest is filled with.
  return size < kBlock ? mask & ((uint64_t{1} << size) - 1) : mask;
}

size_t CsvReader::Finder::Search(absl::string_view text, size_t from) {
  for (; from < text.size(); from += kBlock) {
    found_ = Look(text, from);
    block_end_ = from + kBlock;
    if (found_ != 0) return from + static_cast<size_t>(std::countr_zero(found_));
  }
  return text.size();
}

absl::Status CsvReader::Feed(absl::string_view bytes, Each each) {
  buffer_.append(bytes.data(), bytes.size());
  return buffer_.size() - position_ < retry_at_ ? absl::OkStatus() : Drain(false, each);
}

absl::Status CsvReader::Finish(Each each) {
  RETURN_IF_ERROR(Drain(true, each));
  if (position_ == buffer_.size()) return absl::OkStatus();
  return Format(absl::StrCat("the quote that opens in line ", line_, " is never closed"), line_);
}

absl::Status CsvReader::Drain(bool final, Each each) {
  // Positions of the last piece no longer hold.
  buffer_.erase(0, position_);
  position_ = 0;
  ends_.Reset();
  retry_at_ = 0;
  while (position_ < buffer_.size()) {
    if (skip_feed_ && buffer_[position_] == '\n') ++position_;
    skip_feed_ = false;
    // Blank lines are no records; millions of them take no time here.
    for (; position_ < buffer_.size() && buffer_[position_] == '\n'; ++position_) ++line_;
    if (position_ == buffer_.size()) break;
    const Outcome outcome = ReadRecord(final);
    if (outcome == Outcome::kTooWide) {
      return Format(absl::StrCat("line ", line_, " has more than ", kMaxFields,
                                 " columns; an event log has a few"),
                    line_);
    }
    if (outcome == Outcome::kIncomplete) break;
    const bool blank = record_.fields.size() == 1 && record_.fields[0].empty();
    if (!blank) RETURN_IF_ERROR(each(record_));
    line_ += lines_in_record_;
  }
  const size_t left = buffer_.size() - position_;
  if (left > kMaxRecordBytes) return TooLong();
  // A record in many pieces is read again when it has doubled, not at each piece.
  if (left > 0) retry_at_ = std::min(2 * left, kMaxRecordBytes + 1);
  return absl::OkStatus();
}

absl::Status CsvReader::TooLong() const {
  if (open_quote_) {
    return Format(
        absl::StrCat("the quote that opens in line ", line_, " is not closed within 16 MiB"),
        line_);
  }
  return Format(absl::StrCat("line ", line_, " is longer than 16 MiB; a line holds one event"),
                line_);
}

CsvReader::Outcome CsvReader::ReadRecord(bool final) {
  record_.fields.clear();
  record_.line = line_;
  record_.text_after_quote = false;
  if (!unescaped_.empty()) unescaped_.clear();
  lines_in_record_ = 1;
  open_quote_ = false;
  size_t at = position_;
  const absl::string_view text = buffer_;
  for (;;) {
    if (at < text.size() && text[at] == '"') {
      if (ReadQuoted(final, at) == Outcome::kIncomplete) return Outcome::kIncomplete;
    } else {
      const size_t end = ends_.Next(text, at);
      if (end == text.size() && !final) return Outcome::kIncomplete;
      record_.fields.push_back(text.substr(at, end - at));
      at = end;
    }
    if (record_.fields.size() > kMaxFields) return Outcome::kTooWide;
    if (at == text.size()) break;
    const char end = text[at++];
    if (end == delimiter_) continue;
    skip_feed_ = end == '\r';
    break;
  }
  position_ = at;
  return Outcome::kRecord;
}

CsvReader::Outcome CsvReader::ReadQuoted(bool final, size_t& at) {
  const size_t begin = at + 1;
  size_t close = begin;
  bool doubled = false;
  for (;; close += 2) {
    const void* found = std::memchr(buffer_.data() + close, '"', buffer_.size() - close);
    close = found == nullptr
                ? buffer_.size()
                : static_cast<size_t>(static_cast<const char*>(found) - buffer_.data());
    open_quote_ = close == buffer_.size();
    if (open_quote_ || (close + 1 == buffer_.size() && !final)) return Outcome::kIncomplete;
    if (close + 1 == buffer_.size() || buffer_[close + 1] != '"') break;
    doubled = true;
  }
  absl::string_view text(buffer_.data() + begin, close - begin);
  const auto feeds = std::count(text.begin(), text.end(), '\n');
  lines_in_record_ += feeds > 0 ? feeds : std::count(text.begin(), text.end(), '\r');
  if (doubled) text = unescaped_.emplace_back(absl::StrReplaceAll(text, {{"\"\"", "\""}}));
  at = close + 1;
  const size_t rest = at;
  at = ends_.Next(buffer_, at);
  if (at == buffer_.size() && !final) return Outcome::kIncomplete;
  record_.text_after_quote |= at != rest;
  record_.fields.push_back(text);
  return Outcome::kRecord;
}

}  // namespace plumbline::analytics
