// SPDX-License-Identifier: Apache-2.0
//
// What a page says of changes and fixes.
#include "services/analytics/review/words.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "common/base/counts.h"
#include "services/analytics/review/review_testing.h"

namespace plumbline::analytics::review {
namespace {

Change ChangeOf(MeasureKind kind, double now, double before) {
  Change change;
  change.kind = kind;
  change.now = now;
  change.before = before;
  change.judged = Judged{now - before, now - before - 1e-4, now - before + 1e-4, 0.4, 1, 0};
  change.verdict = Verdict::kNoise;
  return change;
}

std::string Told(const Change& change, const WordOptions& options = {}) {
  const std::vector<TestRow> rows = {On(0, "a", "A")};
  return SentenceOf(change, *MakeLog(rows), options, 1);
}

TEST(Words, EqualValuesAreNoDifferenceAndOthersDoNotLookEqual) {
  EXPECT_NE(Told(ChangeOf(MeasureKind::kDefects, 0, 0)).find(". No difference."),
            std::string::npos);
  const std::string close = Told(ChangeOf(MeasureKind::kDefects, 0.012, 0.014));
  EXPECT_NE(close.find("0.012, 0.014 before: -0.002"), std::string::npos) << close;
  EXPECT_NE(close.find("Noise: chance makes such differences."), std::string::npos) << close;
}

TEST(Words, OfACalendarSpansAreInItsWorkingDays) {
  WordOptions options{.business = true, .working_day = 8 * 3'600};
  EXPECT_EQ(SpanText(20 * 8 * 3'600, options), "20.0 wd");
  EXPECT_EQ(SpanText(7 * 3'600, options), "7.0 open hours");
  const std::string lead =
      Told(ChangeOf(MeasureKind::kLeadTime, 20 * 28'800, 10 * 28'800), options);
  EXPECT_NE(lead.find("20.0 wd, 10.0 wd before: +10.0 wd"), std::string::npos) << lead;
  EXPECT_EQ(SpanText(300, options), "5.0 open minutes");
  options.working_day = 0;
  EXPECT_EQ(SpanText(20 * 8 * 3'600, options), "160 open hours");
  EXPECT_EQ(SpanText(20 * 8 * 3'600, {}), "6.7 days");
}

TEST(Words, WhatTheInflowExplainsIsSaid) {
  Change change = ChangeOf(MeasureKind::kLeadTime, 20 * 86'400, 10 * 86'400);
  change.verdict = Verdict::kDifferent;
  change.explained = true;
  change.by_inflow = 8 * 86'400;
  EXPECT_NE(Told(change).find("A signal: more than chance, but about +8.0 days come of how many "
                              "cases began, and so of which could end; what is left is no more "
                              "than chance."),
            std::string::npos)
      << Told(change);
}

// Cases wait in one half of the log for access to the CRM, in the other for a signature.
std::vector<TestRow> Blocked() {
  std::vector<TestRow> rows;
  for (int c = 0; c < 60; ++c) {
    const std::string id = absl::StrCat("rep-", 10 + c);
    rows.push_back(On(c, id, "Begin"));
    rows.push_back(On(c, id, "Sign", "schedule"));
    rows.push_back(On(c, id, "Sign", "suspend",
                      c % 2 == 0 ? Cause("ACCESS", "crm") : Cause("ACCESS", "e-signature")));
    rows.push_back(On(c + 3, id, "Sign", "resume"));
    rows.push_back(On(c + 3, id, "Sign", "start"));
    rows.push_back(On(c + 4, id, "Sign", "complete", Finished()));
  }
  rows.push_back(On(60, "open", "Begin"));
  return rows;
}

// `See it:` asks for the cases and the cause of which the figures are.
TEST(Words, WhatShowsItIsOfThePeriodAndTheCause) {
  const std::vector<TestRow> rows = Blocked();
  const Review review = Reviewed(rows);
  ASSERT_EQ(review.fixes.fixes.size(), 2u);
  const WordOptions options{.log = "reps", .filter = "event_count > 1", .some_open = true};
  for (const Fix& fix : review.fixes.fixes) {
    const FixWords words = WordsOf(fix, *MakeLog(rows), review.facts, review.windows, options);
    const ImpedimentCause& cause = review.facts.causes[fix.candidate.remedy.cause].cause;
    EXPECT_EQ(words.look,
              absl::StrCat("plumbline pareto reps --category ACCESS --utility ", cause.utility,
                           " --filter '(event_count > 1) AND NOT open' --from "
                           "1970-02-05T00:00:01Z --to 1970-03-05T00:00:01Z --window ended"))
        << words.look;
    const std::string count =
        base::CountText(review.facts.causes[fix.candidate.remedy.cause].count);
    EXPECT_NE(words.evidence[1].find(absl::StrCat("it blocked steps ", count, " times, ")),
              std::string::npos)
        << words.evidence[1];
  }
  // Events that are chosen otherwise cannot be chosen by a cause, too.
  WordOptions chosen = options;
  chosen.event_filter = "activity = Sign";
  EXPECT_EQ(WordsOf(review.fixes.fixes[0], *MakeLog(rows), review.facts, review.windows, chosen)
                .look.find("--category"),
            std::string::npos);
}

// A mail is sent while a call goes on that began days after the last step: the case waited for the
// call, not for the mail.
TEST(Words, GainsOfAWaitAreOfTheWaitThatIsTold) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 60; ++c) {
    const std::string id = absl::StrCat("deal-", 10 + c);
    const double wait = c % 2 == 0 ? 9 : 3;
    rows.push_back(On(c, id, "Offer"));
    rows.push_back(On(c + wait, id, "Call", "start"));
    rows.push_back(On(c + wait + 0.01, id, "Mail"));
    rows.push_back(On(c + wait + 0.5, id, "Call", "complete", Finished()));
  }
  const auto log = MakeLog(rows);
  const Review review = Reviewed(rows, {.fixes = {.most = 10}});
  for (const Fix& fix : review.fixes.fixes) {
    EXPECT_LE(fix.hours_alone, fix.total_seconds / 3'600 + 1e-6);
    EXPECT_LE(fix.held_seconds, fix.total_seconds + 1e-6);
    EXPECT_NE(log->activities[fix.candidate.remedy.activity], "Mail");
  }
}

// Waits of cases that are open are in the mean of the changes, and in no gain.
TEST(Words, WhereTheMeanOfTheChangesIsAnotherBothAreSaid) {
  std::vector<TestRow> rows;
  const auto add = [&](int c, double wait, bool open) {
    const std::string id = absl::StrCat(open ? "open-" : "deal-", c);
    rows.push_back(On(c, id, "Offer"));
    rows.push_back(On(c + wait, id, "Sign"));
    if (!open) rows.push_back(On(c + wait, id, "Won", "", Finished()));
  };
  for (int c = 0; c < 60; ++c) add(c, 1 + c % 9, false);
  const auto told = [&] {
    const Review review = Reviewed(rows);
    return WordsOf(review.fixes.fixes.at(0), *MakeLog(rows), review.facts, review.windows, {})
        .evidence[1];
  };
  EXPECT_NE(told().find(" days on average"), std::string::npos) << told();
  EXPECT_EQ(told().find("over all waits"), std::string::npos) << told();
  for (int c = 40; c < 60; ++c) add(c, 0.5, true);
  EXPECT_NE(told().find(" days over all waits that ended in the period"), std::string::npos)
      << told();
}

// Half of the cases wait: of nine four, and a fix is told from five on.
TEST(Words, WhereFewEndedItIsSaidThatFixesTouchTooFew) {
  std::vector<TestRow> rows;
  for (int c = 0; c < 36; ++c) {
    const std::string id = absl::StrCat("rep-", c);
    const double begin = 10.0 * c / 3;
    rows.push_back(On(begin, id, "Begin"));
    rows.push_back(On(begin + 5 + c % 9, id, "Review", "", Finished()));
  }
  ReviewOptions options;
  options.end = Days(120);
  const auto told = [&] {
    const Review review = Reviewed(rows, options);
    EXPECT_EQ(review.fixes.fixes.empty(), review.fixes.few_touched > 0);
    return NoFixText(review.fixes, review.facts, review.windows, options.count);
  };
  EXPECT_EQ(told(),
            "No fix that saves time touches 5 or more of the 9 cases that ended, and one that "
            "touches fewer is not told: take more periods together (--periods 2).");
  options.count = 2;
  EXPECT_FALSE(Reviewed(rows, options).fixes.fixes.empty());
  // Of a log that has no more.
  rows.resize(6);
  options = {};
  EXPECT_EQ(told(), "Only 3 cases ended, and no fix is told that touches fewer than 5.");
  // Where nobody waits longer than others there is none.
  for (TestRow& row : rows) row.time = row.activity == "Begin" ? 0 : Days(1);
  EXPECT_EQ(NoFixText(Reviewed(rows).fixes, Reviewed(rows).facts, Reviewed(rows).windows, 1),
            "No fix was found that would save time.");
}

TEST(Words, NobodyIsSentAfterAProofThatTakesYears) {
  const std::vector<TestRow> rows = RowsOf({});
  const Review review = Reviewed(rows);
  ASSERT_FALSE(review.fixes.fixes.empty());
  Fix fix = review.fixes.fixes[0];
  const auto told = [&] {
    return WordsOf(fix, *MakeLog(rows), review.facts, review.windows, {.log = "deals"});
  };
  ASSERT_TRUE(fix.proof.cases.has_value());
  EXPECT_NE(told().command, "");
  fix.proof.too_long = 416;
  EXPECT_EQ(told().command, "");
  EXPECT_NE(told().proof.find("which take some 8 years at today's "), std::string::npos)
      << told().proof;
  fix.proof.cases = std::nullopt;
  fix.proof.each_side = 18'000;
  fix.proof.longer = LongerPeriod{10'000, 341'494};
  EXPECT_NE(told().proof.find("no project can prove it in time."), std::string::npos);
  EXPECT_EQ(told().proof.find("--periods"), std::string::npos) << told().proof;
  // The log has half a year.
  fix.proof.too_long = std::nullopt;
  fix.proof.longer = LongerPeriod{2'000, 2'000};
  EXPECT_NE(told().proof.find("but the log does not go back so far at today's "), std::string::npos)
      << told().proof;
}

TEST(Words, OfACalendarAllTimesAreOpenHoursAndCommandsHaveIt) {
  MadeLog made;
  made.rate = 6;
  made.wait = [](const MadeCase& one, int step, double draw) {
    return step != 1 ? 0.1 * draw : one.region == "EMEA" ? 8.0 : 2.0 + draw;
  };
  const std::vector<TestRow> rows = RowsOf(made);
  const auto log = MakeLog(rows);
  ReviewOptions options;
  options.fixes.most = 10;
  options.fixes.between = [](int64_t from, int64_t to) { return to / 3 - from / 3; };
  const Review review = Reviewed(rows, options);
  WordOptions told{.log = "deals", .calendar = " --calendar berlin", .zone = " --zone Asia/Tokyo"};
  told.business = true;
  ASSERT_GE(review.fixes.fixes.size(), 2u);
  for (const Fix& fix : review.fixes.fixes) {
    const FixWords words = WordsOf(fix, *log, review.facts, review.windows, told);
    std::string text = absl::StrCat(words.title, " ", words.proof);
    for (const std::string& sentence : words.evidence) absl::StrAppend(&text, " ", sentence);
    EXPECT_NE(text.find(" open hours"), std::string::npos) << text;
    for (const char* clock : {"days", "minutes", "seconds"})
      EXPECT_EQ(text.find(clock), std::string::npos) << text;
    EXPECT_NE(words.look.find(" --calendar berlin --zone Asia/Tokyo"), std::string::npos);
    if (words.command.empty()) continue;
    EXPECT_NE(words.command.find(" --calendar berlin --center mean"), std::string::npos);
    const size_t effect = words.command.find(" --smallest-effect ");
    ASSERT_NE(effect, std::string::npos);
    const std::string span =
        words.command.substr(effect + 19, words.command.find(' ', effect + 19) - effect - 19);
    EXPECT_EQ(span.find('d'), std::string::npos) << span;
  }
}

TEST(Words, AFixThatRoundsToNothingIsToldByItsDifference) {
  Change change;
  change.kind = MeasureKind::kLeadTime;
  change.now = 122.0 * 86'400;
  change.before = 122.4 * 86'400;
  change.judged = Judged{-0.4 * 86'400, -1.6 * 86'400, 0.7 * 86'400, 0.4, 1, 0};
  change.verdict = Verdict::kNoise;
  const std::vector<TestRow> rows = {On(0, "a", "A")};
  const auto log = MakeLog(rows);
  EXPECT_EQ(SentenceOf(change, *log, {}, 1),
            "Lead time: 122.00 days, 122.40 days before: -0.40 days (95 % interval -1.60 to +0.70 "
            "days). Noise: chance makes such differences.");
}

TEST(Words, SpansOfCalendarsHaveNoDays) {
  EXPECT_EQ(SpanFlag(3 * 86'400 + 4 * 3'600), "3d4h");
  EXPECT_EQ(SpanFlag(3 * 86'400 + 4 * 3'600, true), "76h");
  EXPECT_EQ(SpanFlag(5'400, true), "1h30m");
}

TEST(Words, NamesAreOneWordOfTheShell) {
  EXPECT_EQ(ShellWord("legal-1"), "legal-1");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("-x"), "'-x'");
  EXPECT_EQ(ShellWord("it's $(rm -rf) `x`"), "'it'\\''s $(rm -rf) `x`'");
}

}  // namespace
}  // namespace plumbline::analytics::review
