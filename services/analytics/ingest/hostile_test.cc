// SPDX-License-Identifier: Apache-2.0
//
// Files that are made to be too much, and are read all the same or refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

using testing::HasSubstr;

// Feeds what `next` makes until it makes nothing; counts events and the largest batch.
struct Fed {
  absl::Status status;
  int64_t events = 0;
  size_t largest = 0;
};
template <typename Next>
Fed FeedAll(Next next) {
  Fed fed;
  auto importer = NewImporter(CsvOptions(), [&](EventBatch batch) {
    fed.events += static_cast<int64_t>(batch.size());
    fed.largest = std::max(fed.largest, batch.size());
    return absl::OkStatus();
  });
  for (std::string piece = next(); fed.status.ok() && !piece.empty(); piece = next())
    fed.status = (*importer)->Feed(piece);
  if (fed.status.ok()) fed.status = (*importer)->Finish().status();
  return fed;
}

TEST(Hostile, ACaseOfAMillionEvents) {
  std::string thousand;
  for (int i = 0; i < 1'000; ++i) thousand += XesEvent("a", "2020-01-01");
  int step = 0;
  const Fed fed = FeedAll([&]() -> std::string {
    if (step++ == 0) return "<log><trace>";  // and no name, so that events are held
    return step < 1'002 ? thousand : step == 1'002 ? "</trace></log>" : "";
  });
  ASSERT_TRUE(fed.status.ok()) << fed.status;
  EXPECT_EQ(fed.events, 1'000'000);
  EXPECT_LE(fed.largest, kBlockRows);
}

// 1 GiB in one attribute: it ends after 4 MiB.
TEST(Hostile, AnAttributeOfAGigabyte) {
  int64_t pieces = 0;
  const Fed fed = FeedAll([&]() -> std::string {
    if (pieces++ == 0) return "<log><trace><event><string key='concept:name' value='";
    return pieces > 1'025 ? "" : std::string(1 << 20, 'x');
  });
  EXPECT_THAT(fed.status.ToString(), HasSubstr("longer than 4 MiB"));
  EXPECT_LT(pieces, 10);
}

TEST(Hostile, AnObjectOfAGigabyte) {
  int64_t pieces = 0;
  const Fed fed = FeedAll([&]() -> std::string {
    if (pieces++ == 0) return "{\"objects\": [{\"id\": \"";
    return pieces > 1'025 ? "" : std::string(1 << 20, 'x');
  });
  EXPECT_THAT(fed.status.ToString(), HasSubstr("longer than 4 MiB"));
  EXPECT_LT(pieces, 10);
}

TEST(Hostile, EventsWithoutEndBeforeTheirObjects) {
  int64_t pieces = 0;
  const std::string event = absl::StrCat("{\"type\": \"", std::string(1 << 20, 'x'), "\"},");
  const Fed fed = FeedAll([&]() -> std::string {
    if (pieces++ == 0) return "{\"events\": [";
    return pieces > 1'025 ? "" : event;
  });
  EXPECT_THAT(fed.status.ToString(), HasSubstr("write the objects first"));
  EXPECT_LT(pieces, 300);
}

TEST(Hostile, ActivitiesOf64KilobytesAreDropped) {
  std::string activity;
  while (activity.size() < 65'536) activity += "\xe2\x82\xac";
  const std::string csv =
      absl::StrCat("case_id,activity,timestamp\n1,", activity, ",2010-01-01\n1,a,2010-01-01\n");
  const std::string xes =
      Xes("<trace><string key='concept:name' value='1'/>" + XesEvent(activity, "2010-01-01") +
          XesEvent("a", "2010-01-01") + "</trace>");
  for (const std::string& file : {csv, xes}) {
    const auto imported = ImportAll(file);
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(imported->events.size(), 1u);
    ASSERT_EQ(imported->summary.dropped.size(), 1u);
    EXPECT_THAT(imported->summary.dropped[0].reason, HasSubstr("a text is too long"));
    EXPECT_LT(imported->summary.dropped[0].samples[0].size(), 200u);
  }
}

TEST(Hostile, TimesBeyondTheCalendar) {
  const char* const kBad[] = {"-0005-01-01",
                              "10000-01-01",
                              "0000-12-31",
                              "2010-13-01",
                              "99999999999999999999-01-01",
                              "2010-01-01T25:00:00Z"};
  std::string csv = "case_id,activity,timestamp\n1,a,0001-01-01\n1,a,9999-12-31T23:59:59.999999Z\n",
              events = XesEvent("a", "0001-01-01") + XesEvent("a", "9999-12-31T23:59:59.999999Z");
  for (const char* bad : kBad) {
    absl::StrAppend(&csv, "1,a,", bad, "\n");
    events += XesEvent("a", bad);
  }
  for (const std::string& file : {csv, Xes("<trace>" + events + "</trace>")}) {
    const auto imported = ImportAll(file);
    ASSERT_TRUE(imported.ok()) << imported.status();
    EXPECT_EQ(imported->events.size(), 2u);
    EXPECT_EQ(imported->summary.dropped[0].count, 6);
    EXPECT_EQ(imported->summary.dropped[0].samples.size(), 5u);
  }
}

}  // namespace
}  // namespace plumbline::analytics
