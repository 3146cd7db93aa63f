// SPDX-License-Identifier: Apache-2.0
//
// Imports real logs and compares them with reference figures, where the folder that
// PLUMBLINE_SHARED names (default: beside the source folder) is present. The figures are read with
// protobuf's JSON parser.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "common/base/error.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "services/analytics/ingest/import_testing.h"

namespace plumbline::analytics {
namespace {

std::string Variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::filesystem::path Shared() {
  return Variable("PLUMBLINE_SHARED", Variable("PLUMBLINE_SOURCE_DIR", ".") + "/../shared");
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Row {
  std::string name;  // of the test
  std::string file;  // below data/
  std::string log;   // name of the reference
};

class Reference : public testing::TestWithParam<Row> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Shared() / "data" / GetParam().file)) {
      GTEST_SKIP() << GetParam().name << ": " << Shared() / "data" / GetParam().file
                   << " is not present";
    }
  }
};

TEST_P(Reference, CountsAgree) {
  const auto imported = ImportAll(ReadFile(Shared() / "data" / GetParam().file));
  ASSERT_TRUE(imported.ok()) << imported.status();
  google::protobuf::Struct reference;
  const std::string json = ReadFile(Shared() / "reference" / (GetParam().log + ".json"));
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &reference).ok());

  std::set<std::string> cases;
  std::map<std::string, double> activities;
  for (const PlainEvent& event : imported->events) {
    cases.insert(event.case_id);
    activities[event.activity] += 1;
  }
  std::map<std::string, double> expected;
  for (const auto& [activity, count] :
       reference.fields().at("activity_counts").struct_value().fields()) {
    expected[activity] = count.number_value();
  }
  EXPECT_EQ(static_cast<double>(imported->summary.events),
            reference.fields().at("events").number_value());
  EXPECT_EQ(static_cast<double>(cases.size()), reference.fields().at("cases").number_value());
  EXPECT_EQ(activities, expected);
  EXPECT_TRUE(imported->summary.dropped.empty());
}

std::vector<Row> Rows() {
  std::vector<Row> rows;
  for (const char* log :
       {"a32f0n50", "bpic2012", "bpic2013_open", "callcenter", "csm_15k", "derived_maven_crm",
        "interval_log", "lending_high", "loan_app", "procure_to_pay", "purchasing_example",
        "receipt", "repair_example", "reviewing", "roadtraffic100", "running_example"}) {
    rows.push_back({std::string("log_") + log, std::string("logs/") + log + ".csv.gz", log});
  }
  for (const auto& [file, log] :
       std::map<std::string, std::string>{{"CallcenterExample.csv.gz", "callcenter"},
                                          {"PurchasingExample.csv.gz", "purchasing_example"},
                                          {"bpic2012.xes.gz", "bpic2012"},
                                          {"interval_event_log.xes.gz", "interval_log"},
                                          {"logCSM_15Kcases.xes.gz", "csm_15k"},
                                          {"receipt.csv.gz", "receipt"},
                                          {"reviewing.xes.gz", "reviewing"},
                                          {"roadtraffic100traces.xes", "roadtraffic100"},
                                          {"running-example.csv", "running_example"},
                                          {"running-example.xes", "running_example"}}) {
    const std::string suffix = file.find(".xes") != std::string::npos ? "_xes" : "_csv";
    rows.push_back({"raw_" + log + suffix, "raw/" + file, log});
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Logs, Reference, testing::ValuesIn(Rows()),
                         [](const auto& row) { return row.param.name; });

// The raw file and the normalised one were made from each other by an independent tool: they hold
// the same events.
class SameEvents : public Reference {};

TEST_P(SameEvents, AsTheNormalisedLog) {
  auto raw = ImportAll(ReadFile(Shared() / "data" / GetParam().file));
  auto normalised = ImportAll(ReadFile(Shared() / "data" / "logs" / (GetParam().log + ".csv.gz")));
  ASSERT_TRUE(raw.ok() && normalised.ok()) << raw.status() << normalised.status();
  std::sort(raw->events.begin(), raw->events.end());
  std::sort(normalised->events.begin(), normalised->events.end());
  ASSERT_EQ(raw->events.size(), normalised->events.size());
  for (size_t i = 0; i < raw->events.size(); ++i) {
    const PlainEvent &a = raw->events[i], &b = normalised->events[i];
    ASSERT_EQ(a, b) << "event " << i << ": " << a.case_id << " " << a.activity << " " << a.time
                    << " " << a.start << " " << a.resource << " " << a.transition << " | "
                    << b.case_id << " " << b.activity << " " << b.time << " " << b.start << " "
                    << b.resource << " " << b.transition;
  }
}

std::vector<Row> RawRows() {
  std::vector<Row> rows = Rows();
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [](const Row& row) { return row.file.compare(0, 4, "raw/") != 0; }),
             rows.end());
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Logs, SameEvents, testing::ValuesIn(RawRows()),
                         [](const auto& row) { return row.param.name; });

TEST(ReferenceEdge, Xes20HoldsNoEventThatCanBeRead) {
  const auto path = Shared() / "data" / "raw" / "xes_20.xes";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "Xes20: " << path << " is not present";
  const auto imported = ImportAll(ReadFile(path));
  EXPECT_EQ(base::ReasonOf(imported.status()), base::Reason::ERROR_REASON_IMPORT_EMPTY);
  EXPECT_NE(imported.status().message().find("1 dropped because the activity is missing"),
            std::string::npos)
      << imported.status();
}

}  // namespace
}  // namespace plumbline::analytics
