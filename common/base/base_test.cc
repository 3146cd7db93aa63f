// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/base/call_context.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/instead.h"
#include "common/base/log.h"
#include "common/base/nearest.h"
#include "common/base/utf8.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace plumbline::base {
namespace {

TEST(Error, CarriesReasonMetadataAndFields) {
  absl::Status s = Error(common::v1::ERROR_REASON_TASK_STATE, "task 'exam' is DONE")
                       .With("state", "DONE")
                       .Field("name", "names a task that is done")
                       .RetryAfter(absl::Milliseconds(1500));
  EXPECT_EQ(s.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(s), common::v1::ERROR_REASON_TASK_STATE);
  EXPECT_EQ(MetadataOf(s, "state"), "DONE");
  EXPECT_EQ(MetadataOf(s, "absent"), "");
  ASSERT_EQ(FieldViolationsOf(s).size(), 1u);
  EXPECT_EQ(FieldViolationsOf(s)[0].field, "name");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(
      std::string(*s.GetPayload("type.googleapis.com/google.rpc.RetryInfo"))));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
}

TEST(Error, APartOfSeveralIsToldWithItsPlaceAndTakenOutAgain) {
  const absl::Status part = Error(Reason::ERROR_REASON_PROCESS_INVALID, "a title is missing")
                                .With("limit", "200")
                                .Field("process.title", "is missing")
                                .Field("", "is not whole");
  const absl::Status whole = OfPart(part, "requests[7] (x)", "requests[7]", {"request", "7"});
  EXPECT_EQ(whole.code(), part.code());
  EXPECT_EQ(whole.message(), "requests[7] (x): a title is missing");
  EXPECT_EQ(ReasonOf(whole), Reason::ERROR_REASON_PROCESS_INVALID);
  EXPECT_EQ(MetadataOf(whole, "request"), "7");
  EXPECT_EQ(MetadataOf(whole, "limit"), "200");
  const auto fields = FieldViolationsOf(whole);
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].field, "requests[7].process.title");
  EXPECT_EQ(fields[0].description, "is missing");
  EXPECT_EQ(fields[1].field, "requests[7]");

  const absl::Status again = PartOf(whole, "requests[7] (x)", "requests[7]");
  EXPECT_EQ(again.message(), part.message());
  EXPECT_EQ(ReasonOf(again), Reason::ERROR_REASON_PROCESS_INVALID);
  EXPECT_EQ(FieldViolationsOf(again)[0].field, "process.title");
  EXPECT_EQ(FieldViolationsOf(again)[1].field, "");

  const absl::Status foreign = absl::AbortedError("again");
  EXPECT_EQ(OfPart(foreign, "x", "y", {"request", "7"}), foreign);
}

TEST(Error, EveryReasonHasACode) {
  const auto* reasons = common::v1::ErrorReason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    auto reason = static_cast<Reason>(reasons->value(i)->number());
    bool internal = reason == common::v1::ERROR_REASON_INTERNAL ||
                    reason == common::v1::ERROR_REASON_UNSPECIFIED;
    EXPECT_EQ(CodeOf(reason) == absl::StatusCode::kInternal, internal) << reasons->value(i)->name();
    EXPECT_EQ(ReasonOf(Error(reason, "x")), reason);
  }
}

TEST(Error, FieldErrorsListAllOfThem) {
  EXPECT_TRUE(FieldErrors({}).ok());
  absl::Status s = FieldErrors({{"a", "is empty"}, {"b", "is too long"}});
  EXPECT_EQ(s.message(), "a: is empty (and 1 more)");
  EXPECT_EQ(FieldViolationsOf(s).size(), 2u);
}

TEST(Ids, TheRule) {
  for (const char* good : {"a", "deal-desk", "q4-2026", "a1"}) EXPECT_TRUE(IsValidId(good)) << good;
  const std::string longest(63, 'a'), too_long(64, 'a');
  EXPECT_TRUE(IsValidId(longest));
  for (const std::string& bad :
       {std::string(), too_long, std::string("-a"), std::string("a-"), std::string("1a"),
        std::string("A"), std::string("a_b"), std::string("a/b"), std::string("\xc3\xa9"),
        std::string("a\0b", 3)}) {
    EXPECT_FALSE(IsValidId(bad)) << bad;
  }
}

TEST(Ids, ParseName) {
  auto ids = ParseName("name", "workspaces/acme/processes/deal-desk", "workspaces/*/processes/*");
  ASSERT_TRUE(ids.ok());
  EXPECT_EQ(*ids, (std::vector<std::string>{"acme", "deal-desk"}));
  auto task = ParseName("name", "workspaces/w/onboardings/o/tasks/a.b~2",
                        "workspaces/*/onboardings/*/tasks/**");
  ASSERT_TRUE(task.ok());
  EXPECT_EQ((*task)[2], "a.b~2");
  const std::string deep(4000, 'x');
  for (const auto& [id, ok] : {std::pair(deep, true), std::pair(deep + "x", false)}) {
    EXPECT_EQ(ParseName("name", "tasks/" + id, "tasks/**").ok(), ok) << id.size();
  }
  for (const char* bad : {"", "workspaces/acme", "workspaces/acme/processes/",
                          "workspaces//processes/x", "workspaces/acme/process/x",
                          "workspaces/acme/processes/x/y", "workspaces/Acme/processes/x"}) {
    auto result = ParseName("name", bad, "workspaces/*/processes/*");
    ASSERT_FALSE(result.ok()) << bad;
    EXPECT_EQ(FieldViolationsOf(result.status())[0].field, "name");
  }
}

TEST(Ids, Sha256OfTheEmptyString) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Ids, UuidsDiffer) {
  EXPECT_EQ(NewUuid().size(), 36u);
  EXPECT_EQ(NewUuid()[14], '4');
  EXPECT_NE(NewUuid(), NewUuid());
}

TEST(Utf8, WholeShortestCharactersOnly) {
  struct Row {
    const char* name;
    std::string text;
    bool valid;
  };
  for (const Row& row : {
           Row{"empty", "", true},
           Row{"ASCII", "twenty characters...", true},
           Row{"two, three and four bytes", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", true},
           Row{"zero byte", std::string(1, '\0'), true},
           Row{"cut off", "eight by\xE2\x82", false},
           Row{"tail alone", "\xA9", false},
           Row{"overlong", "\xC0\xAF", false},
           Row{"overlong of three", "\xE0\x80\xAF", false},
           Row{"surrogate", "\xED\xA0\x80", false},
           Row{"beyond Unicode", "\xF4\x90\x80\x80", false},
       }) {
    EXPECT_EQ(IsUtf8(row.text), row.valid) << row.name;
  }
}

TEST(Utf8, WhatIsNoCharacterIsMarked) {
  EXPECT_EQ(OnlyUtf8("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(OnlyUtf8("caf\xC3"), "caf?");
  EXPECT_EQ(OnlyUtf8("\xE2\x82 is no date"), "?? is no date");
  EXPECT_EQ(OnlyUtf8(""), "");
}

// A value is quoted as far as it is worth it, which may be half a character.
TEST(Error, DetailsWithHalfACharacterCanBeRead) {
  const absl::Status status = Error(Reason::ERROR_REASON_FIELD_INVALID, "'caf\xC3' is no date")
                                  .Field("day\xC3", "'caf\xC3' is no date")
                                  .With("day", "caf\xC3");
  EXPECT_EQ(status.message(), "'caf?' is no date");
  EXPECT_EQ(ReasonOf(status), Reason::ERROR_REASON_FIELD_INVALID);
  EXPECT_EQ(MetadataOf(status, "day"), "caf?");
  ASSERT_EQ(FieldViolationsOf(status).size(), 1u);
  EXPECT_EQ(FieldViolationsOf(status)[0].field, "day?");
  EXPECT_EQ(FieldViolationsOf(status)[0].description, "'caf?' is no date");
}

TEST(Log, OneJsonObjectALine) {
  FakeClock clock(absl::FromUnixSeconds(0));
  std::string out;
  Logger logger(clock, LogLevel::kInfo,
                [&](absl::string_view line) { out.append(line.data(), line.size()); });
  logger.Log(LogLevel::kDebug, "not shown");
  logger.Info("a \"quoted\"\nline",
              {{"n", int64_t{3}}, {"ok", true}, {"who", absl::string_view("ada")}});
  EXPECT_EQ(out,
            "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"level\":\"info\",\"message\":"
            "\"a \\\"quoted\\\"\\nline\",\"n\":3,\"ok\":true,\"who\":\"ada\"}\n");
}

TEST(Log, TimesAreToTheMicrosecond) {
  for (const int64_t nanos : {int64_t{0}, int64_t{1'772'442'000'000'001'999}, int64_t{-1},
                              int64_t{4'102'444'799'999'999'000}}) {
    const absl::Time time = absl::FromUnixNanos(nanos);
    FakeClock clock(time);
    std::string out;
    Logger logger(clock, LogLevel::kInfo,
                  [&](absl::string_view line) { out.append(line.data(), line.size()); });
    logger.Info("x");
    const std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
    EXPECT_TRUE(absl::StartsWith(out, absl::StrCat("{\"time\":\"", text, "\",\"level\":"))) << out;
  }
}

// Runs `body` and returns what it wrote to standard error, at most what a pipe holds.
std::string WrittenBy(const std::function<void()>& body) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  body();
  dup2(before, STDERR_FILENO);
  close(before);
  close(ends[1]);
  std::string all;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof(buffer))) > 0;)
    all.append(buffer, static_cast<size_t>(got));
  close(ends[0]);
  return all;
}

// One that is never taken down: as where the process ends itself after its last line.
const Logger& LastingLogger() {
  static const auto& clock = *new FakeClock(absl::FromUnixSeconds(0));
  static const auto& logger = *new Logger(clock, LogLevel::kInfo, Logger::StandardError());
  return logger;
}

TEST(Log, LinesThatComeTogetherAreAllWrittenWholeAndInOrder) {
  FakeClock clock(absl::FromUnixSeconds(0));
  constexpr int64_t kLines = 500;
  const std::string all = WrittenBy([&] {
    const Logger logger(clock, LogLevel::kInfo, Logger::StandardError());
    for (int64_t i = 0; i < kLines; ++i) logger.Info("line", {{"n", i}});
  });
  const std::vector<std::string> lines = absl::StrSplit(all, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), static_cast<size_t>(kLines));
  for (int64_t i = 0; i < kLines; ++i)
    EXPECT_TRUE(absl::EndsWith(lines[static_cast<size_t>(i)], absl::StrCat("\"n\":", i, "}")));
}

TEST(Log, ALineThatComesAloneIsWrittenAtOnce) {
  LastingLogger();
  absl::SleepFor(absl::Milliseconds(10));
  const std::string all = WrittenBy([&] { LastingLogger().Info("the end"); });
  EXPECT_TRUE(absl::EndsWith(all, "\"message\":\"the end\"}\n")) << all;
}

TEST(Log, AnErrorIsWrittenAtOnceWithAllBeforeIt) {
  const std::string all = WrittenBy([&] {
    const Logger& logger = LastingLogger();
    for (int64_t i = 0; i < 10; ++i) logger.Info("line", {{"n", i}});
    logger.Error("the end");
  });
  const std::vector<std::string> lines = absl::StrSplit(all, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 11u);
  EXPECT_TRUE(absl::EndsWith(lines[10], "\"message\":\"the end\"}"));
}

// Of a reader that is slow no line is lost or cut, though writing to it does not block.
TEST(Log, WhatTheReaderHasNoRoomForIsWrittenLater) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  for (const int end : ends) ASSERT_EQ(fcntl(end, F_SETFL, O_NONBLOCK), 0);
  const int before = dup(STDERR_FILENO);
  dup2(ends[1], STDERR_FILENO);
  FakeClock clock(absl::FromUnixSeconds(0));
  constexpr int64_t kLines = 3000;  // more than a pipe holds
  std::string all;
  {
    const Logger logger(clock, LogLevel::kInfo, Logger::StandardError());
    for (int64_t i = 0; i < kLines; ++i) logger.Info("line", {{"n", i}});
    const std::string last = absl::StrCat("\"n\":", kLines - 1, "}\n");
    char buffer[4096];
    for (int tries = 0; tries < 1000 && !absl::EndsWith(all, last);) {
      const ssize_t got = read(ends[0], buffer, sizeof(buffer));
      if (got > 0) {
        all.append(buffer, static_cast<size_t>(got));
      } else {
        ++tries;
        absl::SleepFor(absl::Milliseconds(5));
      }
    }
  }
  dup2(before, STDERR_FILENO);
  for (const int end : {before, ends[0], ends[1]}) close(end);
  const std::vector<std::string> lines = absl::StrSplit(all, '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), static_cast<size_t>(kLines));
  for (int64_t i = 0; i < kLines; ++i)
    EXPECT_TRUE(absl::EndsWith(lines[static_cast<size_t>(i)], absl::StrCat("\"n\":", i, "}")));
}

TEST(Instead, NamesWhatMayBeMeantOrWhatThereIs) {
  const std::vector<std::string> names{"cpq", "legal-queue", "region"};
  EXPECT_EQ(Instead("regon", names), "; did you mean 'region'?");
  EXPECT_EQ(Instead("Legal", names), "; did you mean 'legal-queue'?");
  EXPECT_EQ(Instead("case:region", names), "; did you mean 'region'?");
  EXPECT_EQ(Instead("payroll", names), "; there are 'cpq', 'legal-queue' and 'region'");
  EXPECT_EQ(Instead("payroll", names, 1), "; there are 'cpq' and 2 more");
  EXPECT_EQ(Instead("payroll", names, 2), "; there are 'cpq', 'legal-queue' and 'region'");
  EXPECT_EQ(Instead("payroll", {"crm"}), "; there is only 'crm'");
  EXPECT_EQ(Instead("payroll", {}), "; there are none");
  EXPECT_EQ(Meant("ega", {"legalese"}), "") << "a part of a word is none";
}

TEST(Nearest, NamesWhatMayBeMeant) {
  const std::vector<std::string> kinds = {"TASK_READY", "TASK_MOVED", "TASK_COMPLETED"};
  EXPECT_EQ(Nearest("task_redy", kinds), "TASK_READY");
  EXPECT_EQ(Nearest("TSK_MOVED", kinds), "TASK_MOVED");
  EXPECT_EQ(Nearest("TASKMOVED", kinds), "TASK_MOVED");
  EXPECT_EQ(Nearest("TASK_DONE", kinds), "") << "what they begin with makes nothing near";
  EXPECT_EQ(DidYouMean("moves", {"moved", "ready"}), "; did you mean 'moved'?");
}

TEST(Counts, HaveSeparatorsAndAgreeWithWhatTheyCount) {
  EXPECT_EQ(CountText(0), "0");
  EXPECT_EQ(CountText(999), "999");
  EXPECT_EQ(CountText(1'234'567), "1,234,567");
  EXPECT_EQ(CountText(-1'000), "-1,000");
  EXPECT_EQ(NumberText(3.14159, 2), "3.14");
  EXPECT_EQ(NumberText(-0.004, 2), "0.00");
  EXPECT_EQ(NumberText(-0.006, 2), "-0.01");
  EXPECT_EQ(NumberText(-12'345.6, 1), "-12,346");
  EXPECT_EQ(NumberText(-std::numeric_limits<double>::infinity(), 1), "-inf");
  EXPECT_EQ(NumberText(1e20, 1), "1e+20");
  EXPECT_EQ(BytesText(1), "1 byte");
  EXPECT_EQ(BytesText(1'023), "1,023 bytes");
  EXPECT_EQ(BytesText(268'435'456), "256 MiB");
  EXPECT_EQ(BytesText(1'610'612'736), "1.5 GiB");
  EXPECT_EQ(BytesText(10'000), "9.77 KiB");
  EXPECT_EQ(BytesText((int64_t{1} << 30) - 1), "1 GiB");
  EXPECT_EQ(BytesText(int64_t{5} << 50), "5,120 TiB");
  EXPECT_EQ(Counted(1, "case", "cases"), "1 case");
  EXPECT_EQ(Counted(0, "case", "cases"), "0 cases");
  EXPECT_EQ(Counted(2'000, "case", "cases"), "2,000 cases");
}

TEST(CallContext, PermissionsAreOfAWorkspace) {
  const Identity crm{"crm", std::make_shared<const Identity::Grants>(
                                Identity::Grants{{"acme"}, {"catalog.read"}})};
  EXPECT_TRUE(crm.May("catalog.read", "acme"));
  EXPECT_FALSE(crm.May("catalog.write", "acme"));
  EXPECT_FALSE(crm.May("catalog.read", "other"));
  EXPECT_TRUE(Identity::Everything("suite").May("catalog.write", "any"));
}

TEST(CallContext, Check) {
  CallContext context;
  context.deadline = absl::FromUnixSeconds(10);
  EXPECT_TRUE(context.Check(absl::FromUnixSeconds(9)).ok());
  EXPECT_EQ(ReasonOf(context.Check(absl::FromUnixSeconds(10))),
            common::v1::ERROR_REASON_DEADLINE_EXCEEDED);
  *context.cancelled = true;
  EXPECT_EQ(ReasonOf(context.Check(absl::FromUnixSeconds(9))), common::v1::ERROR_REASON_CANCELLED);
}

}  // namespace
}  // namespace plumbline::base
