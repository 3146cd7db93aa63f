// SPDX-License-Identifier: Apache-2.0
//
// OCEL 2.0 in JSON, and JSON that is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "services/analytics/ingest/import_testing.h"
#include "services/analytics/ingest/json_elements.h"

namespace plumbline::analytics {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kObjects[] = R"("objects": [
  {"id": "o1", "type": "order", "attributes": [
    {"name": "price", "time": "2022-02-01T00:00:00Z", "value": 12},
    {"name": "price", "time": "1970-01-01T00:00:00Z", "value": 10.5},
    {"name": "customer", "time": "1970-01-01T00:00:00Z", "value": "C\u00e4\ud83d\ude00"}]},
  {"id": "o2", "type": "order"},
  {"id": "i1", "type": "item", "relationships": [{"objectId": "o1", "qualifier": "part of"}]}])";
constexpr char kEvents[] = R"("events": [
  {"id": "e1", "type": "Create", "time": "2022-01-01T01:00:00+01:00",
   "attributes": [{"name": "resource", "value": "Ada"}, {"name": "urgent", "value": true}],
   "relationships": [{"objectId": "o1", "qualifier": "a"}, {"objectId": "o1", "qualifier": "b"},
                     {"objectId": "o2", "qualifier": "a"}, {"objectId": "i1", "qualifier": "c"}]},
  {"id": "e2", "type": "Ship", "time": "2022-01-02T00:00:00Z",
   "relationships": [{"objectId": "i1"}]},
  {"id": "e3", "type": "Pay", "time": "soon", "relationships": [{"objectId": "o1"}]},
  {"id": "e4", "type": "Pay", "time": "2022-01-03T00:00:00.5Z", "relationships": [{"objectId": "o2"}]}])";

std::string Ocel(bool events_first = false) {
  return absl::StrCat("{\"objectTypes\": [{\"name\": \"order\", \"attributes\": []}],\n",
                      "\"eventTypes\": [], \"x\": {\"y\": [1, \"]}\"]}, ",
                      events_first ? kEvents : kObjects, ",\n", events_first ? kObjects : kEvents,
                      "}\n");
}

ImportOptions For(absl::string_view type, const std::vector<std::string>& attributes = {}) {
  ImportOptions options;
  options.object_type = std::string(type);
  options.attributes = attributes;
  return options;
}

TEST(Ocel, IsFlattenedOnAType) {
  for (const bool events_first : {false, true}) {
    for (const size_t piece : {size_t{1} << 20, size_t{1}, size_t{13}}) {
      const auto imported = ImportAll(Ocel(events_first), For("order", {"*"}), piece);
      ASSERT_TRUE(imported.ok()) << imported.status();
      EXPECT_EQ(imported->summary.format, "ocel");
      EXPECT_EQ(imported->summary.object_type, "order");
      const int64_t first = 1'640'995'200'000'000, day = 86'400'000'000;
      EXPECT_THAT(imported->events,
                  ElementsAre(PlainEvent{"o1", "Create", "Ada", "", first},
                              PlainEvent{"o2", "Create", "Ada", "", first},
                              PlainEvent{"o2", "Pay", "", "", first + 2 * day + 500'000}));
      EXPECT_THAT(
          imported->attributes,
          ElementsAre("0 identity:id text e1", "0 urgent bool true", "0 case:price double 10.5",
                      "0 case:customer text C\xc3\xa4\xf0\x9f\x98\x80", "1 identity:id text e1",
                      "1 urgent bool true", "2 identity:id text e4"));
      ASSERT_EQ(imported->summary.dropped.size(), 2u);
      EXPECT_EQ(imported->summary.dropped[0].reason, "the time cannot be read");
      EXPECT_EQ(imported->summary.dropped[1].reason,
                "it is related to no object of the chosen type");
      EXPECT_THAT(imported->summary.dropped[1].samples[0], HasSubstr("'e2'"));
    }
  }
}

TEST(Ocel, AnotherType) {
  const auto imported = ImportAll(Ocel(), For("item"));
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->events.size(), 2u);
  EXPECT_EQ(imported->events[1].activity, "Ship");
  EXPECT_THAT(imported->summary.ignored_attributes, ElementsAre("urgent"));
}

TEST(Ocel, TheOnlyTypeNeedsNoName) {
  const auto imported = ImportAll(
      R"({"events":[{"id":"e","type":"a","time":"2020-01-01","relationships":[{"objectId":"o"}]}],
          "objects":[{"id":"o","type":"t"}]})");
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->summary.object_type, "t");
}

TEST(Ocel, AmongSeveralTypesOneIsNamed) {
  for (const bool events_first : {false, true}) {
    const auto none = ImportAll(Ocel(events_first));
    EXPECT_EQ(base::ReasonOf(none.status()), base::Reason::ERROR_REASON_FIELD_INVALID);
    EXPECT_THAT(std::string(none.status().message()),
                HasSubstr("it has 'item' (1 object), 'order' (2 objects)"));
    EXPECT_THAT(std::string(ImportAll(Ocel(events_first), For("deal")).status().message()),
                HasSubstr("is 'deal', but no object"));
  }
}

// What a file has beside the lists does not matter, however much it is.
TEST(Ocel, MayHaveAnyNumberOfOtherMembers) {
  std::string file = "{";
  for (int i = 0; i < 30; ++i) absl::StrAppend(&file, "\"x", i, "\": ", i, ", ");
  const auto imported = ImportAll(absl::StrCat(file, kObjects, ", ", kEvents, "}"), For("order"));
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->events.size(), 3u);
  const auto none = ImportAll(absl::StrCat(file, R"("objects": [], "events": []})"), For("order"));
  EXPECT_THAT(std::string(none.status().message()), HasSubstr("no objects"));
  const auto other = ImportAll(absl::StrCat(file, R"("rows": []})"), For("order"));
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("not OCEL 2.0"));
}

struct BadRow {
  std::string name, file, message;
};

class BadJson : public testing::TestWithParam<BadRow> {};

TEST_P(BadJson, SaysWhy) {
  for (const size_t piece : {size_t{1} << 20, size_t{3}}) {
    const auto imported = ImportAll(GetParam().file, For("t"), piece);
    ASSERT_FALSE(imported.ok());
    EXPECT_EQ(base::ReasonOf(imported.status()), base::Reason::ERROR_REASON_IMPORT_FORMAT);
    EXPECT_THAT(std::string(imported.status().message()), HasSubstr(GetParam().message));
    EXPECT_FALSE(base::MetadataOf(imported.status(), "line").empty());
  }
}

std::vector<BadRow> BadRows() {
  const auto object = [](const std::string& text) {
    return absl::StrCat("{\"objects\":\n[", text, "]}");
  };
  return {
      {"Truncated", R"({"objects": [{"id": "o", "type": "t"})", "truncated"},
      {"TruncatedText", R"({"objects": ["abc)", "truncated"},
      {"Behind", R"({"objects": []} x)", "follows the end"},
      {"NoName", R"({objects: []})", "is missing"},
      {"SingleQuotes", R"({'objects': []})", "is missing"},
      {"TwoCommas", R"({"objects": [{"id":"o"},,]})", "',' stands where it cannot"},
      {"Comment", object("{/**/}"), "line 2"},
      {"TrailingComma", object(R"({"id": "o",})"), "double quotes"},
      {"Mismatch", object(R"({"id": [1}])"), "cannot be read"},
      {"Number", object(R"({"id": 01})"), "cannot be read"},
      {"Surrogate", object(R"({"id": "\ud800"})"), "half of a surrogate"},
      {"Escape", object(R"({"id": "\x41"})"), "escape that JSON does not know"},
      {"NotUtf8", object("{\"id\": \"\xff\"}"), "not UTF-8"},
      {"NoObject", object("5"), "it is no object"},
      {"Deep", object(std::string(100'000, '[')), "truncated"},
      {"DeepWhole", object("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}"),
       "nested deeper than 32"},
      {"LongElement", object("{\"a\":\"" + std::string(5 << 20, 'x') + "\"}"), "longer than 4 MiB"},
      {"NotOcel", R"({"rows": [{"case": "1"}], "count": 1})",
       "not OCEL 2.0: its object has the members 'rows', 'count'. What is read is one object with"},
      {"Lines", "{\"case\": \"1\"}\n{\"case\": \"2\"}\n",
       "not OCEL 2.0: its first object has the members 'case'. "},
      {"Ocel1", R"({"ocel:events": {}, "ocel:objects": {}})", "as OCEL 1.0 has them"},
      {"TwoLists", R"({"objects":[{"id":"o","type":"t"}],"events":[{}],"objects":[{"id":"p"}]})",
       "second list of objects"}};
}

INSTANTIATE_TEST_SUITE_P(All, BadJson, testing::ValuesIn(BadRows()),
                         [](const auto& row) { return row.param.name; });

TEST(ParseJson, BoundsValues) {
  std::string list = "[0";
  for (int i = 0; i < 100'000; ++i) list += ",0";
  EXPECT_THAT(std::string(ParseJson(list + "]").status().message()), HasSubstr("100,000 values"));
}

TEST(ParseJson, ReadsAllKinds) {
  const auto value =
      ParseJson(R"( {"a": [null, true, false, -1.5e+3, "x\n\"\\\/\u0041"], "b": {}} )");
  ASSERT_TRUE(value.ok()) << value.status();
  const std::vector<JsonValue>& list = value->Find("a")->list;
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0].kind, JsonValue::Kind::kNull);
  EXPECT_TRUE(list[1].truth);
  EXPECT_EQ(list[2].kind, JsonValue::Kind::kBool);
  EXPECT_EQ(list[3].text, "-1.5e+3");
  EXPECT_EQ(list[4].text, "x\n\"\\/A");
  EXPECT_EQ(value->Find("b")->kind, JsonValue::Kind::kObject);
  EXPECT_EQ(value->Find("c"), nullptr);
}

}  // namespace
}  // namespace plumbline::analytics
