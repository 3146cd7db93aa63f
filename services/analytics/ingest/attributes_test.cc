// SPDX-License-Identifier: Apache-2.0
//
// What files have beside case, activity, time and resource: attributes, classifiers, ids of events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ImportOptions With(const std::vector<std::string>& attributes) {
  ImportOptions options;
  options.attributes = attributes;
  return options;
}

Imported Must(absl::StatusOr<Imported> imported) {
  EXPECT_TRUE(imported.ok()) << imported.status();
  return imported.ok() ? *std::move(imported) : Imported();
}

std::string Zstd(absl::string_view text) {
  std::string result(ZSTD_compressBound(text.size()), '\0');
  result.resize(ZSTD_compress(result.data(), result.size(), text.data(), text.size(), 1));
  return result;
}

constexpr char kCsv[] =
    "case_id,activity,timestamp,amount,case:region,code [text],done\n"
    "1,a,2010-01-01,5,EMEA,007,true\n"
    "1,b,2010-01-02,2.50,,5,\n"
    "2,a,2010-01-03,2010-01-03T00:00:00+01:00,APAC,,maybe\n";

TEST(Attributes, ColumnsOfCsvKeepTheirTypes) {
  const Imported imported = Must(ImportAll(kCsv, With({"*"})));
  EXPECT_THAT(imported.attributes,
              ElementsAre("0 amount int 5", "0 case:region text EMEA", "0 code text 007",
                          "0 done bool true", "1 amount double 2.5", "1 code text 5",
                          "2 amount time 2010-01-02T23:00:00Z", "2 case:region text APAC",
                          "2 done text maybe"));
  EXPECT_THAT(imported.summary.attributes, ElementsAre("amount", "case:region", "code", "done"));
  EXPECT_THAT(imported.summary.ignored_attributes, IsEmpty());
}

TEST(Attributes, WhatIsNotChosenIsTold) {
  const Imported none = Must(ImportAll(kCsv));
  EXPECT_THAT(none.attributes, IsEmpty());
  EXPECT_THAT(none.summary.ignored_attributes,
              ElementsAre("amount", "case:region", "code", "done"));
  const Imported one = Must(ImportAll(kCsv, With({"code"})));
  EXPECT_THAT(one.attributes, ElementsAre("0 code text 007", "1 code text 5"));
}

TEST(Attributes, WhatCannotBeKeptLeavesItsEvent) {
  std::string csv =
      absl::StrCat("case_id,activity,timestamp,note\n1,a,2010-01-01,", std::string(2'001, 'x'),
                   "\n1,b,2010-01-02,\xff\n1,c,2010-01-03,ok\n");
  const Imported imported = Must(ImportAll(csv, With({"*"})));
  EXPECT_EQ(imported.events.size(), 3u);
  EXPECT_THAT(imported.attributes, ElementsAre("2 note text ok"));
  ASSERT_EQ(imported.summary.dropped.size(), 1u);
  EXPECT_EQ(imported.summary.dropped[0].count, 2);
  EXPECT_THAT(imported.summary.dropped[0].reason, HasSubstr("and its event kept"));
  EXPECT_THAT(imported.summary.dropped[0].samples[1], HasSubstr("line 3"));
}

TEST(Attributes, ManyOfAnEventAreCut) {
  std::string header = "case_id,activity,timestamp", row = "1,a,2010-01-01";
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&header, ",k", i);
    absl::StrAppend(&row, ",", i);
  }
  const Imported imported = Must(ImportAll(absl::StrCat(header, "\n", row, "\n"), With({"*"})));
  EXPECT_EQ(imported.attributes.size(), 32u);
  EXPECT_EQ(imported.summary.dropped[0].count, 8);
}

// 65,536 rows of long attributes would take gigabytes.
TEST(Attributes, LongOnesMakeMoreBatches) {
  std::string csv = "case_id,activity,timestamp,a,b\n";
  const std::string text(2'000, 'x');
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&csv, "1,a,2010-01-01,", text, ",", text, "\n");
  const Imported imported = Must(ImportAll(csv, With({"*"})));
  EXPECT_EQ(imported.events.size(), 10'000u);
  EXPECT_GT(imported.batches, 2u);
}

constexpr char kXes[] = R"(<?xml version="1.0"?>
<log xes.version="2.0">
<global scope="trace"><string key="concept:name" value="__INVALID__"/></global>
<global scope="event"><string key="concept:name" value="__INVALID__"/>
<string key="org:group" value="__INVALID__"/></global>
<global scope="log"><string key="x" value="y"/></global>
<classifier name="Both" scope="event" keys="concept:name lifecycle:transition"/>
<classifier name="Odd" keys="'my key' concept:name"/>
<trace><string key="concept:name" value="1"/><int key="amount" value="7"><string key="unit" value="EUR"/></int>
<list key="tags"><values><string key="tag" value="a"/><string key="tag" value="b"/></values></list>
<event><string key="concept:name" value="A"/><date key="time:timestamp" value="2010-01-01T01:00:00+01:00"/>
<string key="lifecycle:transition" value="start"/><string key="my key" value="K"/>
<string key="outer" value="ciao"><int key="inner" value="5"><boolean key="most" value="true"/></int></string>
<id key="identity:id" value="e-1"/><float key="rate" value="0.5"/><int key="bad" value="x"/>
<container key="box"><date key="when" value="2010-01-02"/></container></event>
<event><string key="concept:name" value="B"/><date key="time:timestamp" value="2010-01-01T02:00:00Z"/>
<id key="identity:id" value="e-1"/></event>
</trace></log>
)";

TEST(Attributes, OfXesMayBeNested) {
  for (const size_t piece : {size_t{1} << 20, size_t{7}}) {
    const Imported imported = Must(ImportAll(kXes, With({"*"}), piece));
    ASSERT_EQ(imported.events.size(), 1u);
    EXPECT_EQ(imported.events[0].activity, "A");
    EXPECT_EQ(imported.events[0].time, 1'262'304'000'000'000);
    EXPECT_THAT(
        imported.attributes,
        ElementsAre("0 identity:id text e-1", "0 my key text K", "0 outer text ciao",
                    "0 outer/inner int 5", "0 outer/inner/most bool true", "0 rate double 0.5",
                    "0 bad text x", "0 box/when time 2010-01-02T00:00:00Z", "0 case:amount int 7",
                    "0 case:amount/unit text EUR", "0 case:tags/tag text a",
                    "0 case:tags/tag text b"));
    EXPECT_TRUE(imported.summary.event_ids);
    ASSERT_EQ(imported.summary.dropped.size(), 1u);
    EXPECT_EQ(imported.summary.dropped[0].reason, "its case has an event with the same id already");
    EXPECT_THAT(imported.summary.dropped[0].samples[0], HasSubstr("'e-1'"));
  }
}

TEST(Classifiers, MakeTheActivity) {
  ImportOptions options;
  options.classifier = "Both";
  EXPECT_EQ(Must(ImportAll(kXes, options)).events[0].activity, "A+start");
  options.classifier = "Odd";
  const Imported odd = Must(ImportAll(kXes, options));
  EXPECT_EQ(odd.events[0].activity, "K+A");
  EXPECT_THAT(odd.summary.classifiers, ElementsAre("Both", "Odd"));
  options.classifier = "Other";
  const auto none = ImportAll(kXes, options);
  EXPECT_EQ(base::ReasonOf(none.status()), base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("it has 'Both', 'Odd'"));
}

TEST(EventIds, CountOnceInTheirCase) {
  const std::string csv =
      "case_id,activity,timestamp,number\n1,a,2010-01-01,x\n1,b,2010-01-02,x\n2,a,2010-01-03,x\n"
      "1,c,2010-01-04,\n1,d,2010-01-05,\n";
  ImportOptions options;
  options.csv.event_id_column = "Number";
  const Imported imported = Must(ImportAll(csv, options));
  EXPECT_EQ(imported.events.size(), 4u);
  EXPECT_THAT(imported.attributes, ElementsAre("0 identity:id text x", "1 identity:id text x"));
  EXPECT_EQ(imported.summary.dropped[0].samples[0], "line 3: 'x'");
  // Nobody said so: no ids.
  EXPECT_EQ(Must(ImportAll(csv)).events.size(), 5u);
}

TEST(EventIds, ThatTheLogHasAreDropped) {
  auto known = std::make_shared<EventIds>();
  known->Insert("1", "x");
  ImportOptions options;
  options.csv.event_id_column = "id";
  options.known_ids = [&] { return known; };
  const Imported imported =
      Must(ImportAll("case,activity,timestamp,id\n1,a,2010-01-01,x\n1,b,2010-01-02,y\n", options));
  ASSERT_EQ(imported.events.size(), 1u);
  EXPECT_EQ(imported.events[0].activity, "b");
}

TEST(Packed, ZstdIsFoundByContent) {
  const std::string csv = "case_id,activity,timestamp\n1,a,2010-01-01\n";
  for (const std::string& file :
       {Zstd(csv), Zstd(csv.substr(0, 30)) + Zstd(csv.substr(30)), Gzip(Zstd(csv)), Zstd(kXes)}) {
    for (const size_t piece : {size_t{1} << 20, size_t{1}})
      EXPECT_EQ(Must(ImportAll(file, CsvOptions(), piece)).events.size(), 1u);
  }
  const std::string packed = Zstd(csv);
  EXPECT_THAT(ImportAll(packed.substr(0, 20)).status().ToString(),
              HasSubstr("zstd file is truncated"));
  std::string damaged = Zstd(std::string(1'000, 'x') + csv);
  damaged[damaged.size() / 2] ^= 0x55;
  EXPECT_FALSE(ImportAll(damaged).ok());
}

// A window of 128 MiB, as `zstd --ultra --long=27` makes it.
TEST(Packed, LargeWindowsAreRefused) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const std::string csv = "case_id,activity,timestamp\n1,a,2010-01-01\n";
  std::string packed(1'000, '\0');
  ZSTD_inBuffer in{csv.data(), csv.size(), 0};
  ZSTD_outBuffer out{packed.data(), packed.size(), 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  packed.resize(out.pos);
  EXPECT_THAT(ImportAll(packed).status().ToString(), HasSubstr("window of more than 32 MiB"));
}

TEST(Packed, BombsAreRefusedSoon) {
  // 1 GiB of line feeds, which are no rows.
  std::string feeds;
  const std::string million(1 << 20, '\n');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  feeds.resize(ZSTD_compressBound(million.size()));
  std::string bomb = Zstd("case_id,activity,timestamp\n1,a,2010-01-01\n");
  feeds.resize(
      ZSTD_compressCCtx(context, feeds.data(), feeds.size(), million.data(), million.size(), 1));
  ZSTD_freeCCtx(context);
  for (int i = 0; i < 1'024; ++i) bomb += feeds;
  EXPECT_THAT(ImportAll(bomb).status().ToString(), HasSubstr("more than 500 times its size"));
}

TEST(Encodings, ByName) {
  const std::string latin1 =
      "case_id,activity,timestamp\n1,Gesch\xe4"
      "ft,2010-01-01\n";
  const std::string utf8 =
      "Gesch\xc3\xa4"
      "ft";
  CsvOptions options;
  for (const char* name : {"latin1", "ISO-8859-1", "windows-1252"}) {
    options.encoding = name;
    for (const size_t piece : {size_t{1} << 20, size_t{1}}) {
      const Imported imported = Must(ImportAll(latin1, options, piece));
      EXPECT_EQ(imported.events[0].activity, utf8);
      EXPECT_EQ(imported.summary.csv.encoding, name);
    }
  }
  options.encoding = "utf-16le";
  EXPECT_EQ(Must(ImportAll(Utf16("case_id,activity,timestamp\n1,a,2010-01-01\n", false).substr(2),
                           options, 1))
                .events[0]
                .activity,
            "a");
  // The mark knows better.
  EXPECT_EQ(Must(ImportAll("\xef\xbb\xbf"
                           "case_id,activity,timestamp\n1,a,2010-01-01\n",
                           options))
                .summary.csv.encoding,
            "utf-8");
  options.encoding = "utf8";
  EXPECT_EQ(Must(ImportAll("case_id,activity,timestamp\n1,a,2010-01-01\n", options)).events.size(),
            1u);
  for (const char* bad : {"klingon", "latin1//IGNORE", "../x", "utf-8//TRANSLIT"}) {
    options.encoding = bad;
    EXPECT_EQ(base::ReasonOf(ImportAll(latin1, options).status()),
              base::Reason::ERROR_REASON_FIELD_INVALID)
        << bad;
  }
}

TEST(Delimiters, AnyCharacter) {
  CsvOptions options;
  for (const char* delimiter : {"^", "~", "\x01", " ", ":"}) {
    options.delimiter = delimiter;
    const std::string d = delimiter;
    EXPECT_EQ(Must(ImportAll("case" + d + "activity" + d + "time\n1" + d + "a" + d + "2010-01-01\n",
                             options))
                  .events.size(),
              1u)
        << d;
  }
}

TEST(Texts, WithZeroBytesAreDropped) {
  // Beyond what is looked at to tell text from binary data.
  std::string csv = "case_id,activity,timestamp\n";
  for (int i = 0; i < 300; ++i) csv += "1,a,2010-01-01T00:00:00Z\n";
  csv += std::string("2,b\0c,2010-01-01\n", 17);
  for (const size_t piece : {size_t{1} << 20, size_t{100}}) {
    const Imported imported = Must(ImportAll(csv, CsvOptions(), piece));
    ASSERT_EQ(imported.summary.dropped.size(), 1u);
    EXPECT_EQ(imported.summary.dropped[0].reason, "a text has a zero byte");
  }
}

}  // namespace
}  // namespace plumbline::analytics
