// SPDX-License-Identifier: Apache-2.0
//
// What is read quickly is what libyaml reads.
#include "common/yaml/quick.h"

#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/yaml/document.h"
#include "common/yaml/text.h"
#include "gtest/gtest.h"

namespace plumbline::yaml {
namespace {

// All that a value is, in one text.
std::string Told(const Value& value) {
  std::vector<std::string> children;
  for (const Value& child : value.children) children.push_back(Told(child));
  return absl::StrCat("(", value.kind, "@", value.position.line, ":", value.position.column,
                      value.quoted ? "q" : "", " <", value.text, "> ", absl::StrJoin(children, ","),
                      ")");
}

std::string Thoroughly(absl::string_view text, absl::string_view until = "") {
  Value root;
  std::vector<Problem> problems;
  ReadWithLibyaml(text, until, &root, &problems);
  return problems.empty() ? Told(root) : absl::StrCat("refused: ", problems[0].description);
}

struct Row {
  const char* name;
  const char* text;
};

constexpr Row kQuick[] = {
    {"map", "a: b\nc: d e f\n"},
    {"no end of line", "a: b"},
    {"comments", "# one\na: b  # two\n\n  # three\nc: d#e\n"},
    {"nested", "a:\n  b:\n    c: d\n  e: f\ng: h\n"},
    {"list", "a:\n  - b\n  - c\nd: e\n"},
    {"list in the column of its key", "a:\n- b\n- c\nd: e\n"},
    {"list of maps", "a:\n  - b: c\n    d: e\n  -   f: g\n      h: i\n"},
    {"list of lists", "a:\n  - - b\n    - c\n  -\n    - d\n"},
    {"item on the next line", "a:\n  -\n    b: c\n  - # why\n    d: e\n"},
    {"quoted", "a: \"b: c # d\"\ne: 'f \"g\"' # h\ni: ''\n"},
    {"braces",
     "a: {b: c \"x\", d: [e, f g], h: {}, i: [], j: .5}\nj: [ {k: l}, 'm', \"n\" ] # o\n"},
    {"literal", "a: |\n  one\n    two\n\n  three  \nb: |-\n  four\n\n\nc: d\n"},
    {"folded", "a: >\n  one\n  two\n\n\n  three\nb: >-\n  # four\n  five\n\nc: d\n"},
    {"literal at the end", "a: |\n  one\n  two"},
    {"literal of an item", "a:\n  - |\n   one\n  - >-\n     two\n     three\n"},
    {"comment behind a literal", "a:\n  b: |\n      one\n    # two\n  c: d\n"},
    {"null", "a: null\nb: nullx\nNull: {c: null}\n"},
    {"numbers", "a: -5\nb: 3.5\nc: 2026-01-05T09:00:00Z\nd: +1\n"},
    {"beyond ASCII", "a: Größe é\nb:\n  - 合同 x\n"},
    {"quotes within", "a: customer's \"own\"\nb: (c) [d] {e}\n"},
    {"colons within", "a: b:c\nd: http://e/f\n"},
    {"keys", "processes/x-1: b\n_c: d\n1: e\nf.g: h\n"},
};

constexpr Row kLeft[] = {
    {"nothing", ""},
    {"a comment", "# a\n"},
    {"scalar", "a\n"},
    {"list", "- a\n"},
    {"anchor", "a: &b c\n"},
    {"alias", "a: *b\n"},
    {"tag", "a: !!str b\n"},
    {"document", "---\na: b\n"},
    {"second document", "a: b\n---\nc: d\n"},
    {"end of document", "a: b\n...\n"},
    {"directive", "%YAML 1.1\n---\na: b\n"},
    {"scalar of two lines", "a: b\n  c\n"},
    {"two colons", "a: b: c\n"},
    {"colon at the end", "a: b:\n"},
    {"value left out", "a:\nb: c\n"},
    {"last value left out", "b: c\na:\n"},
    {"item left out", "a:\n  -\n  - b\n"},
    {"braces of two lines", "a: {b: c,\n  d: e}\n"},
    {"pair in a list", "a: [b: c]\n"},
    {"comma at the end", "a: [b, ]\n"},
    {"value left out in braces", "a: {b, c: d}\n"},
    {"braces not closed", "a: {b: c\n"},
    {"wrong bracket", "a: [b}\n"},
    {"behind braces", "a: {b: c} d\n"},
    {"escape", "a: \"b\\n\"\n"},
    {"doubled quote", "a: 'b''c'\n"},
    {"quote not closed", "a: \"b\n"},
    {"behind a quote", "a: \"b\" c\n"},
    {"quoted key", "\"a\": b\n"},
    {"key with a space", "a b: c\n"},
    {"explicit key", "? a\n: b\n"},
    {"tab", "a:\tb\n"},
    {"mark of the byte order",
     "a: b\n\xEF\xBB\xBF"
     "c: d\n"},
    {"indent of a literal", "a: |2\n   b\n"},
    {"kept end of a literal", "a: |+\n  b\n\n"},
    {"blank first line of a literal", "a: |\n\n  b\n"},
    {"spaces in a blank line", "a: |\n  b\n   \n  c\n"},
    {"empty literal", "a: |\nb: c\n"},
    {"line that is not folded", "a: >\n  b\n    c\n  d\n"},
    {"less indented", "a:\n    b: c\n  d: e\n"},
    {"more indented", "a: b\n  c: d\n"},
    {"list in a map", "a: b\n- c\n"},
    {"map in a list", "a:\n  - b\n  c: d\n"},
    {"behind a comment", "a: b # c\n  d\n"},
};

TEST(ReadQuickly, ReadsAsLibyamlDoes) {
  for (const Row& row : kQuick) {
    Value root;
    ASSERT_TRUE(ReadQuickly(row.text, "", &root)) << row.name;
    EXPECT_EQ(Told(root), Thoroughly(row.text)) << row.name;
  }
}

TEST(ReadQuickly, LeavesTheRestToLibyaml) {
  for (const Row& row : kLeft) {
    Value root;
    EXPECT_FALSE(ReadQuickly(row.text, "", &root)) << row.name;
  }
}

TEST(ReadQuickly, EndsWithTheKeyThatIsAskedFor) {
  const char* text = "a: {b: c}\nname: d\ne: \"\\\n";
  Value root;
  ASSERT_TRUE(ReadQuickly(text, "name", &root));
  EXPECT_EQ(Told(root), Thoroughly(text, "name"));
  Value whole;
  EXPECT_FALSE(ReadQuickly(text, "none", &whole));
}

TEST(ReadQuickly, StopsBeforeItIsTooDeep) {
  std::string deep = "a: ";
  for (int i = 0; i < 90; ++i) deep += "[";
  for (int i = 0; i < 90; ++i) deep += "]";
  Value root;
  EXPECT_FALSE(ReadQuickly(deep, "", &root));
}

// Takes a text apart and puts it together wrongly.
class Spoiler {
 public:
  std::string Spoil(std::string text) {
    static constexpr const char* kPieces[] = {
        " ",     "\n", "  ",   "- ", ": ", ":",    "#",    " #", "|",   ">-",  "\"",  "'",
        "{",     "}",  "[",    "]",  ",",  "\n  ", "\n\n", "&a", "*a",  "!",   "%",   "?",
        "---\n", "~",  "a: b", "\\", "ü",  "é: ",  "null", "-",  ">\n", "|\n", "'x'", "\n- "};
    const int edits = 1 + Below(3);
    for (int i = 0; i < edits; ++i) {
      const size_t at = static_cast<size_t>(Below(static_cast<int>(text.size()) + 1));
      const size_t length = std::min<size_t>(static_cast<size_t>(Below(8)), text.size() - at);
      switch (Below(4)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at,
                      text.substr(static_cast<size_t>(Below(static_cast<int>(at) + 1)), length));
          break;
        default:
          text.insert(at, kPieces[Below(std::size(kPieces))]);
      }
    }
    return text;
  }

 private:
  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::mt19937 random_{7};
};

TEST(ReadQuickly, SpoiltTextsAreReadAsLibyamlReadsThemOrNotAtAll) {
  Spoiler spoiler;
  int quick = 0;
  for (int round = 0; round < 400; ++round) {
    for (const Row& row : kQuick) {
      const std::string text = spoiler.Spoil(row.text);
      std::string normal;
      std::vector<Problem> problems;
      Value root;
      if (!NormalizeText(text, &normal, &problems) || !ReadQuickly(normal, "", &root)) continue;
      ++quick;
      ASSERT_EQ(Told(root), Thoroughly(normal)) << normal;
    }
  }
  EXPECT_GT(quick, 1000) << "else nothing is compared";
}

TEST(ReadQuickly, ReadsWhatPlumblineShips) {
  for (const char* id : {"deal-desk-approval", "lead-hand-over", "quote-to-order", "renewal",
                         "sales-rep-onboarding"}) {
    std::ifstream file(absl::StrCat("processes/", id, ".yaml"));
    ASSERT_TRUE(file.good()) << "run this at the root of the repository";
    const std::string text(std::istreambuf_iterator<char>(file), {});
    Value root;
    ASSERT_TRUE(ReadQuickly(text, "", &root)) << id;
    EXPECT_EQ(Told(root), Thoroughly(text)) << id;
  }
}

TEST(ReadQuickly, WhatIsEmptyTakesNoRoom) {
  Value root;
  ASSERT_TRUE(ReadQuickly("a: []\nb: {}\nc: [d]\n", "", &root));
  ASSERT_EQ(root.children.size(), 6u);
  EXPECT_EQ(root.children[1].children.capacity(), 0u);
  EXPECT_EQ(root.children[3].children.capacity(), 0u);
  EXPECT_EQ(root.children[5].children.size(), 1u);
}

}  // namespace
}  // namespace plumbline::yaml
