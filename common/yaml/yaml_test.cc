// SPDX-License-Identifier: Apache-2.0
#include "common/yaml/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/common/v1/config.pb.h"

namespace plumbline::yaml {
namespace {

using catalog::v1::Process;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Yaml, ReadsAProcess) {
  Process process;
  const auto status = Parse("p.yaml", R"(
name: processes/deal-desk
title: Deal desk
labels: {team: sales-ops, 7: "true"}
target: {days: 2}
root:
  id: root
  sequence:
    nodes:
      - id: check          # a comment
        title: Check
        step:
          role: deal-desk
          earliest_day: 0
          utilities: [crm, "cpq"]
          checklist:
            - {id: a, title: 30-60-90 plan, optional: true}
          instructions: |
            One.
            Two.
      - id: approve
        loop: {body: {id: b, call: {process: "processes/x@3"}}}
createTime: 2026-03-01T09:00:00.5+01:00
revision: "12"
state: STATE_DRAFT
)",
                            &process);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(process.name(), "processes/deal-desk");
  EXPECT_EQ(process.labels().at("7"), "true");
  EXPECT_EQ(process.target().days(), 2);
  EXPECT_EQ(process.revision(), 12);
  EXPECT_EQ(process.state(), Process::STATE_DRAFT);
  EXPECT_EQ(process.create_time().nanos(), 500000000);
  const auto& step = process.root().sequence().nodes(0).step();
  EXPECT_TRUE(step.has_earliest_day());
  EXPECT_EQ(step.utilities(1), "cpq");
  EXPECT_EQ(step.checklist(0).title(), "30-60-90 plan");
  EXPECT_TRUE(step.checklist(0).optional());
  EXPECT_EQ(step.instructions(), "One.\nTwo.\n");
  EXPECT_EQ(process.root().sequence().nodes(1).loop().body().call().process(), "processes/x@3");
}

struct BadCase {
  const char* name;
  std::string text;
  const char* field;
  const char* description;  // begins with
};

std::string Nested(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string ManyValues() {
  std::string text = "labels:\n";
  for (int i = 0; i < 100'001; ++i) absl::StrAppend(&text, "  k", i, ": v\n");
  return text;
}

class BadYaml : public testing::TestWithParam<BadCase> {};

TEST_P(BadYaml, IsRefusedWithItsPlace) {
  Process process;
  const auto status = Parse("p.yaml", GetParam().text, &process);
  ASSERT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_FIELD_INVALID) << status;
  EXPECT_THAT(std::string(status.message()), StartsWith("p.yaml: line "));
  const auto violations = base::FieldViolationsOf(status);
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations[0].field, GetParam().field);
  EXPECT_THAT(violations[0].description, StartsWith(GetParam().description));
  EXPECT_EQ(process.ByteSizeLong(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadYaml,
    testing::Values(
        BadCase{"empty", "", "", "line 1, column 1: the document is empty"},
        BadCase{"comment_only", "# nothing\n", "", "line 1, column 1: the document is empty"},
        BadCase{"null_document", "~\n", "", "line 1, column 1: the document is empty"},
        BadCase{"scalar_document", "hello\n", "",
                "line 1, column 1: expected keys and values, found a single value"},
        BadCase{"list_document", "- a\n", "", "line 1, column 1: expected keys and values"},
        BadCase{"two_documents", "title: a\n---\ntitle: b\n", "", "line 3, column 1: a second"},
        BadCase{"unknown_key", "title: x\nroot:\n  id: a\n  step: {role: r, cheklist: []}\n",
                "root.step",
                "line 4, column 19: unknown key 'cheklist'; did you mean 'checklist'?"},
        BadCase{"unknown_far_key", "target: {xyzzyx: 1}\n", "target",
                "line 1, column 10: unknown key 'xyzzyx'; possible: days, minutes"},
        BadCase{"unknown_far_key_of_a_long_message", "xyzzyx: 1\n", "",
                "line 1, column 1: unknown key 'xyzzyx'; possible: name, title, "},
        BadCase{"duplicate_key", "title: a\ntitle: b\n", "title",
                "line 2, column 1: key 'title' is given twice"},
        BadCase{"duplicate_spelling", "createTime: 2026-01-01T00:00:00Z\ncreate_time: null\n",
                "create_time", "line 2, column 1: key 'create_time' is given twice"},
        BadCase{"duplicate_map_key", "labels: {a: b, a: c}\n", "labels['a']",
                "line 1, column 16: key 'a' is given twice"},
        BadCase{"oneof_twice", "root: {id: a, step: {role: r}, call: {process: p}}\n", "root.call",
                "line 1, column 32: 'call' and 'step' exclude each other"},
        BadCase{"list_for_text", "title: [a]\n", "title",
                "line 1, column 8: expected a single value, found a list"},
        BadCase{"text_for_list", "root: {step: {utilities: crm}}\n", "root.step.utilities",
                "line 1, column 26: expected a list, found a single value"},
        BadCase{"text_for_message", "root: x\n", "root",
                "line 1, column 7: expected keys and values"},
        BadCase{"null_in_list", "root: {step: {utilities: [~]}}\n", "root.step.utilities[0]",
                "line 1, column 27: expected a single value, found nothing"},
        BadCase{"text_for_number", "target: {days: two}\n", "target.days",
                "line 1, column 16: expected a whole number from -2147483648 to 2147483647, found "
                "'two'"},
        BadCase{"number_too_large", "target: {days: 2147483648}\n", "target.days",
                "line 1, column 16: expected a whole number"},
        BadCase{"leading_zero", "target: {days: 010}\n", "target.days",
                "line 1, column 16: expected a whole number"},
        BadCase{"fraction", "target: {days: 1.5}\n", "target.days",
                "line 1, column 16: expected a whole number"},
        BadCase{"yes_for_bool", "root: {optional: yes}\n", "root.optional",
                "line 1, column 18: expected true or false, found 'yes'"},
        BadCase{"bad_enum", "state: STATE_DRFT\n", "state",
                "line 1, column 8: expected a value of State; did you mean 'STATE_DRAFT'?"},
        BadCase{"enum_without_prefix", "state: published\n", "state",
                "line 1, column 8: expected a value of State; did you mean 'STATE_PUBLISHED'?"},
        BadCase{"far_enum", "state: xyzzy\n", "state",
                "line 1, column 8: expected a value of State; possible: STATE_DRAFT, "},
        BadCase{"bad_time", "createTime: 2026-03-01\n", "create_time",
                "line 1, column 13: expected a time in RFC 3339"},
        BadCase{"anchor", "title: &x a\n", "", "line 1, column 8: anchors"},
        BadCase{"alias", "title: &x a\nowner: *x\n", "", "line 1, column 8: anchors"},
        BadCase{"tag", "title: !!str a\n", "", "line 1, column 8: tags"},
        BadCase{"tag_directive", "# x\n%TAG !a! tag:a\n---\ntitle: !a!y a\n", "",
                "line 2, column 1: directives (%TAG) are not supported"},
        BadCase{"key_is_a_list", "? [a]\n: b\n", "",
                "line 1, column 3: expected a single value, found a list"},
        BadCase{"no_yaml", "title: \"open\nowner: b\n", "",
                "line 1, column 8: not YAML: the quoted text that begins here is not closed"},
        BadCase{"no_yaml_after_wide_characters", "title: \"日本\"\nlabels: {é: \"日本\", b: 'c}\n",
                "", "line 2, column 27: not YAML: the quoted text"},
        BadCase{"unknown_key_after_wide_characters", "labels: {é: \"日本\"}\ntarget: {dayß: 1}\n",
                "target", "line 2, column 10: unknown key 'dayß'"},
        BadCase{"next_line", "title: a\xC2\x85 b", "", "line 1, column 9: control character 0x85"},
        BadCase{"line_separator", "title: a\xE2\x80\xA8z", "",
                "line 1, column 9: line separator 0x2028; leave it out, or write it as \\u2028"},
        BadCase{"bad_indent", "title: a\n  owner: b\n", "", "line 2, column 8: not YAML: "},
        BadCase{"not_utf8", "title: a\xFFz\n", "", "line 1, column 9: byte 0xFF is not UTF-8"},
        BadCase{"truncated_utf8", "title: \xE2\x82", "", "line 1, column 8: byte 0xE2"},
        BadCase{"surrogate", "title: \xED\xA0\x80", "", "line 1, column 8: byte 0xED"},
        BadCase{"nul", std::string("title: a\0b", 10), "", "line 1, column 9: control character"},
        BadCase{"end_of_transmission", "title: a\x04 b", "",
                "line 1, column 9: control character 0x04"},
        BadCase{"cr_lines", "title: a\rowner: [\r", "", "line 3, column 1: not YAML: "},
        BadCase{"deep", Nested(101), "", "line 1, column 101: nested deeper than 100 levels"},
        BadCase{"very_deep", Nested(10'000), "", "line 1, column 101: nested deeper than 100"},
        BadCase{"many", ManyValues(), "", "line 100000, column "}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Yaml, ListsAllProblemsUpToFifty) {
  std::string text;
  for (int i = 0; i < 80; ++i) absl::StrAppend(&text, "bad", i, ": 1\n");
  Process process;
  const auto status = Parse("p.yaml", text, &process);
  EXPECT_EQ(base::FieldViolationsOf(status).size(), 50u);
  EXPECT_THAT(std::string(status.message()), HasSubstr("; and 49 more"));
}

TEST(Yaml, TakesItsOwnDirective) {
  Process process;
  ASSERT_TRUE(Parse("p.yaml", "%YAML 1.2\n---\ntitle: 100 %\nowner: '%x'\n", &process).ok());
  EXPECT_EQ(process.title(), "100 %");
}

TEST(Yaml, TakesAllLineEnds) {
  for (const char* text : {"title: a\nowner: b\n", "title: a\r\nowner: b\r\n", "title: a\rowner: b",
                           "\xEF\xBB\xBFtitle: a\nowner: b"}) {
    Process process;
    ASSERT_TRUE(Parse("p.yaml", text, &process).ok()) << text;
    EXPECT_EQ(process.title(), "a");
    EXPECT_EQ(process.owner(), "b");
  }
}

TEST(Yaml, ReadsDurationsMasksAndWrappers) {
  common::v1::ServerConfig server;
  ASSERT_TRUE(Parse("c", "drainTimeout: 3.5s\ndrain_delay: \"-1s\"\n", &server).ok());
  EXPECT_EQ(server.drain_timeout().nanos(), 500000000);
  EXPECT_EQ(server.drain_delay().seconds(), -1);
  for (const char* bad : {"drainTimeout: 3", "drainTimeout: s", "drainTimeout: 1e3s",
                          "drainTimeout: 400000000000s", "drainTimeout: 10m"}) {
    EXPECT_THAT(std::string(Parse("c", bad, &server).message()), HasSubstr("like \"3.5s\"")) << bad;
  }
  catalog::v1::UpdateProcessRequest request;
  ASSERT_TRUE(Parse("r", "updateMask: \"title,updateTime,create_time\"", &request).ok());
  EXPECT_EQ(request.update_mask().paths(1), "update_time");
  EXPECT_EQ(request.update_mask().paths(2), "create_time");
  google::protobuf::Int64Value number;
  ASSERT_TRUE(Parse("n", "\"9007199254740993\"", &number).ok());
  EXPECT_EQ(number.value(), 9007199254740993);
  google::protobuf::BytesValue bytes;
  ASSERT_TRUE(Parse("b", "aGk_", &bytes).ok());
  EXPECT_EQ(bytes.value(), "hi?");
  EXPECT_FALSE(Parse("b", "a b!", &bytes).ok());
}

TEST(Yaml, RefusesTypesWithoutAFixedShape) {
  google::protobuf::Struct message;
  EXPECT_THAT(std::string(Parse("s", "a: 1", &message).message()),
              HasSubstr("google.protobuf.Struct cannot be written in YAML"));
}

TEST(Yaml, WritesForPeople) {
  Process process;
  process.set_name("processes/x");
  process.set_title("yes");
  process.set_owner("2026-01-01");
  process.set_purpose("First line.\n\n  Third # line:\n");
  process.mutable_target()->set_days(3);
  (*process.mutable_labels())["b"] = "1";
  (*process.mutable_labels())["a"] = "x: y";
  auto* node = process.mutable_root();
  node->set_id("root");
  auto* step = node->mutable_sequence()->add_nodes();
  step->set_id("one");
  step->mutable_step()->set_role("rep");
  step->mutable_step()->set_earliest_day(0);
  step->mutable_step()->set_instructions("Line one.\nLine two.\n");
  step->mutable_step()->add_utilities("crm");
  node->mutable_sequence()->add_nodes()->mutable_parallel();
  node->mutable_sequence()->add_nodes();
  EXPECT_EQ(Format(process), R"(name: processes/x
title: "yes"
purpose: "First line.\n\n  Third # line:\n"
owner: "2026-01-01"
target:
  days: 3
labels:
  a: "x: y"
  b: "1"
root:
  id: root
  sequence:
    nodes:
      - id: one
        step:
          role: rep
          earliestDay: 0
          utilities:
            - crm
          instructions: |
            Line one.
            Line two.
      - parallel: {}
      - {}
)");
  EXPECT_EQ(Format(Process()), "{}\n");
}

TEST(ReadKey, FindsScalarsOfTheTopLevel) {
  struct Row {
    const char* name;
    const char* text;
    const char* found;
  };
  for (const Row& row :
       {Row{"plain", "title: x\nname: processes/a\n", "processes/a"},
        Row{"quoted", "name: \"a: b\"\n", "a: b"},
        Row{"below another key", "root:\n  name: a\n", ""}, Row{"not a scalar", "name: [a]\n", ""},
        Row{"no map", "- name\n", ""}, Row{"without a value", "name:\ntitle: x\n", ""}}) {
    auto found = ReadKey("x.yaml", row.text, "name");
    ASSERT_TRUE(found.ok()) << row.name << ": " << found.status();
    EXPECT_EQ(*found, row.found) << row.name;
  }
  EXPECT_FALSE(ReadKey("x.yaml", "name: [", "name").ok());
}

}  // namespace
}  // namespace plumbline::yaml
