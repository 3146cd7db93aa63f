// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/detect.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

struct Signature {
  absl::string_view bytes;
  absl::string_view what;
};

constexpr Signature kSignatures[] = {
    {"%PDF-", "a PDF document; export the data behind it as CSV"},
    {"PK\x03\x04",
     "a ZIP archive or an Excel workbook (.xlsx); unpack it, or save the sheet as CSV"},
    {absl::string_view("\xd0\xcf\x11\xe0", 4), "an old Excel or Word file; save the sheet as CSV"},
    {"\x1f\x8b", "gzip within another archive; unpack it once"},
    {"BZh", "a bzip2 archive; unpack it, or use gzip or zstd"},
    {"\xfd"
     "7zXZ",
     "an xz archive; unpack it, or use gzip or zstd"},
    {"\x28\xb5\x2f\xfd", "zstd within another archive; unpack it once"},
    {"7z\xbc\xaf", "a 7z archive; unpack it, or use gzip or zstd"},
    {"PAR1", "a Parquet file; export it as CSV"},
    {"SQLite format 3", "an SQLite database; export the table as CSV"},
    {"\x89PNG", "a PNG image"},
    {"\xff\xd8\xff", "a JPEG image"},
    {"GIF8", "a GIF image"},
    {"\x7f"
     "ELF",
     "a program"},
    {"{\\rtf", "an RTF document; export the data behind it as CSV"},
};

absl::Status LooksLike(absl::string_view what) {
  return base::Error(
      base::Reason::ERROR_REASON_IMPORT_FORMAT,
      absl::StrCat(
          "the file is neither CSV nor XES nor OCEL 2.0 in JSON (packed by gzip or zstd or "
          "not): it looks like ",
          what));
}

size_t ControlCharacters(absl::string_view text) {
  size_t count = 0;
  for (char c : text) {
    count += (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == '\x7f';
  }
  return count;
}

absl::StatusOr<Content> DetectMarkup(absl::string_view text, Content content) {
  const absl::string_view start = text.substr(0, 14);
  if (absl::EqualsIgnoreCase(start, "<!doctype html") ||
      absl::StartsWithIgnoreCase(start, "<html")) {
    return LooksLike("a web page, perhaps a login or error page in place of the file");
  }
  content.format = Content::Format::kXes;
  return content;
}

}  // namespace

Content FindMark(absl::string_view head) {
  Content content;
  if (absl::StartsWith(head, "\xef\xbb\xbf")) {
    content.mark_bytes = 3;
  } else if (absl::StartsWith(head, "\xff\xfe")) {
    content.encoding = Encoding::kUtf16LittleEndian;
    content.mark_bytes = 2;
  } else if (absl::StartsWith(head, "\xfe\xff")) {
    content.encoding = Encoding::kUtf16BigEndian;
    content.mark_bytes = 2;
  }
  return content;
}

absl::StatusOr<Content> DetectContent(absl::string_view head) {
  if (head.empty())
    return base::Error(
        base::Reason::ERROR_REASON_IMPORT_FORMAT,
        "the file is empty: 0 bytes; export it again, and look whether the export ended well");
  for (const Signature& signature : kSignatures) {
    if (absl::StartsWith(head, signature.bytes)) return LooksLike(signature.what);
  }
  const Content content = FindMark(head);
  std::string text(head.substr(content.mark_bytes));
  if (content.encoding != Encoding::kUtf8) {
    std::string decoded;
    Utf16Decoder(content.encoding == Encoding::kUtf16BigEndian).Decode(text, &decoded);
    text.swap(decoded);
  }
  const absl::string_view visible = absl::StripLeadingAsciiWhitespace(text);
  if (const size_t zero = text.find('\0'); zero != std::string::npos) {
    const auto lines = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(zero), '\n');
    return LooksLike(absl::StrCat(
        "binary data, or UTF-16 without a byte order mark (line ", lines + 1,
        " has a zero byte); save it as UTF-8, or name its encoding in `csv.encoding`"));
  }
  if (ControlCharacters(text) * 50 > text.size()) return LooksLike("binary data");
  if (visible.empty() && head.size() < kDetectBytes) {
    return base::Error(base::Reason::ERROR_REASON_IMPORT_FORMAT,
                       "the file is empty: it holds nothing but spaces; export it again, and look "
                       "whether the export ended well");
  }
  if (absl::StartsWith(visible, "<")) return DetectMarkup(visible, content);
  if (absl::StartsWith(visible, "[{") || absl::StartsWith(visible, "[\n"))
    return LooksLike(
        "a list in JSON; what is read of JSON is one object with the lists 'events' and 'objects' "
        "of "
        "OCEL 2.0. Export the events as CSV, one event a line; events as JSON, one a line, are "
        "taken "
        "by StreamEvents");
  if (absl::StartsWith(visible, "{")) {
    Content ocel = content;
    ocel.format = Content::Format::kOcel;
    return ocel;
  }
  return content;
}

}  // namespace plumbline::analytics
