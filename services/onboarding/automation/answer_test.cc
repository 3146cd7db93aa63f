// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/automation/answer.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding::automation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using State = AutomationReply::State;
using Kind = Heard::Kind;

Heard Hear(int status, const std::string& body = "") {
  return HearAnswer("crm", {.status = status, .body = body});
}

TEST(HearAnswer, WhatIsDoneIsTaken) {
  const Heard heard = Hear(200, R"({"state": "done", "outputs": {"login": "ada"},
                                    "ticked": ["mfa"], "defects": ["late"]})");
  EXPECT_EQ(heard.kind, Kind::kReply);
  EXPECT_EQ(heard.reply.state, State::kDone);
  EXPECT_EQ(heard.reply.completion.outputs.at("login"), "ada");
  EXPECT_THAT(heard.reply.completion.ticked, ElementsAre("mfa"));
  EXPECT_THAT(heard.reply.completion.defects, ElementsAre("late"));
  EXPECT_FALSE(heard.reply.completion.tick_all);
}

TEST(HearAnswer, WithoutABodyItHasAccepted) {
  for (const char* body : {"", " \r\n"}) {
    EXPECT_EQ(Hear(202, body).reply.state, State::kAccepted);
    EXPECT_EQ(Hear(204, body).kind, Kind::kReply);
  }
}

TEST(HearAnswer, FourHundredsRefuseAndTheOthersAreAskedAgain) {
  for (const int status : {400, 401, 403, 404, 409, 410, 422}) {
    const Heard heard = Hear(status, R"({"state": "done"})");
    EXPECT_EQ(heard.kind, Kind::kRefusal) << status;
    EXPECT_EQ(heard.reply.state, State::kFailed);
    EXPECT_THAT(heard.reply.reason, HasSubstr(absl::StrCat("it answered ", status)));
  }
  for (const int status : {0, 301, 308, 408, 425, 429, 500, 502, 503})
    EXPECT_EQ(Hear(status).kind, Kind::kNothing) << status;
}

TEST(HearAnswer, WhatIsReadIsBounded) {
  const std::string done = R"({"state": "done"})";
  const std::string spaces(kMostAnswerBytes - done.size(), ' ');
  EXPECT_EQ(Hear(200, spaces + done).reply.state, State::kDone);
  EXPECT_EQ(Hear(200, " " + spaces + done).reply.state, State::kFailed);
}

TEST(ToReply, NamesEachField) {
  v1::AutomationAnswer answer;
  answer.set_state("finished");
  for (int i = 0; i < 101; ++i) {
    answer.add_ticked(absl::StrCat("t", i));
    answer.add_defects(absl::StrCat("d", i));
    (*answer.mutable_outputs())[absl::StrCat("o", i)] = "";
  }
  std::vector<std::string> fields;
  for (const base::FieldViolation& one :
       base::FieldViolationsOf(ToReply(answer, "answer").status()))
    fields.push_back(one.field);
  EXPECT_THAT(fields,
              ElementsAre("answer.state", "answer.outputs", "answer.ticked", "answer.defects"));
}

TEST(ToReply, AFailureSaysWhy) {
  v1::AutomationAnswer answer;
  answer.set_state("failed");
  EXPECT_FALSE(ToReply(answer, "").ok());
  answer.set_reason(std::string(2001, 'x'));
  EXPECT_FALSE(ToReply(answer, "").ok());
  answer.set_reason(std::string(2000, 'x'));
  EXPECT_EQ(ToReply(answer, "")->reason.size(), 2000u);
}

}  // namespace
}  // namespace plumbline::onboarding::automation
