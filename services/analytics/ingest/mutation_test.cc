// SPDX-License-Identifier: Apache-2.0
//
// Importers and what they read, mutated.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using base::Reason;

std::vector<std::string> Files() {
  const std::string csv =
      "case_id;activity;timestamp;start;resource\r\n1;\"a\"\"\n;b\";9.3.10 "
      "8:05;;Ada\r\n2;b;10.3.10 9:05;9.3.10 1:00;\xc3\xa9\r\n";
  const std::string xes = Xes("<!-- c --><trace><string key='concept:name' value='1&amp;'/>" +
                              XesEvent("a", "1970-01-01T01:00:01+01:00") + "</trace>");
  const std::string doubtful =
      "sep=,\ncase,activity,start,time,transition\n1,a,01/02/2026,03/02/2026,start\n"
      "1,b,05/02/26,11/02/2026 10:00 PM,complete\n\n2,a,,13/02/2026,\n";
  const std::string nested =
      Xes("<extension name='x'/><global scope='event'><string key='a' value='b'/></global><trace>" +
          XesEvent("a", "2020-02-30") +
          "<string key='concept:name' value='late'/><event><list "
          "key='l'><values><string key='concept:name' value='inner'/></values></list><string "
          "key='concept:name' value='&#65;&lt;'/><date key='time:timestamp' "
          "value='2020-01-01T00:00:00.123456789Z'/><date key='start_timestamp' "
          "value='2019-12-31'/></event></trace><event/>");
  return {csv,
          xes,
          doubtful,
          nested,
          Gzip(csv),
          Gzip(xes.substr(0, 60)) + Gzip(xes.substr(60)),
          Utf16("case,activity,time\n1,a,2020-01-01\n", true),
          Utf16("case\tactivity\ttime\n1\ta\t1577836800123\n", false),
          "id|step|date\r1|a|20200101T101010Z\r1|b|20200102T101010+0100\r"};
}

std::string Mutate(std::string text, std::mt19937_64& random) {
  for (uint64_t n = 1 + random() % 3; n > 0 && !text.empty(); --n) {
    const size_t at = random() % text.size();
    const size_t length = 1 + random() % 5;
    switch (random() % 6) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, length, "\"\n\r;<>&\0\xff,/"[random() % 11]);
        break;
      case 2:
        text.insert(at, text.substr(random() % text.size(), 1 + random() % 60));
        break;
      case 3:
        text[at] = static_cast<char>('0' + random() % 10);
        break;
      case 4:
        text.resize(at);
        break;
      default:
        text[at] = static_cast<char>(random());
    }
  }
  return text;
}

// What an import gave, as text that can be compared.
std::string Outcome(const absl::StatusOr<Imported>& imported) {
  if (!imported.ok()) return std::string(imported.status().message());
  std::string text = absl::StrCat(imported->summary.format, " ", imported->summary.csv.time_format);
  for (const PlainEvent& e : imported->events) {
    absl::StrAppend(&text, "\n", e.case_id, "|", e.activity, "|", e.resource, "|", e.transition,
                    "|", e.time, "|", e.start);
  }
  for (const Dropped& dropped : imported->summary.dropped)
    absl::StrAppend(&text, "\ndropped ", dropped.count, " ", dropped.reason);
  return text;
}

// Whatever the bytes are: events, or an error with a reason; the same in whatever pieces they come.
TEST(Mutation, GivesErrorsOrEvents) {
  const char* nightly = std::getenv("PLUMBLINE_NIGHTLY");
  const int rounds = nightly == nullptr ? 1'500 : 150'000;
  std::mt19937_64 random(5);
  int imports = 0, errors = 0;
  for (const std::string& file : Files()) {
    for (int i = 0; i < rounds; ++i) {
      const std::string mutated = Mutate(file, random);
      const auto imported = ImportAll(mutated, {}, 1 + random() % 40);
      imported.ok() ? ++imports : ++errors;
      ASSERT_EQ(Outcome(imported), Outcome(ImportAll(mutated)));
      if (imported.ok()) continue;
      const Reason reason = base::ReasonOf(imported.status());
      ASSERT_TRUE(reason == Reason::ERROR_REASON_IMPORT_FORMAT ||
                  reason == Reason::ERROR_REASON_IMPORT_COLUMN_MISSING ||
                  reason == Reason::ERROR_REASON_IMPORT_EMPTY)
          << imported.status();
    }
  }
  EXPECT_GT(imports, 500);
  EXPECT_GT(errors, 500);
}

}  // namespace
}  // namespace plumbline::analytics
