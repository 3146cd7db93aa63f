// SPDX-License-Identifier: Apache-2.0
//
// Event logs as data, with the real programs: in and out, broken off and resumed, parts side by
// side, for how long, and without a person.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/channel.h"
#include "plumbline/analytics/v1/event_data_service.pb.h"
#include "tests/integration/command_fixture.h"

namespace plumbline {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EventLogsTest : public CommandFixture {
 protected:
  // Three claims: 1 and 2 run alike, 3 is short and Bob's.
  void ImportClaims() const {
    Write(
        "claims.csv",
        "case_id,activity,timestamp,resource,note,amount\n"
        "c1,register,2010-01-04T09:00:00Z,Ada Lovelace,\"told \"\"Ada Lovelace\"\", by phone\",5\n"
        "c1,decide,2010-01-05T10:00:00Z,Bob,,\n"
        "c1,pay,2010-01-06T11:00:00Z,Bob,,7.5\n"
        "c2,register,2010-01-04T09:30:00Z,Ada Lovelace,,\n"
        "c2,decide,2010-01-04T10:00:00Z,Bob,,\n"
        "c2,pay,2010-01-04T11:00:00Z,Ada Lovelace,,\n"
        "c3,register,2010-01-07T09:00:00Z,Bob,,\n");
    Expect({"import", folder_.Join("claims.csv"), "--attribute", "*"}, 0,
           {"eventLogs/claims: 7 events of 3 cases from csv", "attributes: amount, note"});
  }
  // 0 before the first are on disk.
  int64_t ReceivedBytes(const std::string& upload) const {
    auto channel = rpc::NewRemoteChannel({.address = Address()});
    if (!channel.ok()) return 0;
    rpc::CallContext context;
    context.deadline = absl::Now() + absl::Seconds(10);
    analytics::v1::GetUploadRequest request;
    request.set_parent(absl::StrCat("workspaces/", workspace_));
    request.set_upload_id(upload);
    analytics::v1::GetUploadResponse response;
    (*channel)
        ->Call(context, "/plumbline.analytics.v1.EventDataService/GetUpload", request, &response)
        .IgnoreError();  // there is none yet
    return response.received_bytes();
  }
};

TEST_F(EventLogsTest, CasesByPagesAndParts) {
  ImportClaims();
  const Ended longest = Run({"cases", "claims", "--order", "duration desc", "--limit", "2"});
  EXPECT_EQ(longest.code, 0) << longest.output;
  EXPECT_THAT(longest.output, HasSubstr("2 of 3 cases"));
  EXPECT_LT(longest.output.find("c1 "), longest.output.find("c2 "));
  EXPECT_THAT(longest.output, Not(HasSubstr("c3")));
  Expect({"cases", "claims", "--filter", "variant_rank = 1", "--json"}, 0,
         {"\"totalCount\": 2", "\"caseId\": \"c1\"", "\"lastActivity\": \"pay\""});
  Expect({"cases", "claims", "--filter", "activities:nothing"}, 0, {"No cases."});
  Expect({"cases", "claims", "--order", "size"}, 3, {"--order", "event_count"});
  Expect({"cases", "claims", "--filter", "duration > "}, 3, {"--filter"});
}

TEST_F(EventLogsTest, PartsSideBySide) {
  ImportClaims();
  Expect({"compare", "claims", "--first", "activities:pay"}, 0,
         {"Variants, by share of cases", "register > decide > pay", "100"});
  Expect({"compare", "claims", "--first", "resources:\"Ada Lovelace\"", "--second",
          "NOT resources:\"Ada Lovelace\"", "--json"},
         0, {"\"firstVariantCount\": 1", "\"shareDifference\": -1"});
  Expect({"compare", "claims", "--first", "activities:"}, 3, {"--first"});
  Expect({"compare", "claims", "--first", "activities:pay", "--second", "x = 1"}, 3, {"--second"});
  Expect({"compare", "claims", "--first", "activities:pay", "--calendar", "nowhere"}, 4,
         {"nowhere"});
}

TEST_F(EventLogsTest, DurationsInBusinessTime) {
  ImportClaims();
  Write("calendars.yaml", "name: calendars/office\ntitle: Office\ntime_zone: UTC\n");
  Expect({"apply", "-f", folder_.Join("calendars.yaml")}, 0, {"calendars/office"});
  // Of c1 Monday 09:00 to Wednesday 11:00: 50 hours, of which 18 are open.
  const std::vector<std::string> durations = {"durations", "claims", "--filter", "case_id = c1",
                                              "--json"};
  Expect(durations, 0, {"\"mean\": \"180000s\""});
  std::vector<std::string> open = durations;
  open.insert(open.end(), {"--calendar", "office"});
  Expect(open, 0, {"\"mean\": \"64800s\""});
}

TEST_F(EventLogsTest, ExportsGoThereAndBack) {
  ImportClaims();
  Expect({"export", "log", "claims", "-o", folder_.Join("out.xes")}, 0,
         {"7 events of 3 cases", "bytes"});
  Expect({"import", folder_.Join("out.xes"), "--log", "again", "--attribute", "*"}, 0,
         {"eventLogs/again: 7 events of 3 cases from xes"});
  for (const char* log : {"claims", "again"}) {
    const std::string file = folder_.Join(absl::StrCat(log, "-out.csv"));
    Expect({"export", "log", log, "-o", file, "--json"}, 0, {"\"eventCount\": 7"});
  }
  EXPECT_EQ(Read("claims-out.csv"), Read("again-out.csv"));
  EXPECT_THAT(Read("claims-out.csv"), HasSubstr("\"told \"\"Ada Lovelace\"\", by phone\""));
  // Of some cases, and back.
  const std::string some = folder_.Join("some.xes");
  Expect({"export", "log", "claims", "--filter", "duration > 1d", "-o", some}, 0,
         {"1 of 3 cases", "some.xes: 3 events of 1 case"});
  Expect({"import", some, "--attribute", "*"}, 0, {"eventLogs/some: 3 events of 1 case"});
  Expect({"export", "log", "claims", "--filter", "duraton > 1d", "-o", some}, 3, {"--filter"});
  const Ended printed = Run({"export", "log", "claims"});
  EXPECT_EQ(printed.output, Read("claims-out.csv"));
  Expect({"export", "log", "claims", "-o", folder_.Join("no/folder.csv")}, 3, {"--output"});
  Expect({"export", "log", "nothing", "-o", folder_.Join("kept.csv")}, 4, {"nothing"});
  EXPECT_EQ(Read("kept.csv"), "");
}

// What on-boarding keeps is not for others by mistake, and has no map before a step is done.
TEST_F(EventLogsTest, ALogThatOnboardingKeeps) {
  Write("mini.yaml", ProcessFile("mini", kStep));
  Expect({"apply", folder_.Join("mini.yaml"), "--publish"}, 0, {});
  Expect({"start", "mini", "--person", "ann", "--id", "ann", "--day-one", "2026-01-05"}, 0, {});
  Ended map{-1, ""};
  // The relay is a moment behind.
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  while (map.code != 0 && absl::Now() < give_up) map = Run({"map", "mini"});
  EXPECT_THAT(map.output, HasSubstr("no step is done yet"));
  Write("lines.csv", "case,activity,time\n1,a,2026-01-05 09:00\n");
  std::vector<std::string> send = {"events",     "send", "mini", folder_.Join("lines.csv"),
                                   "--producer", "crm"};
  Expect(send, 5, {"is kept by the producer 'onboarding-relay/", "--into-kept"});
  Expect({"cases", "mini", "--filter", "case_id = 1"}, 0, {"No cases."});
  send.push_back("--into-kept");
  Expect(send, 0, {"1 event sent and durable"});
  Expect({"forecast", "mini", "--items", "3"}, 3,
         {"--history: there is no full week yet", "--period day"});
  Expect({"cascade", "mini", "--slower", "step:Work=2"}, 3,
         {"LOG: no case has ended yet", "(--completion)"});
}

// From nothing to events as they come; what slips is told in the words of who types it.
TEST_F(EventLogsTest, AnEmptyLogAndEventsThatAreSent) {
  Write("lines.ndjson",
        "{\"caseId\": \"1\", \"activity\": \"a\", \"time\": \"2026-01-05T09:00:00Z\"}\n"
        "{\"caseId\": \"1\", \"activity\": \"b\", \"time\": \"2026-01-05T10:00:00Z\"}\n");
  const std::vector<std::string> send = {"events",     "send", "live", folder_.Join("lines.ndjson"),
                                         "--producer", "crm"};
  Expect(send, 4, {"try: plumbline events create live"});
  Expect({"events", "create", "live", "--title", "As it happens"}, 0,
         {"Event log live is there, without events", "plumbline events send live"});
  const Ended twice = Run({"events", "create", "live"});
  EXPECT_EQ(twice.code, 5) << twice.output;
  EXPECT_THAT(twice.output, HasSubstr("send to it: plumbline events send live FILE"));
  EXPECT_THAT(twice.output, Not(HasSubstr("--replace")));
  Expect({"map", "live"}, 0, {"The log has no events yet", "plumbline events send live"});
  Expect({"handovers", "live"}, 0, {"nothing could be handed over"});
  Expect(send, 0, {"2 events sent and durable"});
  Expect({"map", "live"}, 0, {"a", "b"});
  Expect({"handovers", "live"}, 0, {"Nothing says who did these steps", "--resource-column"});
  Write("wrong.ndjson", "{\"caseId\": \"1\", \"timestamp\": \"2026-01-05T09:00:00Z\"}\n");
  Expect({"events", "send", "live", folder_.Join("wrong.ndjson"), "--producer", "other"}, 3,
         {"has no field 'timestamp'; did you mean 'time'?"});
  const std::string kLong(600, 'x');
  Write("long.ndjson",
        absl::StrCat(Read("lines.ndjson"), "\n{\"caseId\": \"", kLong,
                     "\", \"activity\": \"a\", \"time\": \"2026-01-05T09:00:00Z\"}\n"));
  Expect({"events", "send", "live", folder_.Join("long.ndjson"), "--producer", "long"}, 3,
         {"long.ndjson, line 4: caseId ", "it is event 3 of the producer; nothing of its batch"});
  Write("later.csv", "case,activity,time\n2,a,2126-01-05 09:00\n2,b,2026-01-05 10:00\n");
  Expect({"events", "send", "live", folder_.Join("later.csv"), "--producer", "later"}, 0,
         {"2 events sent and durable", "1 event is later than now, the latest 2126-01-05 09:00",
          "is the time zone right?"});
  Expect({"cases", "live", "--filter", "activities:nothing", "--json"}, 0,
         {"\"notes\"", "nothing"});
  Expect({"import", folder_.Join("lines.ndjson"), "--log", "other"}, 3,
         {"not OCEL 2.0", "'caseId', 'activity', 'time'", "'plumbline events send'"});
}

TEST_F(EventLogsTest, Retention) {
  ImportClaims();
  Expect({"retention", "claims"}, 0, {"eventLogs/claims: events are kept for ever"});
  Expect({"retention", "claims", "--cases", "2y"}, 0,
         {"cases are deleted after 730 d, counted from their latest event"});
  Expect({"retention", "claims", "--json"}, 0, {"\"maxAge\": \"63072000s\"", "UNIT_CASES"});
  Expect({"retention", "claims", "--events", "36h"}, 0, {"events are deleted after 36 h"});
  Expect({"retention", "claims", "--for-ever"}, 0, {"events are kept for ever"});
  Expect({"retention", "claims", "--cases", "2m"}, 3, {"--cases", "'2m' is no age"});
  Expect({"retention", "claims", "--cases", "2000y"}, 3, {"--cases"});
  Expect({"retention", "claims", "--cases", "2y", "--for-ever"}, 2, {"--for-ever"});
  Expect({"retention", "nothing", "--cases", "2y"}, 4, {"nothing"});
}

TEST_F(EventLogsTest, ErasesAPerson) {
  ImportClaims();
  Expect({"erase", "claims", "Ada Lovelace", "--dry-run"}, 0,
         {"7 events looked at", "3 resources held the person", "1 attributes held the person",
          "events that hold the person now: 3"});
  Expect({"erase", "claims", "Ada Lovelace", "--replacement", "somebody", "--json"}, 0,
         {"\"digestBefore\"", "\"digestAfter\"", "\"resourceCount\": 3"});
  Expect({"erase", "claims", "Ada Lovelace", "--dry-run"}, 0,
         {"events that hold the person now: 0"});
  const Ended exported = Run({"export", "log", "claims"});
  EXPECT_THAT(exported.output, Not(HasSubstr("Ada")));
  EXPECT_THAT(exported.output, HasSubstr("\"told \"\"somebody\"\", by phone\""));
  Expect({"erase", "claims", "..."}, 3, {"TEXT"});
}

// Rows of 64 bytes, so many.
std::string Rows(int count) {
  std::string text = "case_id,activity,timestamp,resource\n";
  for (int i = 0; i < count; ++i) {
    std::string row =
        absl::StrCat("case ", i / 10, ",step ", i % 10, ",2026-01-0", 1 + i % 9, "T10:00:00Z,");
    row.resize(63, 'r');
    absl::StrAppend(&text, row, "\n");
  }
  return text;
}

// An import that is killed after some megabytes, and goes on where it stopped: what was sent before
// need not even be there any more.
TEST_F(EventLogsTest, AnUploadIsResumed) {
  std::string text = Rows(80'000);
  const std::string pipe = folder_.Join("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ::signal(SIGPIPE, SIG_IGN);
  auto broken = Begin({"import", pipe, "--log", "large", "--upload", "large-2026"});
  const int out = ::open(pipe.c_str(), O_WRONLY);
  ASSERT_GE(out, 0);
  const size_t most = size_t{4} << 20;
  for (size_t at = 0; at < most;) {
    const ssize_t written = ::write(out, text.data() + at, most - at);
    ASSERT_GT(written, 0);
    at += static_cast<size_t>(written);
  }
  // What was written into a pipe is not yet kept: it is waited for.
  int64_t kept = 0;
  for (int tries = 0; kept == 0 && tries < 1'000; ++tries) {
    absl::SleepFor(absl::Milliseconds(10));
    kept = ReceivedBytes("large-2026");
  }
  ASSERT_GT(kept, 0) << broken->Output();
  broken->Kill();
  ::close(out);
  Expect({"report", "large"}, 4, {"large"});

  // Whoever sends another file is told how much is there.
  Write("short.csv", "x");
  const Ended refused =
      Run({"import", folder_.Join("short.csv"), "--log", "large", "--upload", "large-2026"});
  EXPECT_EQ(refused.code, 3) << refused.output;
  const std::string before = "is shorter than the ";
  const size_t number = refused.output.find(before);
  ASSERT_NE(number, std::string::npos) << refused.output;
  const size_t begin = number + before.size();
  int64_t sent = 0;
  ASSERT_TRUE(absl::SimpleAtoi(
      refused.output.substr(begin, refused.output.find(' ', begin) - begin), &sent));
  EXPECT_GE(sent, kept);

  std::fill(text.begin(), text.begin() + sent, '?');
  Write("rest.csv", text);
  const std::vector<std::string> again = {
      "import", folder_.Join("rest.csv"), "--log", "large", "--upload", "large-2026"};
  Expect(again, 0, {"eventLogs/large: 80,000 events of 8,000 cases from csv"});
  // Should only the answer have been lost: it is given again.
  Expect(again, 0, {"80,000 events"});
}

}  // namespace
}  // namespace plumbline
