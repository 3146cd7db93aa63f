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

// As people who write it for the first time do.
TEST(EventLinesTest, WhatIsMisspeltHasAHint) {
  EXPECT_THAT(ReadAll("{\"caseid\": \"1\"}"),
              HasSubstr("an event has no field 'caseid'; did you mean 'caseId'?"));
  EXPECT_THAT(ReadAll("{\"timestamp\": \"2026-01-05T09:00:00Z\"}"),
              HasSubstr("no field 'timestamp'; did you mean 'time'?"));
  EXPECT_THAT(ReadAll("{\"amount_in_euro\": 5}"),
              HasSubstr("no field 'amount_in_euro'; it has caseId, activity, time, startTime, "
                        "transition, resource, attributes, eventId. What else is to be kept is an "
                        "attribute"));
  EXPECT_THAT(
      ReadAll("{\"caseId\": \"1\", \"attributes\": [{\"key\": \"k\", \"stringvalue\": \"v\"}]}"),
      HasSubstr("an attribute has no field 'stringvalue'; did you mean 'stringValue'?"));
  EXPECT_THAT(ReadAll("{\"time\": \"2026-01-05 09:00\"}"),
              HasSubstr("'2026-01-05 09:00' is no time of JSON; write it with its zone, as 2026"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,a,noon"),
              HasSubstr("column time: 'noon' is not a time; write 2026-01-31"));
}

}  // namespace
}  // namespace plumbline::cli
