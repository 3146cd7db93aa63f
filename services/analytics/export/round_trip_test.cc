// SPDX-License-Identifier: Apache-2.0
//
// What is exported is read back as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/analytics/export/log_writer.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/log/event_ids.h"
#include "services/analytics/log/test_rows.h"

namespace plumbline::analytics {
namespace {

std::string WriteAll(LogWriter& writer) {
  std::string text;
  while (writer.Next(&text)) {
  }
  return text;
}

absl::Status GoOn() { return absl::OkStatus(); }

std::string Export(const LogToWrite& log, bool xes) {
  if (xes) return WriteAll(*NewXesLogWriter(log));
  auto writer = NewCsvLogWriter(log, GoOn);
  EXPECT_TRUE(writer.ok()) << writer.status();
  return WriteAll(**writer);
}
std::string Export(const std::shared_ptr<const LogSnapshot>& log, bool xes) {
  return Export(LogToWrite{log, std::nullopt}, xes);
}

std::shared_ptr<const LogSnapshot> ImportAgain(const std::string& text) {
  EventLogBuilder builder;
  ImportOptions options;
  options.attributes = {"*"};
  auto importer = NewImporter(options, [&](EventBatch batch) {
    builder.Append(batch);
    return absl::OkStatus();
  });
  EXPECT_TRUE(importer.ok());
  for (size_t at = 0; at < text.size(); at += 1'000) {
    const absl::Status fed = (*importer)->Feed(absl::string_view(text).substr(at, 1'000));
    EXPECT_TRUE(fed.ok()) << fed;
  }
  const auto summary = (*importer)->Finish();
  EXPECT_TRUE(summary.ok()) << summary.status() << "\n" << text.substr(0, 2'000);
  if (summary.ok()) {
    EXPECT_TRUE(summary->dropped.empty())
        << summary->dropped[0].reason << ": " << summary->dropped[0].samples[0];
  }
  return builder.Snapshot();
}

// All that a log says, with the attributes of a row in the order of their keys: files keep no
// other.
std::string Content(const LogSnapshot& log) {
  std::vector<std::vector<std::string>> attributes(log.size());
  for (const EventAttribute& a : log.attributes) {
    std::string text = absl::StrCat(log.attribute_keys[a.key], "=", a.value.index(), ":");
    if (const auto* t = std::get_if<std::string>(&a.value)) absl::StrAppend(&text, *t);
    if (const auto* i = std::get_if<int64_t>(&a.value)) absl::StrAppend(&text, *i);
    if (const auto* d = std::get_if<double>(&a.value)) {
      uint64_t bits;
      std::memcpy(&bits, d, sizeof(bits));
      absl::StrAppend(&text, bits);
    }
    if (const auto* b = std::get_if<bool>(&a.value)) absl::StrAppend(&text, *b);
    if (const auto* t = std::get_if<Instant>(&a.value)) absl::StrAppend(&text, t->micros);
    attributes[a.row].push_back(text);
  }
  std::string content;
  for (size_t c = 0; c < log.case_count(); ++c) {
    for (uint32_t row = log.case_begin[c]; row < log.case_begin[c + 1]; ++row) {
      const uint32_t resource = log.ResourceOf(row), transition = log.TransitionOf(row);
      absl::StrAppend(&content, log.cases[c], "|", log.activities[log.activity[row]], "|",
                      log.time[row], "|", log.start.empty() ? kNoTime : log.start[row], "|",
                      resource == kNoText ? "-" : log.resources[resource], "|",
                      transition == kNoText ? "-" : log.transitions[transition]);
      std::sort(attributes[row].begin(), attributes[row].end());
      for (const std::string& one : attributes[row]) absl::StrAppend(&content, "|", one);
      content += "\n";
    }
  }
  return content;
}

std::vector<TestRow> Difficult() {
  const int64_t last = 253'402'300'799'999'999, first = -62'135'596'800'000'000;
  std::vector<TestRow> rows = {
      {"a,b", "say \"hi\"", 1'000'000, "Complete", kNoTime, "Ada, Countess"},
      {"a,b", "two\nlines\r\nand\ttab", 1'000'001, "", 999'999, ""},
      {"<c>&'\"", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", -1, "start", kNoTime, " spaced "},
      {"d", "x", last},
      {"d", "x", first},
      {"d", "x", -86'400'000'000},
      {"d", "x", 951'782'400'000'000, "", 951'782'399'000'000}};
  rows[0].attributes = {{"amount", int64_t{5}},
                        {"amount [text]", std::string("odd name")},
                        {"case:region", std::string("EMEA")},
                        {"rate", 0.1},
                        {"identity:id", std::string("17")},
                        {"whole", 1e300},
                        {"done", true},
                        {"due", Instant{1'577'836'800'123'456}}};
  rows[1].attributes = {{"amount", std::string("5")},
                        {"amount", std::string("true")},
                        {"amount", std::string("2020-01-01T00:00:00Z")},
                        {"amount", std::numeric_limits<int64_t>::min()},
                        {"case:region", std::string("late")},
                        {"list/a", std::string("x")},
                        {"list/a", std::string("y")},
                        {"rate", -0.0},
                        {"rate", std::numeric_limits<double>::denorm_min()}};
  rows[2].attributes = {{"case:amount", 1.5},
                        {"note", std::string("a \"b\", <c> & 'd'\n")},
                        {"zip", std::string("00123")}};
  return rows;
}

TEST(RoundTrip, DifficultLogs) {
  const auto log = MakeLog(Difficult());
  for (const bool xes : {false, true}) {
    const std::string text = Export(log, xes);
    const auto again = ImportAgain(text);
    EXPECT_EQ(Content(*again), Content(*log)) << text;
    // The other way round too.
    EXPECT_EQ(Content(*ImportAgain(Export(again, !xes))), Content(*log));
  }
}

// With texts that look like other things, and attributes of all types.
std::vector<TestRow> SomeRows(int round, std::mt19937& random) {
  const auto pick = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  const std::vector<std::string> words = {"a",   "5",        "-5", "1.5",        "true",
                                          "x,y", "\"",       "'",  "\n",         "007",
                                          "1e5", "\xc3\xa9", " ",  "2020-01-01", "null"};
  std::vector<TestRow> rows;
  for (int i = 1 + pick(60); i > 0; --i) {
    TestRow row{absl::StrCat("c", pick(9)), absl::StrCat("a", pick(4)), 1'000'000LL * pick(50)};
    if (pick(2)) row.resource = words[static_cast<size_t>(pick(7))];
    if (pick(3) == 0) row.transition = "start";
    if (round % 2 && pick(2)) row.start = row.time - pick(5);
    for (int a = pick(4); a > 0; --a) {
      const AttributeValue values[] = {words[static_cast<size_t>(pick(14))], int64_t{pick(9)} - 4,
                                       pick(9) / 4.0 - 1, pick(2) == 0, Instant{pick(99) - 50}};
      row.attributes.emplace_back(absl::StrCat(pick(3) ? "" : "case:", "k", pick(3)),
                                  values[pick(5)]);
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(RoundTrip, RandomLogs) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const auto log = MakeLog(SomeRows(round, random));
    for (const bool xes : {false, true})
      ASSERT_EQ(Content(*ImportAgain(Export(log, xes))), Content(*log)) << round << xes;
  }
}

// What is written of a selection is what a copy of it would be.
TEST(RoundTrip, PartsOfRandomLogs) {
  std::mt19937 random(8);
  for (int round = 0; round < 80; ++round) {
    const auto log = MakeLog(SomeRows(round, random));
    const auto some = [&](size_t) { return random() % 3 != 0; };
    Selected selected{BitSet::Where(log->case_count(), some), std::nullopt, {}};
    if (round % 2) selected.rows = BitSet::Where(log->size(), some);
    const auto part = PartOf(*log, selected);
    for (const bool xes : {false, true}) {
      const std::string text = Export(LogToWrite{log, selected}, xes);
      EXPECT_EQ(text, Export(part, xes)) << round;
      if (part->empty()) continue;
      ASSERT_EQ(Content(*ImportAgain(text)), Content(*part)) << round << xes;
    }
    const auto writer = NewXesLogWriter({log, selected});
    WriteAll(*writer);
    EXPECT_EQ(writer->events(), static_cast<int64_t>(part->size()));
    EXPECT_EQ(writer->cases(), static_cast<int64_t>(part->case_count()));
  }
}

TEST(CsvLogWriter, StopsWhenItIsTold) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back({"c", "a", i});
  const auto writer = NewCsvLogWriter({MakeLog(rows), std::nullopt},
                                      [] { return absl::CancelledError("nobody waits"); });
  EXPECT_TRUE(absl::IsCancelled(writer.status())) << writer.status();
}

TEST(RoundTrip, LongLogsComeInPieces) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 5'000; ++i) rows.push_back({absl::StrCat("c", i / 3'000), "a", i});
  const auto log = MakeLog(rows);
  for (const bool xes : {false, true})
    EXPECT_EQ(Content(*ImportAgain(Export(log, xes))), Content(*log));
  const auto writer = NewXesLogWriter({log, std::nullopt});
  std::string piece;
  EXPECT_TRUE(writer->Next(&piece));
  EXPECT_LT(piece.size(), 300'000u);
}

TEST(XesLogWriter, ReplacesWhatXmlCannotHold) {
  const auto log = MakeLog(std::vector<TestRow>{{"c", std::string("a\x01z\xef\xbf\xbf"), 1}});
  const auto writer = NewXesLogWriter({log, std::nullopt});
  WriteAll(*writer);
  EXPECT_EQ(writer->replaced_characters(), 2);
  EXPECT_EQ(ImportAgain(Export(log, true))->activities[0], "a\xef\xbf\xbdz\xef\xbf\xbd");
}

TEST(XesLogWriter, NoEventsIsALogToo) {
  EXPECT_THAT(Export(MakeLog(std::vector<TestRow>{}), true), testing::EndsWith("</log>\n"));
}

}  // namespace
}  // namespace plumbline::analytics
