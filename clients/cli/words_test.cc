// SPDX-License-Identifier: Apache-2.0
//
// Errors and JSON.
#include <sstream>
#include <string>

#include "clients/cli/errors.h"
#include "clients/cli/json.h"
#include "common/base/error.h"
#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "plumbline/analytics/v1/analytics.pb.h"
#include "plumbline/analytics/v1/cascade_service.pb.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "plumbline/onboarding/v1/onboarding_service.pb.h"

namespace plumbline::cli {
namespace {

using ::testing::HasSubstr;

std::string Printed(const absl::Status& status, const Wording& wording, absl::string_view hint = "",
                    size_t width = 0) {
  std::ostringstream err;
  PrintError(status, wording, hint, {err, width});
  return err.str();
}

TEST(Wording, FieldsAreCalledWhatWasTyped) {
  Wording wording("acme");
  wording.Call({{"onboarding.day_one", "--day-one"},
                {"onboarding.assignees", "--assign"},
                {"links", "--link"}});
  struct Row {
    const char* field;
    const char* word;
  };
  for (const Row& row :
       {Row{"onboarding.day_one", "--day-one"}, Row{"onboarding.assignees[hr]", "--assign hr"},
        Row{"onboarding.person", "onboarding.person"}, Row{"occur_time", "--at"},
        Row{"occur_time.seconds", "--at"}, Row{"links[0].uri", "--link (no. 1)"},
        Row{"links[11]", "--link (no. 12)"},
        Row{"onboarding.day_one_more", "onboarding.day_one_more"}, Row{"", ""}}) {
    EXPECT_EQ(wording.Field(row.field), row.word) << row.field;
  }
  wording.Call({{"occur_time", "WHEN"}});
  EXPECT_EQ(wording.Field("occur_time"), "WHEN");
}

TEST(Wording, SentencesNameWhatIsTyped) {
  Wording wording("acme");
  wording.Call({{"tick_all", "--tick-all"}});
  EXPECT_EQ(wording.Sentence("name them in `ticked` or set `tick_all`"),
            "name them in ticked or set --tick-all");
  EXPECT_EQ(wording.Sentence("resolve them with UnblockTask; it is IN_PROGRESS"),
            "resolve them with 'plumbline task unblock'; it is in-progress");
  EXPECT_EQ(wording.Sentence("is STATE_ACTIVE, not PAUSED; CATEGORY_UTILITY_DOWN, STATE_x"),
            "is active, not paused; utility-down, STATE_x");
  EXPECT_EQ(
      wording.Sentence("Process 'workspaces/acme/processes/x' and 'workspaces/b/processes/y'"),
      "Process 'processes/x' and 'workspaces/b/processes/y'");
  EXPECT_EQ(wording.Sentence("an unclosed ` and UNDONE"), "an unclosed ` and UNDONE");
  EXPECT_EQ(wording.Sentence("no token; send the metadata 'authorization: Bearer TOKEN'"),
            "no token; give one with --token or PLUMBLINE_TOKEN");
  EXPECT_EQ(wording.Sentence("StepTemplate 'steps/x' does not exist"),
            "Step 'steps/x' does not exist");
  EXPECT_EQ(
      wording.Sentence("'workspaces/acme/steps/x' does not fit 'workspaces/*/processes/*': it "
                       "has 5 parts instead of 4"),
      "'steps/x' is no name like 'processes/ID'");
  EXPECT_EQ(wording.Sentence("'workspaces/acme/processes/x@1' does not fit "
                             "'workspaces/*/processes/*': 'x@1' is not an id; an id has letters"),
            "'processes/x@1' is no name like 'processes/ID': a revision or a tag cannot be named "
            "here; leave out the @ and what follows it");
  EXPECT_EQ(
      wording.Sentence("'workspaces/acme/steps/X' does not fit 'workspaces/*/steps/*': 'X' is "
                       "not an id; an id has letters"),
      "'steps/X' is no name like 'steps/ID': 'X' is not an id; an id has letters");
  wording.Call({{"csv.case_column", "--case-column"}});
  EXPECT_EQ(wording.Sentence("name it in csv.case_column. The case_column is 1.5 long."),
            "name it in --case-column. The case_column is 1.5 long.");
}

TEST(Wording, BareFieldsAreCalledWhatWasTypedToo) {
  Wording wording("acme");
  wording.Call({{"until_time", "--until"},
                {"allow_too_early", "--too-early"},
                {"disruptions[0].start_time", "--from"},
                {"improvement.baseline_window", "--baseline-to"},
                {"items", "--items"}});
  EXPECT_EQ(wording.Sentence("wait, or set allow_too_early; not by until_time."),
            "wait, or set --too-early; not by --until.");
  // Names of others, and words of every day, stay.
  EXPECT_EQ(wording.Sentence("no activity 'until_time' or \"until_time\"; two items"),
            "no activity 'until_time' or \"until_time\"; two items");
  wording.Call({{"disruptions[0].end_time", "--to"}});
  EXPECT_EQ(wording.Violation({"disruptions[0].end_time", "is not after start_time"}),
            "--to: is not after --from");
  EXPECT_EQ(wording.Sentence("is before baseline_window", "improvement.change.time"),
            "is before --baseline-to");
}

TEST(Wording, NotesOfAnalyticsNameFlags) {
  Wording wording("acme");
  wording.Call({{"until_time", "--until"}});
  analytics::v1::SimulateCascadeResponse answer;
  answer.add_notes("2 runs were not back at until_time; activity 'DONE' waits");
  answer.add_notes("Check whether the process is the right one (CheckConformance). MEASURE stays.");
  answer.add_absent()->set_reason("not by until_time");
  wording.Apply(&answer);
  EXPECT_EQ(answer.notes(0), "2 runs were not back at --until; activity 'DONE' waits");
  EXPECT_EQ(answer.notes(1),
            "Check whether the process is the right one ('plumbline check'). MEASURE stays.");
  EXPECT_EQ(answer.absent(0).reason(), "not by --until");
}

TEST(Wording, FieldsOfAFileHaveTheirPlace) {
  Wording wording("acme");
  wording.InFile("x.yaml", "name: processes/x\nroot:\n  id: Root\n", "process");
  EXPECT_EQ(wording.Violation({"process.root.id", "'Root' is no id"}),
            "line 3, column 3: root.id: 'Root' is no id");
  EXPECT_EQ(wording.Violation({"process.owner", "is empty"}), "line 1, column 1: owner: is empty");
  EXPECT_EQ(wording.Violation({"processes", "is empty"}), "processes: is empty");
  EXPECT_EQ(wording.Violation({"root.id", "line 3, column 7: not YAML"}),
            "line 3, column 7: not YAML (root.id)");
  wording.Call({{"icalendar", ""}});
  EXPECT_EQ(wording.Violation({"icalendar", "line 5, RRULE: is no rule"}),
            "line 5, RRULE: is no rule");
  EXPECT_EQ(wording.Violation({"icalendar", "is required"}), "is required");
}

TEST(Errors, EveryFieldOnALine) {
  EXPECT_EQ(Printed(base::FieldErrors({{"parent", "is empty; give it"}, {"b", "is 7; at most 5"}}),
                    Wording("acme")),
            "error: 2 things are wrong\n"
            "  --workspace: is empty; give it\n"
            "  b: is 7; at most 5\n"
            "  (FIELD_INVALID)\n");
  Wording in_file("acme");
  in_file.InFile("x.yaml", "title: ''\n", "process");
  EXPECT_EQ(Printed(base::FieldError("process.title", "is empty"), in_file),
            "error: x.yaml: line 1, column 1: title: is empty\n  (FIELD_INVALID)\n");
  EXPECT_EQ(Printed(base::Error(base::Reason::ERROR_REASON_PROCESS_CYCLE, "x.yaml: calls itself"),
                    in_file),
            "error: x.yaml: calls itself\n  (PROCESS_CYCLE)\n");
}

// In an expression a name is typed as the service says it.
TEST(Wording, OfAFilterSpellsNamesInOneWay) {
  const Wording wording("acme");
  const std::string says = "kind is one of STARTED, BLOCKED, TASK_READY; STATE_ACTIVE is no value";
  EXPECT_EQ(wording.Violation({"filter", says}), "filter: " + says);
  const std::string fields = "no field 'kindd'; fields are kind, occur_time";  // --at elsewhere
  EXPECT_EQ(wording.Violation({"filter", fields}), "filter: " + fields);
  EXPECT_EQ(wording.Violation({"order_by", "DONE is no field"}), "order_by: DONE is no field");
  EXPECT_EQ(wording.Violation({"state", "is BLOCKED"}), "state: is blocked");
}

TEST(Errors, AreWrappedOnATerminal) {
  std::string words = "is";
  while (words.size() < 300) words += " much";
  for (const std::string& text :
       {Printed(base::FieldError("b", words), Wording("acme"), "", 80),
        Printed(absl::InternalError(words), Wording("acme"), "", 80),
        Printed(base::FieldErrors({{"a", words}, {"b", words}}), Wording("acme"), "", 80),
        Printed(base::Error(base::Reason::ERROR_REASON_TASK_BLOCKED, words)
                    .Precondition("IMPEDIMENT", "onboardings/a/impediments/i1", words),
                Wording("acme"), "", 80)}) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << text;
    EXPECT_THAT(text, HasSubstr("\n    much"));
  }
  EXPECT_EQ(Printed(absl::InternalError(words), Wording("acme")),
            absl::StrCat("error: ", words, "\n  (a fault of the program or the service)\n"));
}

TEST(Errors, AHintIsALineOfItsOwn) {
  EXPECT_EQ(Printed(base::NotFound("Process", "workspaces/acme/processes/x"), Wording("acme"),
                    "did you mean 'y'?"),
            "error: Process 'processes/x' does not exist; check the name, or list what is there\n"
            "  did you mean 'y'?\n"
            "  (RESOURCE_NOT_FOUND)\n");
}

TEST(Errors, PreconditionsThatTheMessageDoesNotTell) {
  EXPECT_EQ(Printed(base::Error(base::Reason::ERROR_REASON_TASK_BLOCKED, "it is blocked")
                        .Precondition("IMPEDIMENT", "workspaces/acme/onboardings/a/impediments/i1",
                                      "no laptop")
                        .Precondition("TASK_BLOCKED", "x", "said"),
                    Wording("acme")),
            "error: it is blocked\n  onboardings/a/impediments/i1: no laptop\n  (TASK_BLOCKED)\n");
}

TEST(Errors, WithoutAReasonSayWhatKindItIs) {
  EXPECT_EQ(Printed(absl::FailedPreconditionError("the receiver said 500"), Wording("acme")),
            "error: the receiver said 500\n  (it cannot be done as things are now)\n");
  EXPECT_EQ(Printed(absl::InvalidArgumentError("no"), Wording("acme")),
            "error: no\n  (what was given cannot be used)\n");
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "x");
    EXPECT_THAT(Printed(status, Wording("acme")),
                ::testing::Not(HasSubstr(absl::StatusCodeToString(status.code()))))
        << code;
  }
}

TEST(Errors, ExitCodes) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), kExitOk);
  EXPECT_EQ(ExitCodeOf(base::NotFound("Process", "x")), kExitNotFound);
  EXPECT_EQ(ExitCodeOf(base::FieldError("a", "b")), kExitInvalid);
}

TEST(Errors, JsonIsJsonInTheServicesWords) {
  std::ostringstream err;
  PrintErrorJson(base::FieldError("onboarding.day_one", "'a\"b\\' is\nwrong"), err);
  google::protobuf::Struct parsed;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(err.str(), &parsed).ok()) << err.str();
  const auto& error = parsed.fields().at("error").struct_value().fields();
  EXPECT_EQ(error.at("message").string_value(), "onboarding.day_one: 'a\"b\\' is\nwrong");
  EXPECT_EQ(error.at("reason").string_value(), "FIELD_INVALID");
  EXPECT_TRUE(error.count("badRequest"));
}

TEST(Json, IntegersAreNumbersWhereTheyAreExact) {
  analytics::v1::EventLog log;
  log.set_name("a\"b: [1, \"2\"]");
  log.set_event_count(9007199254740991);
  log.set_case_count(9007199254740993);
  log.add_map_transitions("7");
  log.mutable_first_time()->set_seconds(1);
  EXPECT_EQ(JsonOf(log, false), R"({"name":"a\"b: [1, \"2\"]","title":"","mapTransitions":["7"],)"
                                R"("eventCount":9007199254740991,"caseCount":"9007199254740993",)"
                                R"("erasures":[],"firstTime":"1970-01-01T00:00:01Z"})");
}

TEST(Json, EveryProto3ReaderTakesItBack) {
  analytics::v1::Report report;
  report.mutable_event_log()->set_event_count(-5);
  report.mutable_case_duration()->set_count(3);
  report.mutable_case_duration()->mutable_median()->set_seconds(90);
  auto* edge = report.mutable_process_map()->add_edges();
  edge->set_from("1");
  edge->set_count(12);
  report.add_findings()->add_evidence("\\\"{}[]\n\xc3\xa9");
  report.add_variants();
  for (const bool pretty : {true, false}) {
    const std::string json = JsonOf(report, pretty);
    EXPECT_THAT(json, HasSubstr(pretty ? "\"eventCount\": -5" : "\"eventCount\":-5"));
    analytics::v1::Report read;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &read).ok()) << json;
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(read, report)) << json;
  }
  onboarding::v1::Onboarding onboarding;
  (*onboarding.mutable_labels())["count"] = "7";
  onboarding::v1::Onboarding read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(JsonOf(onboarding, true), &read).ok());
  EXPECT_EQ(read.labels().at("count"), "7");
}

// An error within an answer has details of types that only their text tells.
TEST(Json, DetailsOfErrorsArePrintedToo) {
  onboarding::v1::StartedOnboarding started;
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field("a");
  bad.add_field_violations()->set_field("b");
  started.mutable_error()->add_details()->PackFrom(bad);
  for (const bool pretty : {true, false}) {
    const std::string json = JsonOf(started, pretty);
    onboarding::v1::StartedOnboarding read;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(json, &read).ok()) << json;
    google::rpc::BadRequest back;
    ASSERT_TRUE(read.error().details(0).UnpackTo(&back)) << json;
    EXPECT_EQ(back.field_violations(1).field(), "b");
  }
}

}  // namespace
}  // namespace plumbline::cli
