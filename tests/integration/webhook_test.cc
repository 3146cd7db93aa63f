// SPDX-License-Identifier: Apache-2.0
//
// webhook, watch and export on the command line, against a real suite that sends to a receiver in
// this process.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Bin(const std::string& program) {
  return absl::StrCat(std::getenv("PLUMBLINE_BIN_DIR"), "/", program);
}

struct Ended {
  int code;
  std::string output;
};

class WebhookCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    Begin();
    const std::string source = std::getenv("PLUMBLINE_SOURCE_DIR");
    Expect({"apply", "-f", source + "/utilities", "-f", source + "/processes"}, 0, {});
  }
  // A suite over the data of this test.
  void Begin() {
    suite_ = testing::Process::Start(
        {.args = {Bin("plumbline-suite"), "--server.listen_address=127.0.0.1:0",
                  "--webhooks.allowed_networks=127.0.0.0/8",
                  absl::StrCat("--data_directory=", folder_.Join("data"))}});
    auto ready = suite_->WaitForLine("\"ready\"");
    ASSERT_TRUE(ready.ok()) << ready.status();
    google::protobuf::Struct line;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(*ready, &line).ok());
    address_ = line.fields().at("address").string_value();
  }
  void TearDown() override { EXPECT_EQ(*suite_->Terminate(), 0); }

  Ended Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {Bin("plumbline"), "--address", address_});
    auto process = testing::Process::Start({.args = arguments});
    auto code = process->Wait();
    return {code.ok() ? *code : -1, process->Output()};
  }
  std::string Expect(const std::vector<std::string>& arguments, int code,
                     const std::vector<std::string>& says) const {
    const Ended ended = Run(arguments);
    EXPECT_EQ(ended.code, code) << ended.output;
    for (const std::string& text : says) EXPECT_THAT(ended.output, HasSubstr(text));
    return ended.output;
  }
  void Start(const std::string& id) const {
    Expect({"start", "sales-rep-onboarding", "--id", id, "--person", "ada@example.com", "--day-one",
            "2031-03-03"},
           0, {});
  }

  testing::TempDir folder_;
  http::testing::Receiver receiver_;
  std::unique_ptr<testing::Process> suite_;
  std::string address_;
};

TEST_F(WebhookCommand, FromCreateToReplay) {
  Expect({"webhook", "create", "crm", "--url", receiver_.Url(), "--filter", "kind = STARTED"}, 0,
         {"state:        enabled", "secret:       whsec_", "shown this once"});
  receiver_.Answer({.status = 418, .body = "I am a teapot"});
  Expect({"webhook", "test", "crm"}, 7,
         {"418", "I am a teapot", "has not taken", "(DEPENDENCY_UNAVAILABLE)"});
  receiver_.Answer(http::testing::Reply{});
  Expect({"webhook", "test", "crm"}, 0, {"has taken the event"});
  Start("ada");
  while (receiver_.received().size() < 3) absl::SleepFor(absl::Milliseconds(5));
  const http::testing::Received sent = receiver_.received()[2];
  EXPECT_THAT(sent.body, HasSubstr("\"type\":\"plumbline.onboarding.v1.onboarding.started\""));
  std::string list;
  while (!absl::StrContains(list, "succeeded")) {
    list = Expect({"webhook", "deliveries", "crm"}, 0, {"onboarding.started", "ada/1"});
  }
  Expect({"webhook", "deliveries", "crm", "--filter", "state = FAILED"}, 0, {"no deliveries"});
  const std::string name = list.substr(list.find('\n') + 1);
  const std::string delivery = name.substr(0, name.find(' '));
  Expect({"webhook", "delivery", "crm", delivery}, 0, {"webhook-signature", "200"});
  Expect({"webhook", "replay", "crm", delivery}, 0, {"1 event is on the way again"});
  while (receiver_.received().size() < 4) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ(receiver_.received()[3].headers.at("webhook-id"), sent.headers.at("webhook-id"));
  Expect({"webhook", "rotate", "crm"}, 0, {"signs until", "whsec_"});
  Expect({"webhook", "update", "crm", "--state", "disabled", "--reason", "moving"}, 0,
         {"state:        disabled", "moving"});
  Expect({"webhook", "update", "crm", "--filter", ""}, 0,
         {"Webhook crm is changed", "none: everything that happens is sent"});
  Expect({"webhook", "create", "later", "--url", receiver_.Url(), "--dry-run"}, 0,
         {"Nothing was written or sent. Webhook later would be created:",
          "one is made when it is created"});
  Expect({"webhook", "get", "later"}, 4, {"RESOURCE_NOT_FOUND"});
  Expect({"webhook", "list"}, 0, {"crm", "disabled"});
  Expect({"webhook", "delete", "crm"}, 0, {"crm: deleted"});
  Expect({"webhook", "get", "crm"}, 4, {"RESOURCE_NOT_FOUND"});
}

constexpr char kAutomated[] = R"yaml(
name: processes/setup
title: Set up
owner: it
attributes:
  - {id: login, title: Login, type: TYPE_STRING}
root:
  id: all
  sequence:
    nodes:
      - id: account
        title: Create the account
        step: {role: it, outputs: [login], automation: {webhook: provision}}
      - {id: greet, title: Greet, step: {role: manager}}
)yaml";

// The suite is killed when the program has been called and before its answer is taken.
TEST_F(WebhookCommand, AProgramDoesAStepOnce) {
  std::ofstream(folder_.Join("setup.yaml")) << kAutomated;
  Expect({"apply", folder_.Join("setup.yaml"), "--publish"}, 0, {"published"});
  Expect({"webhook", "create", "provision", "--url", receiver_.Url(), "--calls-only"}, 0,
         {"calls of automated steps only"});
  Expect({"webhook", "list"}, 0, {"calls of automated steps only"});
  const http::testing::Reply done{.body = R"({"state": "done", "outputs": {"login": "ada"}})"};
  std::atomic<bool> killed{false};
  receiver_.Answer([&](const http::testing::Received&) {
    if (!killed) suite_->Kill();
    killed = true;
    return done;
  });
  // It may be killed before it has answered this.
  Run({"start", "setup", "--id", "ada", "--person", "ada@example.com", "--day-one", "2020-01-06"});
  while (!killed) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ(*suite_->Wait(), 128 + 9);
  receiver_.Answer(done);
  Begin();
  while (!absl::StrContains(Run({"list", "tasks", "ada", "--state", "done"}).output, "account"))
    absl::SleepFor(absl::Milliseconds(50));
  const auto came = receiver_.received();
  ASSERT_GE(came.size(), 2u);
  EXPECT_EQ(came[0].body, came[1].body) << "it is asked again, by the same id";
  EXPECT_EQ(came[0].headers.at("webhook-id"), came[1].headers.at("webhook-id"));
  const std::string history = Expect({"list", "history", "ada"}, 0, {"automation-answered"});
  const std::vector<std::string> parts = absl::StrSplit(history, "automation-answered");
  EXPECT_EQ(parts.size(), 2u) << history;
  Expect({"task", "answer", "ada/account", "--call", "x"}, 5, {"AUTOMATION_STATE"});
  Expect({"task", "answer", "ada/account", "--call", "x", "--state", "failed"}, 3, {"--reason"});
  Expect({"webhook", "deliveries", "provision"}, 0, {"automation.call", "succeeded"});
}

TEST_F(WebhookCommand, SaysWhatIsWrong) {
  Expect({"webhook", "create", "crm", "--url", "http://example.com/"}, 3, {"--url", "https://"});
  Expect({"webhook", "create", "crm", "--url", "https://10.0.0.1/"}, 3, {"allowed_networks"});
  Expect({"webhook", "create", "crm", "--url", receiver_.Url(), "--filter", "knd = STARTED"}, 3,
         {"--filter", "knd"});
  Expect({"webhook", "update", "crm"}, 3, {"say what to change"});
  Expect({"webhook", "replay", "crm"}, 3, {"exactly one of DELIVERY, --failed-since TIME"});
  Expect({"watch", "--cursor", "1-2-3-x"}, 3, {"--cursor: '1-2-3-x' is no place", "'now'"});
  Expect({"watch", "--filter", "nothing = 1"}, 3, {"rule, recipients, webhook"});
  Expect({"watch", "--help"}, 0, {"recipients", "webhook"});
}

TEST_F(WebhookCommand, ExportsRowsAndCalendars) {
  Start("ada");
  const std::string tasks = Expect({"export", "tasks", "ada"}, 0, {"ada,", ",ready,"});
  EXPECT_THAT(tasks, StartsWith("onboarding,task,step,round,title,"));
  EXPECT_THAT(tasks, AllOf(HasSubstr(",person,process,labels\r\n"),
                           HasSubstr(",ada@example.com,sales-rep-onboarding@1,")));
  Expect({"export", "tasks", "--state", "awaiting-verification"}, 0, {"onboarding,task,"});
  EXPECT_EQ(Expect({"export", "tasks", "--filter", "person = \"nobody\""}, 0, {}).find(",ready,"),
            std::string::npos);
  Expect({"export", "tasks", "--filter", "person = \"ada@example.com\""}, 0, {",ready,"});
  const std::string history = folder_.Join("history.csv");
  Expect({"export", "history", "-o", history}, 0, {});
  EXPECT_FALSE(std::filesystem::exists(history + ".part"));
  // Devices take it as it comes; who cannot write is told, and a link stays one.
  Expect({"export", "history", "ada", "-o", "/dev/stdout"}, 0, {"ada,1,", ",started,"});
  Expect({"export", "history", "-o", folder_.Join("no/history.csv")}, 3,
         {"--output", "cannot be written"});
  const std::string link = folder_.Join("link.csv");
  std::filesystem::create_symlink(history, link);
  Expect({"export", "history", "ada", "-o", link}, 0, {});
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  Expect({"export", "history", "ada"}, 0, {"ada,1,", ",started,"});
  EXPECT_TRUE(absl::StrContains(tasks, "\r\n"));
  Expect({"export", "tasks", "--format", "ics"}, 3, {"--person"});
  // Whoever has a task that is ready.
  const std::string row = tasks.substr(0, tasks.find(",ready,"));
  const std::string line = row.substr(row.rfind('\n') + 1);
  const std::vector<std::string> cells = absl::StrSplit(line, ',');
  ASSERT_GE(cells.size(), 7u) << line;
  const std::string doer = cells[6].empty() ? cells[5] : cells[6];
  Expect({"export", "tasks", "--person", doer, "--format", "ics"}, 0,
         {"BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:", "@ada.default.plumbline"});
  Expect({"export", "tasks", "--person", doer, "--format", "ics", "--todo"}, 0, {"BEGIN:VTODO"});
  Expect({"export", "tasks", "--person", "nobody@example.com", "--format", "ics"}, 0,
         {"BEGIN:VCALENDAR", "it holds no task, for none that is open is of nobody@example.com"});
}

}  // namespace
}  // namespace plumbline
