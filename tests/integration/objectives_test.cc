// SPDX-License-Identifier: Apache-2.0
//
// objective and budget on the command line, against a real suite that sends alerts to a receiver in
// this process.
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "common/http/testing_receiver.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;

std::string Bin(const std::string& program) {
  return absl::StrCat(std::getenv("PLUMBLINE_BIN_DIR"), "/", program);
}

class ObjectiveCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  "--webhooks.allowed_networks=127.0.0.0/8",
                  absl::StrCat("--data_directory=", folder_.Join("data"))}});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok());
    address_ = line.fields().at("address").string_value();
    ImportQuotes();
  }
  void TearDown() override { EXPECT_EQ(*suite_->Terminate(), 0); }

  std::string Expect(std::vector<std::string> arguments, int code,
                     const std::vector<std::string>& says) const {
    arguments.insert(arguments.begin(), {Bin("plumbline"), "--address", address_});
    auto process = testing::Process::Start({.args = arguments});
    EXPECT_EQ(*process->Wait(), code) << process->Output();
    for (const std::string& text : says) EXPECT_THAT(process->Output(), HasSubstr(text));
    return process->Output();
  }

  // 40 quotes of the year 2025, one a day: legal takes a day; of every fourth five.
  void ImportQuotes() const {
    std::ofstream csv(folder_.Join("quotes.csv"));
    csv << "case_id,activity,timestamp\n";
    for (int i = 0; i < 40; ++i) {
      const absl::CivilDay day = absl::CivilDay(2025, 1, 6) + i;
      csv << "q" << i << ",Draft," << absl::FormatCivilTime(day) << "T09:00:00Z\n";
      csv << "q" << i << ",Sign," << absl::FormatCivilTime(day + (i % 4 == 0 ? 5 : 1))
          << "T09:00:00Z\n";
    }
    csv.close();
    Expect({"import", folder_.Join("quotes.csv")}, 0, {"of 40 cases"});
  }

  testing::TempDir folder_;
  http::testing::Receiver receiver_;
  std::unique_ptr<testing::Process> suite_;
  std::string address_;
};

// A log that says of no case when it is due.
TEST_F(ObjectiveCommand, APromiseThatNothingCountsForIsToldAtOnce) {
  Expect({"objective", "create", "due", "quotes", "--goal", "90%"}, 0,
         {"nothing in the log counts for this objective", "--within"});
  const std::string timed =
      Expect({"objective", "create", "timed", "quotes", "--goal", "90%", "--within", "2d"}, 0, {});
  EXPECT_THAT(timed, ::testing::Not(HasSubstr("nothing in the log counts")));
  EXPECT_THAT(timed, ::testing::Not(HasSubstr("warning")));
}

TEST_F(ObjectiveCommand, NamesThatTheLogDoesNotHaveAreTold) {
  Expect(
      {"objective", "create", "step", "quotes", "--goal", "90%", "--step", "Foo", "--within", "2d"},
      0, {"warning: The log has no activity 'Foo'"});
  Expect({"objective", "create", "sign", "quotes", "--goal", "90%", "--until", "Sing", "--within",
          "2d"},
         0, {"warning: The log has no activity 'Sing'; did you mean 'Sign'?"});
  Expect({"budget", "sign"}, 0, {"Note: The log has no activity 'Sing'; did you mean 'Sign'?\n"});
  Expect({"objective", "create", "west", "quotes", "--goal", "90%", "--within", "2d", "--filter",
          "attributes.regio = West"},
         0, {"warning: the log has no attribute 'regio'"});
  Expect({"budget", "west"}, 0, {"the log has no attribute 'regio'"});
  Expect({"objective", "set", "sign", "--until", "Sig", "--within", "2d"}, 0,
         {"warning: The log has no activity 'Sig'; did you mean 'Sign'?"});
  const auto condition = [](const std::string& id, const std::string& text) {
    return std::vector<std::string>{"objective", "create",      id,  "quotes", "--goal",
                                    "90%",       "--condition", text};
  };
  Expect(condition("west-too", "attributes.regio = West"), 0,
         {"warning: the log has no attribute 'regio'"});
  Expect(condition("bad", "activities:Sing"), 0,
         {"warning: the log has no activity 'Sing'; did you mean 'Sign'?"});
  Expect({"budget", "bad"}, 0, {"Note: The log has no activity 'Sing'; did you mean 'Sign'?\n"});
  Expect({"objective", "set", "bad", "--condition", "activities:Sig", "--dry-run"}, 0,
         {"warning: the log has no activity 'Sig'; did you mean 'Sign'?"});
}

TEST_F(ObjectiveCommand, FromThePromiseToTheAlert) {
  Expect({"objective", "list"}, 0, {"no objectives"});
  Expect({"objective", "create", "legal", "quotes", "--goal", "90%", "--until", "Sign", "--within",
          "2d", "--title", "Signed in two days", "--alert-url", receiver_.Url()},
         0, {"90 % of cases come to 'Sign' within 2.0 d", "whsec_", "shown this once"});
  // A quarter is late: the budget of a tenth is spent two and a half times.
  Expect(
      {"budget", "legal"}, 0,
      {"State at 2025-02-16 09:00 UTC: exhausted", "Counted: 40, of which 10 bad", "Good: 75.0 %",
       "[--------------------] 250 % spent: 10 of 4.0 that may be bad, 6.0 too many",
       "level 'freeze'", "fast", "ticket"});
  Expect({"budget", "legal", "--json"}, 0, {"\"consumedShare\": 2.5", "\"state\": \"STATE_EXH"});
  Expect({"budget", "legal", "--at", "2024-01-01"}, 0, {"too few events", "nothing counts"});
  Expect({"budget", "legal", "--history", "--step", "1w"}, 0, {"exhausted", "%", "2025-02-16"});
  Expect({"budget", "legal", "--history", "--step", "1m"}, 3, {"--step"});
  Expect({"objective", "list"}, 0, {"legal", "exhausted", "75.0 %", "Signed in two days"});

  while (receiver_.received().empty()) absl::SleepFor(absl::Milliseconds(20));
  EXPECT_THAT(receiver_.received()[0].body,
              HasSubstr("\"type\":\"plumbline.analytics.v1.objective.alert_fired\""));
  std::string alerts;
  while (alerts.find("succeeded") == std::string::npos)
    alerts = Expect({"objective", "alerts", "legal"}, 0, {"freeze", "fired"});
  Expect({"objective", "alerts", "--after", "0-0", "--json"}, 0, {"\"cursor\"", "\"delivery\""});
}

TEST_F(ObjectiveCommand, IsChangedAndDeleted) {
  Expect({"objective", "create", "legal", "quotes", "--goal", "0.9", "--within", "2d"}, 0,
         {"90 % of cases end within 2.0 d"});
  Expect({"objective", "create", "legal", "quotes", "--goal", "0.9", "--within", "2d"}, 5, {});
  Expect({"objective", "set", "legal", "--goal", "60%", "--policy", "look=0.5:Look at it"}, 0,
         {"60 %"});
  Expect({"budget", "legal"}, 0, {"at risk", "level 'look'", "Look at it"});
  Expect({"objective", "set", "legal", "--until", "Sign"}, 0,
         {"60 % of cases come to 'Sign' within 2.0 d"});
  Expect({"objective", "set", "legal", "--within", "3d", "--rules", "service"}, 0,
         {"60 % of cases come to 'Sign' within 3.0 d", "service: for what happens"});
  Expect({"objective", "set", "legal"}, 3, {"say what to change"});
  Expect({"objective", "set", "legal", "--goal", "120%"}, 3, {"--goal", "is '120%'"});
  Expect({"objective", "set", "legal", "--rule", "fast=1.1:2h/1d"}, 3,
         {"--rule", "has a short window of 24h; give 1s to 2h, its long window"});
  Expect({"objective", "set", "legal", "--goal", "100%"}, 3, {"--goal", "without exceptions"});
  Expect({"objective", "set", "legal", "--within", "3wd"}, 3, {"--within", "working days"});
  Expect({"objective", "set", "legal", "--alert-url", "https://10.0.0.1/"}, 3,
         {"--alert-url", "allowed_networks"});
  Expect({"objective", "show", "legal", "--json"}, 0, {"\"goalShare\": 0.6"});
  Expect({"objective", "delete", "legal", "--dry-run"}, 0, {"would be deleted"});
  Expect({"objective", "delete", "legal"}, 0, {"legal: deleted"});
  Expect({"budget", "legal"}, 4, {"RESOURCE_NOT_FOUND"});
}

}  // namespace
}  // namespace plumbline
