// SPDX-License-Identifier: Apache-2.0
//
// Files that cannot be imported: each gets an error that says why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using base::Reason;
using testing::HasSubstr;

struct BadRow {
  std::string name, file;
  Reason reason;
  std::string message;  // part of it
  CsvOptions options = {};
};

class BadFile : public testing::TestWithParam<BadRow> {};

TEST_P(BadFile, GetsAnErrorThatSaysWhy) {
  const BadRow& row = GetParam();
  for (size_t piece : {size_t{1} << 20, size_t{1000}}) {
    const auto imported = ImportAll(row.file, row.options, piece);
    ASSERT_FALSE(imported.ok());
    EXPECT_EQ(base::ReasonOf(imported.status()), row.reason) << imported.status();
    EXPECT_THAT(std::string(imported.status().message()), HasSubstr(row.message));
  }
}

std::vector<BadRow> BadRows() {
  const std::string csv = "case_id,activity,timestamp\n1,a,2010-01-01\n";
  const std::string bomb =
      R"(<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<log><trace><event><string key="concept:name" value="&b;"/></event></trace></log>)";
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<string key='a' value='b'>";
  const Reason format = Reason::ERROR_REASON_IMPORT_FORMAT,
               empty = Reason::ERROR_REASON_IMPORT_EMPTY;
  const Reason missing = Reason::ERROR_REASON_IMPORT_COLUMN_MISSING,
               field = Reason::ERROR_REASON_FIELD_INVALID;
  return {
      {"EmptyFile", "", format, "empty: 0 bytes; export it again"},
      {"Spaces", " \n\r\n", format, "nothing but spaces"},
      {"EmptyGzip", Gzip(""), format, "empty: 0 bytes"},
      {"TruncatedGzip", Gzip(csv).substr(0, 40), format, "truncated: it ends after 40 bytes"},
      {"DamagedGzip", Gzip(csv).replace(20, 4, "junk"), format, "damaged near byte"},
      {"GzipTwice", Gzip(Gzip(csv)), format, "gzip within another archive"},
      {"Pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", format, "looks like a PDF"},
      {"Excel", std::string("PK\x03\x04\x14\0\x06\0", 8), format, "Excel workbook"},
      {"Json", "[{\"case\": 1}]", format, "looks like a list in JSON"},
      {"WebPage", "<!DOCTYPE html><html></html>", format, "web page"},
      {"Binary", std::string("\x7f\x00\x01\x02", 4), format, "binary data"},
      {"Utf16WithoutMark", Utf16(csv, false).substr(2), format, "UTF-16 without a byte order mark"},
      {"HeaderOnly", "case_id,activity,timestamp\n", empty, "each line below the names"},
      {"NoCase", "activity,timestamp\na,2010-01-01\n", missing, "no column looks like the case"},
      {"NoActivity", "case_id,timestamp\n1,2010-01-01\n", missing,
       "no column looks like the activity"},
      {"NoTime", "case_id,activity\n1,a\n", missing,
       "no column looks like the time; name it in csv.time_column"},
      {"WrongName",
       csv,
       missing,
       "csv.case_column: there is no column 'order'",
       {.case_column = "order"}},
      {"WrongResource",
       csv,
       missing,
       "csv.resource_column: there is no",
       {.resource_column = "who"}},
      {"WrongStart",
       csv,
       missing,
       "csv.start_time_column: there is no",
       {.start_time_column = "begun"}},
      {"WrongTransition",
       csv,
       missing,
       "csv.transition_column: there is no",
       {.transition_column = "state"}},
      {"Latin1Header",
       "Gesch\xe4"
       "ft,activity,timestamp\n1,a,2010-01-01\n",
       format, "'Gesch\\xe4ft' is not UTF-8"},
      {"NoTimeCanBeRead", "case_id,activity,timestamp\n1,a,soon\n2,b,later\n", empty,
       "2 dropped because the time cannot be read (line 2: 'soon')"},
      {"NotInTheFormat", csv, empty, "the time cannot be read", {.time_format = "%d.%m.%Y"}},
      {"AllNotUtf8", "case_id,activity,timestamp\n1,\xff\xfe,2010-01-01\n", empty,
       "the text is not UTF-8; save the file with that encoding"},
      {"ExcelSerialDates", "case,activity,time\n1,a,45292.5\n1,b,45293\n", format,
       "line 2: '45292.5' is no time but Excel's count of days, here 2024-01-01 12:00; give the "
       "column a date format in the sheet and save it again, or import it with `csv.time_format` "
       "excel"},
      {"NeverClosedQuote", "case_id,activity,timestamp\n1,\"a,2010-01-01\n2,b,2010-01-01\n", format,
       "the quote that opens in line 2 is never closed"},
      {"LongFirstLine", std::string(40 << 20, 'x'), format, "line 1 is longer than 16 MiB"},
      {"LongLine", csv + std::string(40 << 20, 'x'), format, "line 3 is longer than 16 MiB"},
      {"LongLineGzipped", Gzip(csv + std::string(100 << 20, 'x')), format,
       "line 3 is longer than 16 MiB"},
      {"LongDelimiter", csv, field, "cannot stand between columns", {.delimiter = ",,"}},
      {"UnknownZone", csv, field, "IANA", {.time_zone = "Mars/Olympus"}},
      {"BadTimeFormat", csv, field, "%Q", {.time_format = "%Y %Q"}},
      {"NoCaseColumnWanted", csv, field, "every event has one", {.case_column = "-"}},
      {"EntityBomb", bomb, format, "declares the XML entity 'a'"},
      {"DeepXml", Xes("<trace>" + deep), format, "nested deeper than 100"},
      {"OtherXml", "<rss><item/></rss>", format, "its first element is 'rss'"},
      {"TruncatedXes", "<log><trace><event>", format, "truncated"},
      {"TruncatedTag", "<log><trace><event><string key='con", format, "truncated"},
      {"TagMismatch", "<log>\n<trace></log>", format,
       "line 2: the XES file cannot be read: an end tag"},
      {"XesNotUtf8", Xes("<trace><string key='concept:name' value='\xff'/></trace>"), format,
       "not well-formed"},
      {"LongTag", Xes("<trace><string key='a' value='" + std::string(100 << 20, 'x')), format,
       "longer than 4 MiB"},
      {"EmptyXes", Xes(""), empty, "holds no events"},
      {"XesWithoutTimes",
       Xes("<trace><event><string key='concept:name' value='a'/></event></trace>"), empty,
       "1 dropped because the time is missing (line 3)"},
  };
}

INSTANTIATE_TEST_SUITE_P(All, BadFile, testing::ValuesIn(BadRows()),
                         [](const auto& row) { return row.param.name; });

TEST(Importer, ColumnMissingNamesTheColumns) {
  const auto imported = ImportAll("order,what,when\n1,a,2010-01-01\n", {.activity_column = "what"});
  EXPECT_EQ(base::MetadataOf(imported.status(), "column"), "case");
  EXPECT_EQ(base::MetadataOf(imported.status(), "columns"), "'order', 'what', 'when'");
}

TEST(Importer, ColumnMissingSaysWhatIsLikely) {
  const auto imported = ImportAll(
      "deal,what,when,state\nd-1,Quote,2026-01-02,x\nd-1,Sign,2026-01-05,x\nd-2,Quote,2026-01-03,"
      "x\n",
      {.resource_column = "state"});
  EXPECT_EQ(base::MetadataOf(imported.status(), "column"), "case");
  EXPECT_EQ(base::MetadataOf(imported.status(), "case_column"), "deal");
  EXPECT_EQ(base::MetadataOf(imported.status(), "activity_column"), "what");
  EXPECT_EQ(base::MetadataOf(imported.status(), "time_column"), "when");
}

}  // namespace
}  // namespace plumbline::analytics
