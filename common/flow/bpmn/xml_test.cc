// SPDX-License-Identifier: Apache-2.0
//
// Hostile and odd XML.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/flow/bpmn/bpmn.h"
#include "common/flow/bpmn/xml_reader.h"
#include "common/flow/bpmn/xml_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace plumbline::flow::bpmn {
namespace {

using testing::HasSubstr;

constexpr char kOpen[] = R"(<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">)";

struct Row {
  std::string name;
  std::string xml;
  std::string line;
  std::string part;
};

std::string Repeat(absl::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) absl::StrAppend(&all, text);
  return all;
}

class BadXmlTest : public testing::TestWithParam<Row> {};

TEST_P(BadXmlTest, IsRefusedWithItsLine) {
  const absl::Status status = ReadXml(GetParam().xml).status();
  EXPECT_EQ(base::ReasonOf(status), base::Reason::ERROR_REASON_IMPORT_FORMAT);
  EXPECT_EQ(base::MetadataOf(status, "line"), GetParam().line);
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().part));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadXmlTest,
    testing::ValuesIn(std::vector<Row>{
        {"Empty", "", "1", "ends too early"},
        {"NoXml", "{\"process\": 1}", "1", "not well-formed"},
        {"Truncated", absl::StrCat(kOpen, "\n\n<process id='a'"), "3", "ends too early"},
        {"WrongEnd", absl::StrCat(kOpen, "\n<process></task>"), "2", "does not fit"},
        {"AttributeTwice", absl::StrCat(kOpen, "<process id='a' id='b'/>"), "1", "twice"},
        {"UnknownEntity", absl::StrCat(kOpen, "&nbsp;"), "1", "an entity"},
        {"BadCharacter", absl::StrCat(kOpen, "&#1;"), "1", "names no character"},
        {"NoPrefix", "<bpmn:definitions/>", "1", "no xmlns"},
        {"UnknownEncoding", "<?xml version='1.0' encoding='EBCDIC-X'?><a/>", "1", "as UTF-8"},
        {"WrongEncoding", absl::StrCat("<?xml version='1.0' encoding='UTF-8'?>", kOpen, "\xE4zz"),
         "1", "encoding that it declares"},
        {"TwoRoots", absl::StrCat(kOpen, "</definitions><a/>"), "1", "follows its end"},
        {"OtherXml", "<html><body/></html>", "1", "no BPMN 2.0"},
        {"OtherNamespace", "<definitions xmlns='http://www.omg.org/spec/DMN/'/>", "1",
         "no BPMN 2.0"},
        {"Bomb",
         absl::StrCat("<!DOCTYPE d [\n<!ENTITY a 'aaaaaaaaaa'>\n<!ENTITY b '&a;&a;&a;'>]>", kOpen,
                      "&b;</definitions>"),
         "2", "remove the DOCTYPE"},
        {"ExternalEntity",
         absl::StrCat("<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", kOpen,
                      "&a;</definitions>"),
         "1", "remove the DOCTYPE"},
        {"ParameterEntity", absl::StrCat("<!DOCTYPE d [<!ENTITY % a 'b'>]>", kOpen), "1",
         "remove the DOCTYPE"},
        {"TooDeep", absl::StrCat(kOpen, "\n", Repeat("<process>", kMaxXmlDepth)), "2",
         "deeper than 100"},
        {"TooDeepInForeign", absl::StrCat(kOpen, "\n", Repeat("<a xmlns='x'>", 1'000)), "2",
         "deeper than 100"},
        {"TooManyElements", absl::StrCat(kOpen, "\n", Repeat("<a/>", kMaxXmlElements)), "2",
         "more than 250000 elements"},
        {"TooLarge", absl::StrCat(kOpen, std::string(kMaxFileBytes, ' ')), "1", "bytes"},
    }),
    [](const auto& row) { return row.param.name; });

std::string Utf16(absl::string_view ascii, bool big) {
  std::string bytes = big ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big) bytes.push_back('\0');
    bytes.push_back(c);
    if (!big) bytes.push_back('\0');
  }
  return bytes;
}

TEST(ReadXmlTest, ReadsUtf16AndLatin1) {
  const std::string xml = absl::StrCat("<?xml version='1.0' encoding='UTF-16'?>", kOpen,
                                       "<process name='a'/></definitions>");
  for (const bool big : {false, true}) {
    const absl::StatusOr<XmlDocument> document = ReadXml(Utf16(xml, big));
    ASSERT_TRUE(document.ok()) << document.status();
    EXPECT_EQ(document->root.children.at(0).Get("name"), "a");
  }
  const absl::StatusOr<XmlDocument> latin =
      ReadXml(absl::StrCat("<?xml version='1.0' encoding='ISO-8859-1'?>", kOpen,
                           "<process name='\xE4'/></definitions>"));
  ASSERT_TRUE(latin.ok()) << latin.status();
  EXPECT_EQ(latin->root.children.at(0).Get("name"), "\xC3\xA4");
}

TEST(ReadXmlTest, PassesOverOtherNamespacesAndTheDiagram) {
  const absl::StatusOr<XmlDocument> document = ReadXml(absl::StrCat(
      "<m:definitions xmlns:m='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:v='urn:vendor'>",
      "<m:process v:id='not' id='p'><v:a><m:task id='hidden'/></v:a>text</m:process>",
      "<d:BPMNDiagram xmlns:d='http://www.omg.org/spec/BPMN/20100524/DI'><d:x/></d:BPMNDiagram>",
      "</m:definitions>"));
  ASSERT_TRUE(document.ok()) << document.status();
  ASSERT_EQ(document->root.children.size(), 1u);
  const Element& process = document->root.children[0];
  EXPECT_TRUE(process.Is(Space::kModel, "process"));
  EXPECT_EQ(process.Get("id"), "p");
  EXPECT_EQ(process.text, "text");
  EXPECT_TRUE(process.children.empty());
  EXPECT_EQ(document->foreign, 1);
}

TEST(ReadXmlTest, ADoctypeWithoutEntitiesIsNoHarm) {
  EXPECT_TRUE(ReadXml(absl::StrCat("<!DOCTYPE definitions>", kOpen, "</definitions>")).ok());
}

TEST(XmlWriterTest, WritesWhatAReaderGivesBack) {
  const std::string text = "a<b>&\"'\t\n\r]]> \xE2\x82\xAC";
  XmlWriter xml;
  xml.Open("definitions");
  xml.Attribute("xmlns", "http://www.omg.org/spec/BPMN/20100524/MODEL");
  xml.Attribute("name", text);
  xml.Leaf("text", text);
  xml.Open("nothing");
  xml.Close();
  xml.Close();
  const std::string out = xml.Take();
  const absl::StatusOr<XmlDocument> back = ReadXml(out);
  ASSERT_TRUE(back.ok()) << back.status() << out;
  EXPECT_EQ(back->root.Get("name"), text);
  EXPECT_EQ(back->root.children.at(0).text, text);
  EXPECT_TRUE(absl::StrContains(out, "\n  <nothing/>\n</definitions>\n")) << out;
}

}  // namespace
}  // namespace plumbline::flow::bpmn
