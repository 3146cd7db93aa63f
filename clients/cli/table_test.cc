// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/table.h"

#include <sstream>
#include <string>
#include <vector>

#include "clients/cli/terminal.h"
#include "gtest/gtest.h"

namespace plumbline::cli {
namespace {

std::string Print(const Table& table, size_t width, size_t indent = 0) {
  std::ostringstream out;
  table.Print({out, width}, indent);
  return out.str();
}

TEST(Terminal, WidthsAreWhatATerminalShows) {
  struct Row {
    const char* name;
    const char* text;
    size_t width;
  };
  for (const Row& row :
       {Row{"ascii", "abc", 3}, Row{"accents", "caf\xc3\xa9", 4},
        Row{"combining accent", "cafe\xcc\x81", 4}, Row{"Japanese", "\xe6\x97\xa5\xe6\x9c\xac", 4},
        Row{"emoji", "\xf0\x9f\x9a\x80", 2}, Row{"empty", "", 0}, Row{"cut off", "a\xe6\x97", 3}}) {
    EXPECT_EQ(DisplayWidth(row.text), row.width) << row.name;
  }
}

TEST(Terminal, ShortenNeverCutsACharacter) {
  EXPECT_EQ(Shorten("abc", 3), "abc");
  EXPECT_EQ(Shorten("abcd", 3), "ab…");
  EXPECT_EQ(Shorten("a bcd", 3), "a…") << "no space before the ellipsis";
  EXPECT_EQ(Shorten("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4), "\xe6\x97\xa5…");
  EXPECT_EQ(Shorten("abc", 0), "");
}

TEST(Terminal, TextOfOthersMovesNoCursor) {
  EXPECT_EQ(Printable("a\nb\t\033[2Jc\x7f"), "a b  [2Jc ");
  EXPECT_EQ(Printable("x\xc2\x9by"), "x y") << "a control character of two bytes";
  EXPECT_EQ(Printable("x\xe2\x80\xaey"), "x y") << "a mark that turns the direction of text";
  EXPECT_EQ(Printable("Zo\xc3\xab"), "Zo\xc3\xab");
}

TEST(Terminal, WrapBreaksAtSpacesAndHangs) {
  EXPECT_EQ(Wrap("one two three", 7, 2), "one two\n  three");
  EXPECT_EQ(Wrap("  - one two", 7, 4), "  - one\n    two");
  EXPECT_EQ(Wrap("a extraordinarily b", 6, 0), "a\nextraordinarily\nb");
  EXPECT_EQ(Wrap("", 10, 2), "");
  EXPECT_EQ(Wrap("of 25 %, so", 5, 0), "of\n25 %,\nso");  // a number and its unit are one
  EXPECT_EQ(Wrap("in 12 d so", 5, 0), "in\n12 d\nso");
  EXPECT_EQ(Wrap(std::string(60, 'a') + " " + std::string(60, 'b'), 0, 1),
            std::string(60, 'a') + "\n " + std::string(60, 'b'));
}

// Without a terminal, and only where it was asked for: nothing is cut.
TEST(Table, BreaksLinesWithoutATerminal) {
  Table table({"~FROM", ">N", "~TO"});
  const std::string from = std::string(60, 'a') + " " + std::string(20, 'b');
  table.Add({from, "7", std::string(50, 'c') + " end"});
  EXPECT_NE(Print(table, 0).find(from), std::string::npos);
  table.BreakLines();
  const std::string text = Print(table, 0);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LT(line.size(), 120u) << line;
  EXPECT_NE(text.find(std::string(20, 'b')), std::string::npos);
  EXPECT_NE(text.find("end"), std::string::npos);
  EXPECT_EQ(text.find("…"), std::string::npos);
}

TEST(Table, AlignsByWhatIsShownAndKeepsControlCharactersOut) {
  Table table({"~NAME", ">N"}, 6, 4);
  table.Add({"caf\xc3\xa9", "1"});
  table.Add({"a very long name", "1,000"});
  table.Add({"x\n\033[2J", "2"});
  EXPECT_EQ(Print(table, 80, 1),
            " NAME        N\n"
            " caf\xc3\xa9        1\n"
            " a ver\xe2\x80\xa6  1,000\n"
            " x  [2J      2\n");
}

// 8 + 2 + 30 + 2 + 12 + 2 + 10 = 66 columns.
Table Tasks() {
  Table table({"TASK", "~TITLE", "?~WHO", "DUE"});
  table.Add({"rep-0001", "Order the laptop with the dock", "it@acme.test", "2026-01-05"});
  table.Add({"rep-0002", "Sign", "people", "2026-01-06"});
  return table;
}

TEST(Table, TakesTheRoomThatItNeedsWhereThereIsNoTerminal) {
  EXPECT_EQ(Print(Tasks(), 0),
            "TASK      TITLE                           WHO           DUE\n"
            "rep-0001  Order the laptop with the dock  it@acme.test  2026-01-05\n"
            "rep-0002  Sign                            people        2026-01-06\n");
  EXPECT_EQ(Print(Tasks(), 66), Print(Tasks(), 0));
}

TEST(Table, CutsNothingWhereThereIsNoTerminal) {
  const std::string title(70, 'x'), reason = "because " + std::string(90, 'y') + " of it all";
  Table table({"~TITLE", "|WHY"}, 6);
  table.Add({title, reason});
  EXPECT_EQ(Print(table, 0),
            "TITLE" + std::string(65, ' ') + "  WHY\n" + title + "  " + reason + "\n");
  EXPECT_EQ(Print(table, 200).substr(0, 11), "TITLE   WHY") << "six columns on a terminal";
}

TEST(Table, BreaksReasonsIntoLinesAndNeverLeavesThemOut) {
  Table table({"TASK", "?|WHY", ">N", "?NOTE"});
  table.Add({"laptop", "it waits for the contract, which nobody has signed yet", "12", "later"});
  table.Add({"exam", "", "3"});
  EXPECT_EQ(Print(table, 40),
            "TASK    WHY                            N\n"
            "laptop  it waits for the contract,    12\n"
            "        which nobody has signed yet\n"
            "exam                                   3\n"
            "(no room for: NOTE)\n");
  EXPECT_EQ(Print(table, 20).find("…"), std::string::npos) << "it runs over the edge instead";
}

TEST(Table, ShortensTheWidestWordsFirst) {
  EXPECT_EQ(Print(Tasks(), 56),
            "TASK      TITLE                 WHO           DUE\n"
            "rep-0001  Order the laptop wi…  it@acme.test  2026-01-05\n"
            "rep-0002  Sign                  people        2026-01-06\n");
}

TEST(Table, LeavesOutWhatMayBeLeftOutAndSaysSo) {
  EXPECT_EQ(Print(Tasks(), 44),
            "TASK      TITLE                   DUE\n"
            "rep-0001  Order the laptop with…  2026-01-05\n"
            "rep-0002  Sign                    2026-01-06\n"
            "(no room for: WHO)\n");
}

TEST(Table, NeverCutsIdsFiguresOrTimes) {
  EXPECT_EQ(Print(Tasks(), 20),
            "TASK      TITLE         DUE\n"
            "rep-0001  Order the l…  2026-01-05\n"
            "rep-0002  Sign          2026-01-06\n"
            "(no room for: WHO)\n");
}

TEST(Table, AColumnThatMayBeLeftOutIsWhereItIsEmpty) {
  Table table({"A", "?ENDED", "B"});
  table.Add({"1", "", "2"});
  EXPECT_EQ(Print(table, 0), "A  B\n1  2\n");
}

TEST(Table, TimesHaveTheUnitOfTheirColumn) {
  Table table({"step", ":wait", "=value", "=limit"});
  table.Add({"a", TimeCell(3600), TimeCell(92'299), TimeCell(92'984)});
  table.Add({"b", TimeCell(3 * 86'400), TimeCell(3600), ""});
  table.Add({"c", "not yet", "", ""});
  std::ostringstream out;
  table.Print(Paper{out, 80});
  EXPECT_EQ(out.str(),
            "step     wait    value    limit\n"
            "a         1 h  25.64 h  25.83 h\n"
            "b        72 h   1.00 h\n"
            "c     not yet\n");
}

TEST(Table, WhatMayBeMissedMostIsLeftOutFirst) {
  Table table({"id", "->lower", "?>p", "?>signal"});
  table.Add({"1", "12.5", "0.04", "beyond"});
  std::ostringstream out;
  table.Print(Paper{out, 20});
  EXPECT_EQ(out.str(),
            "id     p  signal\n"
            "1   0.04  beyond\n"
            "(no room for: lower)\n");
}

}  // namespace
}  // namespace plumbline::cli
