// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/byte_scan.h"

namespace plumbline::analytics {
namespace {

// So much of a piece is copied to complete a record that began in the one before: most need less.
constexpr size_t kLeastMore = 512;

absl::Status Format(absl::string_view message, int64_t line) {
  return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT, message)
      .With("line", absl::StrCat(line));
}

}  // namespace

uint64_t CsvReader::Finder::Look(absl::string_view text, size_t block, char delimiter) {
  const size_t size = text.size() - block;
  const char* at = text.data() + block;
  char last[kBlock] = {};
  if (size < kBlock) at = static_cast<const char*>(std::memcpy(last, at, size));
  uint64_t mask = 0;
  for (size_t i = 0; i < kBlock; i += Bytes16::kSize)
    mask |= uint64_t{Bytes16(at + i).AnyOf(delimiter, '\n', '\r')} << i;
  // The delimiter may be what the rest is filled with.
  return size < kBlock ? mask & ((uint64_t{1} << size) - 1) : mask;
}

absl::Status CsvReader::Feed(absl::string_view bytes, Each each) {
  if (!held_.empty()) RETURN_IF_ERROR(CompleteHeld(&bytes, each));
  if (bytes.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Drain(bytes, false, each));
  const absl::string_view rest = bytes.substr(position_);
  held_.assign(rest.data(), rest.size());
  return absl::OkStatus();
}

absl::Status CsvReader::CompleteHeld(absl::string_view* bytes, Each each) {
  while (!held_.empty() && !bytes->empty()) {
    // As much again, so that a long record is read again when it has doubled, not at each piece.
    const size_t more = std::min(bytes->size(), std::max(held_.size(), kLeastMore));
    held_.append(bytes->data(), more);
    bytes->remove_prefix(more);
    if (held_.size() < retry_at_) continue;
    RETURN_IF_ERROR(Drain(held_, false, each));
    held_.erase(0, position_);
    const size_t left = held_.size();
    if (left <= more) {
      // All of it is still there, in the piece.
      *bytes = absl::string_view(bytes->data() - left, bytes->size() + left);
      held_.clear();
    }
  }
  return absl::OkStatus();
}

absl::Status CsvReader::Finish(Each each) {
  RETURN_IF_ERROR(Drain(held_, true, each));
  if (position_ == held_.size()) return absl::OkStatus();
  return Format(absl::StrCat("the quote that opens in line ", line_, " is never closed"), line_);
}

absl::Status CsvReader::Drain(absl::string_view text, bool final, Each each) {
  text_ = text;
  position_ = 0;
  // Positions of the last text no longer hold.
  ends_.Reset();
  retry_at_ = 0;
  while (position_ < text_.size()) {
    if (skip_feed_ && text_[position_] == '\n') ++position_;
    skip_feed_ = false;
    // Blank lines are no records; millions of them take no time here.
    for (; position_ < text_.size() && text_[position_] == '\n'; ++position_) ++line_;
    if (position_ == text_.size()) break;
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
  const size_t left = text_.size() - position_;
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
  const absl::string_view text = text_;
  Finder ends = ends_;  // so that it stays in registers
  for (;;) {
    if (at < text.size() && text[at] == '"') {
      if (ReadQuoted(final, at) == Outcome::kIncomplete) return Outcome::kIncomplete;
      ends = ends_;
    } else {
      const size_t end = ends.Next(text, at);
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
  ends_ = ends;
  return Outcome::kRecord;
}

CsvReader::Outcome CsvReader::ReadQuoted(bool final, size_t& at) {
  const size_t begin = at + 1;
  size_t close = begin;
  bool doubled = false;
  for (;; close += 2) {
    const void* found = std::memchr(text_.data() + close, '"', text_.size() - close);
    close = found == nullptr ? text_.size()
                             : static_cast<size_t>(static_cast<const char*>(found) - text_.data());
    open_quote_ = close == text_.size();
    if (open_quote_ || (close + 1 == text_.size() && !final)) return Outcome::kIncomplete;
    if (close + 1 == text_.size() || text_[close + 1] != '"') break;
    doubled = true;
  }
  absl::string_view text(text_.data() + begin, close - begin);
  const auto feeds = std::count(text.begin(), text.end(), '\n');
  lines_in_record_ += feeds > 0 ? feeds : std::count(text.begin(), text.end(), '\r');
  if (doubled) text = unescaped_.emplace_back(absl::StrReplaceAll(text, {{"\"\"", "\""}}));
  at = close + 1;
  const size_t rest = at;
  at = ends_.Next(text_, at);
  if (at == text_.size() && !final) return Outcome::kIncomplete;
  record_.text_after_quote |= at != rest;
  record_.fields.push_back(text);
  return Outcome::kRecord;
}

}  // namespace plumbline::analytics
