// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/changes.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "common/base/clock.h"
#include "plumbline/analytics/v1/objective.pb.h"

namespace plumbline::cli {
namespace {

class Changes : public testing::Test {
 protected:
  Session New(bool json) {
    GlobalOptions options;
    options.json = json;
    return Session(options, clock_, Paper{out_, 30}, err_);
  }

  base::FakeClock clock_{absl::FromUnixSeconds(1'700'000'000)};
  std::ostringstream out_, err_;
};

TEST_F(Changes, LinesStandUnderEachOther) {
  const Paper paper{out_, 30};
  const Lines lines(paper, 8, /*wraps=*/true);
  lines.Add("id", "crm");
  lines.Add("none", "");
  lines.Add("a longer name", "x");
  lines.Add("", "goes on\x1bwith words that do not fit");
  EXPECT_EQ(out_.str(),
            "id:     crm\n"
            "a longer name: x\n"
            "        goes on with words\n"
            "        that do not fit\n");
}

TEST_F(Changes, WhatIsCopiedStaysWhole) {
  const Paper paper{out_, 30};
  Lines(paper, 8, /*wraps=*/false).Add("filter", "kind = TASK_READY AND role = sales");
  EXPECT_EQ(out_.str(), "filter: kind = TASK_READY AND role = sales\n");
}

TEST_F(Changes, SaysWhatWasDoneOrWouldBe) {
  Session session = New(false);
  ShowDone(session, "workspaces/acme/webhooks/crm", false, "deleted", "; for ever");
  ShowDone(session, "workspaces/acme/webhooks/crm", true, "deleted", "; for ever");
  EXPECT_EQ(out_.str(), "crm: deleted; for ever\ncrm: would be deleted\n");
}

TEST_F(Changes, AnswersInJsonOrInWords) {
  analytics::v1::Objective objective;
  objective.set_title("soon");
  Session words = New(false), json = New(true);
  ASSERT_TRUE(Answer(words, objective, [&] { out_ << "words\n"; }).ok());
  EXPECT_EQ(out_.str(), "words\n");
  ASSERT_TRUE(Answer(json, objective, [&] { out_ << "more words\n"; }).ok());
  EXPECT_NE(out_.str().find("\"title\": \"soon\""), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("more words"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::cli
