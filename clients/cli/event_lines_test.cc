// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/event_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace plumbline::cli {
namespace {

using testing::HasSubstr;

constexpr char kWhole[] = R"({"caseId": "1", "activity": "a", "time": "1970-01-01T00:00:07Z"})";

// "case/activity/seconds/resource/attributes" of each event; the error ends it.
std::string ReadAll(const std::string& text) {
  std::istringstream in(text);
  EventLines lines(in, "crm.txt");
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
  // Times as import takes them.
  EXPECT_EQ(ReadAll("case,activity,time\n1,a,1970-01-01 00:01\n1,b,1970-01-01 00:01:30.5\n"),
            "1/a/60//0\n1/b/90//0\n");
  EXPECT_EQ(ReadAll("case,activity,time\n"), "");
  EXPECT_EQ(ReadAll(""), "");
}

TEST(EventLinesTest, WhatIsWrongNamesTheLine) {
  EXPECT_THAT(ReadAll("case,activity\n1,a"),
              HasSubstr("crm.txt, line 1: it is to name the columns"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,a"), HasSubstr("line 2: it has 2 cells"));
  EXPECT_THAT(ReadAll("case,activity,time\n\n1,a,noon"), HasSubstr("line 3"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,\"a,noon"), HasSubstr("a quote does not end"));
  EXPECT_THAT(ReadAll(absl::StrCat(kWhole, "\n{\"nonsense\": 1}")), HasSubstr("line 2"));
}

// As people who write it for the first time do.
TEST(EventLinesTest, WhatIsMisspeltHasAHint) {
  EXPECT_THAT(ReadAll("{\"caseid\": \"1\"}"),
              HasSubstr("an event has no field 'caseid'; did you mean 'caseId'?"));
  EXPECT_THAT(ReadAll("{\"timestamp\": \"2026-01-05T09:00:00Z\"}"),
              HasSubstr("no field 'timestamp'; did you mean 'time'?"));
  EXPECT_THAT(ReadAll("{\"amount_in_euro\": 5}"),
              HasSubstr("no field 'amount_in_euro'; what else is to be kept goes into "
                        "\"attributes\" (see --help)"));
  EXPECT_THAT(
      ReadAll("{\"caseId\": \"1\", \"attributes\": [{\"key\": \"k\", \"stringvalue\": \"v\"}]}"),
      HasSubstr("an attribute has no field 'stringvalue'; did you mean 'stringValue'?"));
  EXPECT_THAT(ReadAll("{\"time\": \"2026-01-05 09:00\"}"),
              HasSubstr("'2026-01-05 09:00' is no time of JSON; write it with its zone, as 2026"));
  EXPECT_THAT(ReadAll("case,activity,time\n1,a,noon"),
              HasSubstr("column time: 'noon' is not a time; write 2026-01-31"));
}

// What slips in lines of other programs, in the words of who wrote them, on a line of a terminal.
TEST(EventLinesTest, WhatIsOtherwiseThanInJsonOfEvents) {
  const std::pair<const char*, const char*> kLines[] = {
      {R"({"caseId": "1", "time": 1767225600})",
       "time is the number 1767225600; write it as \"2026-01-01T00:00:00Z\""},
      {R"({"caseId": "1", "startTime": 1767225600250})",
       "startTime is the number 1767225600250; write it as "
       "\"2026-01-01T00:00:00.25Z\""},
      {R"({"caseId": "1", "time": 7})", "as \"2026-01-31T09:00:00Z\""},
      {R"({"caseId": 9})", "caseId is 9; write it in quotes: \"9\""},
      {R"({"case_id": 9})", "case_id is 9; write it in quotes: \"9\""},
      {R"({"activity": ["a"]})", "activity is a list; it is to be one value"},
      {R"({"caseId": {"a": 1}})", "caseId is to be one value, and no list or object"},
      {R"({"caseId": "1",)", "the event does not end in this line; write each in one line"},
      {R"({"caseId": "1"},)", "more behind the event; write one event a line, without commas"},
      {R"({"caseId": "1" "activity": "a"})", "this is no JSON: Expected , or } after key:value"},
      {R"([{"caseId": "1"}])", "a list of JSON; write one event a line, as 'jq -c .[] FILE' does"},
      {R"({"attributes": {"amount": 5}})", "attributes is to be a list: [{\"key\": "},
      {R"({"attributes": [5]})", "attributes[0] is 5; an attribute is like {\"key\": "},
      {R"({"attributes": [{"key": "a", "intValue": "x"}]})",
       "attributes[0].intValue is \"x\", which is no whole number"},
      {R"({"attributes": [{"key": "a", "stringValue": 5}]})",
       "attributes[0].stringValue is 5; write it in quotes: \"5\""},
      {R"({"attributes": [{"stringValue": "x", "intValue": 3}]})",
       "attributes[0] has two values; give one of them"},
      {R"({"activity": "a", "time": "2026-01-01T00:00:00Z"})", "'caseId' is missing or empty"},
      {R"({"caseId": "1", "activity": "a"})", "'time' is missing or empty"}};
  for (const auto& [line, told] : kLines) {
    const std::string error = ReadAll(line);
    EXPECT_THAT(error, HasSubstr("crm.txt, line 1: ")) << line;
    EXPECT_THAT(error, HasSubstr(told)) << line;
    EXPECT_LT(std::string("error: ").size() + error.size(), 120u) << error;
  }
}

TEST(EventLinesTest, WhatIsOtherwiseThanInCsvOfEvents) {
  const std::pair<const char*, const char*> kTexts[] = {
      {"case;activity;time\n1;a;2026-01-01", "cells are parted by commas here, not by ';'"},
      {"case\tactivity\ttime\n", "not by 'tab'"},
      {"Case,activity,time\n", "line 1: call the column 'case', not 'Case'"},
      {"caseId,activity,time\n", "call the column 'case', not 'caseId'"},
      {"case,Activity,time\n", "call the column 'activity', not 'Activity'"},
      {"case,activity,timestamp\n", "call the column 'time', not 'timestamp'"},
      {"case,activity,time,Start Time\n", "call the column 'start_time', not 'Start Time'"},
      {"case,activity,time\n1,,2026-01-01\n", "line 2: 'activity' is missing or empty"},
      {"case,activity,time\n1,a,\n", "line 2: 'time' is missing or empty"},
      {"case,activity,time\n1,a,31.01.2026\n", "column time: '31.01.2026' is not a time"}};
  for (const auto& [text, told] : kTexts) {
    const std::string error = ReadAll(text);
    EXPECT_THAT(error, HasSubstr(told)) << text;
    EXPECT_LT(std::string("error: ").size() + error.size(), 120u) << error;
  }
  // An attribute may be called what elsewhere is a resource.
  EXPECT_EQ(ReadAll("case,activity,time,user\n1,a,1970-01-01,ann\n"), "1/a/0//1\n");
}

}  // namespace
}  // namespace plumbline::cli
