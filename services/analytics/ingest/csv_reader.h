// SPDX-License-Identifier: Apache-2.0
//
// Records of CSV text that comes in pieces (RFC 4180 and what is found in the wild).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_READER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_READER_H_

#include <bit>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace plumbline::analytics {

struct CsvRecord {
  std::vector<absl::string_view> fields;  // unquoted; valid until the next record
  int64_t line = 0;                       // in which it begins, from 1
  bool text_after_quote = false;          // breaks the rules of quoting
};

// Longest record, in bytes.
inline constexpr size_t kMaxRecordBytes = 16 << 20;
// Most fields of a record.
inline constexpr size_t kMaxFields = 10'000;

// Lines end with LF, CR or CRLF, mixed too. A field that begins with '"' ends at the next '"' that
// is not doubled and may hold delimiters and line ends; elsewhere '"' is a character like others.
// Lines without any character are skipped. Holds the record that a piece breaks off in; the others
// are read where they are.
class CsvReader {
 public:
  using Each = absl::FunctionRef<absl::Status(const CsvRecord&)>;
  explicit CsvReader(char delimiter) : delimiter_(delimiter), ends_(delimiter) {}

  // Takes the next bytes and gives every complete record to `each`. IMPORT_FORMAT with the line for
  // a record that is too long or has too many fields; errors of `each`.
  absl::Status Feed(absl::string_view bytes, Each each);
  // The end of the text: the last record needs no line end. IMPORT_FORMAT for a quote that is never
  // closed.
  absl::Status Finish(Each each);

 private:
  // The next delimiter or line end of a text. Looks at a block once, for however many fields.
  class Finder {
   public:
    explicit Finder(char delimiter) : delimiter_(delimiter) {}
    // Forgets what it saw: the text is another one.
    void Reset() { block_end_ = 0; }
    // At or behind `from`, which never goes back; the size of `text` if there is none.
    size_t Next(absl::string_view text, size_t from) {
      if (from >= block_end_) return Search(text, from);
      const uint64_t left = found_ >> (from - (block_end_ - kBlock));
      return left != 0 ? from + static_cast<size_t>(std::countr_zero(left))
                       : Search(text, block_end_);
    }

   private:
    static constexpr size_t kBlock = 64;  // bytes
    // The same from where nothing was looked at.
    size_t Search(absl::string_view text, size_t from) {
      for (; from < text.size(); from += kBlock) {
        found_ = Look(text, from, delimiter_);
        block_end_ = from + kBlock;
        if (found_ != 0) return from + static_cast<size_t>(std::countr_zero(found_));
      }
      return text.size();
    }
    // The mask of the block that begins there. It knows no Finder, so that one may stay in
    // registers.
    static uint64_t Look(absl::string_view text, size_t block, char delimiter);

    char delimiter_;
    size_t block_end_ = 0;  // of the block that was looked at; 0 = none
    uint64_t found_ = 0;    // which of its bytes are sought
  };
  enum class Outcome { kRecord, kIncomplete, kTooWide };

  // Completes the record that is held with what `bytes` begins with, which loses it.
  absl::Status CompleteHeld(absl::string_view* bytes, Each each);
  // Gives every complete record of `text` to `each`; position_ is behind the last.
  absl::Status Drain(absl::string_view text, bool final, Each each);
  Outcome ReadRecord(bool final);
  // Reads a field in quotes from position `at` on; leaves `at` behind it. kIncomplete if its end is
  // not in the text.
  Outcome ReadQuoted(bool final, size_t& at);
  absl::Status TooLong() const;

  char delimiter_;
  std::string held_;         // the beginning of a record
  absl::string_view text_;   // that is read
  size_t position_ = 0;      // of its first byte that is not yet given away
  size_t retry_at_ = 0;      // size of held_ below which another try cannot pay
  bool skip_feed_ = false;   // a record ended with CR: an LF right after belongs to it
  bool open_quote_ = false;  // why the last try was incomplete
  int64_t line_ = 1;
  int64_t lines_in_record_ = 0;
  Finder ends_;  // of fields
  CsvRecord record_;
  std::deque<std::string> unescaped_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_READER_H_
