// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/event_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace plumbline::cli {
namespace {

using testing::HasSubstr;

// "case/activity/seconds/resource/attributes" of each event; the error ends it.
std::string ReadAll(const std::string& text) {
  std::istringstream in(text);
  EventLines lines(in);
  std::string all;
  analytics::v1::Event event;
  for (;;) {
    const absl::StatusOr<bool> more = lines.Next(&event);
    if (!more.ok()) return absl::StrCat(all, more.status().message());
    if (!*more) return all;
    absl::StrAppend(&all, event.case_id(), "/", event.activity(), "/", event.time().seconds(), "/",
                    event.resource(), "/", event.attributes_size(), "\n");
  }
}

TEST(EventLinesTest, Json) {
  EXPECT_EQ(ReadAll("{\"caseId\": \"1\", \"activity\": \"a\", \"time\": \"1970-01-01T00:00:07Z\"}\n"
                    "\n"
                    "{\"caseId\": \"2\", \"activity\": \"b\", \"time\": \"1970-01-01T00:00:08Z\", "
                    "\"attributes\": [{\"key\": \"k\", \"intValue\": 3}]}"),
            "1/a/7//0\n2/b/8//1\n");
}

TEST(EventLinesTest, Csv) {
  EXPECT_EQ(ReadAll("\xEF\xBB\xBF"
                    "case_id,activity,time,resource,amount\r\n"
                    "1,\"say \"\"a, b\"\"\",1970-01-01T00:00:07Z,ann,5\r\n"
                    "2,b,1970-01-01T01:00:08+01:00,,\r\n"),
            "1/say \"a, b\"/7/ann/1\n2/b/8//0\n");
  EXPECT_EQ(ReadAll("case,activity,time\n"), "");
  EXPECT_EQ(ReadAll(""), "");
}

TEST(EventLinesTest, WhatIsWrongNamesTheLine) {
  EXPECT_THAT(ReadAll("case,activity\n1,a"), HasSubstr("number 1: it is to name the columns"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,a"), HasSubstr("number 2: it has 2 cells"));
  EXPECT_THAT(ReadAll("case,activity,time\n\n1,a,noon"), HasSubstr("number 3"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,\"a,noon"), HasSubstr("a quote does not end"));
  EXPECT_THAT(ReadAll("{\"caseId\": \"1\"}\n{\"nonsense\": 1}"), HasSubstr("number 2"));
}

}  // namespace
}  // namespace plumbline::cli
