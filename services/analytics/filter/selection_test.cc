// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "services/analytics/filter/days.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/filter/own_events.h"
#include "services/analytics/filter/uncounted.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/case_ends.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int64_t kHour = 3'600'000'000;

class SelectionTest : public testing::Test {
 protected:
  // A case for each word, an activity an hour for each letter, all from 2026-01-05T00:00Z on.
  void Words(const std::vector<std::string>& words) {
    for (size_t w = 0; w < words.size(); ++w) {
      for (size_t i = 0; i < words[w].size(); ++i) {
        rows_.push_back({absl::StrCat(w), words[w].substr(i, 1),
                         kBegin + kHour * static_cast<int64_t>(24 * w + i)});
      }
    }
  }

  Selected Run(const SelectionText& text) {
    log_ = MakeLog(rows_);
    const auto selection = Selection::Compile("selection", text);
    EXPECT_TRUE(selection.ok()) << selection.status();
    const Traces traces(log_, {});
    const Variants variants(traces);
    auto selected =
        Select(*selection, {*log_, traces, [&]() -> const Variants& { return variants; }},
               [] { return absl::OkStatus(); });
    EXPECT_TRUE(selected.ok()) << selected.status();
    return *std::move(selected);
  }
  // Ids of the cases that are left.
  std::string Cases(const SelectionText& text) {
    const Selected selected = Run(text);
    std::vector<std::string> ids;
    for (size_t c = 0; c < log_->case_count(); ++c) {
      if (selected.cases[c]) ids.emplace_back(log_->cases[c].data(), log_->cases[c].size());
    }
    return absl::StrJoin(ids, ",");
  }
  std::string Cases(const std::string& filter) { return Cases(SelectionText{.filter = filter}); }
  std::string InWindow(TimeWindow::Mode mode, int64_t first_hour, int64_t last_hour) {
    SelectionText text;
    text.window = TimeWindow{kBegin + first_hour * kHour, kBegin + last_hour * kHour, mode};
    return Cases(text);
  }

  static constexpr int64_t kBegin = 1'767'571'200'000'000;  // 2026-01-05
  std::vector<TestRow> rows_;
  std::shared_ptr<const LogSnapshot> log_;
};

TEST_F(SelectionTest, Fields) {
  Words({"abc", "acb", "abb", "ca"});
  EXPECT_EQ(Cases(""), "0,1,2,3");
  EXPECT_EQ(Cases("follows:\"a > b\""), "0,2");
  EXPECT_EQ(Cases("eventually_follows:\"a > b\""), "0,1,2");
  EXPECT_EQ(Cases("follows:\"a > * > b\""), "1,2");
  EXPECT_EQ(Cases("sequence:\"c > a\""), "3");
  EXPECT_EQ(Cases("sequence:\"c\""), "");
  EXPECT_EQ(Cases("repeated_activities:*"), "2");
  EXPECT_EQ(Cases("first_activity = a AND NOT last_activity = b"), "0");
  EXPECT_EQ(Cases("event_count < 3"), "3");
  EXPECT_EQ(Cases("event_count < 2.5"), "3");
  EXPECT_EQ(Cases("variant_rank = 1"), "2");  // of equal counts the first by name
  EXPECT_EQ(Cases("case_id > 1"), "2,3");
  EXPECT_EQ(Cases("duration = 2h"), "0,1,2");
  EXPECT_EQ(Cases("start_time >= 2026-01-07 AND end_time < 2026-01-07T02:30:00Z"), "2");
  EXPECT_EQ(Cases("duration < 90d AND duration > -1w2d"), "0,1,2,3");
  EXPECT_EQ(Cases("open"), "");
  EXPECT_EQ(Cases("open:*"), "0,1,2,3");
}

TEST_F(SelectionTest, NamesWithStrangeCharacters) {
  rows_ = {{"1", "x > y", 1}, {"1", "b", 2}, {"2", "x", 1}, {"2", "y", 2}, {"2", "b", 3}};
  EXPECT_EQ(Cases("follows:\"x >> y > b\""), "1");
  EXPECT_EQ(Cases("follows:\"x > y > b\""), "2");
  EXPECT_EQ(Cases("follows:\"x*y > b\""), "1");
}

TEST_F(SelectionTest, Windows) {
  Words({"abc", "abc"});  // 0 to 2 h, 24 to 26 h
  using Mode = TimeWindow::Mode;
  EXPECT_EQ(InWindow(Mode::kStarted, 0, 24), "0");
  EXPECT_EQ(InWindow(Mode::kStarted, 0, 25), "0,1");
  EXPECT_EQ(InWindow(Mode::kContained, 0, 26), "0");
  EXPECT_EQ(InWindow(Mode::kContained, 0, 27), "0,1");
  EXPECT_EQ(InWindow(Mode::kContained, 1, 27), "1");
  EXPECT_EQ(InWindow(Mode::kIntersecting, 2, 24), "0");
  EXPECT_EQ(InWindow(Mode::kIntersecting, 2, 25), "0,1");
  EXPECT_EQ(InWindow(Mode::kIntersecting, 3, 24), "");
  EXPECT_EQ(InWindow(Mode::kEnded, 2, 26), "0");
}

TEST_F(SelectionTest, AttributesAreComparedAsWhatTheyAre) {
  const auto with = [](const char* id, AttributeValue value) {
    return TestRow{id, "a", 1, "", kNoTime, "", {{"value", std::move(value)}}};
  };
  rows_ = {with("double", 2.5), with("int", int64_t{10}), with("text", "9"), with("words", "ten"),
           with("truth", true), with("when", Instant{1}), {"none", "a", 1}};
  EXPECT_EQ(Cases("attributes.value > 9"), "int");
  EXPECT_EQ(Cases("attributes.value >= 2.5"), "double,int,text");
  EXPECT_EQ(Cases("attributes.value = 9"), "text");
  EXPECT_EQ(Cases("attributes.value = 10.0"), "int");
  EXPECT_EQ(Cases("attributes.value = true"), "truth");
  EXPECT_EQ(Cases("attributes.value < 1971-01-01"), "when");
  EXPECT_EQ(Cases("attributes.value = t*"), "words");
  EXPECT_EQ(Cases("NOT attributes:value"), "none");
  // The first value of a case counts; of its events, any.
  rows_ = {with("1", int64_t{1}), with("1", int64_t{2})};
  rows_[1].time = 2;
  EXPECT_EQ(Cases("attributes.value = 2"), "");
  EXPECT_EQ(Cases(SelectionText{.event_filter = "attributes.value = 2"}), "1");
}

TEST_F(SelectionTest, EventsMustMatchAllAtOnce) {
  rows_ = {{"1", "a", 1, "", kNoTime, "ada"},
           {"1", "b", 2, "", kNoTime, "bob"},
           {"2", "a", 1, "", kNoTime, "bob"}};
  EXPECT_EQ(Cases(SelectionText{.event_filter = "activity = a AND resource = bob"}), "2");
  EXPECT_EQ(Cases("activities:a AND resources:bob"), "1,2");
}

TEST_F(SelectionTest, APartKnowsWhatTheWholeKnows) {
  rows_ = {{"1", "a", 1},
           {"1", "end", 2, "", kNoTime, "", {{"case_finished", true}}},
           {"2", "a", 3},
           {"3", "b", 9}};
  EXPECT_EQ(Cases("open"), "2,3");
  const auto open = PartOf(*log_, Run({.filter = "open AND activities:a"}));
  EXPECT_EQ(open->case_count(), 1);
  EXPECT_EQ(open->LastTime(), 9);
  EXPECT_FALSE(CaseEnds(*open).HasEnded(0));
  // The event that ended the case is not among those that are left.
  const auto begun =
      PartOf(*log_, Run({.event_filter = "activity = a", .only_matching_events = true}));
  ASSERT_EQ(begun->size(), 2);
  EXPECT_EQ(CaseEnds(*begun).MarkedTime(0), 2);
  EXPECT_FALSE(CaseEnds(*begun).HasEnded(1));
}

TEST_F(SelectionTest, NotesTellOfWhatTheLogDoesNotHave) {
  rows_ = {{"1", "Send quote", 1, "", kNoTime, "ada"}};
  EXPECT_THAT(Run({.filter = "activities:\"Sned quote\" AND follows:\"Send quote > Sign\""}).notes,
              ElementsAre("the log has no activity 'Sned quote'; did you mean 'Send quote'?",
                          "the log has no activity 'Sign'"));
  EXPECT_THAT(Run({.filter = "attributes.size = 1"}).notes,
              ElementsAre("the log has no attribute 'size'"));
  const auto with = [](const char* id, AttributeValue value) {
    return TestRow{id, "Sign", 1, "", kNoTime, "", {{"region", std::move(value)}}};
  };
  rows_ = {with("1", "North"), with("2", "South"), with("3", int64_t{5})};
  for (const bool events : {false, true}) {
    const auto notes = [&](const std::string& filter) {
      return (events ? Run({.event_filter = filter}) : Run({.filter = filter})).notes;
    };
    EXPECT_THAT(notes("attributes.region = Nrth OR attributes.region = South"),
                ElementsAre("no event here has 'Nrth' as attribute 'region'; did you mean "
                            "'North'?"));
    EXPECT_THAT(notes("attributes.region = North OR attributes.region = 5"), IsEmpty());
    EXPECT_THAT(notes("attributes.region > West OR attributes.region = W*"), IsEmpty());
  }
  rows_ = {with("1", int64_t{5})};
  EXPECT_THAT(Run({.filter = "attributes.region = 6"}).notes, IsEmpty()) << "a number is no slip";
  rows_ = {{"1", "Send quote", 1, "", kNoTime, "ada"}};
  EXPECT_THAT(Run({.filter = "activities:Send*", .event_filter = "resource = ada"}).notes,
              IsEmpty());
}

// What could not be meant is not looked through; of far too much nothing is.
TEST_F(SelectionTest, LookingForWhatWasMeantIsBounded) {
  const auto with = [](int id, std::string value) {
    return TestRow{absl::StrCat(id), "Sign", 1, "", kNoTime, "", {{"region", std::move(value)}}};
  };
  rows_ = {with(0, "North")};
  const std::string far(2'000, 'x');
  for (int i = 1; i <= 20'000; ++i) rows_.push_back(with(i, absl::StrCat(far, i)));
  const std::string asked = "attributes.region = Nrth";
  EXPECT_THAT(Run({.filter = asked}).notes,
              ElementsAre("no event here has 'Nrth' as attribute 'region'; did you mean 'North'?"));
  EXPECT_THAT(Run({.filter = absl::StrCat(asked, " OR duration > 1d AND ", asked)}).notes,
              SizeIs(1));
  for (int i = 1; i <= 20'000; ++i) rows_[i] = with(i, absl::StrCat(i));
  EXPECT_THAT(Run({.filter = asked}).notes,
              ElementsAre("no event here has 'Nrth' as attribute 'region'"));
  for (int i = 1; i <= 3'000; ++i) rows_[i].activity = absl::StrCat(std::string(90, 'x'), i);
  EXPECT_THAT(Run({.filter = absl::StrCat("activities:", std::string(90, 'x'), "yy")}).notes,
              ElementsAre(testing::Not(HasSubstr("did you mean"))));
}

// Forty tests of one activity make one note, and of forty activities twenty.
TEST_F(SelectionTest, NotesOfEventsThatDoNotCountAreToldOnce) {
  std::string same = "activities:\"a 0\"", all = same;
  for (int i = 0; i < 40; ++i) {
    rows_.push_back({"1", absl::StrCat("a ", i), 1 + i, "comment"});
    absl::StrAppend(&same, " OR activities:\"a 0\"");
    absl::StrAppend(&all, " OR activities:\"a ", i, "\"");
  }
  const auto log = MakeLog(rows_);
  const Traces traces(log, {.transitions = {"complete"}});
  const auto noted = [&](const std::string& filter, std::vector<std::string> notes) {
    const auto selection = Selection::Compile("selection", {.filter = filter});
    EXPECT_TRUE(selection.ok()) << selection.status();
    NoteUncounted(*selection->cases(), traces, notes);
    return notes;
  };
  EXPECT_THAT(noted(same, {}), ElementsAre(HasSubstr("no event of 'a 0' counts (1 comment)")));
  EXPECT_THAT(noted(all, {}), SizeIs(20));
  EXPECT_THAT(noted(all, std::vector<std::string>(19, "another")), SizeIs(20));
}

TEST_F(SelectionTest, TheCallersErrorEndsIt) {
  Words({"abc"});
  log_ = MakeLog(rows_);
  const auto selection = Selection::Compile("selection", {.filter = "activities:a"});
  ASSERT_TRUE(selection.ok());
  const Traces traces(log_, {});
  const Variants variants(traces);
  const auto selected =
      Select(*selection, {*log_, traces, [&]() -> const Variants& { return variants; }},
             [] { return absl::DeadlineExceededError("over"); });
  EXPECT_EQ(selected.status().code(), absl::StatusCode::kDeadlineExceeded);
}

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(SelectionRefusal, NamesFieldAndRemedy) {
  const struct {
    SelectionText text;
    const char *field, *says;
  } kCases[] = {
      {{.filter = "activites:a"}, "s.filter", "did you mean 'activities'?"},
      {{.filter = "follows:\"a > \""}, "s.filter", "a step without a name"},
      {{.filter = "follows:a"}, "s.filter", "at least two"},
      {{.filter = absl::StrCat("follows:\"a", Repeated(" > b", 64), "\"")},
       "s.filter",
       "has 65 steps; at most 64"},
      {{.filter = "duration < soon"}, "s.filter", "here also 90d or 2w"},
      {{.filter = "event_count = x"}, "s.filter", "is not a number"},
      {{.filter = "activities = a"}, "s.filter", "activities:VALUE"},
      {{.event_filter = "activities:a"}, "s.event_filter", "is not a field"},
      {{.only_matching_events = true}, "s.only_matching_events", "s.event_filter"},
      {{.window = TimeWindow{5, 5}}, "s.window.end_time", "not after"},
  };
  for (const auto& c : kCases) {
    const auto selection = Selection::Compile("s", c.text);
    ASSERT_FALSE(selection.ok()) << c.says;
    const auto violations = base::FieldViolationsOf(selection.status());
    ASSERT_EQ(violations.size(), 1) << selection.status();
    EXPECT_EQ(violations[0].field, c.field);
    EXPECT_THAT(violations[0].description, HasSubstr(c.says));
  }
}

TEST(SelectionKey, DiffersWhereSelectionsDo) {
  const auto key = [](const SelectionText& text) {
    return Selection::Compile("s", text).value().key();
  };
  EXPECT_EQ(key({}), "");
  EXPECT_NE(key({.filter = "open"}), key({.filter = "NOT open"}));
  EXPECT_NE(key({.event_filter = "activity = a"}),
            key({.event_filter = "activity = a", .only_matching_events = true}));
  EXPECT_NE(key({.window = TimeWindow{1, 2}}), key({.window = TimeWindow{1, 3}}));
}

TEST(OwnEvents, WhatOtherCasesOrTheLogSayIsNotOfACaseAlone) {
  const auto own = [](const SelectionText& text) {
    return IsByOwnEvents(Selection::Compile("s", text).value());
  };
  EXPECT_TRUE(own({}));
  EXPECT_TRUE(own({.filter = "duration > 3d AND NOT (open OR attributes.region = r1)"}));
  EXPECT_TRUE(own({.event_filter = "activity = a", .window = TimeWindow{1, 2}}));
  for (const char* text : {"variant_rank <= 10", "NOT (open OR variant_case_count > 2)",
                           "activities:a AND case_id = c"})
    EXPECT_FALSE(own({.filter = text})) << text;
  SelectionText idle;
  idle.completion.rule = EndRule::kIdle;
  EXPECT_FALSE(own(idle));
}

TEST(Days, Durations) {
  const struct {
    const char* text;
    int64_t hours;
  } kCases[] = {{"90d", 2160}, {"1.5d", 36}, {"2w", 336}, {"1w2d12h", 228}, {"-1d", -24}};
  for (const auto& c : kCases) {
    int64_t micros = 0;
    EXPECT_TRUE(ParseDays(c.text, &micros)) << c.text;
    EXPECT_EQ(micros, c.hours * kHour) << c.text;
  }
  for (const char* text : {"", "d", "90", "12h", "1d2w", "1d-2h", "1dd", "x", "9e9d", "1d2x"}) {
    int64_t micros = 0;
    EXPECT_FALSE(ParseDays(text, &micros)) << text;
  }
  int64_t micros = 0;
  EXPECT_FALSE(ParseDays("999999999999d", &micros));
}

}  // namespace
}  // namespace plumbline::analytics
