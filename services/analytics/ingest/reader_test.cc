// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "common/base/error.h"
#include "services/analytics/ingest/csv_reader.h"
#include "services/analytics/ingest/gunzip.h"
#include "services/analytics/ingest/import_testing.h"
#include "services/analytics/ingest/text.h"

namespace plumbline::analytics {
namespace {

using Records = std::vector<std::vector<std::string>>;

// All records, each with its line in front; "!" marks one with text after a quote.
absl::StatusOr<Records> ReadCsv(absl::string_view text, size_t piece) {
  Records records;
  auto each = [&](const CsvRecord& record) {
    std::vector<std::string> fields = {std::to_string(record.line) +
                                       (record.text_after_quote ? "!" : "")};
    for (absl::string_view field : record.fields) fields.emplace_back(field);
    records.push_back(fields);
    return absl::OkStatus();
  };
  CsvReader reader(',');
  for (size_t at = 0; at < text.size(); at += piece)
    RETURN_IF_ERROR(reader.Feed(text.substr(at, piece), each));
  RETURN_IF_ERROR(reader.Finish(each));
  return records;
}

TEST(CsvReader, RefusesMillionsOfColumns) {
  EXPECT_TRUE(ReadCsv(std::string(kMaxFields - 1, ',') + "\na\n", 1 << 20).ok());
  const auto records = ReadCsv("a\n" + std::string(kMaxFields, ',') + "\n", 1 << 20);
  EXPECT_EQ(base::ReasonOf(records.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(records.status(), "line"), "2");
  // Not only when the line is complete.
  EXPECT_FALSE(ReadCsv(std::string(kMaxFields + 1, ','), 1 << 20).ok());
}

// Records longer and shorter than the pieces, and than what of a piece completes the one before.
TEST(CsvReader, LongRecordsInAnyPieces) {
  std::mt19937_64 random(3);
  std::string text;
  while (text.size() < 60'000) {
    const size_t length = random() % 8 == 0 ? random() % 4'000 : random() % 40;
    std::string field(length, 'x');
    if (random() % 3 == 0) field = "\"" + field + "\"\"\r\n," + field + "\"";
    text +=
        field + std::vector<std::string>{",", ",", ",", "\n", "\r\n", "\r", "\n\n"}[random() % 7];
  }
  const auto whole = ReadCsv(text, text.size());
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_GT(whole->size(), 100u);
  for (const size_t piece : {1, 2, 3, 63, 64, 65, 511, 512, 513, 1'000, 4'096, 20'000, 59'999}) {
    const auto records = ReadCsv(text, piece);
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_EQ(*records, *whole) << "in pieces of " << piece;
  }
}

struct CsvRow {
  const char* name;
  const char* text;
  Records expected;
};

class CsvReaderTable : public testing::TestWithParam<CsvRow> {};

TEST_P(CsvReaderTable, AnyPieces) {
  const absl::string_view text = GetParam().text;
  for (size_t piece = 1; piece <= text.size() + 1; ++piece) {
    const auto records = ReadCsv(text, piece);
    ASSERT_TRUE(records.ok()) << records.status();
    EXPECT_EQ(*records, GetParam().expected) << "in pieces of " << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, CsvReaderTable,
    testing::Values(
        CsvRow{"Empty", "", {}},
        CsvRow{"LineFeeds", "a,b\nc,d\n", {{"1", "a", "b"}, {"2", "c", "d"}}},
        CsvRow{"Returns", "a,b\rc,d", {{"1", "a", "b"}, {"2", "c", "d"}}},
        CsvRow{"Both", "a,b\r\nc,d\r\n", {{"1", "a", "b"}, {"2", "c", "d"}}},
        CsvRow{"Mixed", "a\r\nb\nc\rd", {{"1", "a"}, {"2", "b"}, {"3", "c"}, {"4", "d"}}},
        CsvRow{"Blank", "a\n\n\r\nb\n", {{"1", "a"}, {"4", "b"}}},
        CsvRow{"EmptyFields", ",a,,\n", {{"1", "", "a", "", ""}}},
        CsvRow{"LastWithoutEnd", "a,\nb,", {{"1", "a", ""}, {"2", "b", ""}}},
        CsvRow{"Quoted", "\"a\",\"b,c\"\n", {{"1", "a", "b,c"}}},
        CsvRow{"DoubledQuotes",
               "\"a \"\"b\"\"\",\"\"\"\"\nx,y\n",
               {{"1", "a \"b\"", "\""}, {"2", "x", "y"}}},
        CsvRow{"QuotedLines", "\"a\nb\r\nc\",d\ne,f\n", {{"1", "a\nb\r\nc", "d"}, {"4", "e", "f"}}},
        CsvRow{"QuotedReturns", "\"a\rb\",d\re,f", {{"1", "a\rb", "d"}, {"3", "e", "f"}}},
        CsvRow{"QuoteInside", "5\" disk,b\n", {{"1", "5\" disk", "b"}}},
        CsvRow{"TextAfterQuote", "\"a\"x,b\nc,d\n", {{"1!", "a", "b"}, {"2", "c", "d"}}},
        CsvRow{"QuotedAtEnd", "\"a\"", {{"1", "a"}}},
        CsvRow{"QuotedEmpty", "\"\",\"\"\n", {{"1", "", ""}}}),
    [](const auto& row) { return row.param.name; });

TEST(CsvReader, NeverClosedQuote) {
  const auto records = ReadCsv("a,b\n\"c,d\ne,f\n", 3);
  EXPECT_EQ(base::ReasonOf(records.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(records.status(), "line"), "2");
}

TEST(CsvReader, LongLineInSmallPieces) {
  const std::string line(kMaxRecordBytes + 2, 'x');
  const auto records = ReadCsv("a,b\n" + line, 4096);
  EXPECT_EQ(base::ReasonOf(records.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(records.status(), "line"), "2");
}

TEST(CsvReader, LongQuoteNamesItsLine) {
  const auto records = ReadCsv("a,b\n\"" + std::string(kMaxRecordBytes + 2, '\n'), 1 << 20);
  EXPECT_EQ(base::MetadataOf(records.status(), "line"), "2");
  EXPECT_NE(records.status().message().find("quote"), std::string::npos);
}

TEST(CsvReader, EndsWithTheErrorOfItsUser) {
  CsvReader reader(',');
  auto refuse = [](const CsvRecord&) { return absl::AbortedError("no"); };
  EXPECT_EQ(reader.Feed("a,b\n", refuse).code(), absl::StatusCode::kAborted);
}

absl::StatusOr<std::string> Unpack(absl::string_view bytes, size_t piece) {
  std::string result;
  auto out = [&](absl::string_view text) {
    result.append(text.data(), text.size());
    return absl::OkStatus();
  };
  Gunzip gunzip;
  for (size_t at = 0; at < bytes.size(); at += piece)
    RETURN_IF_ERROR(gunzip.Feed(bytes.substr(at, piece), out));
  RETURN_IF_ERROR(gunzip.Finish(out));
  return result;
}

TEST(Gunzip, AnyPieces) {
  const std::string text = "case,activity\n1,a\n1,b\n";
  const std::pair<std::string, std::string> rows[] = {
      {text, text},
      {Gzip(text), text},
      {Gzip(text) + Gzip("2,c\n"), text + "2,c\n"},
      {Gzip(text) + std::string(5, '\0') + Gzip("x"), text + "x"},
      {Gzip(""), ""},
      {"", ""},
      {"\x1f", "\x1f"},
  };
  for (const auto& [bytes, expected] : rows) {
    for (size_t piece : {1, 2, 3, 7, 1000}) {
      const auto unpacked = Unpack(bytes, piece);
      ASSERT_TRUE(unpacked.ok()) << unpacked.status();
      EXPECT_EQ(*unpacked, expected);
    }
  }
}

TEST(Gunzip, EveryTruncationIsAnError) {
  const std::string packed = Gzip("case,activity\n1,a\n1,b\n");
  for (size_t size = 2; size < packed.size(); ++size) {
    const auto unpacked = Unpack(absl::string_view(packed).substr(0, size), 4);
    EXPECT_EQ(base::ReasonOf(unpacked.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT) << size;
  }
}

TEST(Gunzip, DamageIsAnErrorThatSaysWhere) {
  std::string packed = Gzip(std::string(1000, 'a') + "b");
  packed[packed.size() - 8] ^= 1;  // of the checksum
  EXPECT_NE(Unpack(packed, 100).status().message().find("near byte"), std::string::npos);
  EXPECT_FALSE(Unpack(Gzip("a") + "junk", 100).ok());
}

TEST(Gunzip, LargeOutputComesInPieces) {
  const std::string packed = Gzip(std::string(64 << 20, '0'));
  size_t largest = 0, total = 0;
  auto out = [&](absl::string_view text) {
    largest = std::max(largest, text.size());
    total += text.size();
    return absl::OkStatus();
  };
  Gunzip gunzip;
  ASSERT_TRUE(gunzip.Feed(packed, out).ok());
  ASSERT_TRUE(gunzip.Finish(out).ok());
  EXPECT_EQ(total, size_t{64 << 20});
  EXPECT_LE(largest, size_t{1 << 20});
}

TEST(Text, IsPlainAscii) {
  for (size_t size = 0; size < 40; ++size) {
    std::string text(size, 'a');
    EXPECT_TRUE(IsPlainAscii(text)) << size;
    for (size_t at = 0; at < size; ++at) {
      for (const char odd : {'\0', '\x80', '\xff'}) {
        text[at] = odd;
        EXPECT_FALSE(IsPlainAscii(text)) << size << " " << at;
      }
      text[at] = at % 2 == 0 ? '\x01' : '\x7f';
      EXPECT_TRUE(IsPlainAscii(text)) << size << " " << at;
    }
  }
}

TEST(Text, IsUtf8) {
  for (const char* good :
       {"", "a", "12345678", "Zürich", "€", "𝄞", "12345678ü", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad :
       {"\xff", "a\x80", "Z\xfcrich", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
        "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "12345678\xe2\x82"}) {
    EXPECT_FALSE(IsUtf8(bad)) << Quote(bad);
  }
}

TEST(Text, QuoteIsAlwaysShortUtf8) {
  EXPECT_EQ(Quote("ab"), "'ab'");
  EXPECT_EQ(Quote("Z\xfcrich\n"), "'Z\\xfcrich\\n'");
  for (size_t size = 0; size < 200; ++size) {
    std::string text;
    while (text.size() < size) text += "€";
    const std::string quoted = Quote(text);
    EXPECT_TRUE(IsUtf8(quoted));
    EXPECT_LE(quoted.size(), size_t{65});
    EXPECT_EQ(quoted.find("\\x"), std::string::npos);
  }
}

TEST(Text, Utf16) {
  const std::string little("a\0\xfc\0\xac\x20\x34\xd8\x1e\xdd", 10),
      big("\0a\0\xfc\x20\xac\xd8\x34\xdd\x1e", 10);
  for (const auto& [bytes, big_endian] : {std::pair(little, false), std::pair(big, true)}) {
    for (size_t piece = 1; piece <= bytes.size(); ++piece) {
      Utf16Decoder decoder(big_endian);
      std::string text;
      for (size_t at = 0; at < bytes.size(); at += piece)
        decoder.Decode(bytes.substr(at, piece), &text);
      EXPECT_EQ(text, "aü€𝄞");
      EXPECT_FALSE(decoder.incomplete());
    }
  }
  Utf16Decoder decoder(false);
  std::string text;
  decoder.Decode(absl::string_view("\x34\xd8x\0\x1e\xdd", 6), &text);
  EXPECT_EQ(text, "\xef\xbf\xbdx\xef\xbf\xbd");
}

}  // namespace
}  // namespace plumbline::analytics
